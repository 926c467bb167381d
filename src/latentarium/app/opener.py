"""Brings runs onto the desk, keeps their projections ready, and follows a run that another program writes."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from latentarium.app.errands import Errand, Errands
from latentarium.app.session import Session, run_of
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.gl.surface import load_view
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.desk import default_views, foresee, is_of, open_run, project
from latentarium.scene.naming import name_of
from latentarium.scene.state import OpenRun, State, ViewSettings

Views = tuple[ViewSettings, ...]
FOLLOWING = 500  # ms between two looks at a run that is being written


@dataclass(frozen=True)
class Asked:
    """What makes two views need two projections."""

    kind: str
    method: str
    dimensions: int
    layout: str
    poles: tuple[int, ...]
    rest: bool

    @classmethod
    def of(cls, view: ViewSettings) -> "Asked":
        return cls(view.kind, view.method, view.dimensions, view.layout, view.poles, view.rest)


def reach(projection: Projection, run: Run, tell: Tell, cancelled: IsCancelled) -> None:
    """Let a projection that builds on earlier frames see all of them, so that the window need not wait for it."""
    for index in range(0, len(run), 4):
        if not projection.ready_to(index):
            tell(f"Preparing {name_of(run)}: {projection.title}", index / len(run))
            if not projection.extend(index, cancelled):
                return
    projection.extend(len(run) - 1, cancelled)


def fitting_views(views: Views, before: Run | None, run: Run) -> Views:
    """A person's settings of the views, as far as they make sense for `run`, which comes after `before`.

    Poles are of certain classes, and a method of certain dimensions; all else is taste, and stays.
    """
    same_classes = before is not None and before.classes == run.classes
    same_width = before is not None and before.recipe.network.embedding == run.recipe.network.embedding
    fitting = []
    for view, usual in zip(views, default_views(run), strict=True):
        if not same_classes:
            view = replace(view, poles=usual.poles, rest=usual.rest)
        if not same_width:
            view = replace(view, method=usual.method, dimensions=usual.dimensions, background=usual.background)
        fitting.append(view)
    return tuple(fitting)


class Opener(QObject):
    """Opens runs in a thread, and keeps what is open up to date."""

    opened = Signal(object)  # OpenRun, now on the desk

    def __init__(self, session: Session, errands: Errands) -> None:
        super().__init__(session)
        self._session = session
        self._errands = errands
        self._errand: Errand | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOWING)
        self._timer.timeout.connect(self._on_timeout)
        self._written_here: Run | None = None
        # For which view, what it wants, and the view as it was last seen. What nobody wants any more is taken out.
        self._making: dict[Errand, tuple[int, Asked, ViewSettings]] = {}
        session.changed.connect(self._on_changed)

    def open(self, path: Path, moment: float | None = None, views: Views | None = None) -> None:
        """Read the run at `path`, and show it at `moment` (None: its newest frame; negative: from the end).

        `views` are to be shown as they are; without them the present ones are fitted to the run.
        """
        present, before = self._session.state.views, run_of(self._session.state)

        def job(tell: Tell, cancelled: IsCancelled) -> Run:
            tell(f"Opening {path.name}", None)
            load_view()
            run = Run.open(path)
            if len(run) == 0 and not run.writer_alive():
                raise LatentariumError(f"The run {path} has no frames: its training ended before the first one.")
            shown = views or fitting_views(present, before, run)
            if any(view.background == "voronoi" for view in shown):
                import scipy.spatial  # noqa: F401  which the window's thread must not wait for

            for projection in open_run(run, shown).projections:
                if projection is not None:
                    reach(projection, run, tell, cancelled)
            foresee(run)
            return run

        def then(run: Run) -> None:
            self.show(run, moment, views)

        if self._errand is not None:
            self._errand.cancel()
        self._errand = self._errands.begin(f"Opening {path.name}", job, then)

    def show(
        self, run: Run, moment: float | None = None, views: Views | None = None, written_here: bool = False
    ) -> None:
        """Put `run` on the desk in place of what lies there; `written_here`: this program is training it."""
        if written_here:
            self._written_here = run
        state = self._session.state
        views = views or fitting_views(state.views, run_of(state), run)
        made = open_run(run, views, live=written_here or run.writer_alive())
        last = float(max(made.count - 1, 0))
        at = last if moment is None else moment if moment >= 0 else made.count + moment
        at = min(max(at, 0.0), last)
        self._session.update(runs=(made,), views=views, moment=at, following=at == last, playing=False)
        if made.live and not written_here:
            self._timer.start()
        else:
            self._timer.stop()
        self.opened.emit(made)

    def claim(self, run: Run) -> None:
        """Know that this program is training `run`, and that its frames come without looking for them."""
        self._written_here = run

    def prepare(self) -> None:
        """Have the projections made that the run on the desk lacks, as one that was a cell of a sweep does."""
        state = self._session.state
        if not state.runs or all(state.runs[0].projections):
            return
        shown = state.runs[0]
        pairs = enumerate(zip(shown.projections, state.views, strict=True))
        made = tuple(known or self._make(shown.run, index, view, view) for index, (known, view) in pairs)
        self._session.update(runs=(replace(shown, projections=made), *state.runs[1:]))

    def close_run(self) -> None:
        """Take the run off the desk."""
        self._timer.stop()
        self._session.update(runs=(), moment=0.0, following=True, playing=False)

    def end(self) -> None:
        """Follow nothing any more; for the end of the program."""
        self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        """Take the frames that other programs have written since; stop looking when they are gone."""
        runs = self._session.state.runs
        renewed = tuple(_refreshed(shown) if self._foreign(shown) else shown for shown in runs)
        if any(new is not old for new, old in zip(renewed, runs, strict=True)):
            self._session.update(runs=renewed)
        if not any(self._foreign(shown) for shown in renewed):
            self._timer.stop()

    def _foreign(self, shown: OpenRun) -> bool:
        """Whether another program is writing it."""
        return shown.live and (self._written_here is None or not is_of(shown, self._written_here))

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        """Follow what others write, and make the projections anew that a change of the views asks for."""
        if new.runs is not old.runs and not self._timer.isActive() and any(map(self._foreign, new.runs)):
            self._timer.start()
        if new.views is old.views or not new.runs or run_of(old) is not run_of(new):
            return
        pairs = tuple(enumerate(zip(old.views, new.views, strict=True)))
        changed = [index for index, (before, after) in pairs if Asked.of(before) != Asked.of(after)]
        if changed:
            seen = list(old.views)
            for errand, (index, asked, before) in tuple(self._making.items()):
                if asked != Asked.of(new.views[index]):
                    del self._making[errand]
                    errand.cancel()
                    seen[index] = before
            runs = tuple(self._reprojected(shown, changed, new.views, tuple(seen)) for shown in new.runs)
            self._session.update(runs=runs)

    def _reprojected(self, shown: OpenRun, changed: list[int], views: Views, before: Views) -> OpenRun:
        kept = list(shown.projections)
        for index in changed:
            kept[index] = self._make(shown.run, index, views[index], before[index])
        return replace(shown, projections=tuple(kept))

    def _make(self, run: Run, index: int, view: ViewSettings, before: ViewSettings) -> Projection | None:
        """The projection for a view: at once where it is ready, None where an errand has to prepare it.

        Where that is given up, the view is as `before`.
        """
        made = project(run, view)
        if made.ready_to(len(run) - 1):
            return made

        def job(tell: Tell, cancelled: IsCancelled) -> Projection:
            reach(made, run, tell, cancelled)
            return made

        def then(made: Projection) -> None:
            self._place(run, index, view, made)

        def afterwards(errand: Errand) -> None:
            if self._making.pop(errand, None) is None:
                return  # something else was wanted meanwhile, whose errand is another
            others = any(other[:2] == (index, Asked.of(view)) for other in self._making.values())
            if errand.cancelled or not others:
                self._give_up(index, view, before)

        errand = self._errands.begin(f"Preparing {name_of(run)}", job, then, afterwards)
        self._making[errand] = index, Asked.of(view), before
        return None

    def _give_up(self, index: int, view: ViewSettings, before: ViewSettings) -> None:
        """Show what was there, where the view still waits for what was not made: cancelled, or a frame is damaged."""
        state = self._session.state
        waiting = any(shown.projections[index] is None for shown in state.runs)
        if waiting and Asked.of(state.views[index]) == Asked.of(view) != Asked.of(before):
            views = (*state.views[:index], before, *state.views[index + 1 :])
            self._session.update(views=views)

    def _place(self, run: Run, index: int, view: ViewSettings, made: Projection) -> None:
        state = self._session.state
        if Asked.of(state.views[index]) != Asked.of(view):
            return  # something else is wanted by now
        self._session.update(runs=tuple(_placed(shown, run, index, made) for shown in state.runs))


def _refreshed(shown: OpenRun) -> OpenRun:
    """With the frames written since; live no more where the writer is gone."""
    alive = shown.run.writer_alive()  # asked first: what it wrote before it went is read below
    try:
        shown.run.refresh()
    except (LatentariumError, OSError):
        alive = False
    return shown if alive and len(shown.run) == shown.count else replace(shown, count=len(shown.run), live=alive)


def _placed(shown: OpenRun, run: Run, index: int, made: Projection) -> OpenRun:
    """With another projection in one view, where it is of this run."""
    if shown.run is not run:
        return shown
    return replace(shown, projections=(*shown.projections[:index], made, *shown.projections[index + 1 :]))
