"""The frames that a moment lies between."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.projection import Bounds, Projection
from latentarium.scene.state import OpenRun


@dataclass(frozen=True, eq=False)
class Moment:
    """`start` and `end`, the part `blend` of the way between them, and `nearest`, which numbers speak of."""

    start: Frame
    end: Frame
    blend: float
    nearest: Frame

    @property
    def key(self) -> tuple[int, int, float]:
        """The same for the same moment of a run."""
        return self.start.step, self.end.step, self.blend

    def between(self, start: NDArray[Any], end: NDArray[Any]) -> Floats:
        """Places at this moment, from those at the two frames."""
        if self.blend == 0:
            return frozen_floats(start)
        return frozen_floats(start + np.float32(self.blend) * (end - start))

    def bounds(self, projection: Projection) -> Bounds:
        """What a view that frames everything shows now."""
        return projection.bounds(self.start).blended(projection.bounds(self.end), self.blend)


def moment_of(open_run: OpenRun, moment: float) -> Moment | None:
    """Look up the frames about `moment`, at most those that the open run counts; None where it has none yet."""
    last = min(open_run.count, len(open_run.run)) - 1
    if last < 0:
        return None
    moment = min(max(moment, 0.0), float(last))
    first, second = floor(moment), ceil(moment)
    start = open_run.run.frame(first)
    end = start if first == second else open_run.run.frame(second)
    return Moment(start, end, moment - first, start if int(moment + 0.5) == first else end)
