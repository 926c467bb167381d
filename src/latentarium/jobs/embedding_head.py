"""Whether a class head that has as many outputs as the data set has classes tells those classes apart."""

from dataclasses import replace

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.frame import ACCURACY, KNN_ACCURACY
from latentarium.data.parts import Parts
from latentarium.jobs.embedding_task import Task
from latentarium.training.strangers.frames import frame_of

LITTLE = 0.25  # of what the neighbours are better than chance by: a head that has less is hardly better
ERRORS = 3  # standard errors of a difference of two shares that are no accident


def judged(task: Task, embeddings: Floats, logits: Floats | None) -> Task:
    """The task without its class head, and with a remark on that, where the outputs seem to be other classes.

    `embeddings` (N, D) and `logits` (N, K) are of all its images.
    """
    remark = doubt(task, task.parts, embeddings, logits)
    return replace(task, head=(), remarks=(remark, *task.remarks)) if remark else task


def doubt(task: Task, parts: Parts, embeddings: Floats, logits: Floats | None) -> str:
    """Why the outputs of the class head are not taken to be the data set's classes; empty where nothing says so.

    Only their number spoke for that. The head is to be hardly more often right than chance, the share of the largest
    class, and the nearest neighbour far more often. `parts` are those of the vectors.
    """
    columns = task.columns(logits)
    if columns is None or task.named:
        return ""
    labels = parts.labels[parts.probe]
    counts = np.bincount(labels[(labels >= 0) & (labels < parts.trained)], minlength=1)
    scalars, total = frame_of(embeddings, columns, parts, 1.0, 0).scalars, int(counts.sum())
    if ACCURACY not in scalars or KNN_ACCURACY not in scalars:
        return ""
    head, near, chance = scalars[ACCURACY], scalars[KNN_ACCURACY], counts.max() / total
    if head - chance >= LITTLE * (near - chance) or near - head <= ERRORS * np.sqrt(0.5 / total):
        return ""
    return (
        f"The class head is left out: it has as many outputs as {parts.dataset.name} has classes, but is right for "
        f"{head:.3f} of {total:,} images, the nearest neighbour for {near:.3f}, so they are taken to be other classes."
    )
