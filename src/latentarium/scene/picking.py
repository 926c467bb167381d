"""Which dots lie at a pixel or in a lasso: on the CPU, with the camera's own mathematics."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentarium.core.arrays import Floats, Ints
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.scene import Dots, Flag, Scene

RADIUS = 14.0  # logical pixels within which a dot is pointed at
TIE = 2.0  # logical pixels within which the front-most dot wins


class _Same:
    """An array as a key: equal to itself alone."""

    __slots__ = ("array",)

    def __init__(self, array: Floats) -> None:
        self.array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.array is self.array

    def __hash__(self) -> int:
        return id(self.array)


def blended(dots: Dots, rows: Ints | slice = slice(None)) -> Floats:
    """Where these rows are seen at the dots' moment: (R, 3) float32."""
    start, end = dots.start[rows], dots.end[rows]
    if dots.blend <= 0 or dots.start is dots.end:
        return start
    if dots.blend >= 1:
        return end
    between: Floats = start + (end - start) * np.float32(dots.blend)
    return between


def screen_places(dots: Dots, camera: Camera, width: float, height: float) -> Floats:
    """Pixels x, y and depth of every dot: (N, 3) float32, read-only; remembered for the last few views."""
    return _screen_places(_Same(dots.start), _Same(dots.end), dots.blend, camera, width, height)


@lru_cache(maxsize=4)
def _screen_places(start: _Same, end: _Same, blend: float, camera: Camera, width: float, height: float) -> Floats:
    nothing = np.empty(0, np.uint8)
    dots = Dots(start.array, end.array, blend, nothing.astype(np.uint16), nothing.reshape(0, 4), nothing, 0.0)
    places = project(blended(dots), camera, width, height)
    places.flags.writeable = False
    return places


def pick(
    scene: Scene, x: float, y: float, width: float, height: float, radius: float = RADIUS, tie: float = TIE
) -> int | None:
    """The row of the dot at pixel (x, y), or None where no centre lies within `radius` pixels.

    Among the dots that are at most `tie` pixels farther from the pointer than the nearest, the one in front
    wins, and among those at one depth the nearest. Hidden dots are not picked; dimmed ones lie behind all others.
    """
    dots = scene.dots
    places = screen_places(dots, scene.camera, width, height)
    dx, dy = places[:, 0] - np.float32(x), places[:, 1] - np.float32(y)
    near = np.flatnonzero((np.abs(dx) <= radius) & (np.abs(dy) <= radius))  # NaN is nowhere near
    near = near[(dots.flags[near] & Flag.HIDDEN) == 0]
    distance = np.hypot(dx[near], dy[near])
    if not len(near) or distance.min() > radius:
        return None
    tied = distance <= min(radius, float(distance.min()) + tie)
    near, distance = near[tied], distance[tied]
    dimmed = (dots.flags[near] & Flag.DIMMED) != 0
    return int(near[np.lexsort((distance, places[near, 2], dimmed))[0]])


def lasso(scene: Scene, polygon: ArrayLike, width: float, height: float) -> Ints:
    """The rows of the dots whose centres lie inside a polygon of pixels (V, 2), sorted, int64.

    Inside is where a ray crosses the polygon an odd number of times. Hidden dots are left out.
    """
    corners = np.asarray(polygon, float).reshape(-1, 2)
    if len(corners) < 3:
        return np.empty(0, np.int64)
    places = screen_places(scene.dots, scene.camera, width, height)
    x, y = places[:, 0], places[:, 1]
    low, high = corners.min(0), corners.max(0)
    candidates = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    candidates = candidates[(scene.dots.flags[candidates] & Flag.HIDDEN) == 0]
    rows: Ints = candidates[_inside(places[candidates, :2].astype(float), corners)]
    return rows


def _inside(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a ray to the right crosses the polygon an odd number of times: (N, 2), (V, 2) -> (N,).

    The points are sorted by y, so that each edge meets only those between its ends.
    """
    order = np.argsort(points[:, 1])
    x, y = points[order].T
    crossed = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            span = slice(*np.searchsorted(y, (min(y0, y1), max(y0, y1))))  # low <= y < high
            crossed[span] ^= x[span] < x0 + (y[span] - y0) * ((x1 - x0) / (y1 - y0))
    inside = np.empty_like(crossed)
    inside[order] = crossed
    return inside
