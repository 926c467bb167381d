"""Decoupled contrastive loss (Yeh et al. 2022, "Decoupled Contrastive Learning"), with labels."""

import torch
from torch import Tensor
from torch.nn import functional

from latentarium.core.objectives import Decoupled
from latentarium.training.objectives.batch import Objective, Problem


def decoupled_loss(embeddings: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Mean of −s_ij/τ + log Σ_{k: y_k ≠ y_i} exp(s_ik/τ) over ordered positive pairs: (B, D), (B,) -> scalar.

    s is the cosine similarity; the positive is not in the denominator. A row's denominator is the same for all
    its positives, so the pairs are summed by row and memory stays O(B²). Rows without a negative have no
    denominator and are left out; without any pair the loss is 0, and still connected to the graph.
    """
    unit = functional.normalize(embeddings, dim=1)
    similarity = unit @ unit.T / temperature
    same = labels[:, None] == labels[None, :]
    positive = same.clone()
    positive.fill_diagonal_(False)
    usable = ~same.all(1)
    pairs = positive.sum(1) * usable
    # A row without negatives keeps all its entries: minus infinity everywhere would give NaN gradients.
    denominator = similarity.masked_fill(same & usable[:, None], -torch.inf).logsumexp(1)
    attraction = (similarity * (positive & usable[:, None])).sum(1)
    return (pairs * denominator - attraction).sum() / pairs.sum().clamp(min=1)


def decoupled(settings: Decoupled, problem: Problem) -> Objective:
    """The loss at the recipe's temperature."""
    return lambda batch: decoupled_loss(batch.embeddings, batch.labels, settings.temperature)
