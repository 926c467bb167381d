"""The points of one frame as the rows of a table."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from latentarium.app.inspector.point_columns import PointColumn, tabulate
from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.arrays import Ints
from latentarium.core.cells import guarded
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.metadata import BY_HAND, Table, table_for

Index = QModelIndex | QPersistentModelIndex


class PointsModel(QAbstractTableModel):
    """A sortable table; its order is kept apart from the points' rows, which everything outside speaks of."""

    labelled = Signal(int, str)  # a row of the probe, and the label that a hand gave it

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._columns: tuple[PointColumn, ...] = ()
        self._kept: Ints | None = None  # the rows that the table is confined to
        self._order: Ints = np.empty(0, np.int64)
        self._places: Ints = np.empty(0, np.int64)  # of each row its line, −1 where it has none
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)

    def show_frame(
        self,
        run: Run | None,
        frame: Frame | None,
        table: Table | None = None,
        annotations: Annotations = NO_ANNOTATIONS,
        kept: Ints | None = None,
        overlap: NDArray[np.float64] | None = None,
    ) -> None:
        """Show another frame, in the order that was asked for last; of its points those in `kept`, or all.

        `overlap` (N,) of the points with a second space has a column of its own.
        """
        columns: tuple[PointColumn, ...] = ()
        if run is not None and frame is not None:
            columns = tabulate(run, frame, table or table_for(run, None, annotations), annotations, overlap)
        else:
            run = None
        same = run is self._run and kept is self._kept
        if not same or [column.name for column in columns] != self.names():
            self.beginResetModel()
            by = self.names()[self._sorted_by[0]] if self._sorted_by[0] >= 0 else None
            self._run, self._columns, self._kept = run, columns, kept
            names = self.names()
            self._sorted_by = (names.index(by) if by in names else -1, self._sorted_by[1])
            self._put_in_order()
            self.endResetModel()
            return
        self._columns = columns
        if self._sorted_by[0] >= 0:
            self.sort(*self._sorted_by)
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, len(columns) - 1))

    @property
    def columns(self) -> tuple[PointColumn, ...]:
        """What is said of each point, in order."""
        return self._columns

    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self._columns]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return column.help if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self._columns[index.column()], int(self._order[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return column.cell(row)
        if role == Qt.ItemDataRole.EditRole:
            return column.full(row)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = super().flags(index)
        editable = index.isValid() and self._columns[index.column()].name == BY_HAND
        return plain | Qt.ItemFlag.ItemIsEditable if editable else plain

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell of a label that was typed; what the table shows follows from the state."""
        row = int(self._order[index.row()])
        if role != Qt.ItemDataRole.EditRole or str(value) == self._columns[index.column()].full(row):
            return False
        self.labelled.emit(row, str(value))
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, ties by row; -1 is the points' own order."""
        self._sorted_by = (column if column < len(self._columns) else -1, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        points = [(int(self._order[index.row()]), index.column()) for index in before]
        self._put_in_order()
        self.changePersistentIndexList(before, [self.index(int(self._places[row]), at) for row, at in points])
        self.layoutChanged.emit()

    def rows_at(self, lines: Ints) -> Ints:
        """The points' rows at these lines of the table, sorted."""
        return np.sort(self._order[lines])

    def lines_of(self, rows: Ints) -> Ints:
        """The lines of the table that these points stand in, sorted; those it is not confined to have none."""
        lines = self._places[rows[(rows >= 0) & (rows < len(self._places))]]
        return np.sort(lines[lines >= 0])

    def text(self, line: int, column: int) -> str:
        """A cell for people."""
        return self._columns[column].cell(int(self._order[line]))

    def tab_separated(self, lines: Ints) -> str:
        """These lines with a header, for a spreadsheet; numbers in full, no cell that it would take for a formula."""
        if not self._columns:
            return ""
        made = ["\t".join(plain(name) for name in self.names())]
        for row in self._order[lines].tolist():
            made.append("\t".join(plain(column.full(row)) for column in self._columns))
        return "\n".join(made) + "\n"

    def _put_in_order(self) -> None:
        count = len(self._run.probe) if self._run is not None else 0
        column, order = self._sorted_by
        rows = np.arange(count)
        if count and column >= 0:
            keys = self._columns[column].keys()
            if order == Qt.SortOrder.DescendingOrder:
                keys = -keys.astype(np.float64)
            rows = np.argsort(keys, kind="stable")  # NaN comes last either way
        if self._kept is not None and count:
            kept = np.zeros(count, bool)
            kept[self._kept] = True
            rows = rows[kept[rows]]
        self._order = rows
        self._places = np.full(count, -1, np.int64)
        self._places[rows] = np.arange(len(rows))


def _alignment(column: PointColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column.words else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def plain(text: str) -> str:
    """One cell of a table of text: no tabs, no lines, and no beginning that a spreadsheet would compute."""
    return guarded(" ".join(text.split()))
