"""Looks for events in what was recorded, beside the window, and puts them on the desk."""

from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.errands import Errand
from latentarium.app.inspector.flips_line import FlipsLine
from latentarium.app.parts import Parts
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.scene.happenings import Happenings, extended
from latentarium.scene.state import State

PAUSE = 700  # ms between two looks: a training that is watched needs its cores


class Watch(QObject):
    """Keeps `State.events` up to date with the first open run."""

    def __init__(self, parts: Parts, flips: FlipsLine) -> None:
        super().__init__(parts.session)
        self._session = parts.session
        self._errands = parts.errands
        self._docks = parts.docks
        flips.events_wanted.connect(self._on_events_wanted)
        self._errand: Errand | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._on_timeout)
        parts.session.changed.connect(self._on_changed)

    def end(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if new.runs is not old.runs and self._errand is None and not self._timer.isActive() and _behind(new):
            self._timer.start()

    @Slot()
    def _on_events_wanted(self) -> None:
        self._docks.reveal("events")

    @Slot()
    def _on_timeout(self) -> None:
        state = self._session.state
        if not _behind(state) or self._errand is not None:
            return
        shown = state.runs[0]
        known = state.events if state.events and state.events.run is shown.run else Happenings(shown.run)

        def job(tell: Tell, cancelled: IsCancelled) -> Happenings:
            return extended(known, shown.count, cancelled)

        self._errand = self._errands.begin("Looking for events", job, self._put, self._over, quiet=True)

    def _put(self, found: Happenings) -> None:
        runs = self._session.state.runs
        if runs and runs[0].run is found.run:
            self._session.update(events=found)

    def _over(self, errand: Errand) -> None:
        self._errand = None
        if _behind(self._session.state):
            self._timer.start()


def _behind(state: State) -> bool:
    """Whether the first run has frames that nobody looked at yet."""
    if not state.runs or state.runs[0].count < 2:
        return False
    shown, known = state.runs[0], state.events
    return known is None or known.run is not shown.run or known.upto < shown.count
