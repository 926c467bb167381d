"""One run's space laid over another's, so that two columns can be compared with the eye."""

from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.layouts.layout import Layout
from latentarium.projections.linear import Matrix, align
from latentarium.projections.projection import Bounds, Projection, never


@dataclass(frozen=True, eq=False)
class Similarity:
    """Moves a point p to (p - origin) · turn · scale + target; `turn` (3, 3) is orthogonal, all float64."""

    origin: Matrix
    turn: Matrix
    scale: float
    target: Matrix

    def move(self, places: NDArray[np.float32]) -> Floats:
        """(N, 3) -> (N, 3) float32, read-only."""
        return frozen_floats((places - self.origin) @ (self.turn * self.scale) + self.target)


def procrustes(places: NDArray[np.float32], target: NDArray[np.float32], scaled: bool = True) -> Similarity:
    """The map that turns `places` onto `target`, both (N, 3), so that row by row the sum of squares is least.

    Procrustes analysis (Gower 1975): the means are laid on each other, the cloud is turned and perhaps mirrored
    (linear.align), and where `scaled` it is first brought to the target's spread, as each is to 1 in the symmetric
    kind. The size that lies nearest would be smaller, and a speck where the two clouds have little in common.
    Without points, or where all are one, nothing is scaled. Raises ValueError where the numbers of points differ.
    """
    if len(places) != len(target):
        raise ValueError(f"{len(places)} points cannot be laid on {len(target)}")
    ours, theirs = np.asarray(places, np.float64), np.asarray(target, np.float64)
    origin, middle = (values.mean(0) if len(values) else np.zeros(3) for values in (ours, theirs))
    ours, theirs = ours - origin, theirs - middle
    turn = align(ours, theirs)
    sizes = [float((values * values).sum()) for values in (ours, theirs)]
    scale = float(np.sqrt(sizes[1] / sizes[0])) if scaled and min(sizes) > 0 else 1.0
    return Similarity(origin, turn, scale, middle)


@dataclass(frozen=True, eq=False)
class Aligned:
    """Another projection seen through a map that stays the same at every frame, so that scrubbing turns nothing."""

    inner: Projection
    map: Similarity
    key: tuple[object, ...] = ()  # what it was worked out from, for who asks whether it still holds
    _placed: WeakKeyDictionary[Frame, Floats] = field(default_factory=WeakKeyDictionary, init=False, repr=False)
    _reference: WeakKeyDictionary[Frame, Floats] = field(default_factory=WeakKeyDictionary, init=False, repr=False)

    @property
    def title(self) -> str:
        """What it is, in words."""
        return f"{self.inner.title}, aligned to A"

    @property
    def dimensions(self) -> int:
        """2 or 3, as within."""
        return self.inner.dimensions

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3)."""
        found = self._placed.get(frame)
        if found is None:
            found = self._placed.setdefault(frame, self.map.move(self.inner.place(frame)))
        return found

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference: (M, 3)."""
        found = self._reference.get(frame)
        if found is None:
            found = self._reference.setdefault(frame, self.map.move(self.inner.place_reference(frame)))
        return found

    def bounds(self, frame: Frame) -> Bounds:
        """The sphere of the projection within, moved along."""
        within = self.inner.bounds(frame)
        moved = self.map.move(np.asarray([within.centre], np.float32))[0]
        x, y, z = (float(value) for value in moved)
        return Bounds((x, y, z), within.radius * self.map.scale)

    def ready_to(self, index: int) -> bool:
        """Whether the run's frame `index` can be placed at once."""
        return self.inner.ready_to(index)

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """See all frames up to `index`; say whether it got there."""
        return self.inner.extend(index, cancelled)

    def followed_by(self, inner: Projection | None) -> "Aligned | None":
        """The same map for a later state of the layout within; None where `inner` is no such one.

        The first layout lies over A's by itself (jobs/layouts.py), unlike what stood in its place.
        """
        if inner is self.inner:
            return self
        before, after = self.inner, inner
        if not isinstance(before, Layout) or not isinstance(after, Layout) or bool(before.laid) != bool(after.laid):
            return None
        same = (before.method, before.dimensions) == (after.method, after.dimensions)
        return Aligned(after, self.map, self.key) if same else None


def bare(projection: Projection) -> Projection:
    """The projection itself, without what it is seen through."""
    return projection.inner if isinstance(projection, Aligned) else projection
