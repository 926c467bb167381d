"""Class probabilities as places among poles: a segment, a triangle or a tetrahedron.

After mrspuff, "The Joy of 3D": a point lies at the mean of the poles, weighed by its probabilities.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.projection import Bounds, never

Segments = tuple[Floats, Floats]  # starts and ends, both (L, 3)

LAYOUTS = ("equilateral", "article", "axes")
MOST = 4  # poles that have room in three dimensions
_SEGMENT = [(-1, 0, 0), (1, 0, 0)]
_TRIANGLES = {
    "equilateral": [(-1, 0, 0), (1, 0, 0), (0, np.sqrt(3), 0)],
    "article": [(-1, 0, 0), (1, 0, 0), (0, 1, 0)],  # x = p1 - p0, y = p2
    "axes": [(1, 0, 0), (0, 1, 0), (0, 0, 1)],  # the probabilities as they are
}
_TETRAHEDRON = np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) / 2  # of edge √2, about the origin


def corners(count: int, layout: str = "equilateral") -> Floats:
    """Where the poles stand: (count, 3), for 1 to 4 poles. `layout` matters for three of them only."""
    places: dict[int, ArrayLike] = {1: [(0, 0, 0)], 2: _SEGMENT, 3: _TRIANGLES[layout], 4: _TETRAHEDRON}
    return frozen_floats(places[count])


def weigh(probabilities: NDArray[Any], poles: Sequence[int], rest: bool) -> NDArray[np.float64]:
    """What each pole draws a point with: (N, K) -> (N, P) float64, rows sum to one.

    With `rest` one more pole, the last, takes what the chosen ones leave. Without it the chosen ones are
    divided by their sum; a point that has no part in any of them is drawn by all alike. With no pole at all there is
    one place for every point.
    """
    if not poles and not rest:
        return np.ones((len(probabilities), 1))
    chosen = np.nan_to_num(np.asarray(probabilities, np.float64)[:, list(poles)])
    total = chosen.sum(1, keepdims=True)
    if rest:
        chosen = np.hstack([chosen, np.clip(1 - total, 0, 1)])
        total = chosen.sum(1, keepdims=True)
    alike: NDArray[np.float64] = np.full_like(chosen, 1 / chosen.shape[1])
    np.divide(chosen, total, out=alike, where=total > 0)
    return alike


@dataclass(frozen=True, eq=False)
class Simplex:
    """Poles for some of the classes: `poles` are their columns, `rest` says whether the others share one more.

    `corners` (P, 3) holds the rest's pole last; of a run without classes, the one place of all points. Every frame can
    be placed at once.
    """

    corners: Floats
    poles: tuple[int, ...]
    rest: bool
    layout: str
    title: str
    _placed: WeakKeyDictionary[Frame, Floats] = field(default_factory=WeakKeyDictionary, init=False, repr=False)
    _placed_reference: WeakKeyDictionary[Frame, Floats] = field(
        default_factory=WeakKeyDictionary, init=False, repr=False
    )

    @property
    def dimensions(self) -> int:
        return 3 if self.corners[:, 2].any() else 2

    def weights(self, probabilities: NDArray[Any]) -> NDArray[np.float64]:
        """The part of each pole in each point: (N, K) -> (N, P), rows sum to one."""
        return weigh(probabilities, self.poles, self.rest)

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3)."""
        return self._kept(self._placed, frame, frame.probabilities)

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference: (M, 3)."""
        return self._kept(self._placed_reference, frame, frame.reference_probabilities)

    def bounds(self, frame: Frame) -> Bounds:
        """The sphere about the poles, at every frame the same."""
        low, high = self.corners.min(0), self.corners.max(0)
        x, y, z = (float(value) for value in (low + high) / 2)
        return Bounds((x, y, z), float(np.linalg.norm(self.corners - (low + high) / 2, axis=1).max()) or 1.0)

    def ready_to(self, index: int) -> bool:
        """Always."""
        return True

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """Nothing is to be seen first."""
        return True

    def _kept(self, places: WeakKeyDictionary[Frame, Floats], frame: Frame, probabilities: Floats) -> Floats:
        found = places.get(frame)
        if found is None:
            found = frozen_floats(self.weights(probabilities) @ self.corners)
            places[frame] = found
        return found


def edges(places: Floats) -> Segments:
    """Between every two of the poles: (P, 3) -> segments."""
    pairs = np.array(list(combinations(range(len(places)), 2)), np.int64).reshape(-1, 2)
    return frozen_floats(places[pairs[:, 0]]), frozen_floats(places[pairs[:, 1]])


def boundaries(places: Floats) -> Segments:
    """Where two poles weigh the same and no other more, as lines: (P, 3) -> segments.

    Two poles: a short stroke across the middle. Three: from the centre to the middle of each edge. Four: the
    same on each face, and from the centre of all to the centre of each face; planes are spanned between them.
    """
    if len(places) == 2:
        return frozen_floats([(0, -0.12, 0)]), frozen_floats([(0, 0.12, 0)])
    starts, ends = [], []
    faces = list(combinations(range(len(places)), 3))
    for face in faces:
        for pair in combinations(face, 2):
            starts.append(places[list(face)].mean(0))
            ends.append(places[list(pair)].mean(0))
        if len(faces) > 1:
            starts.append(places.mean(0))
            ends.append(places[list(face)].mean(0))
    return frozen_floats(np.reshape(starts, (-1, 3))), frozen_floats(np.reshape(ends, (-1, 3)))
