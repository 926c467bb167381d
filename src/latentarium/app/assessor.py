"""Finds out how far the views' pictures can be trusted, where anyone wants to know, beside the window."""

from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.charts.trust import TrustPanel
from latentarium.app.errands import Errand, Errands
from latentarium.app.session import Session
from latentarium.core.frame import Frame
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.assessment import Assessed, assess_view
from latentarium.scene.state import ColourBy, State

REST = 400  # ms between two assessments while frames come and go: training needs the processor too

Picture = tuple[Run, int, Projection]  # the run, the index of its frame, and how a view shows it


def pictures(state: State) -> tuple[Picture, ...]:
    """What the views show now, each once."""
    found = [
        (shown.run, min(max(state.frame_in(shown), 0), shown.count - 1), projection)
        for shown in state.runs
        if shown.count
        for projection in shown.projections
        if projection is not None
    ]
    return tuple(dict.fromkeys(found))


class Assessor(QObject):
    """Keeps `State.trusts` up to date while dots are coloured by trust, or the panel is in sight."""

    def __init__(self, session: Session, errands: Errands, panel: TrustPanel) -> None:
        super().__init__(session)
        self._panel = panel
        panel.shown.connect(self.look)
        self._session, self._errands = session, errands
        self._under_way: tuple[Picture, ...] = ()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.look)
        session.changed.connect(self._on_changed)

    @Slot()
    def look(self) -> None:
        """Assess what is shown and was not assessed, unless that is being done or was done just now."""
        state = self._session.state
        if self._under_way or self._rest.isActive() or not self._wanted(state):
            return
        shown = pictures(state)
        known = {(found.run, found.step, found.projection): found for found in state.trusts}
        if not shown or all((run, run.entries[index].step, view) in known for run, index, view in shown):
            return
        self._under_way = shown

        def job(tell: Tell, cancelled: IsCancelled) -> tuple[Assessed, ...]:
            made = []
            for run, index, projection in shown:
                frame: Frame = run.frame(index)
                found = known.get((run, frame.step, projection))
                made.append(found or assess_view(run, frame, projection))
                if cancelled():
                    break
            return tuple(made)

        self._errands.begin("Comparing picture and space", job, self._take, self._go_on, quiet=True)

    def end(self) -> None:
        """Look no more; for the end of the program."""
        self._session.changed.disconnect(self._on_changed)
        self._rest.stop()

    def _wanted(self, state: State) -> bool:
        return bool(state.runs) and (state.colour_by is ColourBy.TRUST or self._panel.isVisible())

    def _take(self, found: tuple[Assessed, ...]) -> None:
        runs = [shown.run for shown in self._session.state.runs]
        self._session.update(trusts=tuple(one for one in found if one.run in runs))

    def _go_on(self, errand: Errand) -> None:
        self._under_way = ()
        self._rest.start()

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if not new.runs and new.trusts:
            self._session.update(trusts=())
        self.look()
