"""What is shown of one image is what the whole objective does with it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator

from latentarium.core.arrays import Floats, Ints
from latentarium.training.inspection import springs_of, triplets_of
from latentarium.training.objectives import OBJECTIVES, Batch, Problem

Make = Callable[..., Any]

MARGIN = 1.5


def cloud() -> tuple[Floats, Ints]:
    random = np.random.RandomState(0)
    labels = np.arange(30) % 3
    return random.normal(labels[:, None], 1.0, (30, 4)).astype(np.float32), labels


def recipe_of(make_recipe: Make, *objectives: dict[str, Any]) -> Any:
    return make_recipe(network={"classifier": "none"}, objective=list(objectives))


@pytest.mark.parametrize("mining", ["random", "semi-hard", "batch-hard"])
def test_triplets_of_an_image_are_those_of_its_row(mining: str, make_recipe: Make) -> None:
    points, labels = cloud()
    recipe = recipe_of(make_recipe, {"name": "triplet", "mining": mining, "margin": MARGIN})
    mined = triplets_of(recipe, points[0], 0, points[1:], labels[1:], 6)
    assert mined is not None
    assert len(mined.positive) == (1 if mining == "batch-hard" else 6)
    assert (labels[1:][mined.positive] == 0).all()
    assert (labels[1:][mined.negative] != 0).all()
    squares = ((points[1:].astype(float) - points[0]) ** 2).sum(1)
    np.testing.assert_allclose(mined.near, squares[mined.positive])
    np.testing.assert_allclose(mined.far, squares[mined.negative])
    np.testing.assert_array_equal(mined.active, mined.near - mined.far + MARGIN > 0)
    assert (np.diff(mined.near - mined.far) <= 0).all()
    positives, negatives = np.flatnonzero(labels[1:] == 0), np.flatnonzero(labels[1:] != 0)
    if mining == "batch-hard":
        assert mined.positive[0] == positives[squares[positives].argmax()]
        assert mined.negative[0] == negatives[squares[negatives].argmin()]
    if mining == "semi-hard":
        everyone = triplets_of(recipe, points[0], 0, points[1:], labels[1:], 99)
        assert everyone is not None
        assert sorted(everyone.positive) == list(positives)
        for positive, far in zip(everyone.positive, everyone.far, strict=True):
            farther = squares[negatives][squares[negatives] > squares[positive]]
            assert far == pytest.approx(farther.min() if len(farther) else squares[negatives].max())


@pytest.mark.parametrize(
    "settings",
    [
        {"name": "contrastive", "margin": 2.0},
        {"name": "info-nce", "temperature": 0.5},
        {"name": "dcl", "temperature": 0.5},
        {"name": "supcon", "temperature": 0.5},
        {"name": "triplet", "mining": "batch-hard"},
        {"name": "triplet", "mining": "semi-hard"},
    ],
    ids=lambda one: f"{one['name']} {one.get('mining', '')}",
)
def test_springs_add_up_to_the_gradient_of_the_anchor(settings: dict[str, Any], make_recipe: Make) -> None:
    """Each pulls along the line to its point; what they do together is the gradient of the anchor's own terms."""
    points, labels = cloud()
    recipe = recipe_of(make_recipe, settings)
    springs = springs_of(recipe, points[0], 0, points[1:], labels[1:])
    assert springs is not None
    assert springs.objective == settings["name"]
    assert (np.diff(springs.force) <= 0).all()
    assert (springs.force > 0).all()
    rest, anchor = torch.tensor(points[1:]).double(), torch.tensor(points[0]).double().requires_grad_()
    loss = slow_loss(settings, anchor, rest, labels)
    (gradient,) = torch.autograd.grad(loss, anchor)
    here, there = anchor.detach().numpy(), rest.numpy()
    if settings["name"] not in ("contrastive", "triplet"):  # springs between points of length 1
        length = np.linalg.norm(here)
        here, there = here / length, there / np.linalg.norm(there, axis=1, keepdims=True)
    away = here - there[springs.rows]
    signed = np.where(springs.attraction, springs.force, -springs.force)
    total = (away / np.linalg.norm(away, axis=1, keepdims=True) * signed[:, None]).sum(0)
    if settings["name"] not in ("contrastive", "triplet"):  # what turns the vector; its length is free
        total = (total - here * (total @ here)) / length
    np.testing.assert_allclose(total, gradient.numpy(), rtol=1e-6, atol=1e-9)


def slow_loss(settings: dict[str, Any], anchor: torch.Tensor, rest: torch.Tensor, labels: Ints) -> torch.Tensor:
    """The anchor's own terms of the loss, one after the other."""
    same = [row for row in range(len(rest)) if labels[row + 1] == labels[0]]
    other = [row for row in range(len(rest)) if labels[row + 1] != labels[0]]
    distance = torch.stack([(anchor - one).norm() for one in rest])
    if settings["name"] == "contrastive":
        terms = [distance[row] ** 2 / 2 for row in same]
        terms += [(settings["margin"] - distance[row]).clamp(min=0) ** 2 / 2 for row in other]
        return torch.stack(terms).mean()
    if settings["name"] == "triplet":
        terms, known = [], distance.tolist()
        hardest = max(same, key=lambda row: known[row])
        for near in same if settings["mining"] == "semi-hard" else [hardest]:
            farther = [row for row in other if known[row] > known[near]]
            if settings["mining"] == "batch-hard":
                far = min(other, key=lambda row: known[row])
            elif farther:
                far = min(farther, key=lambda row: known[row])
            else:
                far = max(other, key=lambda row: known[row])
            terms.append((distance[near] ** 2 - distance[far] ** 2 + 1.0).clamp(min=0))
        return torch.stack(terms).mean()
    score = torch.stack([anchor @ one / (anchor.norm() * one.norm()) for one in rest]) / settings["temperature"]
    terms = []
    for row in same:
        against = {"dcl": other, "info-nce": [row, *other], "supcon": [*same, *other]}[settings["name"]]
        terms.append(score[against].exp().sum().log() - score[row])
    return torch.stack(terms).mean()


def test_only_objectives_that_act_on_images_are_looked_at(make_recipe: Make) -> None:
    points, labels = cloud()
    arcface = recipe_of(make_recipe, {"name": "arcface"}, {"name": "triplet", "weight": 0})
    assert triplets_of(arcface, points[0], 0, points[1:], labels[1:], 5) is None
    assert springs_of(arcface, points[0], 0, points[1:], labels[1:]) is None
    blind = recipe_of(make_recipe, {"name": "contrastive", "positives": "augmentations"})
    assert springs_of(blind, points[0], 0, points[1:], labels[1:]) is None
    both = recipe_of(make_recipe, {"name": "contrastive", "weight": 0.1}, {"name": "supcon"})
    springs = springs_of(both, points[0], 0, points[1:], labels[1:])
    assert springs is not None
    assert springs.objective == "supcon"


@pytest.mark.parametrize("name", ["contrastive", "info-nce", "dcl", "supcon", "triplet"])
@pytest.mark.parametrize("mining", ["random", "semi-hard", "batch-hard"])
def test_an_image_without_its_like_is_only_pushed_if_at_all(name: str, mining: str, make_recipe: Make) -> None:
    points, labels = cloud()
    settings = {"name": name, "mining": mining} if name == "triplet" else {"name": name}
    recipe = recipe_of(make_recipe, settings)
    springs = springs_of(recipe, points[0], 7, points[1:], labels[1:])
    assert springs is not None
    assert not springs.attraction.any()
    mined = triplets_of(recipe, points[0], 7, points[1:], labels[1:], 5)
    assert (mined is None) == (name != "triplet")
    assert mined is None or len(mined.positive) == 0


def test_the_whole_batch_takes_the_same_hardest_triplets(make_recipe: Make) -> None:
    """Row by row, an anchor among the others gives the loss that the batch gives."""
    points, labels = cloud()
    recipe = recipe_of(make_recipe, {"name": "triplet", "mining": "batch-hard"})
    costs = []
    for row in range(len(points)):
        rest = np.arange(len(points)) != row
        mined = triplets_of(recipe, points[row], int(labels[row]), points[rest], labels[rest], 1)
        assert mined is not None
        costs.extend(mined.hinge)
    objective = OBJECTIVES["triplet"](recipe.objective[0], Problem(np.zeros((30, 1, 1, 1), np.uint8), 3, 4))
    batch = Batch(torch.tensor(points), None, torch.tensor(labels), torch.arange(30), Generator())
    assert objective(batch).item() == pytest.approx(np.mean(costs), rel=1e-5)
