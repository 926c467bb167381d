"""What the network said of an image from the first frame to the last."""

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from latentarium.app.charts.lifelines import Life, Lifelines
from latentarium.app.charts.shown_frame import shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.widgets.scrolled import scrolled
from latentarium.core.errors import LatentariumError
from latentarium.runs.run import Run
from latentarium.scene.state import State

POINTS = 12  # images, at most
MOMENTS = 48  # of a band, at most
SLICE = 0.02  # seconds of reading before the window draws again
HINT = "Click a dot, or select some: what the network said of them from the first frame to the last appears here."
WITHOUT = "The points of this run have no classes, so there are no probabilities to show."


class OverTimePanel(QWidget):
    """The images in focus or selected, each with its probabilities over time as a band; a click goes there.

    Frames are read a few at a time, so that the window never waits for all of them.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = State()
        self._known: tuple[object, ...] = ()
        self._read: dict[int, NDArray[np.float32]] = {}  # probabilities by frame, of the run and rows below
        self._read_of: tuple[object, ...] = ()
        self._throttle = Throttle(self, self._draw)
        self.lines = Lifelines()
        self.lines.asked.connect(self.asked)
        self._hint = QLabel(HINT)
        self._hint.setProperty("role", "note")
        self._hint.setWordWrap(True)
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(12, 4, 10, 6)
        for widget in (self._hint, self.lines):
            box.addWidget(widget)
        box.addStretch(1)
        scroll = scrolled(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_state(self, state: State) -> None:
        """Show points of the run in the first column."""
        self._state = state
        shown = shown_frame(state)
        count = state.runs[0].count if shown else 0
        about = (shown, count, state.focus, state.selection, state.dark)
        if about != self._known:
            self._known = about
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    @Slot()
    def _draw(self) -> None:
        """Show what is read; where it is not all, go on when the window has drawn."""
        shown, rows = shown_frame(self._state), points(self._state)
        self._hint.setVisible(not rows)
        self.lines.setVisible(bool(rows))
        if shown is None or not shown.run.trained:
            self._hint.setText(WITHOUT if shown else HINT)
            self._hint.show()
            self.lines.hide()
            return
        self._hint.setText(HINT)
        indices = moments(self._state.runs[0].count, MOMENTS)
        if rows:
            self._read_frames(shown.run, rows, indices)
        seen = tuple(index for index in indices if index in self._read) if rows else ()
        lives = [Life(row, seen, np.stack([self._read[i][at] for i in seen])) for at, row in enumerate(rows) if seen]
        self.lines.show_lives(shown.run, tuple(lives), shown.index, self._state.dark)
        if rows and len(seen) < len(indices):
            self._throttle.want()

    def _read_frames(self, run: Run, rows: list[int], indices: tuple[int, ...]) -> None:
        """Read frames that are not known yet, one at least, for as long as nobody notices."""
        if self._read_of != (run, tuple(rows)):
            self._read_of, self._read = (run, tuple(rows)), {}
        until = time.perf_counter() + SLICE
        for index in indices:
            if index in self._read:
                continue
            try:
                self._read[index] = run.frame(index).probabilities[rows]
            except LatentariumError:
                self._read[index] = np.zeros((len(rows), run.trained), np.float32)  # a gap; the views say why
            if time.perf_counter() > until:
                return


def moments(count: int, most: int) -> tuple[int, ...]:
    """At most `most` of `count` frames, the first and the last among them, evenly between, rising."""
    return tuple(np.unique(np.linspace(0, max(count - 1, 0), min(most, max(count, 1))).round().astype(int)).tolist())


def points(state: State) -> list[int]:
    """The rows of the probe to look at: the focus, then the selection, at most twelve."""
    first = [] if state.focus is None else [state.focus]
    return [*first, *(row for row in state.selection.rows[:POINTS].tolist() if row not in first)][:POINTS]
