"""How alike each frame of a training is to its last one, and to the one before: is it still worth training?"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from latentarium.app.charts.compared_panel import lay_out, words_label
from latentarium.app.charts.line_plot import Line, LinePlot, Lines
from latentarium.app.charts.over_k import sampled
from latentarium.app.charts.throttle import Throttle
from latentarium.core.comparison import Along, ComparisonSettings
from latentarium.runs.run import Run
from latentarium.scene.link import linked_moment
from latentarium.scene.state import OpenRun, State

NO_RUN = "Open a run: this shows how alike its frames are to the last one."
ONE_FRAME = "A run of one frame has no training to look along."
WAITING = "Comparing the frames …"
NAMES = ("A", "B")
GROWN = 1.2  # times as many frames: then it is worth looking along a run anew that is being trained


@dataclass(frozen=True)
class AlongQuestion:
    """Which frames of which run, and how two of them are compared."""

    run: Run
    count: int
    settings: ComparisonSettings  # metric_a is the run's, and metric_b says nothing

    @property
    def subject(self) -> object:
        """An answer about another subject is not worth waiting for."""
        return self.run


class AlongPanel(QWidget):
    """Two curves over the steps of a run; a click goes to that frame."""

    asked = Signal(object)
    shown = Signal()  # it came into sight: figures are wanted

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Overlap along training")
        self._state = State()
        self._told: tuple[object, ...] = ()
        self._found: dict[Run, tuple[AlongQuestion, Along | str]] = {}
        self._progress = ""
        self._throttle = Throttle(self, self._draw)
        self.plot = LinePlot("Overlap of the frames with the last one and with the one before")
        self.plot.setToolTip("A click goes to that frame")
        self.plot.chosen.connect(self._on_chosen)
        self.words = words_label()
        self.chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name in NAMES:
            chip = QPushButton(name)
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Overlap along the training of run {name}")
            chip.clicked.connect(self._on_chip)
            group.addButton(chip)
            self.chips[name] = chip
        self.chips["A"].setChecked(True)
        self._about = lay_out(self, "along training", tuple(self.chips.values()), self.words, self.plot)

    def show_state(self, state: State) -> None:
        """Follow the runs on the desk and the moment."""
        self._state = state
        self._found = {shown.run: self._found[shown.run] for shown in state.runs if shown.run in self._found}
        runs = tuple((shown.run, shown.count, state.frame_in(shown)) for shown in state.runs)
        told = (runs, state.comparison, state.dark)
        if told != self._told:
            self._told = told
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()
        self.shown.emit()

    def question(self) -> AlongQuestion | None:
        """What is wanted now, while it is in sight, unless it is known."""
        question = self._wanted()
        if question is None or question.count < 2 or not self.isVisible():
            return None
        found = self._found.get(question.run)
        if found is None:
            return question
        known, live = found[0], any(shown.live for shown in self._state.runs if shown.run is question.run)
        if live and known.settings == question.settings and question.count < GROWN * known.count:
            return None  # training needs the processor too, and every new frame is another last one
        return None if known == question else question

    def show_found(self, question: AlongQuestion, found: Along | str) -> None:
        """Show the answer, or the sentence that says why there is none; it stays until there is the next."""
        if question.run in {shown.run for shown in self._state.runs}:
            self._found[question.run] = question, found
        self._progress = ""
        self._throttle.want()

    def show_progress(self, text: str) -> None:
        """Say how far the answer is."""
        self._progress = text
        self._throttle.want()

    def _open(self) -> tuple[int, OpenRun] | None:
        """The run that is looked along: 0 and A, or 1 and B."""
        place = 1 if self.chips["B"].isChecked() and len(self._state.runs) > 1 else 0
        return (place, self._state.runs[place]) if self._state.runs else None

    def _wanted(self) -> AlongQuestion | None:
        opened = self._open()
        if opened is None:
            return None
        place, shown = opened
        settings = self._state.comparison
        metric = settings.metric_b if place else settings.metric_a
        return AlongQuestion(
            shown.run, shown.count, ComparisonSettings(settings.k, metric, metric, settings.include_self)
        )

    def _draw(self) -> None:
        opened, question = self._open(), self._wanted()
        two = len(self._state.runs) > 1 and self._state.runs[0].run is not self._state.runs[1].run
        for chip in self.chips.values():
            chip.setVisible(two)
        known = self._found[question.run][1] if question and question.run in self._found else ""
        words = NO_RUN if question is None else ONE_FRAME if question.count < 2 else ""
        if isinstance(known, str):
            words = words or known or self._progress or WAITING
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.plot.setVisible(not words)
        if words:
            self._about.show_text("")
        if words or isinstance(known, str) or opened is None:
            self.plot.show_lines(None, None, self._state.dark)
            return
        settings = self._found[opened[1].run][0].settings
        self._about.show_text(f"k {settings.k}, {settings.metric_a}{sampled(known.sample, len(opened[1].run.probe))}")
        at = min(self._state.frame_in(opened[1]), len(known.steps) - 1)
        self.plot.show_lines(lines_of(known), at, self._state.dark)

    def _on_chip(self) -> None:
        self._throttle.want()
        self.shown.emit()

    def _on_chosen(self, index: int) -> None:
        opened = self._open()
        if opened is not None:
            self.asked.emit(going_to(self._state, opened[0], index))


def going_to(state: State, place: int, index: int) -> dict[str, Any]:
    """The changes that show frame `index` of the first run, or of the second: alone, or linked as they are."""
    still = {"following": False, "playing": False}
    if not place:
        return {"moment": float(index), **still}
    first, second = state.runs
    if second.moment is not None:
        return {"runs": (first, replace(second, moment=float(index)))}
    theirs, ours = (second.run, second.live), (first.run, first.live)
    return {"moment": linked_moment(theirs, float(index), ours, first.count, state.link), **still}


def lines_of(found: Along) -> Lines:
    """The two curves."""
    lines = (
        Line("with last", found.to_last),
        Line("with one before", found.to_previous, "loss"),
        Line("chance", np.full(len(found.steps), found.chance), "muted", dashed=True),
    )
    return Lines(found.steps.astype(np.float64), "step", lines)
