"""What a recipe's objective does with one image: the same functions that train, for a single anchor."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional

from latentarium.core.arrays import Floats, Ints
from latentarium.core.looked import Mined, Springs
from latentarium.core.objectives import Contrastive, Decoupled, InfoNCE, Objective, SupCon, Triplet
from latentarium.core.recipe import Recipe
from latentarium.training.objectives.contrastive import contrastive_of
from latentarium.training.objectives.decoupled import decoupled_of
from latentarium.training.objectives.info_nce import info_nce_of
from latentarium.training.objectives.pairs import Pairs
from latentarium.training.objectives.supcon import supcon_of
from latentarium.training.objectives.triplet import Triplets, hardest_of, random_triplets, semi_hard_of

DRAWS = 100  # random triplets of which an anchor's springs are the mean
COSINES = {"info-nce": info_nce_of, "dcl": decoupled_of, "supcon": supcon_of}

Kind = TypeVar("Kind", bound=Objective)


def triplets_of(recipe: Recipe, anchor: Floats, label: int, points: Floats, labels: Ints, count: int) -> Mined | None:
    """At most `count` triplets of an anchor (D,) of class `label` among points (M, D) of `labels` (M,).

    Mined by the triplet objective's own function: random ones are drawn `count` times from the recipe's seed,
    batch-hard has one, semi-hard one for each positive. None where the recipe has no triplet objective.
    """
    settings = _heaviest(recipe, (Triplet,))
    if settings is None:
        return None
    squared = _distance(anchor, points).square()
    _, positive, negative = _mined(settings, squared, label, labels, recipe.seed, count)
    near, far = squared[0, positive].numpy(), squared[0, negative].numpy()
    order = np.argsort(far - near, kind="stable")[:count]
    return Mined(
        positive=positive.numpy()[order],
        negative=negative.numpy()[order],
        near=near[order],
        far=far[order],
        active=(near - far + settings.margin > 0)[order],
        margin=settings.margin,
        mining=settings.mining,
    )


def springs_of(recipe: Recipe, anchor: Floats, label: int, points: Floats, labels: Ints) -> Springs | None:
    """The forces between an anchor (D,) of class `label` and points (M, D) of `labels` (M,).

    Of the objective of pairs or triplets with the largest weight, from its own formula with this one anchor; None
    where the recipe has none, or where its positives are augmentations, which no frame holds.
    """
    settings = _heaviest(recipe, (Contrastive, Triplet, InfoNCE, Decoupled, SupCon))
    if settings is None or getattr(settings, "positives", "labels") != "labels":
        return None
    distance = _distance(anchor, points, unit=settings.name in COSINES).requires_grad_()
    loss = _loss(settings, distance, label, labels, recipe.seed)
    (gradient,) = torch.autograd.grad(loss, distance)
    force: NDArray[np.float64] = gradient[0].numpy()
    order = np.argsort(-np.abs(force), kind="stable")
    rows = order[: np.count_nonzero(force)]
    return Springs(rows.astype(np.int64), force[rows] > 0, np.abs(force[rows]), settings.name)


def _loss(settings: Objective, distance: Tensor, label: int, labels: Ints, seed: int) -> Tensor:
    """The loss of one anchor by its distances (1, M)."""
    pairs = _pairs(label, labels)
    if isinstance(settings, Contrastive):
        return contrastive_of(distance, pairs, settings.margin)
    if isinstance(settings, Triplet):
        squared = distance.square()
        _, positive, negative = _mined(settings, squared.detach(), label, labels, seed, DRAWS)
        hinge = functional.relu(squared[0, positive] - squared[0, negative] + settings.margin)
        return hinge.sum() / max(len(hinge), 1)
    assert isinstance(settings, InfoNCE | Decoupled | SupCon)
    similarity = 1 - distance.square() / 2  # of vectors of length 1
    return COSINES[settings.name](similarity / settings.temperature, pairs)


def _mined(settings: Triplet, squared: Tensor, label: int, labels: Ints, seed: int, draws: int) -> Triplets:
    """The anchor's triplets by their rows of the points; the anchors are all 0."""
    if settings.mining == "batch-hard":
        return hardest_of(squared, _pairs(label, labels))
    if settings.mining == "semi-hard":
        return semi_hard_of(squared, _pairs(label, labels))
    generator = Generator().manual_seed(seed)
    classes = torch.cat([torch.tensor([label]), torch.tensor(labels)])
    drawn: list[Triplets] = []
    for _ in range(draws):
        anchor, positive, negative = random_triplets(classes, generator)
        own = anchor == 0
        drawn.append((anchor[own], positive[own] - 1, negative[own] - 1))
    anchors, positives, negatives = (torch.cat(rows) for rows in zip(*drawn, strict=True))
    return anchors, positives, negatives


def _pairs(label: int, labels: Ints) -> Pairs:
    same = torch.as_tensor(labels == label)[None]
    return Pairs(same, ~same)


def _distance(anchor: Floats, points: Floats, unit: bool = False) -> Tensor:
    """Euclidean distances of an anchor (D,) from points (M, D), or of them at length 1: (1, M) float64."""
    centre, others = (
        torch.tensor(some, dtype=torch.float64) for some in (anchor, points)
    )  # copies: these are read-only
    if unit:
        centre, others = functional.normalize(centre, dim=0), functional.normalize(others, dim=1)
    distance: Tensor = torch.linalg.vector_norm(others - centre, dim=1)
    return distance[None]


def _heaviest(recipe: Recipe, kinds: Sequence[type[Kind]]) -> Kind | None:
    """The objective of these kinds with the largest weight above 0, if there is one."""
    found = [one for one in recipe.objective if isinstance(one, tuple(kinds)) and one.weight > 0]
    return max(found, key=lambda one: one.weight, default=None)  # type: ignore[return-value]
