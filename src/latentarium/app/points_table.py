"""The points as a table: sorted, selected and copied without a mouse."""

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

from latentarium.app.points_model import COLUMNS, HELP, PointsModel
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.scene.state import Selection, State


class PointsTable(QWidget):
    """The points of the frame shown; what is selected and current here is so in the views."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._model = PointsModel()
        self._drawn: tuple[object, ...] = ()
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._copy = QPushButton("Copy")
        self._copy.setToolTip("Copy the selected lines, or all, as tab-separated text")
        self._copy.setAccessibleName("Copy as tab-separated text")
        self._copy.clicked.connect(self._on_copy)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setAccessibleName("Points")
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.setSortingEnabled(True)
        self._table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setAccessibleDescription(
            "; ".join(map(": ".join, zip(COLUMNS, HELP, strict=True)))
        )
        self._table.selectionModel().selectionChanged.connect(self._on_selected)
        self._table.selectionModel().currentRowChanged.connect(self._on_current)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self._table)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_copy)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self._copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
        box.addWidget(self._table)
        box.addLayout(foot)

    def show_state(self, state: State) -> None:
        """Show the frame, the selection and the focus; a table that nobody sees waits."""
        self._state = state
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def text(self) -> str:
        """The selected lines, or all, as tab-separated text with a header."""
        lines = self._lines()
        return self._model.tab_separated(lines if len(lines) else np.arange(self._model.rowCount()))

    def _draw(self) -> None:
        state = self._state
        run = state.runs[0].run if state.runs else None
        index = min(state.frame, state.runs[0].count - 1) if state.runs else -1
        drawn = (run, index, state.selection, state.focus)
        if drawn == self._drawn:
            return
        old, self._drawn = self._drawn, drawn
        if drawn[:2] != old[:2]:
            self._model.show_frame(run, run.frame(index) if run and index >= 0 else None)
        self._show_selection()
        rows = self._model.rowCount()
        self._count.setText(f"{rows:,} points" + (f" · {len(state.selection):,} selected" if state.selection else ""))

    def _show_selection(self) -> None:
        model, rows = self._table.selectionModel(), self._state.selection.rows
        lines = self._model.lines_of(rows)
        if not np.array_equal(lines, self._lines()):
            wanted, last = QItemSelection(), self._model.columnCount() - 1
            for run in np.split(lines, np.flatnonzero(np.diff(lines) > 1) + 1):
                if len(run):
                    wanted.select(self._model.index(int(run[0]), 0), self._model.index(int(run[-1]), last))
            model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._state.focus != self._current():
            focus = [] if self._state.focus is None else [self._state.focus]
            lines = self._model.lines_of(np.array(focus, np.int64))
            index = self._model.index(int(lines[0]), 0) if len(lines) else QModelIndex()
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            if index.isValid():
                self._table.scrollTo(index)

    def _on_selected(self) -> None:
        """Ask for what the table has selected, if it is not what was last shown: then a hand did it."""
        rows = self._model.rows_at(self._lines())
        if not np.array_equal(rows, self._state.selection.rows):
            self.asked.emit({"selection": Selection(frozen_ints(rows))})

    def _on_current(self) -> None:
        if self._current() is not None and self._current() != self._state.focus:
            self.asked.emit({"focus": self._current()})

    def _current(self) -> int | None:
        index = self._table.selectionModel().currentIndex()
        return int(self._model.rows_at(np.array([index.row()]))[0]) if index.isValid() else None

    def _lines(self) -> Ints:
        ranges = self._table.selectionModel().selection()
        parts = [ranges.at(place) for place in range(ranges.size())]
        lines = [np.arange(part.top(), part.bottom() + 1) for part in parts]
        return np.unique(np.concatenate(lines)) if lines else np.empty(0, np.int64)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
