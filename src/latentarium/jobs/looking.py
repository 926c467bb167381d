"""Look at what a run's objective does with one of its images."""

from latentarium.core.frame import Frame
from latentarium.core.looked import Looked
from latentarium.core.objectives import Objective
from latentarium.core.recipe import Recipe
from latentarium.runs.run import Run

PAIRS = frozenset({"contrastive", "triplet", "info-nce", "dcl", "supcon"})
NO_PAIRS = "This run's objective compares no pairs or triplets of images."


def look(run: Run, frame: Frame, row: int, count: int = 12) -> Looked:
    """At most `count` triplets of image `row` of the probe, and its springs, among the frame's reference.

    Found by the functions that train, with the recipe's mining and margins, which takes seconds where torch is not
    loaded yet. A sentence where there is nothing to be found. Raises IndexError beyond the probe.
    """
    label = int(run.probe.labels[row])
    sentence = _nothing(run, label)
    if sentence:
        return Looked(None, None, sentence)
    from latentarium.training.inspection import springs_of, triplets_of  # here: it loads torch

    anchor, points, labels = frame.embeddings[row], frame.reference_embeddings, run.reference.labels
    if len(points) == 0:
        return Looked(None, None, "The run has no reference, so there is nothing to compare the image with.")
    return Looked(
        triplets_of(run.recipe, anchor, label, points, labels, count),
        springs_of(run.recipe, anchor, label, points, labels),
    )


def comparing(recipe: Recipe) -> tuple[Objective, ...]:
    """The objectives that act by comparing images with each other."""
    if recipe.teaching:
        return ()
    return tuple(one for one in recipe.objective if one.weight > 0 and one.name in PAIRS)


def _nothing(run: Run, label: int) -> str:
    acting = comparing(run.recipe)
    if not acting:
        return NO_PAIRS
    if label < 0 or label >= run.trained:
        name = run.classes[label] if label >= 0 else "without a label"
        return f"Images of class {name} are never trained on, so nothing pulls at them."
    if all(_blind(one) for one in acting):
        return "The objective's positives are augmentations of the same image, and no frame holds those."
    return ""


def _blind(objective: Objective) -> bool:
    return getattr(objective, "positives", "labels") != "labels"
