"""Triplet loss: an anchor is to be nearer to its own class than to another, by a margin (Schroff et al. 2015)."""

import torch
from torch import Generator, Tensor
from torch.nn import functional

from latentarium.core.objectives import Triplet
from latentarium.training.objectives.batch import Batch, Objective, Problem

Triplets = tuple[Tensor, Tensor, Tensor]


def triplet_loss(embeddings: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Mean of max(0, ‖a − p‖² − ‖a − n‖² + margin) over the triplets: (B, D), 3 × int64 (T,) -> scalar.

    The distances are taken from differences, not from a Gram matrix, so that near points keep their digits.
    Without triplets the loss is 0, and still connected to the graph.
    """
    # index_select, not indexing: its gradient is summed in a fixed order whatever the number of threads.
    anchor, positive, negative = (embeddings.index_select(0, rows) for rows in triplets)
    near = (anchor - positive).square().sum(1)
    far = (anchor - negative).square().sum(1)
    return functional.relu(near - far + margin).sum() / max(len(near), 1)


def random_triplets(labels: Tensor, generator: Generator) -> Triplets:
    """One triplet an anchor, positive and negative drawn evenly; anchors that lack either are left out.

    With the batch sorted by class, a positive is some places further on in the anchor's class (cyclically), and a
    negative is any place that skips the class: two random numbers an anchor, and no B×B matrix.
    """
    chance = torch.rand(2, len(labels), generator=generator).to(labels.device)
    order = torch.argsort(labels, stable=True)
    _, group, counts = torch.unique(labels[order], return_inverse=True, return_counts=True)
    size = counts[group]
    first = (counts.cumsum(0) - counts)[group]
    others = len(labels) - size
    place = torch.arange(len(labels), device=labels.device)
    further = 1 + torch.minimum((chance[0] * (size - 1)).long(), size - 2)
    positive = first + (place - first + further) % size
    skipped = torch.minimum((chance[1] * others).long(), others - 1)
    negative = torch.where(skipped < first, skipped, skipped + size)
    usable = (size > 1) & (others > 0)
    return order[usable], order[positive[usable]], order[negative[usable]]


def hardest_triplets(embeddings: Tensor, labels: Tensor) -> Triplets:
    """Each anchor with the farthest of its class and the nearest of another (Hermans et al. 2017): (B, D), (B,).

    Anchors that lack either are left out; ties go to the lowest row. Memory O(B²).
    """
    with torch.no_grad():
        points = embeddings.detach()
        squares = points.square().sum(1)
        distance = squares[:, None] + squares[None, :] - 2 * points @ points.T
        same = labels[:, None] == labels[None, :]
        positive = same.clone()
        positive.fill_diagonal_(False)
        anchor = (positive.any(1) & ~same.all(1)).nonzero().squeeze(1)
        farthest = distance.masked_fill(~positive, -torch.inf).argmax(1)
        nearest = distance.masked_fill(same, torch.inf).argmin(1)
    return anchor, farthest[anchor], nearest[anchor]


def triplet(settings: Triplet, problem: Problem) -> Objective:
    """The loss with the recipe's margin and mining."""

    def objective(batch: Batch) -> Tensor:
        if settings.mining == "batch-hard":
            triplets = hardest_triplets(batch.embeddings, batch.labels)
        else:
            triplets = random_triplets(batch.labels, batch.generator)
        return triplet_loss(batch.embeddings, triplets, settings.margin)

    return objective
