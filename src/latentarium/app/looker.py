"""Finds out what trains the image in focus, where anyone wants to know, beside the window."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.charts.pairs import PairsPanel, Question, question_of
from latentarium.app.errands import Errand
from latentarium.app.parts import Parts
from latentarium.core.looked import Looked
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.jobs.looking import look
from latentarium.scene.forces import springs
from latentarium.scene.springs import acting

REST = 400  # ms between two looks while frames come and go: training needs the processor too


def answer(question: Question) -> Looked | None:
    """What trains the image, None where the frame is damaged; takes seconds where torch is not loaded yet.

    The springs are those that the views draw as lines, where they can: of random triplets all that there are, and
    not some draws.
    """
    run, row, frame = question.shown.run, question.row, question.shown.read()
    if frame is None:
        return None
    looked, objective = look(run, frame, row), acting(run)
    if looked.springs is None or objective is None:
        return looked
    label, labels = int(run.probe.labels[row]), run.reference.labels
    return replace(looked, springs=springs(objective, frame.embeddings[row], label, frame.reference_embeddings, labels))


class Looker(QObject):
    """Answers the question that the panel of pairs asks while it is in sight."""

    def __init__(self, parts: Parts, panel: PairsPanel) -> None:
        super().__init__(parts.session)
        self._session, self._errands, self._panel = parts.session, parts.errands, panel
        self._under_way = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.look)
        panel.shown.connect(self.look)
        parts.session.changed.connect(self._on_changed)

    @Slot()
    def look(self) -> None:
        """Look at the dot in focus, unless that was done, or another look is under way or was just done."""
        if self._under_way or self._rest.isActive() or not self._panel.isVisible():
            return
        question = question_of(self._session.state)
        if question is None or self._panel.answered(question):
            return
        self._under_way = True

        def job(tell: Tell, cancelled: IsCancelled) -> tuple[Question, Looked | None]:
            return question, answer(question)

        self._errands.begin("Looking at pairs", job, self._take, self._go_on, quiet=True)

    def _take(self, answered: tuple[Question, Looked | None]) -> None:
        self._panel.show_looked(*answered)

    def _go_on(self, errand: Errand) -> None:
        self._under_way = False
        self._rest.start()

    @Slot(object, object)
    def _on_changed(self, old: object, new: object) -> None:
        self.look()
