"""What every way of placing a frame in space has in common."""

from typing import Protocol

from latentarium.core.arrays import Floats
from latentarium.core.frame import Frame


class Projection(Protocol):
    """Places a frame's points in space. The simplex and the embedding are one view with two of these.

    Frozen, and the same frame gives the very same array again, so that identity tells what is stale.
    """

    @property
    def title(self) -> str:
        """What it is, for the header of a view: "PCA, 3-D, aligned to the previous frame"."""

    @property
    def dimensions(self) -> int:
        """2 (drawn flat, third coordinate 0) or 3."""

    def place(self, frame: Frame) -> Floats:
        """Positions of the probe: (N, 3) float32, read-only, finite."""

    def place_reference(self, frame: Frame) -> Floats:
        """Positions of the reference in the same space: (M, 3) float32, read-only, finite."""
