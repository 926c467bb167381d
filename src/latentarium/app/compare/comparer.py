"""Keeps what two spaces have in common worked out, for the frames and settings shown."""

import time

from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.errands import Errand, Errands
from latentarium.app.session import Session
from latentarium.core.comparison import Comparison
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.scene.columns import comparing
from latentarium.scene.compared import Compared
from latentarium.scene.state import State

SETTLING = 60  # ms that a moment must stand, where it is moved by hand
REST = 1.0  # of the time that a comparison took passes before the next one while frames go by


def wanted(state: State) -> Compared | None:
    """The comparison that the state asks for, not worked out; None where there is nothing to compare."""
    if not comparing(state) or not all(shown.count for shown in state.runs[:2]):
        return None
    a, b = state.runs[:2]
    frames = [min(max(state.frame_in(shown), 0), shown.count - 1) for shown in (a, b)]
    return Compared(a.run, frames[0], b.run, frames[1], state.comparison)


def same(one: Compared | None, other: Compared | None) -> bool:
    """Whether they ask the same."""
    if one is None or other is None:
        return one is other
    return _question(one) == _question(other)


def _question(compared: Compared) -> tuple[object, ...]:
    return compared.run_a, compared.frame_a, compared.run_b, compared.frame_b, compared.settings


class Comparer(QObject):
    """One comparison at a time. What was found stays until there is something newer of the same two runs.

    While frames go by by themselves every comparison comes to its end; one that a hand has made idle is given up.
    """

    def __init__(self, session: Session, errands: Errands) -> None:
        super().__init__(session)
        self._session, self._errands = session, errands
        self._asked: Compared | None = None
        self._errand: Errand | None = None
        self._began = self._took = 0.0
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._next)
        session.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether a comparison is being worked out, or is about to be."""
        return self._errand is not None or self._settling.isActive()

    def end(self) -> None:
        """Work out nothing more; for the end of the program."""
        self._session.changed.disconnect(self._on_changed)
        self._settling.stop()

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        goal = wanted(new)
        if goal is None:
            if new.compared is not None and len(new.runs) < 2:
                self._session.update(compared=None)
            return
        if same(goal, new.compared) and (new.compared is None or _answered(new.compared)):
            return
        if _strange(goal, new.compared):
            self._session.update(compared=goal)
        if self._errand is None:
            if not self._settling.isActive():
                self._settling.start(SETTLING if not _moving(new) else round(1000 * REST * self._took))
        elif not _moving(new) and not same(goal, self._asked):
            self._errand.cancel()

    @Slot()
    def _next(self) -> None:
        state = self._session.state
        goal = wanted(state)
        if self._errand is not None or goal is None:
            return
        if same(goal, state.compared) and state.compared is not None and _answered(state.compared):
            return

        def job(tell: Tell, cancelled: IsCancelled) -> Comparison | str:
            from latentarium.jobs.comparing import compare

            try:
                return compare(goal.run_a, goal.frame_a, goal.run_b, goal.frame_b, goal.settings, tell, cancelled)
            except LatentariumError as error:
                if cancelled():
                    raise
                return str(error)

        self._asked, self._began = goal, time.monotonic()
        self._errand = self._errands.begin("Comparing the two spaces", job, self._take, self._go_on, quiet=True)

    def _take(self, found: Comparison | str) -> None:
        goal, asked = wanted(self._session.state), self._asked
        if goal is None or asked is None or (goal.run_a, goal.run_b) != (asked.run_a, asked.run_b):
            return
        result, problem = (None, found) if isinstance(found, str) else (found, "")
        self._session.update(
            compared=Compared(asked.run_a, asked.frame_a, asked.run_b, asked.frame_b, asked.settings, result, problem)
        )

    def _go_on(self, errand: Errand) -> None:
        self._errand, self._took = None, time.monotonic() - self._began
        state = self._session.state
        goal = wanted(state)
        if goal is not None and not same(goal, state.compared):
            self._settling.start(round(1000 * REST * self._took) if _moving(state) else 0)


def _answered(compared: Compared) -> bool:
    return compared.result is not None or bool(compared.problem)


def _strange(goal: Compared, compared: Compared | None) -> bool:
    """Whether what is known is of other runs: then it says nothing."""
    return compared is None or (compared.run_a, compared.run_b) != (goal.run_a, goal.run_b)


def _moving(state: State) -> bool:
    """Whether frames go by by themselves."""
    return state.playing or any(shown.live for shown in state.runs)
