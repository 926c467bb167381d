"""Prototype softmax: nearest to the mean of the others of its class (after Snell, Swersky and Zemel 2017)."""

import torch
from torch import Tensor
from torch.nn import functional

from latentarium.core.objectives import Prototype
from latentarium.training.objectives.batch import Batch, Objective, Problem


def prototype_loss(embeddings: Tensor, labels: Tensor, classes: int, temperature: float) -> Tensor:
    """Mean of −log of exp(−‖z − μ_y‖²/T) / Σ_c exp(−‖z − μ_c‖²/T): (B, D), int64 (B,) below `classes` -> scalar.

    μ_c is the class's mean in the batch; an image's own class is met at the mean of the *others*, or an image alone
    would sit on its prototype and learn nothing: with n of a class, n/(n − 1) times as far away. Classes that the
    batch lacks take no part, and images alone in their class are not asked about; without any other the loss is 0,
    and still connected to the graph. Memory O(B·K).
    """
    member = functional.one_hot(labels, classes).to(embeddings.dtype)
    count = member.sum(0)
    means = member.T @ embeddings / count.clamp(min=1)[:, None]
    distance = torch.cdist(embeddings, means, compute_mode="donot_use_mm_for_euclid_dist")
    without_self = count / (count - 1).clamp(min=1)
    score = -(distance * torch.where(member.bool(), without_self, 1.0)).square() / temperature
    score = score.masked_fill(count == 0, -torch.inf)
    asked = (count > 1)[labels]
    costs = functional.cross_entropy(score, labels, reduction="none")
    return (costs * asked).sum() / asked.sum().clamp(min=1)


def prototype(settings: Prototype, problem: Problem) -> Objective:
    """The loss at the recipe's temperature."""

    def objective(batch: Batch) -> Tensor:
        return prototype_loss(batch.embeddings, batch.labels, problem.classes, settings.temperature)

    return objective
