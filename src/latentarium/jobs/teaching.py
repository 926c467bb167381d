"""Write a run of made points: it opens at once, for nothing is trained."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import numpy as np

from latentarium.analysis.accuracy import accuracy, knn_accuracy
from latentarium.analysis.probabilities import cross_entropy
from latentarium.core.arrays import frozen_floats, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, PROBE_LOSS, SECONDS, TRAIN_LOSS, Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.data.teaching import Lesson, Points, lesson, names_of
from latentarium.runs.recording import Header, Item

NAME = "made points"  # of the data set, in run.json


def header_of(recipe: Recipe, made: Lesson) -> Header:
    """What run.json says of a run of made points."""
    digest = hashlib.sha256(np.ascontiguousarray(made.points.probabilities).data)
    return Header(
        recipe=recipe,
        classes=made.classes,
        trained=len(made.classes),
        probe=_sample(made.points, "point", "test"),
        reference=_sample(made.reference, "reference", "train"),
        dataset=NAME,
        fingerprint=digest.hexdigest(),
        threads=1,
        device="cpu",
    )


def frames_of(made: Lesson) -> Iterator[Item]:
    """Every moment of the lesson as a frame, and at the end a checkpoint that says it is over."""
    began, frame = time.monotonic(), None
    for step in range(len(made.points.embeddings)):
        frame = _frame(made, step)
        yield frame
    if frame is not None:
        figures = {name: frame.scalars[name] for name in (ACCURACY, KNN_ACCURACY)}
        result = MappingProxyType({**figures, SECONDS: time.monotonic() - began})
        yield Checkpoint(frame.step, frame.epoch, MappingProxyType({}), result)


def make_lesson(recipe: Recipe) -> Lesson:
    """The points that `recipe.teaching` names, for the recipe's seed."""
    assert recipe.teaching is not None
    return lesson(recipe.teaching, recipe.seed)


def is_made(path: Path, recipe: Recipe) -> bool:
    """Whether the run at `path` is what `recipe` would make, so that it need not be made again."""
    from latentarium.runs.run import Run

    if not path.is_dir():
        return False
    run = Run.open(path)
    try:
        return bool(run.result) and run.recipe == recipe
    finally:
        run.close()


def _sample(points: Points, word: str, split: str) -> Sample:
    return Sample(points.images, frozen_ints(points.labels), tuple(names_of(len(points.labels), word)), split)


def _frame(made: Lesson, step: int) -> Frame:
    embeddings, probabilities = made.points.embeddings[step], made.points.probabilities[step]
    reference, labels = made.reference.embeddings[step], made.points.labels
    scalars = {
        **dict.fromkeys((TRAIN_LOSS, PROBE_LOSS), float(cross_entropy(probabilities, labels).mean())),
        ACCURACY: accuracy(probabilities.argmax(1), labels),
        KNN_ACCURACY: knn_accuracy(embeddings, labels, reference, made.reference.labels),
    }
    return Frame(
        step,
        float(step),
        frozen_floats(embeddings),
        frozen_floats(probabilities),
        frozen_floats(reference),
        frozen_floats(made.reference.probabilities[step]),
        MappingProxyType(scalars),
    )
