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
from latentarium.app.inspector.points_model import COLUMNS, HELP, PointsModel
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.scene.state import Selection, State


class PointsTable(QWidget):
    """The points of the frame shown; what is selected and current here is so in the views."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self.model = PointsModel()
        self._throttle = Throttle(self, self._draw)
        self._drawn: tuple[object, ...] = ()
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self.copy = QPushButton("Copy")
        self.copy.setToolTip("Copy the selected lines, or all, as tab-separated text")
        self.copy.setAccessibleName("Copy as tab-separated text")
        self.copy.clicked.connect(self._on_copy)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Points")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.horizontalHeader().setAccessibleDescription(
            "; ".join(map(": ".join, zip(COLUMNS, HELP, strict=True)))
        )
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        self.view.selectionModel().currentRowChanged.connect(self._on_current)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.view)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_copy)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self.copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 10)
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
        drawn = (shown, state.selection, state.focus)
        if drawn == self._drawn:
            return
        old, self._drawn = self._drawn, drawn
        if not old or shown != old[0]:
            self.model.show_frame(shown.run if shown else None, shown.read() if shown else None)
        self._show_selection()
        rows = self.model.rowCount()
        self._count.setText(f"{rows:,} points" + (f" · {len(state.selection):,} selected" if state.selection else ""))

    def _show_selection(self) -> None:
        model, rows = self.view.selectionModel(), self._state.selection.rows
        lines = self.model.lines_of(rows)
        if not np.array_equal(lines, self._lines()):
            wanted, last = QItemSelection(), self.model.columnCount() - 1
            for run in np.split(lines, np.flatnonzero(np.diff(lines) > 1) + 1):
                if len(run):
                    wanted.select(self.model.index(int(run[0]), 0), self.model.index(int(run[-1]), last))
            model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self._state.focus != self._current():
            focus = [] if self._state.focus is None else [self._state.focus]
            lines = self.model.lines_of(np.array(focus, np.int64))
            index = self.model.index(int(lines[0]), 0) if len(lines) else QModelIndex()
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            if index.isValid():
                self.view.scrollTo(index)

    def _on_selected(self) -> None:
        """Ask for what the table has selected, if it is not what was last shown: then a hand did it."""
        rows = self.selected()
        if not np.array_equal(rows, self._state.selection.rows):
            self.asked.emit({"selection": Selection(frozen_ints(rows))})

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
