"""The frames of a run that were laid out, as one projection: between two of them the points go straight."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.layouts.settings import described
from latentarium.projections.layouts.task import COMPONENTS, NAMES
from latentarium.projections.linear import align
from latentarium.projections.projection import Bounds, Projection, never

INSIDE = 98.0  # per cent of the points that lie in the sphere that a view shows


@dataclass(frozen=True, eq=False)
class Placed:
    """One frame laid out: the probe (N, 3) and the reference (M, 3), float32 and read-only.

    `begun` names the layout that it went on from; empty: from nothing.
    """

    step: int
    probe: Floats
    reference: Floats
    bounds: Bounds
    begun: str = ""

    @property
    def both(self) -> Floats:
        """(N + M, 3)."""
        return np.vstack([self.probe, self.reference])


@dataclass(frozen=True, eq=False)
class Layout:
    """A run as far as it was laid out by `method` (one of task.METHODS), in 2 or 3 of its `width` dimensions.

    `laid` is in order of the steps. A frame beyond the first or last of them is shown as that one is; where none was
    laid out yet, `before` places all. A further layout makes another one of these (Atlas), so what a view saw stays
    as it was. With an `older` one this is a stage, `part` 0 to 1, of the points' way from there.
    """

    method: str
    dimensions: int
    width: int
    before: Projection
    laid: tuple[Placed, ...] = ()
    older: "Layout | None" = None
    part: float = 1.0
    _between: WeakKeyDictionary[Frame, Placed] = field(default_factory=WeakKeyDictionary, init=False, repr=False)

    @property
    def title(self) -> str:
        """What it is, in words."""
        how = "PCA to 50, then UMAP" if self.method == "pca-umap" and self.width > COMPONENTS else NAMES[self.method]
        if self.method == "pca-umap" and self.width <= COMPONENTS:
            how = NAMES["umap"]
        return f"{how}, {self.dimensions}-D of {self.width}"

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps of the frames that were laid out."""
        return tuple(placed.step for placed in self.laid)

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3)."""
        return self._at(frame).probe if self.laid else self.before.place(frame)

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference, laid out together with the probe: (M, 3)."""
        return self._at(frame).reference if self.laid else self.before.place_reference(frame)

    def bounds(self, frame: Frame) -> Bounds:
        """A sphere about nearly all points."""
        return self._at(frame).bounds if self.laid else self.before.bounds(frame)

    def ready_to(self, index: int) -> bool:
        """Always, once there is a layout; it never waits for one."""
        return bool(self.laid) or self.before.ready_to(index)

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """Ready what stands in for a layout; layouts themselves are asked for one by one."""
        return bool(self.laid) or self.before.extend(index, cancelled)

    def nearest(self, step: int) -> Placed | None:
        """The layout to go on from: the last one up to `step`, else the first after it."""
        if not self.laid:
            return None
        return self.laid[max(bisect_right(self.steps, step) - 1, 0)]

    def tell(self, step: int) -> str:
        """What is shown at `step`, for the note of a view."""
        if not self.laid:
            return "not laid out yet: PCA in its place"
        if step in self.steps:
            return f"laid out at this step, {step:,}"
        after = bisect_left(self.steps, step)
        if 0 < after < len(self.laid):
            return f"between the layouts of steps {self.steps[after - 1]:,} and {self.steps[after]:,}"
        return f"laid out at step {self.steps[min(after, len(self.laid) - 1)]:,}, not at this one"

    def coming_from(self, older: "Layout", part: float) -> "Layout":
        """A stage of the way from an older layout to this one, so that no dot jumps where a new one arrives."""
        return Layout(self.method, self.dimensions, self.width, self.before, self.laid, older, part)

    def _at(self, frame: Frame) -> Placed:
        if self.older is None:
            return self._settled(frame)
        found = self._between.get(frame)
        if found is None:
            older = self.older
            first = Placed(frame.step, older.place(frame), older.place_reference(frame), older.bounds(frame))
            stage = blended(first, self._settled(frame), self.part, frame.step)
            found = self._between.setdefault(frame, stage)
        return found

    def _settled(self, frame: Frame) -> Placed:
        after = bisect_left(self.steps, frame.step)
        if after == len(self.laid) or after == 0 or self.laid[after].step == frame.step:
            return self.laid[min(after, len(self.laid) - 1)]
        found = self._between.get(frame) if self.older is None else None
        if found is None:
            first, second = self.laid[after - 1], self.laid[after]
            blend = (frame.step - first.step) / (second.step - first.step)
            found = blended(first, second, blend, frame.step)
            if self.older is None:
                found = self._between.setdefault(frame, found)
        return found


def settings_of(layout: Layout, step: int) -> str:
    """What the layout shown at `step` was made with, to make it again; empty where there is none, or two."""
    after = bisect_left(layout.steps, step)
    if not layout.laid or (0 < after < len(layout.laid) and step not in layout.steps):
        return ""
    placed = layout.laid[min(after, len(layout.laid) - 1)]
    together = f", with {len(placed.reference):,} reference points" if len(placed.reference) else ""
    return described(layout.method, len(placed.both), placed.begun) + together


def blended(first: Placed, second: Placed, blend: float, step: int) -> Placed:
    """Straight between two layouts, `blend` 0 to 1 of the way."""
    part = np.float32(blend)
    return Placed(
        step,
        frozen_floats(first.probe + part * (second.probe - first.probe)),
        frozen_floats(first.reference + part * (second.reference - first.reference)),
        first.bounds.blended(second.bounds, blend),
    )


def settle(step: int, places: NDArray[np.float32], probe: int, target: NDArray[np.float32], begun: str = "") -> Placed:
    """A fresh layout (N + M, 2 or 3), `probe` points of it the probe's, turned and moved onto `target` (N + M, 3).

    `begun` names the layout that it went on from.
    The size stays: it is the method's own.
    """
    flat = np.zeros((len(places), 3), np.float64)
    flat[:, : places.shape[1]] = places
    middle = target.mean(0, dtype=np.float64) if len(target) else np.zeros(3)
    if len(flat):
        flat -= flat.mean(0)
    aim = target - middle
    aim[:, places.shape[1] :] = 0
    middle[places.shape[1] :] = 0
    settled = frozen_floats(flat @ align(flat, aim) + middle)
    shown = settled[:probe]
    return Placed(step, frozen_floats(shown), frozen_floats(settled[probe:]), _bounds(shown), begun)


def _bounds(places: Floats) -> Bounds:
    if not len(places):
        return Bounds((0.0, 0.0, 0.0), 1.0)
    low, high = np.percentile(places, [100 - INSIDE, INSIDE], axis=0)
    x, y, z = (float(value) for value in (low + high) / 2)
    return Bounds((x, y, z), float(np.percentile(np.linalg.norm(places - (x, y, z), axis=1), INSIDE)) * 1.06)


class Atlas:
    """All layouts of one run by one method, newest first thing to hand; may be shared between threads."""

    def __init__(self, empty: Layout) -> None:
        self._newest = empty
        self._lock = threading.Lock()

    @property
    def newest(self) -> Layout:
        """With all that was laid out so far."""
        return self._newest

    def add(self, placed: Placed) -> Layout:
        """Take one more frame, in place of an earlier layout of the same; gives the newest."""
        with self._lock:
            now = self._newest
            others = [known for known in now.laid if known.step != placed.step]
            laid = tuple(sorted([*others, placed], key=lambda known: known.step))
            self._newest = Layout(now.method, now.dimensions, now.width, now.before, laid)
            return self._newest
