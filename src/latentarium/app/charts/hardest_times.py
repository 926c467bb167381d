"""Which examples were the hardest at some moments of a run, one below the other."""

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.hard_examples import HardExample, hardest, make_tile
from latentarium.app.charts.shown_frame import ShownFrame
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.runs.run import Run

ROWS, EACH = 8, 4  # moments, and examples of each
SIDE = 30  # logical pixels of an image, about
PAUSE = 15  # ms between two frames that are read: the window goes on


def moments(count: int, live: bool) -> tuple[int, ...]:
    """About eight frames of `count`, the first and the last among them.

    Of a run that grows each stays as long as it can: the steps between them double, the last is the newest.
    """
    if count <= ROWS:
        return tuple(range(count))
    if not live:
        return tuple(int(index) for index in np.linspace(0, count - 1, ROWS).round())
    stride = 1
    while (count - 1) / stride > ROWS - 1:
        stride *= 2
    return (*range(0, count - 1, stride), count - 1)


class MomentRow(QWidget):
    """The step, which leads there, and beside it the examples that were the hardest then."""

    chosen = Signal(int)  # the index of its frame

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = -1
        self.step = QPushButton()
        self.step.setProperty("role", "cell")
        self.tiles = ImageTiles("Hardest examples then", SIDE)
        self.step.clicked.connect(self._on_step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.step, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.tiles, 1)

    def show_moment(self, run: Run, index: int, tiles: list[Tile], dark: bool) -> None:
        """Show a frame's examples, none while they are not known."""
        self.index = index
        step = run.entries[index].step
        self.step.setText(f"{step:,}")
        self.step.setFixedWidth(self.fontMetrics().horizontalAdvance(f"{run.entries[-1].step:,}") + 6)
        self.step.setToolTip(f"Go to step {step:,}")
        self.step.setAccessibleName(f"Go to step {step:,}")
        self.tiles.show_tiles(tiles, dark)

    @Slot()
    def _on_step(self) -> None:
        self.chosen.emit(self.index)


class HardestTimes(QWidget):
    """A row for each of some moments. Reads one frame at a time, and only while it is in sight."""

    hovered = Signal(object)  # a row of the probe, or None
    clicked = Signal(int)  # a row of the probe
    chosen = Signal(int)  # the index of a frame

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[MomentRow] = []
        self._run: Run | None = None
        self._moments: tuple[int, ...] = ()
        self._found: dict[int, tuple[HardExample, ...]] = {}
        self._dark = True
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 4, 6)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def complete(self) -> bool:
        """Whether every moment's examples are known."""
        return all(index in self._found for index in self._moments)

    def show_run(self, run: Run | None, count: int, live: bool, dark: bool) -> None:
        """Show the moments of a run's first `count` frames."""
        if run is not self._run:
            self._run, self._found = run, {}
        self._moments = moments(count, live) if run is not None else ()
        self._dark = dark
        self._draw()
        self._read_on()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_on()

    def _read_on(self) -> None:
        if self.isVisible() and not self.complete:
            self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        missing = next((index for index in self._moments if index not in self._found), None)
        if missing is None or self._run is None or not self.isVisible():
            self._timer.stop()
            return
        frame = ShownFrame(self._run, missing).read()
        self._found[missing] = () if frame is None else hardest(self._run, frame, EACH)
        self._draw()

    def _draw(self) -> None:
        while len(self.rows) < len(self._moments):
            self._add_row()
        for row, index in zip(self.rows, self._moments, strict=False):
            assert self._run is not None
            tiles = [make_tile(self._run, example, self._dark) for example in self._found.get(index, ())]
            row.show_moment(self._run, index, tiles, self._dark)
            row.show()
        for row in self.rows[len(self._moments) :]:
            row.hide()

    def _add_row(self) -> None:
        row = MomentRow(self)
        row.tiles.hovered.connect(self.hovered)
        row.tiles.clicked.connect(self.clicked)
        row.chosen.connect(self.chosen)
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
