"""The labelled points of a run that its prototypes and neighbours come from."""

from latentarium.core.arrays import Floats, Ints
from latentarium.core.dataset import Sample
from latentarium.core.frame import Frame
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run


def known_sample(run: Run) -> Sample:
    """The reference; the probe where there is none, as of a space that was made elsewhere."""
    return run.reference if len(run.reference) else run.probe


def known_embeddings(run: Run, frame: Frame) -> Floats:
    """Where these points lie, (M, D)."""
    return frame.reference_embeddings if len(run.reference) else frame.embeddings


def known_places(run: Run, projection: Projection, frame: Frame) -> Floats:
    """Where a view shows them, (M, 3)."""
    return projection.place_reference(frame) if len(run.reference) else projection.place(frame)


def known_labels(run: Run) -> Ints:
    """Their labels, int64 (M,), -1 for none."""
    return known_sample(run).labels
