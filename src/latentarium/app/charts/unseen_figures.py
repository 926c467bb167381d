"""A frame's figures on unseen classes, beside raw pixels and the first frame, said plainly where pixels are better."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.shown_frame import ShownFrame
from latentarium.app.inspector.point import figure
from latentarium.app.theme import assign_role
from latentarium.app.widgets.scrolled import scrolled
from latentarium.jobs.zero_shot import Compared, compare, worse_than_pixels
from latentarium.runs.run import Run

HEAD = ("", "learned", "raw pixels")  # and the first frame's step
NOTHING = (
    "No two classes are held out of training. Name some in the recipe, under Data › Held out, and every frame is "
    "measured on them."
)


class UnseenFigures(QWidget):
    """A table of figures; a line where raw pixels are better has its number in the colour of what is wrong.

    `button` asks for a linear probe; whoever holds the table finds a place for it.
    """

    probe_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: ShownFrame | None = None
        self._probes: list[tuple[Run, int, tuple[Compared, ...]]] = []  # asked for, newest last
        self._lines: list[tuple[QLabel, ...]] = []
        self.words = QLabel(NOTHING)
        self.words.setWordWrap(True)
        self.button = QPushButton("Linear probe")
        self.button.setProperty("role", "chip")
        self.button.setAccessibleName("Fit a linear probe to this frame")
        self.button.setToolTip("Fit a linear classifier to the frozen embedding of this frame, and measure it")
        self.button.clicked.connect(self.probe_wanted)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 4, 6, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        scroll = scrolled(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(scroll, 1)
        column.addWidget(self.words)

    def keep(self, run: Run, index: int, figures: tuple[Compared, ...]) -> None:
        """Remember a linear probe of a frame, instead of an earlier one of the same."""
        self._probes = [probe for probe in self._probes if probe[1] != index]
        self._probes.append((run, index, figures))
        self.show_frame(self._shown)

    def show_frame(self, shown: ShownFrame | None) -> None:
        """Show the figures of this frame."""
        self._shown = shown
        self._probes = [probe for probe in self._probes if shown is not None and probe[0] is shown.run]
        figures: tuple[Compared, ...] = ()
        if shown is not None:
            figures = compare(shown.run, shown.index)
            for _, index, more in self._probes:
                if index == shown.index:
                    figures += more
        self._fill(figures)
        self.words.setText(_words(figures))
        self.button.setEnabled(shown is not None)

    def texts(self) -> dict[str, tuple[str, ...]]:
        """What stands there: names, and the three numbers of each."""
        lines = [tuple(label.text() for label in line) for line in self._lines if not line[0].isHidden()]
        return {line[0]: line[1:] for line in lines[1:]}

    def _fill(self, figures: tuple[Compared, ...]) -> None:
        rows = [(*HEAD, f"step {self._shown.run.entries[0].step:,}")] if self._shown and figures else []
        rows += [
            (item.title, figure(item.learned, 3), figure(item.pixels, 3), figure(item.first, 3)) for item in figures
        ]
        worse = {item.title for item in worse_than_pixels(figures)}
        while len(self._lines) < len(rows):
            self._lines.append(self._line(len(self._lines)))
        for place, line in enumerate(self._lines):
            for column, label in enumerate(line):
                label.setVisible(place < len(rows))
                if place < len(rows):
                    label.setText(rows[place][column])
            if 0 < place < len(rows):
                assign_role(line[1], "wrong" if rows[place][0] in worse else "value")

    def _line(self, place: int) -> tuple[QLabel, ...]:
        labels = []
        for column in range(len(HEAD) + 1):
            label = QLabel()
            label.setProperty("role", "muted" if column != 1 or place == 0 else "value")
            where = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(label, place, column, where)
            labels.append(label)
        self._grid.setRowStretch(place, 0)
        self._grid.setRowStretch(place + 1, 1)
        return tuple(labels)


def _words(figures: tuple[Compared, ...]) -> str:
    """Where the learned space stands, in one sentence."""
    if not figures:
        return NOTHING
    known = [item for item in figures if item.pixels is not None and np.isfinite(item.pixels)]
    worse = worse_than_pixels(figures)
    if not known:
        return "This run has no figures of raw pixels to hold these against."
    if not worse:
        return "Better than raw pixels in every figure."
    names = ", ".join(item.title for item in worse)
    if len(worse) == len(known):
        return "Raw pixels are better in every figure: on these classes training has taught nothing useful so far."
    return f"Raw pixels are better in {len(worse)} of {len(known)} figures: {names}."
