"""Finds out what trains the image in focus, where anyone wants to know, beside the window."""

from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.charts.pairs import PairsPanel, Question, question_of
from latentarium.app.errands import Errand
from latentarium.app.parts import Parts
from latentarium.core.looked import Looked
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.jobs.looking import look

REST = 400  # ms between two looks while frames come and go: training needs the processor too


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
            frame = question.shown.read()
            return question, None if frame is None else look(question.shown.run, frame, question.row)

        self._errands.begin("Looking at pairs", job, self._take, self._go_on, quiet=True)

    def _take(self, answer: tuple[Question, Looked | None]) -> None:
        self._panel.show_looked(*answer)

    def _go_on(self, errand: Errand) -> None:
        self._under_way = False
        self._rest.start()

    @Slot(object, object)
    def _on_changed(self, old: object, new: object) -> None:
        self.look()
