"""Each loss against a slow obvious version, and in the cases that break losses."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from latentarium.core.objectives import (
    ArcFace,
    Contrastive,
    CrossEntropy,
    Decoupled,
    InfoNCE,
    Objective,
    Prototype,
    SupCon,
    Triplet,
)
from latentarium.training.objectives import OBJECTIVES, Batch, Problem, WeightedSum
from latentarium.training.objectives.cross_entropy import cross_entropy_loss
from latentarium.training.objectives.decoupled import decoupled_loss
from latentarium.training.objectives.triplet import (
    hardest_triplets,
    pairwise_triplet_loss,
    random_triplets,
    semi_hard_triplets,
    triplet_loss,
)

KINDS = [(torch.float64, 1e-10), (torch.float32, 1e-4)]
LABELS = [
    [0, 0, 1, 1, 2, 2, 0],
    [0, 1, 1, 1, 1, 1],
    [2, 2, 0],
    [0, 0, 0, 1],
]


def points(rows: int, dimensions: int, kind: torch.dtype, scale: float = 1.0) -> Tensor:
    values = torch.randn(rows, dimensions, dtype=torch.float64, generator=Generator().manual_seed(rows)) * scale
    return values.to(kind).requires_grad_()


def slow_decoupled(embeddings: Tensor, labels: list[int], temperature: float) -> Tensor:
    terms = []
    for i, j in itertools.permutations(range(len(labels)), 2):
        others = [k for k in range(len(labels)) if labels[k] != labels[i]]
        if labels[i] == labels[j] and others:

            def similarity(a: int, b: int) -> Tensor:
                return embeddings[a] @ embeddings[b] / (embeddings[a].norm() * embeddings[b].norm()) / temperature

            denominator = torch.stack([similarity(i, k) for k in others]).exp().sum().log()
            terms.append(denominator - similarity(i, j))
    return torch.stack(terms).mean()


def slow_triplet(embeddings: Tensor, triplets: list[tuple[int, int, int]], margin: float) -> Tensor:
    terms = []
    for a, p, n in triplets:
        near = ((embeddings[a] - embeddings[p]) ** 2).sum()
        far = ((embeddings[a] - embeddings[n]) ** 2).sum()
        terms.append((near - far + margin).clamp(min=0))
    return torch.stack(terms).mean()


def slow_hardest(embeddings: Tensor, labels: list[int]) -> list[tuple[int, int, int]]:
    def distance(a: int, b: int) -> float:
        return float(((embeddings[a] - embeddings[b]) ** 2).sum().detach())

    found = []
    for a in range(len(labels)):
        same = [k for k in range(len(labels)) if k != a and labels[k] == labels[a]]
        other = [k for k in range(len(labels)) if labels[k] != labels[a]]
        if same and other:
            p = max(same, key=lambda k: distance(a, k))
            found.append((a, p, min(other, key=lambda k: distance(a, k))))
    return found


def assert_same(fast: Tensor, slow: Tensor, values: Tensor, tolerance: float) -> None:
    (fast_gradient,) = torch.autograd.grad(fast, values)
    (slow_gradient,) = torch.autograd.grad(slow, values)
    torch.testing.assert_close(fast, slow, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(fast_gradient, slow_gradient, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
def test_cross_entropy_is_minus_the_logarithm_of_the_labels_probability(kind: torch.dtype, tolerance: float) -> None:
    logits, labels = points(6, 4, kind), [0, 3, 1, 1, 2, 0]
    terms = [-(logits[i].exp()[label] / logits[i].exp().sum()).log() for i, label in enumerate(labels)]
    assert_same(cross_entropy_loss(logits, torch.tensor(labels)), torch.stack(terms).mean(), logits, tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("temperature", [0.07, 1.0])
def test_decoupled_equals_the_sum_over_pairs(
    labels: list[int], temperature: float, kind: torch.dtype, tolerance: float
) -> None:
    values = points(len(labels), 5, kind)
    fast = decoupled_loss(values, torch.tensor(labels), temperature)
    assert_same(fast, slow_decoupled(values, labels, temperature), values, tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("margin", [0.1, 5.0])
def test_batch_hard_triplets_equal_the_search(
    labels: list[int], margin: float, kind: torch.dtype, tolerance: float
) -> None:
    values = points(len(labels), 3, kind)
    mined = hardest_triplets(values, torch.tensor(labels))
    expected = slow_hardest(values, labels)
    assert list(zip(*(rows.tolist() for rows in mined), strict=True)) == expected
    assert_same(triplet_loss(values, mined, margin), slow_triplet(values, expected, margin), values, tolerance)


def slow_semi_hard(embeddings: Tensor, labels: list[int]) -> list[tuple[int, int, int]]:
    def distance(a: int, b: int) -> float:
        return float(((embeddings[a] - embeddings[b]) ** 2).sum().detach())

    found = []
    for a, p in itertools.product(range(len(labels)), repeat=2):
        others = [k for k in range(len(labels)) if labels[k] != labels[a]]
        if a != p and labels[a] == labels[p] and others:
            farther = [k for k in others if distance(a, k) > distance(a, p)]
            nearest = min(farther, key=lambda k: distance(a, k)) if farther else None
            found.append((a, p, nearest if nearest is not None else max(others, key=lambda k: distance(a, k))))
    return found


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("labels", [*LABELS, [0, 1, 2] * 6])
def test_semi_hard_triplets_equal_the_search(labels: list[int], kind: torch.dtype, tolerance: float) -> None:
    values = points(len(labels), 3, kind)
    mined = semi_hard_triplets(values, torch.tensor(labels))
    expected = slow_semi_hard(values, labels)
    assert list(zip(*(rows.tolist() for rows in mined), strict=True)) == expected
    slow = slow_triplet(values, expected, 1.0)
    assert_same(pairwise_triplet_loss(values, mined, 1.0), slow, values, tolerance)
    whole = OBJECTIVES["triplet"](Triplet(mining="semi-hard"), PROBLEM)(batch(values, labels))
    assert whole.item() == pytest.approx(slow.item(), rel=tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
def test_random_triplets_give_the_mean_hinge(kind: torch.dtype, tolerance: float) -> None:
    labels = torch.tensor([0, 0, 1, 1, 2, 2, 0])
    values = points(7, 3, kind)
    drawn = random_triplets(labels, Generator().manual_seed(1))
    expected = list(zip(*(rows.tolist() for rows in drawn), strict=True))
    assert_same(triplet_loss(values, drawn, 1.0), slow_triplet(values, expected, 1.0), values, tolerance)


def test_random_triplets_are_valid_and_evenly_drawn() -> None:
    labels = torch.tensor([4, 1, 4, 1, 4, 9])  # the last has no positive
    generator = Generator().manual_seed(0)
    seen: dict[tuple[int, int, int], int] = {}
    draws = 3000
    for _ in range(draws):
        for triplet in zip(*(rows.tolist() for rows in random_triplets(labels, generator)), strict=True):
            seen[triplet] = seen.get(triplet, 0) + 1
    possible = {
        (a, p, n)
        for a, p, n in itertools.permutations(range(6), 3)
        if labels[a] == labels[p] and labels[a] != labels[n]
    }
    assert set(seen) == possible
    for (a, _, _), count in seen.items():
        choices = sum(anchor == a for anchor, _, _ in possible)
        expected = draws / choices
        assert abs(count - expected) < 6 * math.sqrt(expected)


def test_random_triplets_depend_on_the_generator_alone() -> None:
    labels = torch.arange(40) % 4
    first, second = (random_triplets(labels, Generator().manual_seed(5)) for _ in range(2))
    torch.manual_seed(1)
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def batch(embeddings: Tensor, labels: list[int], logits: Tensor | None = None) -> Batch:
    rows = torch.arange(len(labels))
    return Batch(embeddings, logits, torch.tensor(labels), rows, Generator().manual_seed(0))


PROBLEM = Problem(np.zeros((8, 2, 2, 1), np.uint8), classes=3, dimensions=3)
MINED = [Triplet(mining="random"), Triplet(mining="semi-hard"), Triplet(mining="batch-hard")]
METRIC = [Contrastive(), *MINED, InfoNCE(), Decoupled(), SupCon(), ArcFace(), Prototype()]


def named(settings: Objective) -> str:
    return f"{settings.name} {getattr(settings, 'mining', '')}".strip()


@pytest.mark.parametrize("settings", [*MINED, InfoNCE(), Decoupled()], ids=named)
@pytest.mark.parametrize("labels", [[0], [0, 1, 2], [0, 0, 0], [0, 1]], ids=["one", "no pair", "no negative", "two"])
def test_a_batch_without_pairs_gives_zero_that_is_connected(settings: Objective, labels: list[int]) -> None:
    assert_nothing_moves(settings, labels)


@pytest.mark.parametrize("settings", [SupCon(), Prototype()], ids=named)
@pytest.mark.parametrize("labels", [[0], [0, 1, 2], [0, 1]], ids=["one", "no pair", "two"])
def test_a_batch_without_positives_gives_zero_that_is_connected(settings: Objective, labels: list[int]) -> None:
    assert_nothing_moves(settings, labels)


@pytest.mark.parametrize(("settings", "labels"), [(Contrastive(), [0]), (Prototype(), [0, 0, 0])], ids=["one", "class"])
def test_nobody_to_compare_with_gives_zero_that_is_connected(settings: Objective, labels: list[int]) -> None:
    assert_nothing_moves(settings, labels)


def assert_nothing_moves(settings: Objective, labels: list[int]) -> None:
    values = points(len(labels), 3, torch.float32)
    loss = OBJECTIVES[settings.name](settings, PROBLEM)(batch(values, labels))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(values.grad, torch.zeros_like(values))


@pytest.mark.parametrize("settings", METRIC, ids=named)
@pytest.mark.parametrize("labels", [[1], [0, 0, 0], [0, 1, 2], [0, 1]], ids=["one", "one class", "no pair", "two"])
def test_odd_batches_stay_finite(settings: Objective, labels: list[int]) -> None:
    values = points(len(labels), 3, torch.float32)
    loss = OBJECTIVES[settings.name](settings, PROBLEM)(batch(values, labels))
    loss.backward()
    assert loss.isfinite()
    assert values.grad.isfinite().all()


@pytest.mark.parametrize("settings", METRIC, ids=named)
@pytest.mark.parametrize("kind", ["duplicates", "zeros", "large", "tiny"])
def test_hard_values_stay_finite(settings: Objective, kind: str) -> None:
    labels = [0, 0, 1, 1, 2, 2]
    values = {
        "duplicates": torch.ones(6, 3),
        "zeros": torch.zeros(6, 3),
        "large": points(6, 3, torch.float32).detach() * 1e12,
        "tiny": points(6, 3, torch.float32).detach() * 1e-12,
    }[kind].requires_grad_()
    loss = OBJECTIVES[settings.name](settings, PROBLEM)(batch(values, labels))
    loss.backward()
    assert loss.isfinite()
    assert values.grad.isfinite().all()


def test_large_similarities_do_not_overflow() -> None:
    values = points(6, 3, torch.float32)
    loss = decoupled_loss(values, torch.tensor([0, 0, 1, 1, 2, 2]), 1e-4)  # exp(10,000) is no float
    slow = slow_decoupled_in_logarithms(values.detach().double(), [0, 0, 1, 1, 2, 2], 1e-4)
    assert loss.item() == pytest.approx(slow, rel=1e-4)
    logits = torch.tensor([[1e4, -1e4], [1e4, -1e4]], requires_grad=True)
    assert cross_entropy_loss(logits, torch.tensor([0, 1])).item() == pytest.approx(1e4)


def slow_decoupled_in_logarithms(embeddings: Tensor, labels: list[int], temperature: float) -> float:
    unit = embeddings / embeddings.norm(dim=1, keepdim=True)
    terms = []
    for i, j in itertools.permutations(range(len(labels)), 2):
        if labels[i] == labels[j]:
            others = [float(unit[i] @ unit[k]) / temperature for k in range(len(labels)) if labels[k] != labels[i]]
            largest = max(others)
            total = largest + math.log(sum(math.exp(value - largest) for value in others))
            terms.append(total - float(unit[i] @ unit[j]) / temperature)
    return sum(terms) / len(terms)


def test_gradients_of_large_batches_are_the_same_every_time() -> None:
    """Sums over a positive that many anchors share must not depend on which thread came first."""
    labels = torch.arange(512) % 3
    values = torch.randn(512, 128, generator=Generator().manual_seed(0)).requires_grad_()

    def gradient() -> Tensor:
        loss = triplet_loss(values, hardest_triplets(values, labels), 100.0)
        return torch.autograd.grad(loss, values)[0]

    first = gradient()
    assert all(torch.equal(gradient(), first) for _ in range(5))


def test_objectives_are_summed_with_their_weights() -> None:
    values, logits, labels = points(4, 3, torch.float64), points(4, 2, torch.float64), [0, 0, 1, 1]
    terms = [CrossEntropy(weight=0.5), Triplet(weight=0), Decoupled(weight=2.0, temperature=0.5)]
    expected = 0.5 * cross_entropy_loss(logits, torch.tensor(labels))
    expected = expected + 2 * decoupled_loss(values, torch.tensor(labels), 0.5)
    assert WeightedSum(terms, PROBLEM)(batch(values, labels, logits)).item() == pytest.approx(expected.item())


def test_cross_entropy_without_a_class_head_is_an_error() -> None:
    with pytest.raises(ValueError, match="logits"):
        OBJECTIVES["cross-entropy"](CrossEntropy(), PROBLEM)(batch(points(2, 3, torch.float32), [0, 1]))
