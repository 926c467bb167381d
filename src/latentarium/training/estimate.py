"""What a training will be, told before torch is loaded: its length, its size on disk, and what cannot work."""

import math

import numpy as np

from latentarium.core.arrays import Ints
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.data.parts import Parts
from latentarium.data.scaling import thumbnail_size
from latentarium.training.schedule import frame_steps

LARGE_RUN = 2e9  # bytes
BATCH_NORM = ("conv-small", "resnet18", "resnet50")
METRIC = frozenset({"contrastive", "triplet", "info-nce", "dcl", "supcon", "prototype"})  # they compare images
RELATIONS = frozenset({"tsne", "umap"})  # they compare training images as they were before any training


def steps_per_epoch(recipe: Recipe, training_rows: int) -> int:
    """Batches in one pass over the training rows: as few as the batch size allows, all of nearly the same size."""
    return max(1, math.ceil(training_rows / recipe.optimiser.batch))


def total_steps(recipe: Recipe, training_rows: int) -> int:
    """Batches in the whole training, unless patience ends it earlier."""
    if recipe.optimiser.steps is not None:
        return recipe.optimiser.steps
    epochs = recipe.optimiser.epochs or 0.0
    return max(1, math.ceil(epochs * steps_per_epoch(recipe, training_rows) - 1e-9))


def run_bytes(recipe: Recipe, parts: Parts) -> int:
    """Bytes of the finished run's frames and images; checkpoints and texts come on top."""
    frames = len(frame_steps(recipe, total_steps(recipe, len(parts.training))))
    points = len(parts.probe) + len(parts.reference)
    numbers = recipe.network.embedding * (2 if recipe.frames.half else 4) + parts.trained * 4
    height, width, channels = map(int, parts.dataset.images.shape[1:])
    height, width = thumbnail_size(height, width)
    return frames * points * numbers + points * height * width * channels


def check(recipe: Recipe, parts: Parts) -> list[str]:
    """Sentences about what may disappoint. Raises LatentariumError for what cannot be trained."""
    objectives: set[str] = {objective.name for objective in recipe.objective if objective.weight > 0}
    pairs = bool(objectives & (METRIC - learns_from_augmentations(recipe)))
    counts = np.bincount(parts.labels[parts.training], minlength=parts.trained)
    batch = min(recipe.optimiser.batch, len(parts.training))
    _refuse_impossible(recipe, objectives, pairs, counts, batch)
    warnings = []
    if parts.trained == 1:
        warnings.append("With one class there is nothing to tell apart: every accuracy will be 1.")
    if recipe.optimiser.batch > len(parts.training):
        warnings.append(f"The batch is larger than the data: every step sees all {len(parts.training)} images.")
    if pairs and counts.min() == 1:
        lonely = parts.classes[int(counts.argmin())]
        warnings.append(f"Class {lonely} has a single training image, so nothing pulls its images together.")
    if pairs and batch < 2 * parts.trained:
        warnings.append(
            f"In a batch of {batch} few images meet another of their class; try at least {4 * parts.trained}."
        )
    if "cross-entropy" not in objectives and recipe.network.classifier != "none":
        warnings.append(
            "No objective trains the class head, so its probabilities mean nothing: "
            "set network.classifier to none for those of class prototypes."
        )
    if not objectives - {"cross-entropy"} and recipe.network.classifier == "trunk":
        warnings.append("Nothing trains the embedding: the class head reads the trunk, and no objective the embedding.")
    if recipe.network.weights and not recipe.network.name.startswith("resnet"):
        warnings.append(f"{recipe.network.name} starts from random weights; network.weights is for a ResNet.")
    if run_bytes(recipe, parts) > LARGE_RUN:
        warnings.append(f"The run will take {run_bytes(recipe, parts) / 1e9:.1f} GB on disk; fewer frames take less.")
    return warnings


def learns_from_augmentations(recipe: Recipe) -> frozenset[str]:
    """The names of the objectives whose positives are two augmentations of the same image; empty: labels are used."""
    return frozenset(
        one.name
        for one in recipe.objective
        if one.weight > 0 and getattr(one, "positives", "labels") == "augmentations"
    )


def _refuse_impossible(recipe: Recipe, objectives: set[str], pairs: bool, counts: Ints, batch: int) -> None:
    augmented = learns_from_augmentations(recipe)
    if augmented and not any(recipe.augment.model_dump(exclude={"until"}).values()):
        raise LatentariumError(
            f"{min(augmented)} learns from two augmentations of an image, and they would be the same; "
            "set augment.shift, augment.turn, augment.flip or augment.jitter."
        )
    if augmented and batch < 2:
        raise LatentariumError(
            f"{min(augmented)} tells an image from others of its batch; set optimiser.batch to 2 or more."
        )
    if objectives & RELATIONS and recipe.optimiser.patience:
        raise LatentariumError(
            f"{min(objectives & RELATIONS)} relates training images alone, so there is no validation loss to wait for; "
            "set optimiser.patience to 0."
        )
    if pairs and len(counts) < 2:
        raise LatentariumError(
            "A metric objective compares classes, and there is only one; choose two, or cross-entropy as the objective."
        )
    if pairs and counts.max() < 2:
        raise LatentariumError(
            "A metric objective needs two training images of one class, and every class has one; add images."
        )
    if pairs and batch < 3:
        raise LatentariumError(
            f"A batch of {batch} cannot hold two images of one class beside another class; "
            "set optimiser.batch to 3 or more."
        )
    if batch < 2 and recipe.network.name in BATCH_NORM:
        raise LatentariumError(
            f"{recipe.network.name} has batch norm, which compares the images of a batch; "
            "give it at least two training images and a batch of at least two."
        )
