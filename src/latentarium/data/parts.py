"""Which rows of a data set are for what: training, validation, test, probe and reference."""

from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.dataset import SPLITS, TEST, TRAIN, Dataset, Sample
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Data, Recipe
from latentarium.data.scaling import thumbnails

VALIDATION_SHARE = 0.1
# Each choice has random numbers of its own, so that a larger probe changes no training.
_PER_CLASS, _VALIDATION, _PROBE, _REFERENCE = 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Parts:
    """A data set divided as a recipe asks. Rows are int64, sorted and read-only.

    `classes` are the run's: the first `trained` are trained on, the others held out. `labels` (N,) index
    into them; -1 takes no part. `training` and `validation` are of trained classes and share no row;
    `test` is the whole test split of all classes. `probe` is a part of `test`, `reference` of `training`.
    """

    dataset: Dataset
    classes: tuple[str, ...]
    trained: int
    labels: Ints
    training: Ints
    validation: Ints
    test: Ints
    probe: Ints
    reference: Ints


def divide(recipe: Recipe, dataset: Dataset) -> Parts:
    """Divide a data set, the same way for the same seed; the probe is the same for every seed.

    So runs of different seeds show the same points, and can be compared. Raises LatentariumError for what cannot be.
    """
    classes, trained = _classes(recipe.data, dataset)
    labels = _labels(dataset, classes)
    taught = (labels >= 0) & (labels < trained)
    training = np.flatnonzero(taught & (dataset.split == TRAIN))
    test = np.flatnonzero((labels >= 0) & (dataset.split == TEST))
    for label in range(trained):
        if not (labels[training] == label).any():
            raise LatentariumError(
                f"Class {classes[label]} has no training image; add some, leave it out of data.classes, "
                "or name it in data.held_out."
            )
    if len(test) == 0:
        raise LatentariumError("There is no test image to show: some class needs at least two images.")
    if recipe.data.per_class:
        shares = np.full(len(classes), recipe.data.per_class)
        training = _drawn(training, labels, shares, _random(recipe.seed, _PER_CLASS))
    validation = np.empty(0, np.int64)
    if recipe.optimiser.patience:
        training, validation = _validation(recipe, training, labels, len(classes))
    return Parts(
        dataset=dataset,
        classes=classes,
        trained=trained,
        labels=labels,
        training=frozen_ints(training),
        validation=frozen_ints(validation),
        test=frozen_ints(test),
        probe=frozen_ints(_stratified(test, labels, recipe.data.probe, len(classes), _random(0, _PROBE))),
        reference=frozen_ints(
            _stratified(training, labels, recipe.data.reference, len(classes), _random(recipe.seed, _REFERENCE))
        ),
    )


def undivided(recipe: Recipe, dataset: Dataset) -> Parts:
    """All images for the probe, as many as the recipe asks for, drawn as `divide` does; none to train on, no reference.

    Raises LatentariumError for what cannot be.
    """
    classes, trained = _classes(recipe.data, dataset)
    labels = _labels(dataset, classes)
    shown, nothing = np.flatnonzero(labels >= 0), frozen_ints([])
    probe = _stratified(shown, labels, recipe.data.probe, len(classes), _random(0, _PROBE))
    return Parts(dataset, classes, trained, labels, nothing, nothing, frozen_ints(shown), frozen_ints(probe), nothing)


def sample(parts: Parts, which: str) -> Sample:
    """The "probe" or the "reference" with its images, no larger than 96 pixels, as a run keeps it."""
    rows = {"probe": parts.probe, "reference": parts.reference}[which]
    images = thumbnails(parts.dataset.images[rows])
    images.flags.writeable = False
    return Sample(
        images=images,
        labels=frozen_ints(parts.labels[rows]),
        ids=tuple(parts.dataset.ids[row] for row in rows),
        split=SPLITS[TEST if which == "probe" else TRAIN],
    )


def _classes(settings: Data, dataset: Dataset) -> tuple[tuple[str, ...], int]:
    """The run's classes, trained ones first, and how many are trained. A class in both lists is held out."""
    chosen = settings.classes or dataset.classes
    for field, names in (("data.classes", settings.classes), ("data.held_out", settings.held_out)):
        unknown = [name for name in names if name not in dataset.classes]
        if unknown:
            known = ", ".join(dataset.classes[:20]) + (", …" if len(dataset.classes) > 20 else "")
            raise LatentariumError(
                f"{field} names {', '.join(unknown)}, but the classes of {dataset.name} are {known}."
            )
        if len(set(names)) < len(names):
            raise LatentariumError(f"{field} names a class twice.")
    trained = tuple(name for name in chosen if name not in settings.held_out)
    if not trained:
        raise LatentariumError("All classes are held out; leave at least one to train on.")
    return (*trained, *settings.held_out), len(trained)


def _labels(dataset: Dataset, classes: tuple[str, ...]) -> Ints:
    """Indices into the run's `classes` (N,); -1 for images of others."""
    index = np.full(len(dataset.classes), -1, np.int64)
    index[[dataset.classes.index(name) for name in classes]] = np.arange(len(classes))
    return frozen_ints(index[dataset.labels])


def _random(seed: int, purpose: int) -> np.random.RandomState:
    """Random numbers of one purpose. RandomState's are frozen for ever; the newer generators' may change."""
    return np.random.RandomState(np.array([seed, purpose], np.uint32))


def _drawn(rows: Ints, labels: Ints, counts: Ints, random: np.random.RandomState) -> Ints:
    """At most `counts[label]` rows of each label, drawn at random, sorted."""
    chosen = [np.empty(0, np.int64)]
    for label, count in enumerate(counts):
        chosen.append(random.permutation(rows[labels[rows] == label])[:count])
    return np.sort(np.concatenate(chosen))


def _stratified(rows: Ints, labels: Ints, count: int, classes: int, random: np.random.RandomState) -> Ints:
    """`count` rows, or all, each class in proportion, with one of each class at least where there is room."""
    present = np.bincount(labels[rows], minlength=classes)
    return _drawn(rows, labels, _shares(present, min(count, len(rows))), random)


def _shares(present: Ints, count: int) -> Ints:
    """Share `count` out in proportion to `present`: rounded down, at least one each, the rest by largest remainder."""
    exact = present * (count / present.sum())
    shares: Ints = np.floor(exact).astype(np.int64)
    if count >= np.count_nonzero(present):
        shares = np.maximum(shares, present > 0)
    while shares.sum() > count:  # where the ones took too many
        shares[np.argmax(np.where(shares > 1, shares - exact, -np.inf))] -= 1
    while shares.sum() < count:
        shares[np.argmax(np.where(shares < present, exact - shares, -np.inf))] += 1
    return shares


def _validation(recipe: Recipe, training: Ints, labels: Ints, classes: int) -> tuple[Ints, Ints]:
    """Training rows without 10 % of them, and these; no class loses its last image."""
    present = np.bincount(labels[training], minlength=classes)
    spare = np.maximum(present - 1, 0)
    wanted = min(max(1, round(VALIDATION_SHARE * len(training))), int(spare.sum()))
    if wanted == 0:
        raise LatentariumError("Patience needs a class with at least two training images; set optimiser.patience to 0.")
    counts = np.minimum(_shares(present, wanted), spare)
    chosen = _drawn(training, labels, counts, _random(recipe.seed, _VALIDATION))
    return np.setdiff1d(training, chosen), chosen
