"""The library's lines as Qt's list views ask for them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from latentarium.app.library.rows import Row, made_at
from latentarium.app.widgets.plain_text import tip

ROW = Qt.ItemDataRole.UserRole
MARK = Qt.ItemDataRole.UserRole + 1  # "A" or "B" of a run that lies on the desk
Index = QModelIndex | QPersistentModelIndex


class RowsModel(QAbstractListModel):
    """Shows lines; where a person writes another title, it says so and leaves the line as it is."""

    retitled = Signal(object, str)  # Row, the title wanted

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._marks: Mapping[Path, str] = {}

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Take other lines."""
        if list(rows) == self.rows:
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def show_marks(self, marks: Mapping[Path, str]) -> None:
        """Mark the runs that lie on the desk."""
        if dict(marks) != self._marks:
            self._marks = dict(marks)
            if self.rows:
                self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1), [MARK])

    def row_of(self, path: Path) -> int:
        """The place of the line of `path`, or -1."""
        return next((place for place, row in enumerate(self.rows) if row.path == path), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == MARK:
            return self._marks.get(row.path.absolute(), "")
        if role == Qt.ItemDataRole.EditRole:
            return row.title
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            mark = self._marks.get(row.path.absolute(), "")
            return ", ".join(filter(None, (row.title, row.day, row.facts, f"open as {mark}" if mark else "")))
        if role == Qt.ItemDataRole.ToolTipRole:
            made = made_at(row.run) if row.run else None
            return tip(f"{row.title}\n{row.path}\n{made:%c}" if made else f"{row.title}\n{row.path}")
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = str(value).strip()
        row = self.rows[index.row()]
        if title and title != row.title:
            self.retitled.emit(row, title)
        return False  # it is shown once it is so

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        return usual | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The runs as files, which may be dropped here, beside the run shown, or into a file manager."""
        data = QMimeData()
        rows = [self.rows[index.row()] for index in indexes]
        data.setUrls([QUrl.fromLocalFile(str(row.path.absolute())) for row in rows if row.kind != "group"])
        return data
