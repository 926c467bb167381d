"""What every way of placing a frame in space has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.frame import Frame


def never() -> bool:
    """For what nobody will cancel."""
    return False


@dataclass(frozen=True)
class Bounds:
    """The sphere of world space that a view should show: it follows the points calmly, and never loses them."""

    centre: tuple[float, float, float]
    radius: float

    def blended(self, other: "Bounds", blend: float) -> "Bounds":
        """Between this (blend 0) and the other (1)."""
        if blend == 0 or self == other:
            return self
        ours, theirs = np.array(self.centre), np.array(other.centre)
        x, y, z = (float(value) for value in ours + blend * (theirs - ours))
        return Bounds((x, y, z), self.radius + blend * (other.radius - self.radius))


class Projection(Protocol):
    """Places a frame's points in space. The simplex and the embedding are one view with two of these.

    Frozen to the eye: the same frame gives the very same array again, so that identity tells what is stale.
    Some must have seen all earlier frames before they can place one. `place` then sees to that itself, which
    may take a while; who must not wait calls `extend` on another thread first. All may be called from any thread.
    """

    @property
    def title(self) -> str:
        """What it is, for the header of a view: "PCA, 3-D of 64, aligned over time"."""

    @property
    def dimensions(self) -> int:
        """2 (drawn flat, third coordinate 0) or 3."""

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3) float32, read-only, finite."""

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference in the same space: (M, 3) float32, read-only, finite."""

    def bounds(self, frame: Frame) -> Bounds:
        """What a view that frames everything shows at this frame."""

    def ready_to(self, index: int) -> bool:
        """Whether the run's frame `index` can be placed at once."""

    def extend(self, index: int, cancelled: Callable[[], bool] = never) -> bool:
        """See all frames up to the run's frame `index`, unless `cancelled`; say whether it got there."""
