"""The mean overlap for other numbers of neighbours."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.charts.compared_words import Newest
from latentarium.app.charts.definitions import DefinitionButton
from latentarium.app.charts.line_plot import Line, LinePlot, Lines
from latentarium.app.charts.throttle import Throttle
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.core.comparison import ComparisonSettings, OverK
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.state import State

WAITING = "Comparing with other numbers of neighbours …"


@dataclass(frozen=True)
class KQuestion:
    """Which frames are compared and how, whatever k."""

    run_a: Run
    frame_a: int
    run_b: Run
    frame_b: int
    settings: ComparisonSettings  # its k says nothing

    @property
    def subject(self) -> object:
        """An answer about another subject is not worth waiting for."""
        return self.run_a, self.run_b

    @classmethod
    def of(cls, compared: Compared) -> "KQuestion":
        """What a comparison is about."""
        settings = replace(compared.settings, k=1)
        return cls(compared.run_a, compared.frame_a, compared.run_b, compared.frame_b, settings)


class OverKPanel(QWidget):
    """A curve over k; a click compares with that many neighbours."""

    asked = Signal(object)
    shown = Signal()  # it came into sight: figures are wanted

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Overlap over k")
        self._state = State()
        self._newest = Newest()
        self._told: tuple[object, ...] = ()
        self._found: tuple[KQuestion, OverK | str] | None = None
        self._throttle = Throttle(self, self._draw)
        self.plot = LinePlot("Mean overlap over the number of neighbours")
        self.plot.setToolTip("A click compares with that many neighbours")
        self.plot.chosen.connect(self._on_chosen)
        self.words = QLabel()
        self.words.setProperty("role", "note")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._about = ElidedLabel("muted")
        head = QHBoxLayout()
        head.addWidget(self._about, 1)
        head.addWidget(DefinitionButton("overlap over k"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 10, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self.plot, 1)

    def show_state(self, state: State) -> None:
        """Follow the two runs on the desk."""
        self._state = state
        self._newest.follow(state)
        if self._newest.compared is None:
            self._found = None  # it holds on to runs that may be closed
        told = (self._newest.compared, self._newest.words(state), state.comparison.k, state.dark)
        if told != self._told:
            self._told = told
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()
        self.shown.emit()

    def question(self) -> KQuestion | None:
        """What is wanted now, while it is in sight, unless it is known."""
        compared = self._newest.compared
        if compared is None or compared.result is None or not self.isVisible():
            return None
        question = KQuestion.of(compared)
        return None if self._found is not None and self._found[0] == question else question

    def show_found(self, question: KQuestion, found: OverK | str) -> None:
        """Show the answer, or the sentence that says why there is none; it stays until there is the next."""
        self._found = question, found
        self._throttle.want()

    def show_progress(self, text: str) -> None:
        """An answer is so near that there is nothing to tell on the way."""

    def _draw(self) -> None:
        found = self._answer()
        words = self._newest.words(self._state) or (found if isinstance(found, str) else "")
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.plot.setVisible(not words)
        if words or isinstance(found, str):
            self._about.show_text("")
            self.plot.show_lines(None, None, self._state.dark)
            return
        k, count = self._state.comparison.k, len(self._newest.result.overlap) if self._newest.result else found.sample
        self._about.show_text(f"k {k}{sampled(found.sample, count)}")
        self.plot.show_lines(lines_of(found), min(k, len(found.ks)) - 1, self._state.dark)

    def _answer(self) -> OverK | str:
        """What is known of the runs on the desk."""
        compared = self._newest.compared
        if compared is None or self._found is None or self._found[0].subject != KQuestion.of(compared).subject:
            return WAITING
        return self._found[1]

    def _on_chosen(self, index: int) -> None:
        found = self._answer()
        if not isinstance(found, str):
            k = int(found.ks[index])
            self.asked.emit({"comparison": replace(self._state.comparison, k=k)})


def lines_of(found: OverK) -> Lines:
    """The two curves."""
    lines = (Line("mean overlap", found.overlap), Line("chance", found.chance, "muted", dashed=True))
    return Lines(found.ks.astype(np.float64), "k", lines, logarithmic=True)


def sampled(sample: int, count: int) -> str:
    """Of how many points figures are, where not of all."""
    return f" · a fixed sample of {sample:,} of {count:,} points" if sample < count else ""
