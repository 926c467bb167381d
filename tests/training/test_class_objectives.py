"""ArcFace and the prototype softmax against slow obvious versions."""

import math

import numpy as np
import pytest
import torch
from pytorch_metric_learning import losses
from torch import Generator, Tensor

from latentarium.core.objectives import ArcFace
from latentarium.training.objectives import OBJECTIVES, Batch, Problem, WeightedSum
from latentarium.training.objectives.arcface import ClassCentres, arcface_loss
from latentarium.training.objectives.prototype import prototype_loss

KINDS = [(torch.float64, 1e-9), (torch.float32, 2e-3)]
PROBLEM = Problem(np.zeros((8, 2, 2, 1), np.uint8), classes=4, dimensions=3, seed=5)


def points(rows: int, dimensions: int, kind: torch.dtype, seed: int = 0) -> Tensor:
    values = torch.randn(rows, dimensions, dtype=torch.float64, generator=Generator().manual_seed(seed))
    return values.to(kind).requires_grad_()


def assert_same(fast: Tensor, slow: Tensor, values: list[Tensor], tolerance: float) -> None:
    torch.testing.assert_close(fast, slow, rtol=tolerance, atol=tolerance)
    for one, other in zip(torch.autograd.grad(fast, values), torch.autograd.grad(slow, values), strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


def slow_arcface(embeddings: Tensor, centres: Tensor, labels: list[int], margin: float, scale: float) -> Tensor:
    terms = []
    for z, label in zip(embeddings, labels, strict=True):
        logits = []
        for c, centre in enumerate(centres):
            angle = (z @ centre / (z.norm() * centre.norm())).acos()
            wide = (angle + margin).cos() if angle <= math.pi - margin else angle.cos() - margin * math.sin(margin)
            logits.append(scale * (wide if c == label else angle.cos()))
        terms.append(torch.stack(logits).logsumexp(0) - logits[label])
    return torch.stack(terms).mean()


def slow_prototype(embeddings: Tensor, labels: list[int], temperature: float) -> Tensor:
    terms = []
    for i, label in enumerate(labels):
        if labels.count(label) > 1:
            scores = {}
            for c in set(labels):
                members = [embeddings[k] for k in range(len(labels)) if labels[k] == c and k != i]
                scores[c] = -((embeddings[i] - torch.stack(members).mean(0)) ** 2).sum() / temperature
            terms.append(torch.stack(list(scores.values())).logsumexp(0) - scores[label])
    return torch.stack(terms).mean()


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize(("margin", "scale"), [(0.5, 64.0), (0.0, 10.0), (1.5, 4.0)])
def test_arcface_equals_the_softmax_over_angles(
    margin: float, scale: float, kind: torch.dtype, tolerance: float
) -> None:
    """Margin 1.5 has angles on both sides of π − margin."""
    values, centres, labels = points(12, 3, kind), points(4, 3, kind, 1), [0, 1, 2, 3] * 3
    fast = arcface_loss(values, centres, torch.tensor(labels), margin, scale)
    assert_same(fast, slow_arcface(values, centres, labels, margin, scale), [values, centres], tolerance)


@pytest.mark.parametrize("margin", [0.5, 1.5])
def test_arcface_is_that_of_pytorch_metric_learning(margin: float) -> None:
    values, centres, labels = points(12, 3, torch.float64), points(4, 3, torch.float64, 1), torch.arange(12) % 4
    peer = losses.ArcFaceLoss(4, 3, margin=math.degrees(margin), scale=64)
    peer.W.data = centres.detach().T.clone()
    fast = arcface_loss(values, centres, labels, margin, 64)
    theirs = peer(values, labels)
    torch.testing.assert_close(fast, theirs, rtol=1e-9, atol=1e-9)
    ours, others = torch.autograd.grad(fast, values)[0], torch.autograd.grad(theirs, values)[0]
    torch.testing.assert_close(ours, others, rtol=1e-7, atol=1e-7)


def test_on_its_centre_and_opposite_an_image_has_a_finite_gradient() -> None:
    centres = torch.eye(4, 3).requires_grad_()
    for sign in (1.0, -1.0):
        values = (sign * torch.eye(3)).requires_grad_()
        loss = arcface_loss(values, centres, torch.arange(3), 0.5, 64)
        loss.backward()
        assert values.grad.isfinite().all()
        assert centres.grad.isfinite().all()


def test_arcface_owns_centres_that_its_seed_fixes() -> None:
    objective, again = (OBJECTIVES["arcface"](ArcFace(), PROBLEM) for _ in range(2))
    assert isinstance(objective, ClassCentres)
    assert isinstance(again, ClassCentres)
    assert objective.centres.shape == (4, 3)
    assert torch.equal(objective.centres, again.centres)
    torch.testing.assert_close(objective.centres.norm(dim=1), torch.ones(4))
    summed = WeightedSum([ArcFace(weight=2.0)], PROBLEM)
    assert list(summed.state_dict()) == ["arcface.centres"]
    batch = Batch(points(6, 3, torch.float32), None, torch.arange(6) % 4, torch.arange(6), Generator())
    summed(batch).backward()
    (centres,) = summed.parameters()
    assert centres.grad.abs().sum() > 0
    assert list(WeightedSum([ArcFace(weight=0)], PROBLEM).parameters()) == []


@pytest.mark.parametrize(("kind", "tolerance"), KINDS)
@pytest.mark.parametrize("labels", [[0, 0, 1, 1, 1, 3], [2, 2, 0], [1, 1, 1]])
@pytest.mark.parametrize("temperature", [0.3, 2.0])
def test_prototypes_are_the_means_of_the_others(
    labels: list[int], temperature: float, kind: torch.dtype, tolerance: float
) -> None:
    values = points(len(labels), 3, kind)
    fast = prototype_loss(values, torch.tensor(labels), 4, temperature)
    assert_same(fast, slow_prototype(values, labels, temperature), [values], tolerance)
