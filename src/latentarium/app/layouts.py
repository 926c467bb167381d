"""Has t-SNE and UMAP laid out for the views that show them, beside the window, and puts what is ready on the desk."""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, QTimer, Slot

from latentarium.app.errands import Errand, Errands
from latentarium.app.session import Session
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.jobs.layouts import Guide, lay_out
from latentarium.projections.layouts.layout import Layout
from latentarium.projections.layouts.task import NAMES
from latentarium.projections.layouts.workshop import Workshop
from latentarium.runs.run import Run
from latentarium.scene.desk import atlas
from latentarium.scene.state import OpenRun, State, ViewSettings

GLIDE = 0.3  # seconds in which the dots reach a layout that arrived
TICK = 33  # ms


@dataclass(frozen=True)
class Wish:
    """A frame that a view wants laid out; `quiet` ones keep a view up to date, and say nothing of themselves."""

    run: Run
    index: int
    view: int
    settings: ViewSettings
    quiet: bool
    guide: Guide | None = None


def cache_folder() -> Path:
    """Where what numba compiled lies: under $LATENTARIUM_CACHE, else in the user's cache folder."""
    named = os.environ.get("LATENTARIUM_CACHE")
    return (Path(named) if named else platformdirs.user_cache_path("latentarium")) / "numba"


def wish_of(state: State) -> Wish | None:
    """What is to be laid out next: what was asked for before what is to be kept up to date."""
    wishes = [
        wish
        for shown in state.runs
        for view in range(len(state.views))
        if (wish := _wish(state, shown, view)) is not None
    ]
    return min(wishes, key=lambda wish: wish.quiet, default=None)


def _wish(state: State, shown: OpenRun, view: int) -> Wish | None:
    """The frame shown, where nothing is laid out yet, it was asked for, or the view is to be kept up to date."""
    settings = state.views[view]
    projection = shown.projections[view] if view < len(shown.projections) else None
    if not isinstance(projection, Layout) or shown.count == 0 or not _fits(projection, settings):
        return None
    index = min(max(state.frame_in(shown), 0), shown.count - 1)
    asked = settings.laid_out if 0 <= settings.laid_out < shown.count else None
    if settings.laid_out >= 0 and any(other.run is not shown.run for other in state.runs):
        asked = index  # of two runs each has frames of its own: what is asked for is what they show
    shown_first = index if not projection.laid else None
    always = index if settings.following else None
    for wanted, quiet in ((shown_first, False), (asked, False), (always, True)):
        if wanted is not None and shown.run.entries[wanted].step not in projection.steps:
            return Wish(shown.run, wanted, view, settings, quiet, _guide(state, shown, view))
    return None


def _guide(state: State, shown: OpenRun, view: int) -> Guide | None:
    """Of the second of two runs the layout of the first: where its dots go, if they are still on their way there."""
    first = state.runs[0]
    layout = first.projections[view]
    if shown is first or shown.run is first.run or not isinstance(layout, Layout) or not layout.laid:
        return None
    return Guide(replace(layout, older=None), first.run, min(max(state.frame_in(first), 0), first.count - 1))


class Layouts(QObject):
    """One layout at a time: of the frame that is shown when it begins, so a training may run ahead of it."""

    def __init__(self, session: Session, errands: Errands) -> None:
        super().__init__(session)
        self._session, self._errands = session, errands
        self._workshop = Workshop(cache_folder())
        self._wish: Wish | None = None  # what is being laid out
        self._errand: Errand | None = None
        self._done = False  # whether it came to its end
        # Where the dots come from that are on their way, where they go, and how far they have got.
        self._old: Layout | None = None
        self._new: Layout | None = None
        self._stage: Layout | None = None
        self._began = 0.0
        self._gliding = QTimer(self)
        self._gliding.setInterval(TICK)
        self._gliding.timeout.connect(self._on_timeout)
        session.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether something is being laid out, or dots are on their way to a new layout."""
        return self._errand is not None or self._gliding.isActive()

    def warm(self) -> None:
        """Ready the process while nobody waits for it; may be called from another thread."""
        self._workshop.warm()

    def end(self) -> None:
        """End the process; for the end of the program."""
        self._session.changed.disconnect(self._on_changed)
        self._gliding.stop()
        self._workshop.end()

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if old.runs is new.runs and old.views is new.views and old.frame == new.frame:
            return
        self._renew(new)
        if self._wish is not None and self._errand is not None and self._unwanted(new, self._wish):
            self._errand.cancel()
        self._next()

    def _next(self) -> None:
        wish = wish_of(self._session.state) if self._errand is None else None
        if wish is None:
            return

        def job(tell: Tell, cancelled: IsCancelled) -> Layout:
            return lay_out(wish.run, wish.index, wish.settings, self._workshop, tell, cancelled, wish.guide)

        name = f"Laying out by {NAMES[wish.settings.method]}"
        self._wish, self._done = wish, False
        self._errand = self._errands.begin(name, job, self._succeed, self._go_on, wish.quiet)

    def _succeed(self, layout: Layout) -> None:
        self._done = True

    def _go_on(self, errand: Errand) -> None:
        """Show what there is, and begin the next. What failed or was cancelled is not tried again by itself."""
        wish, self._wish, self._errand = self._wish, None, None
        if wish is not None and not self._done:
            self._give_up(wish)
        elif wish is not None:
            self._glide(wish)
        self._renew(self._session.state)
        if wish is not None and self._done:
            self._fulfil(wish)
        self._next()

    def _glide(self, wish: Wish) -> None:
        """Let the dots go from where they are to their new places."""
        runs = self._session.state.runs
        on_desk = [known for shown in runs if shown.run is wish.run for known in shown.projections]
        for known in on_desk:
            if isinstance(known, Layout) and _fits(known, wish.settings):
                self._old = replace(known, older=None)  # one that is still under way arrives
                self._new = atlas(wish.run, wish.settings).newest
                self._began = time.monotonic()
                self._stage = self._new.coming_from(self._old, 0.0)
                self._gliding.start()

    @Slot()
    def _on_timeout(self) -> None:
        part = (time.monotonic() - self._began) / GLIDE
        if part < 1 and self._old is not None and self._new is not None:
            self._stage = self._new.coming_from(self._old, part)
        else:
            self._gliding.stop()
            self._old = self._new = self._stage = None
        self._renew(self._session.state)

    def _newest(self, run: Run, settings: ViewSettings) -> Layout:
        """The newest layout, or how far the dots have got on their way to it."""
        newest = atlas(run, settings).newest
        return self._stage if self._stage is not None and self._new is newest else newest

    def _fulfil(self, wish: Wish) -> None:
        """What was asked for once is not asked for again, by another method, say."""
        state = self._session.state
        views = list(state.views)
        asked = [_wish(state, shown, wish.view) for shown in state.runs]
        waiting = any(other is not None and not other.quiet for other in asked)
        if views[wish.view].laid_out >= 0 and not waiting:
            views[wish.view] = replace(views[wish.view], laid_out=-1)
            self._session.update(views=tuple(views))

    def _give_up(self, wish: Wish) -> None:
        """Want it no longer: a view that has no layout at all shows principal components again."""
        views = list(self._session.state.views)
        settings = views[wish.view]
        if (settings.method, settings.dimensions) != (wish.settings.method, wish.settings.dimensions):
            return
        if wish.quiet:
            views[wish.view] = replace(settings, following=False)
        elif not atlas(wish.run, wish.settings).newest.laid:
            views[wish.view] = replace(settings, method="pca", laid_out=-1, following=False)
        else:
            views[wish.view] = replace(settings, laid_out=-1, following=False)
        self._session.update(views=tuple(views))

    def _unwanted(self, state: State, wish: Wish) -> bool:
        """Whether no view shows what is being laid out any more."""
        if all(shown.run is not wish.run for shown in state.runs):
            return True
        now = state.views[wish.view]
        return (now.method, now.dimensions) != (wish.settings.method, wish.settings.dimensions)

    def _renew(self, state: State) -> None:
        """Let the open runs have the newest layouts."""
        runs = tuple(self._renewed(shown, state.views) for shown in state.runs)
        if any(new is not old for new, old in zip(runs, state.runs, strict=True)):
            self._session.update(runs=runs)

    def _renewed(self, shown: OpenRun, views: tuple[ViewSettings, ...]) -> OpenRun:
        projections = tuple(
            self._newest(shown.run, settings) if isinstance(known, Layout) and _fits(known, settings) else known
            for known, settings in zip(shown.projections, views, strict=True)
        )
        if all(new is old for new, old in zip(projections, shown.projections, strict=True)):
            return shown
        return replace(shown, projections=projections)


def _fits(layout: Layout, settings: ViewSettings) -> bool:
    """Whether the view has this one; while its settings change, it may still hold another."""
    return (layout.method, layout.dimensions) == (settings.method, settings.dimensions)
