"""An embedding seen through a run's whole time, every frame aligned to the one before."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.frame import Frame
from latentarium.projections.linear import Basis, align, fit
from latentarium.projections.projection import Bounds, never

INSIDE = 98.0  # per cent of the points that lie in the sphere; the air around it takes in nearly all others
SHRINKING = 0.05  # of what is too much, a frame: a view grows with its points at once, and closes in on them slowly


class Frames(Protocol):
    """A run, as far as a chain needs it: frames in order, perhaps growing."""

    def __len__(self) -> int: ...

    def frame(self, index: int) -> Frame: ...


@dataclass(frozen=True, eq=False)
class Link:
    """One frame's part in the chain: how it is looked at, and what a view shows then."""

    basis: Basis
    bounds: Bounds
    low: Floats
    high: Floats


class Chain:
    """Places the embeddings of one run. The chain starts at its frame 0, whoever asks for which frame first.

    So scrubbing, playing, exporting and training see the same picture of a frame. A frame that was not
    reached yet is reached when it is placed, by way of all frames between; frames are told apart by their step.
    """

    def __init__(self, frames: Frames, method: str, dimensions: int, title: str) -> None:
        self._frames = frames
        self._method = method
        self._dimensions = dimensions
        self._title = title
        self._links: list[Link] = []
        self._rows: dict[int, int] = {}  # from a step to the link of its frame
        self._last: Floats | None = None  # where the last frame's points lie
        self._lock = threading.RLock()
        self._placed: WeakKeyDictionary[Frame, Floats] = WeakKeyDictionary()
        self._placed_reference: WeakKeyDictionary[Frame, Floats] = WeakKeyDictionary()

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self._title

    @property
    def dimensions(self) -> int:
        """2 or 3, as was asked for."""
        return self._dimensions

    @property
    def measure(self) -> str:
        """What `share` is a part of."""
        return "sum of squares" if self._method == "svd" else "variance"

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3). Raises ValueError for a frame of another run."""
        link = self._link(frame)
        found = self._placed.get(frame)
        if found is None:
            found = self._placed.setdefault(frame, link.basis.place(frame.embeddings))
        return found

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference, seen as the probe is: (M, 3)."""
        link = self._link(frame)
        found = self._placed_reference.get(frame)
        if found is None:
            found = self._placed_reference.setdefault(frame, link.basis.place(frame.reference_embeddings))
        return found

    def bounds(self, frame: Frame) -> Bounds:
        """A sphere about nearly all points: it grows with them at once, and shrinks slowly."""
        return self._link(frame).bounds

    def share(self, frame: Frame) -> float:
        """The part of `measure` that is seen in this frame, 0 to 1."""
        return self._link(frame).basis.share

    def ready_to(self, index: int) -> bool:
        """Whether frame `index` can be placed at once."""
        return index < len(self._links)

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """See all frames up to `index` (at most the run's last); say whether it got there."""
        index = min(index, len(self._frames) - 1)
        while len(self._links) <= index:
            if cancelled():
                return False
            with self._lock:
                if len(self._links) <= index:
                    self._append(self._frames.frame(len(self._links)))
        return True

    def _link(self, frame: Frame) -> Link:
        row = self._rows.get(frame.step)
        while row is None:
            with self._lock:
                row = self._rows.get(frame.step)
                if row is None:
                    if len(self._links) >= len(self._frames):
                        raise ValueError(f"no frame of this run is of step {frame.step}")
                    self._append(self._frames.frame(len(self._links)))
        return self._links[row]

    def _append(self, frame: Frame) -> None:
        basis = fit(self._method, frame.embeddings, self._dimensions)
        places = basis.place(frame.embeddings)
        if self._method != "raw" and self._last is not None:
            basis = basis.turned(align(places, self._last))
            places = basis.place(frame.embeddings)
        self._last = places
        self._placed[frame] = places
        self._links.append(_bounded(basis, places, self._links[-1] if self._links else None))
        self._rows[frame.step] = len(self._links) - 1  # last: who finds the step finds the link


def _bounded(basis: Basis, places: Floats, previous: Link | None) -> Link:
    """Follow a box about the points; the sphere stands about its middle."""
    if len(places):
        low, high = np.percentile(places, [100 - INSIDE, INSIDE], axis=0)
    else:
        low = high = np.zeros(3)
    if previous is not None:
        low = np.minimum(low, previous.low + SHRINKING * (low - previous.low))
        high = np.maximum(high, previous.high + SHRINKING * (high - previous.high))
    middle = (low + high) / 2
    radius = float(np.percentile(np.linalg.norm(places - middle, axis=1), INSIDE)) if len(places) else 0.0
    if previous is not None:
        radius = max(radius, previous.bounds.radius + SHRINKING * (radius - previous.bounds.radius))
    x, y, z = (float(value) for value in middle)
    return Link(basis, Bounds((x, y, z), radius), low.astype(np.float32), high.astype(np.float32))
