"""The verification panel: can distance alone tell whether two images are of one class?"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from latentarium.analysis.verification import (
    Pairs,
    best_threshold,
    draw_pairs,
    pair_distances,
    threshold_accuracy,
)
from latentarium.app.charts.distance_plot import DistancePlot, Distances
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.charts.unseen_figures import UnseenFigures
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.app.widgets.swatches import swatches
from latentarium.core.arrays import Floats64
from latentarium.core.dataset import class_name
from latentarium.core.frame import Frame
from latentarium.jobs.zero_shot import Compared
from latentarium.runs.run import Run
from latentarium.scene.state import State

PAGES = ("Distances", "Figures")
FIRST_HINT = "Point at the bars to see pairs. Select two dots, or focus one and point at another, for a verdict."


@dataclass(frozen=True, eq=False)
class Question:
    """The pairs of one run that are asked about, and whether they are of classes held out."""

    run: Run
    pairs: Pairs
    unseen: bool


@dataclass(frozen=True, eq=False)
class Answer:
    """The distances of a question's pairs at one frame, (P,), and the best threshold of their first half."""

    shown: ShownFrame
    frame: Frame
    distances: Floats64
    same: Floats64
    different: Floats64
    best: float


WIDTH = 310  # logical pixels that the panel needs


class VerificationPanel(QWidget):
    """Distances of same and different pairs, a threshold to drag, a verdict on two dots, and the frame's figures."""

    asked = Signal(object)
    probe_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(WIDTH)  # without it the longest line of a page would push its neighbours out of sight
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Verification")
        self.plot = DistancePlot()
        self.plot.moved.connect(self._on_moved)
        self.plot.reset.connect(self._on_reset)
        self.plot.pointed.connect(self._on_pointed)
        self.tiles = ImageTiles("Pairs of images", side=40)
        self.tiles.hovered.connect(self._on_hovered)
        self.tiles.clicked.connect(self._on_clicked)
        self.verdict = QLabel(FIRST_HINT)
        self.verdict.setWordWrap(True)
        self.about = ElidedLabel("note")
        self.figures = UnseenFigures()
        self.figures.probe_wanted.connect(self.probe_wanted)
        self._state = State()
        self._shown: ShownFrame | None = None
        self._question: Question | None = None
        self._answer: Answer | None = None
        self._threshold: float | None = None  # where it was dragged to; None: the best one
        self._pointer: float | None = None
        self._throttle = Throttle(self, self._draw)
        self._pages = QStackedWidget()
        self._lay_out()

    def show_state(self, state: State) -> None:
        """Follow the frame nearest to the moment, and the two dots that are chosen."""
        old, self._state = self._state, state
        chosen = chosen_pair(state) != chosen_pair(old)
        if shown_frame(state) != self._shown or old.dark != state.dark or chosen:
            self._shown = shown_frame(state)
            self._throttle.want()

    def show_probe(self, run: Run, index: int, figures: tuple[Compared, ...]) -> None:
        """Keep a linear probe's figures of one frame beside the others."""
        self.figures.keep(run, index, figures)
        self._buttons[1].click()
        self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    @property
    def threshold(self) -> float:
        """Up to which distance two images count as of one class; NaN while there is nothing to measure."""
        if self._threshold is not None:
            return self._threshold
        return self._answer.best if self._answer else float("nan")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons = []
        for page, text in enumerate(PAGES):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setAccessibleName(f"Verification: {text.lower()}")
            self._group.addButton(button, page)
            self._buttons.append(button)
            head.addWidget(button)
        self._buttons[0].setChecked(True)
        self._group.idClicked.connect(self._on_page)
        head.addSpacing(8)
        head.addWidget(self.about, 1)
        head.addStretch(0)
        head.addWidget(self.figures.button)
        side = QWidget()
        side.setFixedWidth(176)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(6)
        beside.addWidget(self.verdict)
        beside.addWidget(self.tiles)
        beside.addStretch(1)
        distances = QWidget()
        row = QHBoxLayout(distances)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.plot, 1)
        row.addWidget(side)
        self._pages.addWidget(distances)
        self._pages.addWidget(self.figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self._on_page(0)

    def _draw(self) -> None:
        state = self._state
        self._measure()
        self.figures.show_frame(self._shown)
        answer, question = self._answer, self._question
        if answer is None or question is None:
            self.about.show_text("")
            self.plot.show_distances(None, state.dark)
            self._tell("There are no pairs to compare at this frame." if self._shown else "", ())
            return
        half = question.pairs.half
        right = threshold_accuracy(answer.distances[half:], question.pairs.same[half:], self.threshold)
        words = f"{figure(self.threshold)} · accuracy {figure(right, 3)}"
        kind = "classes never trained on" if question.unseen else "trained classes: no two are held out"
        self.about.show_text(f"{len(question.pairs):,} pairs of {kind}")
        self.about.setToolTip(
            "The best threshold is chosen on one half of the pairs, and every accuracy is measured on the other."
        )
        sentence = (
            f"Threshold {figure(self.threshold)}, accuracy {figure(right, 3)} on {len(question.pairs) - half} pairs"
        )
        self.plot.show_distances(Distances(answer.same, answer.different, self.threshold, words, sentence), state.dark)
        self._show_pairs(question, answer)

    def _measure(self) -> None:
        """Read the frame shown, and measure its pairs, unless that was done."""
        if self._shown is None:
            self._question = self._answer = None
            return
        run = self._shown.run
        if self._question is None or self._question.run is not run:
            self._question, self._threshold, self._answer = ask(run), None, None
        if self._question is None or (self._answer is not None and self._answer.shown == self._shown):
            return
        frame = self._shown.read()
        self._answer = None if frame is None else measure(self._question, self._shown, frame)

    def _show_pairs(self, question: Question, answer: Answer) -> None:
        """The two dots that are chosen, with the verdict; else the pairs about the pointer, or the worst ones."""
        run, pair = question.run, chosen_pair(self._state)
        if pair is not None and max(pair) < len(run.probe):
            self._tell(*judge(run, answer.frame, pair, self.threshold), rows=pair)
            return
        pairs, same = question.pairs, question.pairs.same
        if self._pointer is None:
            told = "Told wrong most: different classes nearest together, one class farthest apart."
            distances = answer.distances
            chosen = (
                int(np.where(same, np.inf, distances).argmin()),
                int(np.where(same, distances, -np.inf).argmax()),
            )
        else:
            told = f"About distance {figure(self._pointer)}:"
            away = np.abs(answer.distances - self._pointer)
            chosen = int(np.where(same, away, np.inf).argmin()), int(np.where(same, np.inf, away).argmin())
        figures = tuple(figure(float(answer.distances[place])) for place in chosen for _ in range(2))
        rows = tuple(int(row) for place in chosen for row in (pairs.first[place], pairs.second[place]))
        self._tell(told, figures, rows)

    def _tell(self, text: str, figures: tuple[str, ...], rows: tuple[int, ...] = ()) -> None:
        self.verdict.setText(text)
        if self._question is None or not rows:
            self.tiles.show_tiles([], self._state.dark)
            return
        run = self._question.run
        colours = swatches(len(run.classes), self._state.dark)
        tiles = []
        for row, number in zip(rows, figures, strict=True):
            label = int(run.probe.labels[row])
            name = class_name(run.classes, label)
            about = f"{run.probe.ids[row]}: {name or 'no label'}, distance {number}"
            tiles.append(Tile(run.probe, row, colours[label] if label >= 0 else "#808080", name, number, about))
        self.tiles.show_tiles(tiles, self._state.dark)

    def _on_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        for widget, place in ((self.about, 0), (self.figures.button, 1)):
            widget.setVisible(page == place)

    def _on_moved(self, threshold: float) -> None:
        self._threshold = self._pointer = threshold  # pairs about the line, also where keys move it
        self._draw()

    def _on_reset(self) -> None:
        self._threshold = None
        self._draw()

    def _on_pointed(self, distance: float | None) -> None:
        self._pointer = distance
        self._throttle.want()

    def _on_hovered(self, row: int | None) -> None:
        if chosen_pair(self._state) is None:  # else the tile would choose another pair under the hand
            self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def chosen_pair(state: State) -> tuple[int, int] | None:
    """The two dots that a person chose: a selection of two, or the focus and the dot under the pointer."""
    if len(state.selection) == 2:
        first, second = (int(row) for row in state.selection.rows)
        return first, second
    if state.focus is not None and state.hovered is not None and state.focus != state.hovered:
        return state.focus, state.hovered
    return None


def ask(run: Run) -> Question | None:
    """Pairs of the classes held out; where there are no two of them, of all classes. None where that makes no pairs."""
    labels = run.probe.labels
    unseen = draw_pairs(labels, np.flatnonzero(labels >= run.trained))
    if unseen is not None:
        return Question(run, unseen, True)
    pairs = draw_pairs(labels, np.flatnonzero(labels >= 0))
    return None if pairs is None else Question(run, pairs, False)


def measure(question: Question, shown: ShownFrame, frame: Frame) -> Answer:
    """The distances at a frame."""
    pairs = question.pairs
    distances = pair_distances(frame.embeddings, pairs.first, pairs.second)
    best = best_threshold(distances[: pairs.half], pairs.same[: pairs.half])
    return Answer(shown, frame, distances, distances[pairs.same], distances[~pairs.same], best)


def judge(run: Run, frame: Frame, pair: tuple[int, int], threshold: float) -> tuple[str, tuple[str, str]]:
    """What the threshold says of two dots, whether that is right, and what to write under their images."""
    distance = float(pair_distances(frame.embeddings, np.array(pair[:1]), np.array(pair[1:]))[0])
    labels = [int(run.probe.labels[row]) for row in pair]
    same = distance <= threshold
    verdict = f"Verdict: {'same' if same else 'different'}, distance {figure(distance)}"
    if min(labels) >= 0:
        right = same == (labels[0] == labels[1])
        verdict += f": {'right' if right else 'wrong'}."
    return verdict, (figure(distance), figure(distance))
