"""Parametric t-SNE and UMAP against automatic differentiation of what they say they are."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from latentarium.core.objectives import TSNE, UMAP
from latentarium.training.objectives import OBJECTIVES, Batch, Problem
from latentarium.training.objectives.tsne import Pairs, pairs_of, tsne_loss
from latentarium.training.objectives.umap import EPSILON, random_negatives, umap_loss
from latentarium.training.relations.graph import sum_symmetrised
from latentarium.training.relations.sources import pixel_components, spectral_layout, umap_graph

KINDS = [(torch.float64, 1e-9), (torch.float32, 2e-4)]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTARIUM_CACHE", str(tmp_path))


def points(rows: int, dimensions: int, kind: torch.dtype, scale: float = 1.0) -> Tensor:
    values = torch.randn(rows, dimensions, dtype=torch.float64, generator=Generator().manual_seed(rows)) * scale + 3
    return values.to(kind).requires_grad_()


def some_pairs(rows: int, share: float = 0.3) -> Pairs:
    random = Generator().manual_seed(1)
    first, second = torch.rand(rows, rows, generator=random).lt(share).triu(1).nonzero(as_tuple=True)
    return first, second, torch.rand(len(first), generator=random) + 0.01


def slow_tsne(embeddings: Tensor, pairs: Pairs) -> Tensor:
    """As the source writes it, with full matrices."""
    rows = len(embeddings)
    p = torch.zeros(rows, rows, dtype=embeddings.dtype)
    p[pairs[0], pairs[1]] = p[pairs[1], pairs[0]] = pairs[2].to(embeddings.dtype)
    p = p / p.sum()
    w = 1 / (1 + ((embeddings[:, None] - embeddings[None]) ** 2).sum(2))
    w = w * (1 - torch.eye(rows, dtype=w.dtype))
    q = w / w.sum()
    return (p * (torch.log(p + 1e-7) - torch.log(q + 1e-7))).sum() / rows


def slow_umap(embeddings: Tensor, edges: Pairs, negatives: Pairs, a: float, b: float) -> Tensor:
    total = embeddings.new_zeros(())
    for (first, second, weights), attracts in ((edges, True), (negatives, False)):
        for i, j, weight in zip(first.tolist(), second.tolist(), weights.tolist(), strict=True):
            x = ((embeddings[i] - embeddings[j]) ** 2).sum() + EPSILON
            q = 1 / (1 + a * x**b)
            total = total - weight * torch.log(q if attracts else 1 - q)
    return total / edges[2].sum().to(embeddings.dtype)


def assert_same(fast: Tensor, slow: Tensor, values: Tensor, tolerance: float) -> None:
    (fast_gradient,) = torch.autograd.grad(fast, values)
    (slow_gradient,) = torch.autograd.grad(slow, values)
    torch.testing.assert_close(fast, slow, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(
        fast_gradient, slow_gradient, rtol=tolerance, atol=tolerance * float(slow_gradient.abs().max())
    )


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
@pytest.mark.parametrize("dimensions", [1, 2, 3, 8])
def test_tsne_is_the_divergence_and_its_gradient(
    dimensions: int, scale: float, kind: torch.dtype, tolerance: float
) -> None:
    values, pairs = points(20, dimensions, kind, scale), some_pairs(20)
    assert_same(3 * tsne_loss(values, pairs), 3 * slow_tsne(values, pairs), values, tolerance)


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
@pytest.mark.parametrize("dimensions", [1, 2, 8])
def test_umap_is_the_cross_entropy_and_its_gradient(
    dimensions: int, scale: float, kind: torch.dtype, tolerance: float
) -> None:
    values, edges = points(12, dimensions, kind, scale), some_pairs(12)
    negatives = random_negatives(edges, 5, 12, Generator().manual_seed(0))
    fast = umap_loss(values, edges, negatives, (1.9, 0.8))
    assert_same(fast, slow_umap(values, edges, negatives, 1.9, 0.8), values, tolerance)


def test_negatives_begin_at_either_end_and_end_elsewhere() -> None:
    edges = (torch.tensor([0, 3]), torch.tensor([2, 1]), torch.tensor([0.5, 1.0]))
    first, second, weights = random_negatives(edges, 5, 4, Generator().manual_seed(0))
    assert first.tolist() == [0, 2, 0, 2, 0, 3, 1, 3, 1, 3]
    assert (first != second).all()
    assert second.max() < 4
    assert weights.tolist() == [0.5] * 5 + [1.0] * 5
    seen = {int(random_negatives(edges, 1, 4, Generator().manual_seed(seed))[1][0]) for seed in range(40)}
    assert seen == {1, 2, 3}


def problem(count: int = 24) -> Problem:
    images = np.random.RandomState(0).randint(0, 256, (count, 4, 4, 1)).astype(np.uint8)
    return Problem(images, classes=3, dimensions=2)


def batch(embeddings: Tensor, rows: Tensor, epoch: float = 5.0) -> Batch:
    return Batch(embeddings, None, torch.zeros(len(rows), dtype=torch.int64), rows, Generator().manual_seed(0), epoch)


SETTINGS = [TSNE(perplexity=4), UMAP(neighbours=5)]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.name)
@pytest.mark.parametrize("rows", [[3], [3, 4], list(range(20))])
@pytest.mark.parametrize("kind", ["far", "near", "the same", "zero"])
def test_hard_values_stay_finite(settings: TSNE | UMAP, rows: list[int], kind: str) -> None:
    scale = {"far": 1e12, "near": 1e-12, "the same": 0.0, "zero": 0.0}[kind]
    values = ((points(len(rows), 2, torch.float32).detach() - 3) * scale + (kind == "the same")).requires_grad_()
    loss = OBJECTIVES[settings.name](settings, problem())(batch(values, torch.tensor(rows)))
    loss.backward()
    assert loss.isfinite()
    assert values.grad is not None
    assert values.grad.isfinite().all()


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.name)
def test_without_a_pair_the_loss_is_zero_and_connected(settings: TSNE | UMAP) -> None:
    values = points(1, 2, torch.float32)
    loss = OBJECTIVES[settings.name](settings, problem())(batch(values, torch.tensor([0])))
    loss.backward()
    assert loss.item() == 0
    assert values.grad is not None
    assert not values.grad.any()


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: one.name)
def test_following_the_gradient_makes_it_smaller(settings: TSNE | UMAP) -> None:
    objective, rows = OBJECTIVES[settings.name](settings, problem()), torch.arange(24)
    values = points(24, 2, torch.float64)
    losses = []
    for _ in range(60):
        loss = objective(batch(values, rows))
        losses.append(loss.item())
        (gradient,) = torch.autograd.grad(loss, values)
        values = (values - 0.1 * gradient / gradient.norm(dim=1).max()).detach().requires_grad_()
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])


def test_a_batchs_pairs_are_those_of_the_graph_also_where_an_image_comes_twice() -> None:
    neighbours = np.array([[1], [2], [0], [2]])
    graph = sum_symmetrised(neighbours, np.array([[1.0], [1.0], [1.0], [2.0]]))
    rows = torch.tensor([3, 0, 2, 3, 0])
    found = {
        (i, j): round(value * 10, 5)
        for i, j, value in zip(*(part.tolist() for part in pairs_of(graph, rows)), strict=True)
    }
    assert found == {(0, 2): 2.0, (2, 3): 2.0, (1, 2): 1.0, (2, 4): 1.0}
    single = pairs_of(graph, torch.tensor([3, 0]))
    assert [len(part) for part in single] == [0, 0, 0]


def test_the_first_epochs_go_towards_the_starting_layout() -> None:
    setting, rows = problem(), torch.tensor([4, 9, 1])
    for settings, layout in (
        (TSNE(perplexity=4, start_epochs=2), pixel_components(setting.images, 2)),
        (UMAP(neighbours=5, start_epochs=2), spectral_layout(umap_graph(setting.images, 5), 2)),
    ):
        objective = OBJECTIVES[settings.name](settings, setting)
        values = points(3, 2, torch.float32)
        expected = np.square(values.detach().numpy() - layout[rows.numpy()]).mean()
        assert objective(batch(values, rows, 1.9)).item() == pytest.approx(expected, rel=1e-5)
        assert objective(batch(values, rows, 2.0)).item() != pytest.approx(expected, rel=1e-5)


def test_gradients_are_the_same_every_time() -> None:
    setting = problem(600)
    rows = torch.randperm(600, generator=Generator().manual_seed(0))[:500]
    values = points(500, 2, torch.float32)
    for settings in SETTINGS:
        objective = OBJECTIVES[settings.name](settings, setting)
        first = torch.autograd.grad(objective(batch(values, rows)), values)[0]
        assert all(torch.equal(torch.autograd.grad(objective(batch(values, rows)), values)[0], first) for _ in range(4))
