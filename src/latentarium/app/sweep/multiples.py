"""All runs of a sweep side by side: one camera, one moment and one pointer for all of them."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from latentarium.app.sweep.cell import CellView
from latentarium.app.sweep.chart_view import ChartCell
from latentarium.app.views.legend import Legend
from latentarium.jobs.measures import chart_of
from latentarium.scene.camera import Camera
from latentarium.scene.state import OpenSweep, State
from latentarium.scene.sweep_cells import relative

COLUMNS = 3
ROWS = 3  # that are seen at once; more are scrolled to
LOWEST = 170  # logical pixels, of a row
EMPTY = (
    "A sweep trains the same recipe several times with one value changed, and shows the runs side by side.\n\n"
    "Choose the field and its values at the left, and press Start sweep."
)


class Multiples(QWidget):
    """The cells of the open sweep in three columns, and the chart of their figures after the last."""

    asked = Signal(object)
    pointed = Signal(int, object)  # a cell's index, and the row under the pointer or None
    opened = Signal(int)  # the run of this cell is to be shown alone

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._charted: object = None
        self.cells: list[CellView] = []
        self.chart = ChartCell()
        self._legend = Legend()
        self._legend.asked.connect(self.asked)
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(40, 40, 40, 40)
        self._inside = QFrame()
        self._inside.setProperty("role", "gaps")
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._legend)
        box.addWidget(self._empty, 1)
        box.addWidget(self._scroll, 1)

    def show_state(self, state: State) -> None:
        """Show the open sweep, or what a sweep is."""
        self._state = state
        self._legend.show_state(state)
        sweep = state.sweep
        self._empty.setVisible(sweep is None)
        self._scroll.setVisible(sweep is not None)
        self._legend.setVisible(sweep is not None and bool(state.runs))
        if sweep is None:
            return
        if len(sweep.cells) != len(self.cells):
            self._lay_out(len(sweep.cells))
        for view, cell in zip(self.cells, sweep.cells, strict=True):
            view.show_cell(cell, state)
        self._show_chart(sweep, state.dark)

    def _show_chart(self, sweep: OpenSweep, dark: bool) -> None:
        measured = tuple(cell.measures for cell in sweep.cells)
        key = (id(sweep.sweep), tuple(map(id, measured)), dark)
        if key != self._charted:
            self._charted = key
            self.chart.show_chart(chart_of(sweep.sweep, measured), dark)

    def _lay_out(self, count: int) -> None:
        """Have so many cells; those that there are stay."""
        while len(self.cells) > count:
            self._discard(self.cells.pop())
        while len(self.cells) < count:
            view = CellView(len(self.cells))
            view.asked.connect(self.asked)
            view.pointed.connect(self.pointed)
            view.opened.connect(self.opened)
            view.camera_changed.connect(self._on_camera)
            self.cells.append(view)
        columns = min(COLUMNS, count + 1)
        for place, view in enumerate(self.cells):
            self._grid.addWidget(view, place // columns, place % columns)
        self._grid.addWidget(self.chart, count // columns, count % columns, 1, columns - count % columns)
        rows = -(-(count + 1) // columns)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, int(column < columns))
        for row in range(max(rows, self._grid.rowCount())):
            self._grid.setRowStretch(row, int(row < rows))
            self._grid.setRowMinimumHeight(row, LOWEST if row < rows and rows > ROWS else 0)

    def _discard(self, view: CellView) -> None:
        self._grid.removeWidget(view)
        view.hide()
        view.deleteLater()

    @Slot(int, object, object)
    def _on_camera(self, index: int, camera: Camera, base: Camera) -> None:
        """Turn, move and magnify all cells as this one."""
        if self._state.sweep is not None:
            self.asked.emit({"sweep": replace(self._state.sweep, camera=relative(camera, base))})


def framed_all(state: State) -> dict[str, Any]:
    """What shows every cell whole again."""
    return {"sweep": replace(state.sweep, camera=None)} if state.sweep is not None else {}
