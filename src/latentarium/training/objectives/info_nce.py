"""InfoNCE, or NT-Xent: among all others, the positive is to be the most alike (van den Oord 2018, Chen 2020)."""

import torch
from torch import Tensor
from torch.nn import functional

from latentarium.core.objectives import InfoNCE
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.pairs import Pairs, classes_of, cosines, pairs_of


def info_nce_of(similarity: Tensor, pairs: Pairs) -> Tensor:
    """Mean of −s_ij + log(exp(s_ij) + Σ_{k negative} exp(s_ik)) over the positive pairs: (A, B) -> scalar.

    With n_i the logarithm of the negatives' sum a pair's term is −log σ(s_ij − n_i), one B×B expression that
    overflows nowhere. A pair without negatives costs nothing; without pairs the loss is 0, and still connected.
    """
    opposed = pairs.negative.any(1, keepdim=True)
    counted = pairs.positive & opposed
    # A row without negatives keeps all its entries: minus infinity everywhere would give NaN gradients.
    negatives = similarity.masked_fill(~pairs.negative & opposed, -torch.inf).logsumexp(1, keepdim=True)
    terms = functional.logsigmoid(similarity - negatives) * counted
    return -terms.sum() / pairs.positive.sum().clamp(min=1)


def info_nce_loss(embeddings: Tensor, classes: Tensor, temperature: float) -> Tensor:
    """The loss of the cosine similarities, divided by `temperature`, within a batch: (B, D), (B,) -> scalar."""
    return info_nce_of(cosines(embeddings) / temperature, pairs_of(classes))


def info_nce(settings: InfoNCE, problem: Problem) -> Objective:
    """The loss with the recipe's temperature and positives."""

    def objective(batch: Batch) -> Tensor:
        return info_nce_loss(batch.embeddings, classes_of(batch, settings.positives), settings.temperature)

    return objective
