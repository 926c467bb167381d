"""Supervised contrastive loss, the mean over a class outside the logarithm (Khosla et al. 2020, equation 2)."""

import torch
from torch import Tensor

from latentarium.core.objectives import SupCon
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.pairs import Pairs, classes_of, cosines, pairs_of


def supcon_of(similarity: Tensor, pairs: Pairs) -> Tensor:
    """Mean over anchors of log Σ_{k ≠ i} exp(s_ik) less the mean of s_ij over the anchor's positives: (A, B) -> scalar.

    The sum runs over positives and negatives. Anchors without a positive are left out; without any the loss is 0,
    and still connected to the graph.
    """
    count = pairs.positive.sum(1)
    usable = count > 0
    # An anchor that is left out keeps all its entries: minus infinity everywhere would give NaN gradients.
    nobody = ~(pairs.positive | pairs.negative) & usable[:, None]
    everyone = similarity.masked_fill(nobody, -torch.inf).logsumexp(1)
    alike = (similarity * pairs.positive).sum(1) / count.clamp(min=1)
    return ((everyone - alike) * usable).sum() / usable.sum().clamp(min=1)


def supcon_loss(embeddings: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """The loss of the cosine similarities, divided by `temperature`, within a batch: (B, D), (B,) -> scalar."""
    return supcon_of(cosines(embeddings) / temperature, pairs_of(classes))


def supcon(settings: SupCon, problem: Problem) -> Objective:
    """The loss with the recipe's temperature and positives."""

    def objective(batch: Batch) -> Tensor:
        return supcon_loss(batch.embeddings, classes_of(batch, settings.positives), settings.temperature)

    return objective
