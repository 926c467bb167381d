"""Finds out what a panel asks for while it is in sight, beside the window."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from latentarium.app.charts.along import AlongQuestion
from latentarium.app.charts.over_k import KQuestion
from latentarium.app.errands import Errand
from latentarium.app.panels import Panels
from latentarium.app.parts import Parts
from latentarium.core.comparison import Along, OverK
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell

REST = 1000  # ms between two answers while frames come and go: training needs the processor too
Answer = Callable[[Any, Tell, IsCancelled], Any]


class Asking(Protocol):
    """A panel that asks one question at a time, None while it wants nothing. A question has a `subject`."""

    @property
    def shown(self) -> SignalInstance: ...
    def question(self) -> Any: ...
    def show_found(self, question: Any, found: Any) -> None: ...
    def show_progress(self, text: str) -> None: ...


class Answering(QObject):
    """Answers a panel's questions one after the other, through quiet errands; what nobody wants any more is left."""

    def __init__(self, parts: Parts, panel: Asking, name: str, answer: Answer) -> None:
        super().__init__(parts.session)
        self._errands, self._panel, self._name, self._answer = parts.errands, panel, name, answer
        self._asked: Any = None
        self._errand: Errand | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.look)
        panel.shown.connect(self.look)
        parts.session.changed.connect(self._on_changed)

    @Slot()
    def look(self) -> None:
        """Begin with the panel's question, unless there is none, or another one is under way or was just answered."""
        question = self._panel.question()
        if self._errand is not None:
            if question is None or question.subject != self._asked.subject:
                self._errand.cancel()
            return
        if question is None or self._rest.isActive():
            return
        self._asked = question
        answer = self._answer

        def job(tell: Tell, cancelled: IsCancelled) -> tuple[Any, Any]:
            try:
                return question, answer(question, tell, cancelled)
            except CancelledError:
                raise
            except LatentariumError as error:
                return question, str(error)  # it is the panel's to say: asked again, it would fail again

        self._errand = self._errands.begin(self._name, job, self._take, self._go_on, quiet=True)
        self._errand.told.connect(self._on_told)

    def _take(self, answered: tuple[Any, Any]) -> None:
        self._panel.show_found(*answered)

    def _go_on(self, errand: Errand) -> None:
        self._errand = self._asked = None
        if errand.cancelled:
            self.look()
        else:
            self._rest.start()

    @Slot(object, str, float)
    def _on_told(self, errand: Errand, text: str, fraction: float) -> None:
        if errand is self._errand and fraction >= 0:
            self._panel.show_progress(f"{text} … {fraction:.0%}")

    @Slot(object, object)
    def _on_changed(self, old: object, new: object) -> None:
        self.look()


def look_along(question: AlongQuestion, tell: Tell, cancelled: IsCancelled) -> Along:
    """Hold every frame of a run against the last one and the one before."""
    from latentarium.jobs.comparing import along

    return along(question.run, question.settings, tell, cancelled)


def look_over_k(question: KQuestion, tell: Tell, cancelled: IsCancelled) -> OverK:
    """Compare by other numbers of neighbours."""
    from latentarium.jobs.comparing import overlap_over_k

    ours, theirs = (question.run_a, question.frame_a), (question.run_b, question.frame_b)
    return overlap_over_k(*ours, *theirs, question.settings, tell, cancelled)


def answer_panels(parts: Parts, panels: Panels) -> None:
    """Let the panels of curves have answers, and be found from the figures; they live as long as the session."""
    Answering(parts, panels.along, "Comparing the frames of a run", look_along)
    Answering(parts, panels.over_k, "Comparing by other numbers of neighbours", look_over_k)
    panels.agreement.curve_wanted.connect(parts.docks.reveal)
