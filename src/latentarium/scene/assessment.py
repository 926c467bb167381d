"""How far a view's picture can be trusted, as it was found."""

from dataclasses import dataclass

from latentarium.analysis.trust import Trust, assess
from latentarium.core.arrays import Floats
from latentarium.core.frame import Frame
from latentarium.projections.layouts.layout import Layout
from latentarium.projections.projection import Projection
from latentarium.projections.simplex import Simplex
from latentarium.runs.run import Run


@dataclass(frozen=True, eq=False)
class Assessed:
    """What was found of one frame of a run as `projection` shows it; `trust` None: it shows the space itself."""

    run: Run
    step: int
    projection: Projection
    trust: Trust | None


def space_of(projection: Projection, frame: Frame) -> Floats:
    """What the projection is a picture of: class probabilities, or embeddings."""
    return frame.probabilities if isinstance(projection, Simplex) else frame.embeddings


def faithful(projection: Projection, frame: Frame) -> bool:
    """Whether picture and space are the same but for a turn: nothing was left out, and nothing bent."""
    if isinstance(projection, Simplex):
        return not projection.rest and len(projection.poles) == frame.probabilities.shape[1]
    return not isinstance(projection, Layout) and frame.embeddings.shape[1] <= projection.dimensions


def assess_view(run: Run, frame: Frame, projection: Projection) -> Assessed:
    """Hold a view's picture of the probe against its space. Takes a second or so: not for the window's thread."""
    if faithful(projection, frame):
        return Assessed(run, frame.step, projection, None)
    picture = projection.place(frame)[:, : projection.dimensions]
    return Assessed(run, frame.step, projection, assess(space_of(projection, frame), picture))
