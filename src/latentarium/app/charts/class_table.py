"""Of each class: how many are right in A and in B, and how alike its points' neighbours are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from latentarium.app.inspector.point import figure
from latentarium.app.widgets.plain_text import tip
from latentarium.core.comparison import ClassFigures
from latentarium.core.dataset import class_name

HEADS = ("class", "n", "A", "B", "overlap")
HELP = (
    "The label; a click on a name selects the class",
    "How many points have it",
    "The share of them that is right in A; a click on a figure selects those",
    "The share of them that is right in B; a click on a figure selects those",
    "Their mean neighbour overlap",
)
IN_A, IN_B = 2, 3  # columns that count only what is right
Index = QModelIndex | QPersistentModelIndex


class ClassModel(QAbstractTableModel):
    """One line a class, sorted by any column; ties stay in the order of the classes."""

    def __init__(self) -> None:
        super().__init__()
        self._figures: tuple[ClassFigures, ...] = ()
        self._classes: Sequence[str] = ()
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._sorted_by = (0, Qt.SortOrder.AscendingOrder)

    def show_figures(self, figures: tuple[ClassFigures, ...], classes: Sequence[str]) -> None:
        """Show these, sorted as before."""
        same = [one.label for one in figures] == [one.label for one in self._figures] and classes == self._classes
        if not same:
            self.beginResetModel()
        self._figures, self._classes = figures, classes
        self._order = self._sorted_lines()
        if not same:
            self.endResetModel()
        elif figures:
            self.dataChanged.emit(self.index(0, 0), self.index(len(figures) - 1, len(HEADS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return tip(self.text(index.row(), 0))  # the whole of a name that is cut
        return _alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._sorted_by = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        labels = [(self.label_at(index.row()), index.column()) for index in before]
        self._order = self._sorted_lines()
        lines = {self.label_at(line): line for line in range(len(self._order))}
        self.changePersistentIndexList(before, [self.index(lines[label], column) for label, column in labels])
        self.layoutChanged.emit()

    def label_at(self, line: int) -> int:
        """The class that stands in this line."""
        return self._figures[int(self._order[line])].label

    def text(self, line: int, column: int) -> str:
        """A cell for people."""
        one = self._figures[int(self._order[line])]
        if column == 0:
            return class_name(self._classes, one.label) or "no label"
        if column == 1:
            return f"{one.count:,}"
        return figure((one.accuracy_a, one.accuracy_b, one.overlap)[column - 2], 3)

    def _sorted_lines(self) -> NDArray[np.int64]:
        column, order = self._sorted_by
        keys = np.array([_keys(one)[max(column, 0)] for one in self._figures], np.float64)
        if order == Qt.SortOrder.DescendingOrder:
            keys = -keys
        return np.argsort(keys, kind="stable")  # NaN comes last either way


def _keys(one: ClassFigures) -> tuple[float, ...]:
    return one.label, one.count, one.accuracy_a, one.accuracy_b, one.overlap


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
