"""How alike the classes of a frame are, found once."""

from typing import Any

from numpy.typing import NDArray

from latentarium.analysis.similarity import class_similarity
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.memory import kept


def alike(run: Run, frame: Frame) -> NDArray[Any]:
    """The mean cosine similarities of the probe's classes in one of a run's frames, (K, K), as `class_similarity`."""
    labels, classes = run.probe.labels, len(run.classes)
    return kept(frame, "alike", lambda: class_similarity(frame.embeddings, labels, classes))
