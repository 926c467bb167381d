"""The objectives of pairs against slow obvious versions and against pytorch-metric-learning."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from pytorch_metric_learning import distances, losses, reducers
from torch import Generator, Tensor

from latentarium.core.objectives import Contrastive, Decoupled, InfoNCE, SupCon
from latentarium.training.objectives import OBJECTIVES, Batch, Problem
from latentarium.training.objectives.contrastive import contrastive_loss
from latentarium.training.objectives.decoupled import decoupled_loss
from latentarium.training.objectives.info_nce import info_nce_loss
from latentarium.training.objectives.pairs import squared_distances
from latentarium.training.objectives.supcon import supcon_loss

Loss = Callable[[Tensor, Tensor, float], Tensor]

KINDS = [(torch.float64, 1e-10), (torch.float32, 1e-4)]
LABELS = [[0, 0, 1, 1, 2, 2, 0], [0, 1, 1, 1, 1, 1], [2, 2, 0], [0, 0, 0, 1]]
PROBLEM = Problem(np.zeros((8, 2, 2, 1), np.uint8), classes=3, dimensions=3)


def points(rows: int, dimensions: int, kind: torch.dtype) -> Tensor:
    values = torch.randn(rows, dimensions, dtype=torch.float64, generator=Generator().manual_seed(rows))
    return values.to(kind).requires_grad_()


def cosine(a: Tensor, b: Tensor) -> Tensor:
    return a @ b / (a.norm() * b.norm())


def slow_contrastive(embeddings: Tensor, labels: list[int], margin: float) -> Tensor:
    terms = []
    for i, j in itertools.combinations(range(len(labels)), 2):
        distance = (embeddings[i] - embeddings[j]).norm()
        terms.append((distance if labels[i] == labels[j] else (margin - distance).clamp(min=0)) ** 2 / 2)
    return torch.stack(terms).mean()


def slow_info_nce(embeddings: Tensor, labels: list[int], temperature: float) -> Tensor:
    terms = []
    for i, j in itertools.permutations(range(len(labels)), 2):
        if labels[i] == labels[j]:
            others = [k for k in range(len(labels)) if labels[k] != labels[i]]
            among = torch.stack([cosine(embeddings[i], embeddings[k]) / temperature for k in [j, *others]])
            terms.append(among.exp().sum().log() - among[0])
    return torch.stack(terms).mean()


def slow_supcon(embeddings: Tensor, labels: list[int], temperature: float) -> Tensor:
    terms = []
    for i in range(len(labels)):
        rest = [k for k in range(len(labels)) if k != i]
        score = {k: cosine(embeddings[i], embeddings[k]) / temperature for k in rest}
        whole = torch.stack(list(score.values())).exp().sum()
        own = [-(score[k].exp() / whole).log() for k in rest if labels[k] == labels[i]]
        if own:
            terms.append(torch.stack(own).mean())
    return torch.stack(terms).mean()


def assert_same(fast: Tensor, slow: Tensor, values: Tensor, tolerance: float) -> None:
    (fast_gradient,) = torch.autograd.grad(fast, values)
    (slow_gradient,) = torch.autograd.grad(slow, values)
    torch.testing.assert_close(fast, slow, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(fast_gradient, slow_gradient, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize(
    ("fast", "slow", "setting"),
    [
        (contrastive_loss, slow_contrastive, 0.5),
        (contrastive_loss, slow_contrastive, 3.0),
        (info_nce_loss, slow_info_nce, 0.07),
        (info_nce_loss, slow_info_nce, 1.0),
        (supcon_loss, slow_supcon, 0.07),
        (supcon_loss, slow_supcon, 1.0),
    ],
)
def test_a_loss_of_pairs_equals_the_sum_over_them(
    fast: Loss, slow: Callable[..., Tensor], setting: float, labels: list[int], kind: torch.dtype, tolerance: float
) -> None:
    values = points(len(labels), 5, kind)
    assert_same(fast(values, torch.tensor(labels), setting), slow(values, labels, setting), values, tolerance)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(info_nce_loss, losses.NTXentLoss(temperature=0.2)), (supcon_loss, losses.SupConLoss(temperature=0.2))],
    ids=["NTXentLoss", "SupConLoss"],
)
def test_the_same_as_in_pytorch_metric_learning(ours: Loss, theirs: Callable[..., Tensor]) -> None:
    labels = torch.arange(24) % 4
    values = points(24, 6, torch.float64)
    assert_same(ours(values, labels, 0.2), theirs(values, labels), values, 1e-6)


def test_springs_are_half_the_squares_of_pytorch_metric_learnings_pairs() -> None:
    """Its ContrastiveLoss is d and max(0, margin − d), as published by others; ours has the springs' squares."""
    labels = torch.arange(12) % 3
    values = points(12, 4, torch.float64)
    euclidean = distances.LpDistance(normalize_embeddings=False)
    peer = losses.ContrastiveLoss(neg_margin=2.0, distance=euclidean, reducer=reducers.DoNothingReducer())
    found = peer(values, labels)
    total = sum((found[name]["losses"] ** 2).sum() / 2 for name in ("pos_loss", "neg_loss"))
    assert_same(contrastive_loss(values, labels, 2.0), total / (12 * 11), values, 1e-10)


@pytest.mark.parametrize("loss", [decoupled_loss, info_nce_loss, supcon_loss])
def test_large_similarities_neither_overflow_nor_lose_their_gradient(loss: Loss) -> None:
    values, labels = points(6, 3, torch.float32), torch.tensor([0, 0, 1, 1, 2, 2])
    found = loss(values, labels, 1e-4)  # exp(10,000) is no float
    exact = loss(values.detach().double().requires_grad_(), labels, 1e-4)
    assert found.item() == pytest.approx(exact.item(), rel=1e-4)
    (gradient,) = torch.autograd.grad(found, values)
    assert gradient.isfinite().all()
    assert gradient.abs().sum() > 0


def test_images_in_one_place_repel_nobody_and_everything_stays_finite() -> None:
    values = torch.zeros(4, 2, requires_grad=True)
    loss = contrastive_loss(values, torch.tensor([0, 0, 1, 1]), 1.0)
    assert loss.item() == pytest.approx(0.5 * 4 / 6)  # four of six pairs are compressed by the whole margin
    assert torch.equal(torch.autograd.grad(loss, values)[0], torch.zeros(4, 2))


@pytest.mark.parametrize("settings", [Contrastive, InfoNCE, Decoupled, SupCon], ids=lambda one: one.__name__)
def test_without_labels_the_views_of_an_image_belong_together(settings: type) -> None:
    """What the labels are does not matter then, and the rows of the data set take their place."""
    values = points(6, 4, torch.float64)
    rows, labels = torch.tensor([40, 7, 3, 40, 7, 3]), torch.tensor([0, 0, 0, 0, 0, 0])
    blind = OBJECTIVES[settings().name](settings(positives="augmentations"), PROBLEM)
    told = OBJECTIVES[settings().name](settings(), PROBLEM)
    found = blind(Batch(values, None, labels, rows, Generator()))
    expected = told(Batch(values, None, torch.tensor([0, 1, 2, 0, 1, 2]), rows, Generator()))
    assert_same(found, expected, values, 1e-12)


def test_squared_distances_far_from_the_origin_keep_their_gradient() -> None:
    values = (points(5, 3, torch.float64).detach() + 1000).float().requires_grad_()
    squared = squared_distances(values)
    exact = (values[:, None].double() - values[None].double()).square().sum(2)
    torch.testing.assert_close(squared.double(), exact, rtol=1e-4, atol=1e-4)
    weights = torch.rand(5, 5, generator=Generator().manual_seed(0))
    assert_same((squared * weights).sum().double(), (exact * weights).sum(), values, 1e-3)
