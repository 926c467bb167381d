"""The neighbours of a query as a table, with the metadata; sortable, and copied as tab-separated text."""

from collections.abc import Sequence
from math import isnan
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from latentarium.app.compare.query_lines import Line
from latentarium.app.inspector.point import figure
from latentarium.app.inspector.points_model import plain
from latentarium.app.widgets.plain_text import tip
from latentarium.scene.metadata import natural

SHORT = {"distance A": "A", "distance B": "B"}  # headings in a narrow dock; what is copied has the whole
HELP = {
    "in": "Which spaces have it among the nearest neighbours",
    "distance A": "Its distance in A",
    "distance B": "Its distance in B",
    "overlap": "Its own overlap: which share of its neighbours both spaces have",
}
NEEDED = ("in", "id", "label", "distance A", "distance B", "overlap")  # what is seen without scrolling
GROUPS = {"shared": "both", "only A": "A", "only B": "B"}
WIDEST = 68  # logical pixels of the ids at first
AROUND = 10  # logical pixels beside a heading
LEAST = 40  # logical pixels to which words may shrink so that numbers are whole
Index = QModelIndex | QPersistentModelIndex


class QueryModel(QAbstractTableModel):
    """The lines in the order that was asked for last."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[str, ...] = ()
        self._found: tuple[Line, ...] = ()
        self._lines: list[Line] = []
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)

    def show_lines(self, columns: tuple[str, ...], lines: Sequence[Line]) -> None:
        """Show these, sorted as before."""
        self.beginResetModel()
        if columns != self._columns:
            self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)
        self._columns, self._found = columns, tuple(lines)
        self._lines = self._in_order()
        self.endResetModel()

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names."""
        return self._columns

    @property
    def lines(self) -> tuple[Line, ...]:
        """As they stand there, from the top."""
        return tuple(self._lines)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        name = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return SHORT.get(name, name)
        return tip(HELP.get(name, name)) if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self._lines[index.row()].values[index.column()]
        number, first = isinstance(value, float), self._columns[index.column()] == "in"
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(value, str):
            return tip(value)
        if role == Qt.ItemDataRole.DisplayRole:
            return short_figure(value) if isinstance(value, float) else GROUPS.get(value, value) if first else value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, numbers that are unknown last; -1 is by group, nearest first."""
        self._sorted_by = (column, order)
        self.layoutAboutToBeChanged.emit()
        self._lines = self._in_order()
        self.changePersistentIndexList(self.persistentIndexList(), [QModelIndex() for _ in self.persistentIndexList()])
        self.layoutChanged.emit()

    def tab_separated(self, places: Sequence[int]) -> str:
        """These lines with a header: numbers in full, no cell that a spreadsheet would compute."""
        made = ["\t".join(plain(name) for name in self._columns)]
        for place in places:
            values = self._lines[place].values
            made.append("\t".join(_number(v) if isinstance(v, float) else plain(v) for v in values))
        return "\n".join(made) + "\n"

    def _in_order(self) -> list[Line]:
        column, order = self._sorted_by
        if not 0 <= column < len(self._columns):
            return list(self._found)
        down = order == Qt.SortOrder.DescendingOrder
        keys = sort_keys([line.values[column] for line in self._found])
        unknown = [place for place, key in enumerate(keys) if isinstance(key, float) and isnan(key)]
        known = sorted(set(range(len(keys))) - set(unknown))
        known.sort(key=keys.__getitem__, reverse=down)
        return [self._found[place] for place in known + unknown]


def sort_keys(values: Sequence[str | float]) -> list[Any]:
    """What to sort a column by: numbers, also those that are written as text; an empty cell is no number."""
    try:
        return [float(value) if value != "" else float("nan") for value in values]
    except ValueError:
        return [natural(str(value)) for value in values]


def short_figure(value: float) -> str:
    """Three digits after the point, which stands first below one; a dash where it is unknown."""
    return figure(value, 3).removeprefix("0")


def _number(value: float) -> str:
    """In full, so that it can be read back; nothing where it is unknown."""
    return "" if isnan(value) else repr(value)


class QueryTable(QWidget):
    """The table and its Copy button; a line stands for a dot as a tile does."""

    hovered = Signal(object)  # the row of the line under the pointer, or None
    clicked = Signal(int)  # the row of a line that was opened: by a double click or Return

    def __init__(self) -> None:
        super().__init__()
        self.model = QueryModel()
        self._wanted: dict[str, int] = {}  # px of each column
        self._room = 0  # px that the columns were fitted into
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Neighbours in both spaces")
        self.view.setProperty("role", "close")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.horizontalHeader().setMinimumSectionSize(28)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setResizeContentsPrecision(40)  # lines that a column's width is found from
        self.view.setMouseTracking(True)
        self.view.entered.connect(self._on_entered)
        self.view.activated.connect(self._on_activated)
        self.view.viewport().installEventFilter(self)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_copy)
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName("Copy as tab-separated text")
        self.copy.setToolTip("Copy the selected lines, or all, as tab-separated text")
        self.copy.clicked.connect(self._on_copy)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view, 1)
        box.addLayout(foot)

    def show_lines(self, columns: tuple[str, ...], lines: Sequence[Line]) -> None:
        """Show these neighbours, in the order that was asked for last."""
        if columns != self.model.columns:
            self._wanted = {}
        self.model.show_lines(columns, lines)
        metrics, wanted = self.view.horizontalHeader().fontMetrics(), {}
        for place, name in enumerate(columns):
            heading = metrics.horizontalAdvance(SHORT.get(name, name)) + AROUND  # without room for an arrow
            wide = max(self.view.sizeHintForColumn(place), heading, self._wanted.get(name, 0))
            wanted[name] = min(wide, WIDEST) if name == "id" else wide
        if wanted != self._wanted:
            self._wanted = wanted
            self._fit()

    def _fit(self) -> None:
        """Columns as wide as their cells and headings are, words cut in the middle until the overlap is whole.

        So both distances and the overlap are seen in a narrow dock; metadata are scrolled to.
        """
        self._room = self.view.viewport().width()
        widths = dict(self._wanted)
        over = sum(widths[name] for name in widths if name in NEEDED) - self._room
        for name in ("id", "label"):
            least = min(LEAST, widths.get(name, 0))
            cut = min(max(over, 0), widths.get(name, 0) - least)
            if cut:
                widths[name] -= cut
                over -= cut
        for place, name in enumerate(self.model.columns):
            self.view.setColumnWidth(place, widths[name])

    def text(self) -> str:
        """The selected lines, or all, as tab-separated text with a header."""
        chosen = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return self.model.tab_separated(chosen or range(self.model.rowCount()))

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        elif event.type() == QEvent.Type.Resize and self.view.viewport().width() != self._room:
            self._fit()
        return super().eventFilter(watched, event)

    def _on_entered(self, index: QModelIndex) -> None:
        self.hovered.emit(self.model.lines[index.row()].row)

    def _on_activated(self, index: QModelIndex) -> None:
        self.clicked.emit(self.model.lines[index.row()].row)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
