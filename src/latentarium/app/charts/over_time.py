"""A run looked at along its whole length: which examples were hardest when, and what was thought of an image when."""

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.charts.hardest import make_tiles
from latentarium.app.charts.lifelines import Life, Lifelines
from latentarium.app.charts.shown_frame import shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.widgets.image_tiles import ImageTiles
from latentarium.core.errors import LatentariumError
from latentarium.runs.run import Run
from latentarium.scene.state import State

ROWS = 8  # moments of which the hardest examples are shown
TILES = 6  # of them at each
POINTS = 12  # images with bars, at most
BARS = 48  # moments of a band, at most
SLICE = 0.02  # seconds of reading before the window draws again


class OverTimePanel(QWidget):
    """The hardest examples at moments from the first frame to the last, or images with their probabilities over time.

    Frames are read a few at a time, so that the window never waits for all of them.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = State()
        self._known: tuple[object, ...] = ()
        self._tiled: dict[int, tuple[object, ...]] = {}  # what each row of tiles shows
        self._read: dict[int, NDArray[np.float32]] = {}  # probabilities by frame, of the run and rows below
        self._read_of: tuple[object, ...] = ()
        self._throttle = Throttle(self, self._draw)
        self._group = QButtonGroup(self)
        self.hardest = self._chip("hardest", "The hardest examples, from the first frame to the last")
        self.bars = self._chip("image and bars", "Images in focus or selected, with their probabilities over time")
        self.hardest.setChecked(True)
        switch = QHBoxLayout()
        switch.setContentsMargins(10, 0, 10, 0)
        switch.setSpacing(4)
        for chip in (self.hardest, self.bars):
            switch.addWidget(chip)
        switch.addStretch(1)
        self._grid, first = _page()
        self.rows: list[tuple[QPushButton, ImageTiles]] = []
        for line in range(ROWS):
            self._add_row(line)
        self.lines, second = Lifelines(), QWidget()
        self.lines.asked.connect(self.asked)
        self._hint = QLabel("Click a dot, or select some: what the network said of them over time appears here.")
        self._hint.setProperty("role", "note")
        self._hint.setWordWrap(True)
        box = QVBoxLayout(second)
        box.setContentsMargins(12, 4, 10, 6)
        for widget in (self._hint, self.lines):
            box.addWidget(widget)
        box.addStretch(1)
        self._pages = QStackedWidget()
        for page in (first, second):
            self._pages.addWidget(_scrolled(page))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(3)
        column.addLayout(switch)
        column.addWidget(self._pages, 1)

    def show_state(self, state: State) -> None:
        """Show the run of the first column."""
        self._state = state
        shown = shown_frame(state)
        about = (
            shown.run if shown else None,
            state.runs[0].count if shown else 0,
            state.focus,
            state.selection,
            state.dark,
            shown.index if shown and self.bars.isChecked() else 0,
        )
        if about != self._known:
            self._known = about
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    @Slot()
    def _draw(self) -> None:
        """Show what is read; where it is not all, go on when the window has drawn."""
        self._pages.setCurrentIndex(1 if self.bars.isChecked() else 0)
        shown, until = shown_frame(self._state), time.perf_counter() + SLICE
        if shown is None:
            return
        run, count = shown.run, self._state.runs[0].count
        if self.bars.isChecked():
            whole = self._draw_bars(run, count, shown.index, until)
        else:
            whole = self._draw_hardest(run, count, until)
        if not whole:
            self._throttle.want()

    def _draw_hardest(self, run: Run, count: int, until: float) -> bool:
        indices = moments(count, ROWS)
        for line, (button, tiles) in enumerate(self.rows):
            seen = line < len(indices)
            button.setVisible(seen)
            tiles.setVisible(seen)
            wanted = (run, indices[line], self._state.dark) if seen else ()
            if not seen or self._tiled.get(line) == wanted:
                continue
            if time.perf_counter() > until:
                return False
            try:
                made = make_tiles(run, run.frame(indices[line]), self._state.dark, TILES)
            except LatentariumError:
                made = []
            step = run.entries[indices[line]].step
            button.setText(f"step {step:,}")
            button.setAccessibleName(f"Go to step {step}")
            button.setProperty("frame", indices[line])
            self._tiled[line] = wanted
            tiles.show_tiles(made, self._state.dark)
        return True

    def _draw_bars(self, run: Run, count: int, frame: int, until: float) -> bool:
        rows = points(self._state)
        self._hint.setVisible(not rows)
        indices = moments(count, BARS)
        if self._read_of != (run, tuple(rows)):
            self._read_of, self._read = (run, tuple(rows)), {}
        for index in (index for index in indices if rows and index not in self._read):
            try:
                self._read[index] = run.frame(index).probabilities[rows]
            except LatentariumError:
                self._read[index] = np.zeros((len(rows), run.trained), np.float32)  # a gap; the views say why
            if time.perf_counter() > until:
                break
        seen = tuple(index for index in indices if index in self._read)
        lives = [Life(row, seen, np.stack([self._read[i][at] for i in seen])) for at, row in enumerate(rows) if seen]
        self.lines.show_lives(run, tuple(lives), frame, self._state.dark)
        return not rows or len(seen) == len(indices)

    def _add_row(self, line: int) -> None:
        button, tiles = QPushButton(), ImageTiles("Hardest examples then", side=36)
        button.setProperty("role", "flat")
        button.setToolTip("Go to this frame")
        button.clicked.connect(self._on_moment)
        tiles.hovered.connect(self._on_hovered)
        tiles.clicked.connect(self._on_clicked)
        self._grid.addWidget(button, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(tiles, line, 1)
        self.rows.append((button, tiles))

    def _chip(self, text: str, about: str) -> QPushButton:
        chip = QPushButton(text)
        chip.setCheckable(True)
        chip.setProperty("role", "chip")
        chip.setToolTip(about)
        chip.setAccessibleName(f"Over time: {text}")
        chip.clicked.connect(self._throttle.want)
        self._group.addButton(chip)
        return chip

    @Slot()
    def _on_moment(self) -> None:
        frame = self.sender().property("frame")
        if frame is not None:
            self.asked.emit({"moment": float(frame), "playing": False, "following": False})

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def moments(count: int, most: int) -> tuple[int, ...]:
    """At most `most` of `count` frames, the first and the last among them, evenly between, rising."""
    return tuple(np.unique(np.linspace(0, max(count - 1, 0), min(most, max(count, 1))).round().astype(int)).tolist())


def points(state: State) -> list[int]:
    """The rows of the probe to look at: the focus, then the selection, at most twelve."""
    first = [] if state.focus is None else [state.focus]
    return [*first, *(row for row in state.selection.rows[:POINTS].tolist() if row not in first)][:POINTS]


def _page() -> tuple[QGridLayout, QWidget]:
    page = QWidget()
    outer = QVBoxLayout(page)
    outer.setContentsMargins(6, 4, 10, 6)
    grid = QGridLayout()
    grid.setColumnStretch(1, 1)
    outer.addLayout(grid)
    outer.addStretch(1)
    return grid, page


def _scrolled(inside: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return scroll
