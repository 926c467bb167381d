"""The points of one frame as the rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.inspector.point import figure
from latentarium.core.arrays import Ints
from latentarium.core.frame import Frame
from latentarium.runs.run import Run

COLUMNS = ("id", "label", "prediction", "right", "loss", "confidence")
HELP = (
    "The image's name in its data set",
    "The class that it is",
    "The most probable class",
    "Whether the prediction is the label; held out: the class was never trained on",
    "Minus the logarithm of the label's probability",
    "The probability of the prediction",
)
_TEXTS = 4  # the first so many columns are text
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, eq=False)
class Columns:
    """What the table says of each of N points, one array (N,) a column."""

    ids: tuple[str, ...]
    labels: Ints
    predictions: Ints
    right: NDArray[np.int64]  # 0 wrong, 1 right, 2 held out
    losses: NDArray[np.float64]
    confidences: NDArray[np.float32]


def tabulate(run: Run, frame: Frame) -> Columns:
    """Every probe point of a frame."""
    labels = run.probe.labels
    right = np.where(labels >= run.trained, 2, (labels == frame.predictions).astype(np.int64))
    losses = cross_entropy(frame.probabilities, labels)
    return Columns(run.probe.ids, labels, frame.predictions, right, losses, frame.probabilities.max(1))


class PointsModel(QAbstractTableModel):
    """A sortable table; its order is kept apart from the points' rows, which everything outside speaks of."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: tuple[str, ...] = ()
        self._columns: Columns | None = None
        self._order: Ints = np.empty(0, np.int64)
        self._ranks: Ints = np.empty(0, np.int64)  # of the ids, in the order of people
        self._sorted_by = (-1, Qt.SortOrder.AscendingOrder)

    def show_frame(self, run: Run | None, frame: Frame | None) -> None:
        """Show another frame, in the order that was asked for last."""
        count = len(self._order)
        columns = tabulate(run, frame) if run and frame else None
        if columns is None or self._columns is None or columns.ids is not self._columns.ids:
            self.beginResetModel()
            self._columns, self._classes = columns, run.classes if run else ()
            self._ranks = _ranks(columns.ids if columns else ())
            self._order = self._sorted_rows()
            self.endResetModel()
            return
        self._columns = columns
        self.sort(*self._sorted_by)
        self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        return _alignment(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, ties by row; -1 is the points' own order."""
        self._sorted_by = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        points = [(int(self._order[index.row()]), index.column()) for index in before]
        self._order = self._sorted_rows()
        places = self._places()
        self.changePersistentIndexList(before, [self.index(int(places[row]), column) for row, column in points])
        self.layoutChanged.emit()

    def rows_at(self, lines: Ints) -> Ints:
        """The points' rows at these lines of the table, sorted."""
        return np.sort(self._order[lines])

    def lines_of(self, rows: Ints) -> Ints:
        """The lines of the table that these points stand in, sorted."""
        return np.sort(self._places()[rows])

    def text(self, line: int, column: int) -> str:
        """A cell for people."""
        columns, row = self._columns, int(self._order[line])
        assert columns is not None
        if column == 0:
            return columns.ids[row]
        if column in (1, 2):
            return self._classes[int((columns.labels if column == 1 else columns.predictions)[row])]
        if column == 3:
            return ("✕ no", "yes", "held out")[int(columns.right[row])]
        return figure(float((columns.losses if column == 4 else columns.confidences)[row]), 3)

    def tab_separated(self, lines: Ints) -> str:
        """These lines with a header, for a spreadsheet; numbers in full, no cell that it would take for a formula."""
        columns = self._columns
        if columns is None:
            return ""
        made = ["\t".join(COLUMNS)]
        for line in lines:
            row = int(self._order[line])
            words = [plain(self.text(int(line), column)) for column in range(3)]
            words.append(("no", "yes", "held out")[int(columns.right[row])])
            words += [f"{float(values[row]):.7g}" for values in (columns.losses, columns.confidences)]
            made.append("\t".join(words))
        return "\n".join(made) + "\n"

    def _places(self) -> Ints:
        places = np.empty(len(self._order), np.int64)
        places[self._order] = np.arange(len(self._order))
        return places

    def _sorted_rows(self) -> Ints:
        columns, (column, order) = self._columns, self._sorted_by
        if columns is None:
            return np.empty(0, np.int64)
        if column < 0:
            return np.arange(len(columns.ids))
        keys: NDArray[Any]
        if column == 0:
            keys = self._ranks
        else:
            keys = (columns.labels, columns.predictions, columns.right, columns.losses, columns.confidences)[column - 1]
        if order == Qt.SortOrder.DescendingOrder:
            keys = -keys.astype(np.float64)
        return np.argsort(keys, kind="stable")  # NaN comes last either way


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < _TEXTS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _ranks(names: Sequence[str]) -> Ints:
    order = sorted(range(len(names)), key=lambda row: natural(names[row]))
    ranks = np.empty(len(names), np.int64)
    ranks[order] = np.arange(len(names))
    return ranks


def natural(name: str) -> str:
    """A key that sorts test-9 before test-10."""
    digits = "".join(character if character.isdigit() else " " for character in name).split()
    return name.rstrip("0123456789") + (digits[-1].zfill(12) if digits and name[-1].isdigit() else "")


def plain(text: str) -> str:
    """One cell of a table of text: no tabs, no lines, and no beginning that a spreadsheet would compute."""
    text = " ".join(text.split())
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text
