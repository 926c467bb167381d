"""The first column's dots on their way to where the second shows them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.projection import Bounds, Projection, never
from latentarium.projections.simplex import Simplex
from latentarium.scene.columns import comparing
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment, moment_of
from latentarium.scene.state import OpenRun, State


@dataclass(frozen=True, eq=False)
class Morphed:
    """The places of one projection, `share` of the way to those (N, 3) that the same points have in another space.

    The reference stays where it is: the other space has one of its own.
    """

    inner: Projection
    places: Floats
    share: float

    @property
    def title(self) -> str:
        """What it is, in words."""
        return f"{self.share:.0%} of the way to B: {self.inner.title}"

    @property
    def dimensions(self) -> int:
        """2 or 3, as where it begins."""
        return self.inner.dimensions

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3)."""
        start = self.inner.place(frame)
        return frozen_floats(start + np.float32(self.share) * (self.places - start))

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference: (M, 3)."""
        return self.inner.place_reference(frame)

    def bounds(self, frame: Frame) -> Bounds:
        """As where it begins."""
        return self.inner.bounds(frame)

    def ready_to(self, index: int) -> bool:
        """As where it begins."""
        return self.inner.ready_to(index)

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """As where it begins."""
        return self.inner.extend(index, cancelled)


def goal(open_run: OpenRun, state: State, view: int) -> Floats | None:
    """Where the dots of the first column go, (N, 3); None where they do not: they are not to, or have no goal yet."""
    if not state.morph or not comparing(state) or open_run is not state.runs[0]:
        return None
    second = state.runs[1]
    projection, moment = second.seen(view), moment_of(second, state.moment_in(second))
    if projection is None or moment is None or len(second.run.probe) != len(open_run.run.probe):
        return None
    theirs = projection
    return _at(theirs, moment)


def seen(open_run: OpenRun, state: State, view: int) -> Projection | None:
    """The projection by which a view shows a run: aligned where it is the second, morphed where it is on its way.

    The poles of a simplex are the same in both; only its dots move.
    """
    projection, places = open_run.seen(view), goal(open_run, state, view)
    if projection is None or places is None or isinstance(projection, Simplex):
        return projection
    return Morphed(projection, places, state.morph)


def way_of_dots(
    projection: Projection, moment: Moment, open_run: OpenRun, state: State, view: int
) -> tuple[Floats, Floats, float]:
    """From where to where the dots go, (N, 3) each, and the part of the way, 0 to 1, which the graphics card goes."""
    places = goal(open_run, state, view)
    if places is None:
        return projection.place(moment.start), projection.place(moment.end), moment.blend
    begins = projection.inner if isinstance(projection, Morphed) else projection
    return _at(begins, moment), places, state.morph


def _at(projection: Projection, moment: Moment) -> Floats:
    """The places at a moment, the very same array for the same one."""
    if moment.blend == 0:
        return projection.place(moment.start)
    ours = projection.place
    return kept(projection, ("at", moment.key), lambda: moment.between(ours(moment.start), ours(moment.end)))
