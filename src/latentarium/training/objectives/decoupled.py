"""Decoupled contrastive loss (Yeh et al. 2022, "Decoupled Contrastive Learning"), with labels or without."""

import torch
from torch import Tensor

from latentarium.core.objectives import Decoupled
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.pairs import Pairs, classes_of, cosines, pairs_of


def decoupled_of(similarity: Tensor, pairs: Pairs) -> Tensor:
    """Mean of −s_ij + log Σ_{k negative} exp(s_ik) over the positive pairs: (A, B) -> scalar.

    A row's denominator is the same for all its positives, so the pairs are summed by row and memory stays O(A·B).
    Rows without a negative have no denominator and are left out; without any pair the loss is 0, and still
    connected to the graph.
    """
    usable = pairs.negative.any(1)
    count = pairs.positive.sum(1) * usable
    # A row without negatives keeps all its entries: minus infinity everywhere would give NaN gradients.
    denominator = similarity.masked_fill(~pairs.negative & usable[:, None], -torch.inf).logsumexp(1)
    attraction = (similarity * (pairs.positive & usable[:, None])).sum(1)
    return (count * denominator - attraction).sum() / count.sum().clamp(min=1)


def decoupled_loss(embeddings: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """The loss of the cosine similarities, divided by `temperature`, within a batch: (B, D), (B,) -> scalar.

    The positive is not in the denominator.
    """
    return decoupled_of(cosines(embeddings) / temperature, pairs_of(classes))


def decoupled(settings: Decoupled, problem: Problem) -> Objective:
    """The loss with the recipe's temperature and positives."""

    def objective(batch: Batch) -> Tensor:
        return decoupled_loss(batch.embeddings, classes_of(batch, settings.positives), settings.temperature)

    return objective
