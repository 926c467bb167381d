"""The points as a table: sorted, selected and copied without a mouse."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.charts.shown_frame import shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.inspector.points_model import PointsModel
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.metadata import relabelled, table_of
from latentarium.scene.state import Selection, State

SCATTERED = 2000  # gaps between selected lines, beyond which marking them would take too long
FEW = 9  # columns that share the width
WIDTH, NARROW = 116, 90  # logical pixels of a column of words, and of figures, where there are more


class PointsTable(QWidget):
    """The points of the frame shown; what is selected and current here is so in the views."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self.model = PointsModel()
        self._run: Run | None = None
        self._throttle = Throttle(self, self._draw)
        self._drawn: tuple[object, ...] = ()
        self._marked: Ints = np.empty(0, np.int64)  # the rows that were selected here because the state has them
        self._compared: Compared | None = None  # the last that was found
        self._kept: Selection | None = None  # the points that it is confined to
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self.copy = QPushButton("Copy")
        self.copy.setToolTip("Copy the selected lines, or all, as tab-separated text")
        self.copy.setAccessibleName("Copy as tab-separated text")
        self.copy.clicked.connect(self._on_copy)
        self.view = QTableView()
        self.model.layoutAboutToBeChanged.connect(self._on_sorting)  # before the view: slots are called in this order
        self.view.setModel(self.model)
        self.view.setAccessibleName("Points")
        self.view.setProperty("role", "roomy")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.verticalHeader().hide()
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.model.layoutChanged.connect(self._on_sorted)
        self.model.labelled.connect(self._on_labelled)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        self.view.selectionModel().currentRowChanged.connect(self._on_current)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_copy)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view)
        box.addLayout(foot)

    def show_state(self, state: State) -> None:
        """Show the frame, the selection and the focus; a table that nobody sees waits."""
        old, self._state = self._state, state
        if replace(old, moment=state.moment, runs=state.runs) == state:
            self._throttle.want()  # another frame, which an eye cannot read as often as it comes
        elif self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    @property
    def run(self) -> Run | None:
        """The run whose points are in the table now."""
        return self._run

    def confine(self, kept: Selection | None) -> None:
        """Show these points alone; None: all."""
        if kept is not self._kept:
            self._kept = kept
            if self.isVisible():
                self._draw()

    def let_sort(self, ready: bool) -> None:
        """Let a click on a heading sort, once that takes no time."""
        if ready != self.view.isSortingEnabled():
            self.view.setSortingEnabled(ready)

    def selected(self) -> Ints:
        """The rows of the points that are selected, sorted."""
        return self.model.rows_at(self._lines())

    def text(self) -> str:
        """The selected lines, or all, as tab-separated text with a header."""
        lines = self._lines()
        return self.model.tab_separated(lines if len(lines) else np.arange(self.model.rowCount()))

    def _draw(self) -> None:
        state = self._state
        shown = shown_frame(state)
        table = table_of(state)
        if state.compared is None or state.compared.result is not None:  # else it is only being worked out anew
            self._compared = state.compared
        result = self._compared.result if self._compared else None
        drawn = (shown, table, self._kept, result, state.selection, state.focus)
        if drawn == self._drawn:
            return
        old, self._drawn = self._drawn, drawn
        if not old or drawn[:4] != old[:4]:
            frame = shown.read() if shown else None
            self._run = shown.run if shown else None
            names = self.model.names()
            kept = None if self._kept is None else self._kept.rows
            overlap = result.overlap if result is not None else None
            self.model.show_frame(self._run, frame, table, state.annotations, kept, overlap)
            if self.model.names() != names:
                self._fit_columns()
        self._show_selection()
        count, rows = self.model.rowCount(), len(shown.run.probe) if shown else 0
        told = f"{count:,} points" if count == rows else f"{count:,} of {rows:,} points"
        self._count.setText(told + (f" · {len(state.selection):,} selected" if state.selection else ""))

    def _fit_columns(self) -> None:
        """Equal shares while there are few columns, else as many as there is room for and a bar to move them."""
        header, names = self.view.horizontalHeader(), self.model.names()
        few = len(names) <= FEW
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Interactive)
        if not few:
            for section, column in enumerate(self.model.columns):
                self.view.setColumnWidth(section, WIDTH if column.words else NARROW)
        header.setAccessibleDescription("; ".join(f"{column.name}: {column.help}" for column in self.model.columns))

    def _show_selection(self) -> None:
        model, rows = self.view.selectionModel(), self._state.selection.rows
        lines = self.model.lines_of(rows)
        if np.count_nonzero(np.diff(lines) > 1) > SCATTERED:
            lines = lines[:0]
        self._marked = self.model.rows_at(lines)
        if not np.array_equal(lines, self._lines()):
            wanted, last = QItemSelection(), self.model.columnCount() - 1
            starts = lines[np.diff(lines, prepend=-2) > 1]
            ends = lines[np.diff(lines, append=self.model.rowCount() + 2) > 1]
            for first, final in zip(starts.tolist(), ends.tolist(), strict=True):
                wanted.select(self.model.index(first, 0), self.model.index(final, last))
            model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._state.focus != self._current():
            focus = [] if self._state.focus is None else [self._state.focus]
            lines = self.model.lines_of(np.array(focus, np.int64))
            index = self.model.index(int(lines[0]), 0) if len(lines) else QModelIndex()
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            if index.isValid():
                self.view.scrollTo(index)

    def _on_sorting(self) -> None:
        """Let go of what is selected, of which Qt would follow every cell, and which takes it long."""
        selection = self.view.selectionModel()
        if selection is not None:
            selection.blockSignals(True)
            selection.select(QItemSelection(), QItemSelectionModel.SelectionFlag.Clear)
            selection.blockSignals(False)

    def _on_sorted(self) -> None:
        """Mark what is selected where it stands now."""
        self._show_selection()

    def _on_selected(self) -> None:
        """Ask for what the table has selected, if it is not what was last shown: then a hand did it.

        And for the line that the hand is on, or what is shown next would take it back to where it was.
        """
        rows, current = self.selected(), self._current()
        if not np.array_equal(rows, self._marked):
            focus = {} if current in (None, self._state.focus) else {"focus": current}
            self.asked.emit({"selection": Selection(frozen_ints(rows)), **focus})

    def _on_labelled(self, row: int, label: str) -> None:
        """A label that was typed; typing the source's own takes it back."""
        run = self._state.runs[0].run
        self.asked.emit({"annotations": relabelled(run, self._state.annotations, [row], label)})

    def _on_current(self) -> None:
        if self._current() is not None and self._current() != self._state.focus:
            self.asked.emit({"focus": self._current()})

    def _current(self) -> int | None:
        index = self.view.selectionModel().currentIndex()
        return int(self.model.rows_at(np.array([index.row()]))[0]) if index.isValid() else None

    def _lines(self) -> Ints:
        ranges = self.view.selectionModel().selection()
        parts = [ranges.at(place) for place in range(ranges.size())]
        lines = [np.arange(part.top(), part.bottom() + 1) for part in parts]
        return np.unique(np.concatenate(lines)) if lines else np.empty(0, np.int64)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
