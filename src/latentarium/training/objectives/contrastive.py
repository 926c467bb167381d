"""Contrastive margin loss: springs between every two images (Hadsell, Chopra and LeCun 2006)."""

import torch
from torch import Tensor
from torch.nn import functional

from latentarium.core.objectives import Contrastive
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.pairs import Pairs, classes_of, distances, pairs_of


def contrastive_of(distance: Tensor, pairs: Pairs, margin: float) -> Tensor:
    """Mean over all pairs of ½d² for the alike and ½·max(0, margin − d)² for the others: (A, B) -> scalar.

    Without pairs it is 0, and still connected to the graph.
    """
    stretched = torch.where(pairs.positive, distance, functional.relu(margin - distance))
    paired = pairs.positive | pairs.negative
    return (stretched * paired).square().sum() / 2 / paired.sum().clamp(min=1)


def contrastive_loss(embeddings: Tensor, classes: Tensor, margin: float) -> Tensor:
    """The mean energy of the springs between all pairs of a batch: (B, D), (B,) -> scalar; memory O(B²)."""
    return contrastive_of(distances(embeddings), pairs_of(classes), margin)


def contrastive(settings: Contrastive, problem: Problem) -> Objective:
    """The springs with the recipe's margin and positives."""

    def objective(batch: Batch) -> Tensor:
        return contrastive_loss(batch.embeddings, classes_of(batch, settings.positives), settings.margin)

    return objective
