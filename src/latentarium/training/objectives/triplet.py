"""Triplet loss: an anchor is to be nearer to its own class than to another, by a margin (Schroff et al. 2015)."""

import torch
from torch import Generator, Tensor
from torch.nn import functional

from latentarium.core.objectives import Triplet
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.pairs import Pairs, pairs_of, squared_distances

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


def hardest_of(distance: Tensor, pairs: Pairs) -> Triplets:
    """Each anchor with the farthest of its class and the nearest of another (Hermans et al. 2017): (A, B), 2 × (A, B).

    Anchors that lack either are left out; ties go to the lowest row.
    """
    anchor = (pairs.positive.any(1) & pairs.negative.any(1)).nonzero().squeeze(1)
    farthest = distance.masked_fill(~pairs.positive, -torch.inf).argmax(1)
    nearest = distance.masked_fill(~pairs.negative, torch.inf).argmin(1)
    return anchor, farthest[anchor], nearest[anchor]


def semi_hard_of(distance: Tensor, pairs: Pairs) -> Triplets:
    """Each positive pair with the nearest negative that is farther than the positive: (A, B), 2 × (A, B).

    Where no negative is farther, it is the farthest of them (Schroff et al. 2015, as usually trained); anchors that
    lack a positive or a negative are left out. A row of negatives is sorted once and searched for all the anchor's
    positives, so that no A×B×B matrix arises: time O(A·B·log B), memory O(A·B).
    """
    others = pairs.negative.sum(1)
    ordered, order = distance.masked_fill(~pairs.negative, torch.inf).sort(dim=1, stable=True)
    anchor, positive = (pairs.positive & (others > 0)[:, None]).nonzero().unbind(1)
    farther = torch.searchsorted(ordered, distance, right=True)[anchor, positive]
    negative = order[anchor, torch.minimum(farther, others[anchor] - 1)]
    return anchor, positive, negative


@torch.no_grad()
def hardest_triplets(embeddings: Tensor, labels: Tensor) -> Triplets:
    """Each anchor of a batch with its hardest positive and negative: (B, D), (B,); memory O(B²)."""
    return hardest_of(squared_distances(embeddings), pairs_of(labels))


@torch.no_grad()
def semi_hard_triplets(embeddings: Tensor, labels: Tensor) -> Triplets:
    """Each ordered positive pair of a batch with its semi-hard negative: (B, D), (B,); memory O(B²)."""
    return semi_hard_of(squared_distances(embeddings), pairs_of(labels))


def pairwise_triplet_loss(embeddings: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """The same as `triplet_loss`, for many more triplets than images: their distances are looked up in a B×B matrix.

    Memory O(B² + T) instead of O(T·D); the distances are a matrix product's.
    """
    anchor, positive, negative = triplets
    squared = squared_distances(embeddings)
    table, width = squared.flatten(), squared.shape[1]
    near = table.index_select(0, anchor * width + positive)
    far = table.index_select(0, anchor * width + negative)
    return functional.relu(near - far + margin).sum() / max(len(near), 1)


def mine(settings: Triplet, embeddings: Tensor, labels: Tensor, generator: Generator) -> Triplets:
    """The triplets that the recipe's mining takes from a batch: (B, D), (B,) -> anchor, positive, negative rows."""
    if settings.mining == "batch-hard":
        return hardest_triplets(embeddings, labels)
    if settings.mining == "semi-hard":
        return semi_hard_triplets(embeddings, labels)
    return random_triplets(labels, generator)


def triplet(settings: Triplet, problem: Problem) -> Objective:
    """The loss with the recipe's margin and mining."""
    loss = pairwise_triplet_loss if settings.mining == "semi-hard" else triplet_loss

    def objective(batch: Batch) -> Tensor:
        triplets = mine(settings, batch.embeddings, batch.labels, batch.generator)
        return loss(batch.embeddings, triplets, settings.margin)

    return objective
