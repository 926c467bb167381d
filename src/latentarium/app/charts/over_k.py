"""The mean overlap for other numbers of neighbours."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from latentarium.app.charts.compared_panel import ComparedPanel, lay_out
from latentarium.app.charts.line_plot import Line, LinePlot, Lines
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


class OverKPanel(ComparedPanel):
    """A curve over k; a click compares with that many neighbours."""

    shown = Signal()  # it came into sight: figures are wanted

    def __init__(self) -> None:
        super().__init__("Overlap over k")
        self._found: tuple[KQuestion, OverK | str] | None = None
        self.plot = LinePlot("Mean overlap over the number of neighbours")
        self.plot.setToolTip("A click compares with that many neighbours")
        self.plot.chosen.connect(self._on_chosen)
        self._about = lay_out(self, "overlap over k", (), self.words, self.plot)

    def show_state(self, state: State) -> None:
        """Show what is known of the two runs on the desk."""
        super().show_state(state)
        if self._newest.compared is None:
            self._found = None  # it holds on to runs that may be closed

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _shown_of(self, state: State) -> tuple[object, ...]:
        return (state.comparison.k, state.dark)

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
        self._say(words, self.plot)
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
