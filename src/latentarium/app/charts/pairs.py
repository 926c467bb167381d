"""What trains the image in focus: its triplets one by one, and the springs that pull and push it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.charts.pair_rows import SpringRows, TripletRows
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.scrolled import scrolled
from latentarium.core.looked import Looked
from latentarium.jobs.looking import NO_PAIRS, comparing
from latentarium.scene.state import State

PAGES = ("Triplets", "Springs")
NO_RUN = "Open a run, and click a dot: here is what trains its image."
NO_FOCUS = "Click a dot: here are the triplets that its image is the anchor of, and what pulls and pushes it."
WAITING = "Looking at what trains this image …"
DAMAGED = "This frame cannot be read."
ALONE = "Among the images of the reference nothing pulls or pushes this one."


@dataclass(frozen=True)
class Question:
    """A dot of a frame; equal where there is nothing new to find out."""

    shown: ShownFrame
    row: int


def question_of(state: State) -> Question | None:
    """The dot in focus at the frame shown, if the run's objective compares images at all."""
    shown = shown_frame(state)
    if shown is None or state.focus is None or not comparing(shown.run.recipe):
        return None
    return Question(shown, state.focus)


class PairsPanel(QWidget):
    """Anchor, positive and negative in rows on one page, attraction and repulsion on the other."""

    asked = Signal(object)
    shown = Signal()  # it came into sight: answers are wanted

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Pairs and triplets")
        self.triplets, self.springs = TripletRows(), SpringRows()
        self.about = ElidedLabel("note")
        self.empty = QLabel()
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.empty.setMargin(2)
        self._state = State()
        self._answer: tuple[Question, Looked | None] | None = None
        self._drawn: tuple[Looked, bool] | None = None  # what the rows show, and in which theme
        self._pages = QStackedWidget()
        for rows in (self.triplets, self.springs):
            rows.asked.connect(self.asked)
            self._pages.addWidget(scrolled(rows))
        group = QButtonGroup(self)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        self.chips: dict[str, QPushButton] = {}
        for place, text in enumerate(PAGES):
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setChecked(not place)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Pairs: {text.lower()}")
            group.addButton(chip, place)
            head.addWidget(chip)
            self.chips[text] = chip
        head.addSpacing(6)
        head.addWidget(self.about, 1)
        group.idClicked.connect(self._on_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 4, 4)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._pages, 1)
        column.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        self._draw()

    def show_state(self, state: State) -> None:
        """Take note of the dot in focus; what is known of it comes by `show_looked`."""
        old, self._state = self._state, state
        if old.runs is not state.runs or (old.focus, old.frame, old.dark) != (state.focus, state.frame, state.dark):
            self._draw()

    def show_looked(self, question: Question, looked: Looked | None) -> None:
        """Show what was found out; None where the frame is damaged."""
        self._answer = (question, looked)
        self._draw()

    def answered(self, question: Question) -> bool:
        """Whether this is what is shown."""
        return self._answer is not None and self._answer[0] == question

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()
        self.shown.emit()

    def _draw(self) -> None:
        """Show the answer, that of the frame before until the next is there, or why there is none."""
        if not self.isVisible():
            return
        question, looked = question_of(self._state), None
        if question is not None and self._answer is not None:
            known, found = self._answer
            if known.row == question.row and known.shown.run is question.shown.run:
                looked = found
                question = known
        sentence = self._sentence(question, looked)
        for widget, seen in ((self._head, not sentence), (self._pages, not sentence), (self.empty, bool(sentence))):
            widget.setVisible(seen)
        self.empty.setText(sentence)
        if sentence or question is None or looked is None or self._drawn == (looked, self._state.dark):
            return
        self._drawn = (looked, self._state.dark)
        run, dark = question.shown.run, self._state.dark
        self.triplets.show_mined(run, question.row, looked.triplets, dark)
        self.springs.show_springs(run, looked.springs, dark)
        for text, found_any in zip(PAGES, (looked.triplets, looked.springs), strict=True):
            self.chips[text].setVisible(found_any is not None)
        page = self._pages.currentIndex()
        if (looked.triplets, looked.springs)[page] is None:
            page = 1 - page
            self.chips[PAGES[page]].setChecked(True)
        self._on_page(page)

    def _sentence(self, question: Question | None, looked: Looked | None) -> str:
        """Why there is nothing to show, or nothing."""
        shown = shown_frame(self._state)
        if shown is None:
            return NO_RUN
        if not comparing(shown.run.recipe):
            return NO_PAIRS
        if question is None:
            return NO_FOCUS
        if looked is None:
            return DAMAGED if self.answered(question) else WAITING
        if looked.triplets is None and looked.springs is None:
            return looked.sentence or ALONE
        return ""

    def _on_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self.about.show_text((self.triplets, self.springs)[page].about)
