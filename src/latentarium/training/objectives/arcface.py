"""ArcFace: softmax over the angles to learnt class centres, the label's made wider (Deng et al. 2019)."""

import math

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from latentarium.core.objectives import ArcFace
from latentarium.training.objectives.batch import Batch, Objective, Problem

SMALLEST = 1e-12  # of a squared sine: the sine of an angle of 0 has no gradient


def arcface_loss(embeddings: Tensor, centres: Tensor, labels: Tensor, margin: float, scale: float) -> Tensor:
    """Mean cross-entropy of scale · cos θ, the label's being scale · cos(θ + margin): (B, D), (K, D), (B,) -> scalar.

    Beyond θ = π − margin, where the cosine would rise again, it is cos θ − margin · sin(margin): the farther the
    costlier. Memory O(B·K).
    """
    cosine = functional.normalize(embeddings, dim=1) @ functional.normalize(centres, dim=1).T
    own = cosine.gather(1, labels[:, None])
    sine = (1 - own.square()).clamp(min=SMALLEST).sqrt()
    wider = own * math.cos(margin) - sine * math.sin(margin)
    widened = torch.where(own >= -math.cos(margin), wider, own - margin * math.sin(margin))
    return functional.cross_entropy(scale * cosine.scatter(1, labels[:, None], widened), labels)


class ClassCentres(nn.Module):
    """The objective, and what it learns: a direction for each class, (K, D), drawn from the problem's seed."""

    def __init__(self, settings: ArcFace, problem: Problem) -> None:
        super().__init__()
        drawn = torch.randn(problem.classes, problem.dimensions, generator=Generator().manual_seed(problem.seed))
        self.centres = nn.Parameter(functional.normalize(drawn, dim=1))
        self._margin, self._scale = settings.margin, settings.scale

    def forward(self, batch: Batch) -> Tensor:
        """The loss of one batch, a scalar."""
        return arcface_loss(batch.embeddings, self.centres, batch.labels, self._margin, self._scale)


def arcface(settings: ArcFace, problem: Problem) -> Objective:
    """The loss with the recipe's margin and scale, and centres of its own."""
    return ClassCentres(settings, problem)
