"""Parametric UMAP (Sainburg, McInnes and Gentner 2021): edges of the neighbourhood graph attract, random pairs repel.

With q = 1 / (1 + a x^b) and x = d² + ε, the loss of a batch is the mean, over its edges weighed by their membership,
of −log q for the edge and of −log(1 − q) for each of its negatives: random places of the batch, some for each edge,
from either of its ends. Written with x and with logarithms of 1 + a x^b alone, nothing overflows or divides by 0.
By hand,

    ∂(−log q)/∂x = a b x^(b−1) / (1 + a x^b),    ∂(−log(1 − q))/∂x = −b / (x (1 + a x^b)).
"""

from typing import Any

import torch
from torch import Generator, Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

from latentarium.core.objectives import UMAP
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.tsne import Pairs, pairs_of
from latentarium.training.relations.curve import fit_curve
from latentarium.training.relations.sources import spectral_layout, umap_graph

EPSILON = 1e-3  # added to the squared distance, as UMAP does when it repels


def umap_loss(embeddings: Tensor, edges: Pairs, negatives: Pairs, curve: tuple[float, float]) -> Tensor:
    """The weighed mean cross-entropy for (B, D) points, a scalar; `curve` is (a, b).

    `edges` and `negatives`: two places, int64 (E,), and the weight of each. The sum is divided by the weight of all
    edges; without an edge the loss is 0, and still connected to the graph.
    """
    if len(edges[0]) == 0:
        return embeddings.sum() * 0
    first, second, weights = (torch.cat(parts) for parts in zip(edges, negatives, strict=True))
    loss: Tensor = _CrossEntropy.apply(embeddings, first, second, weights, len(edges[0]), curve)
    return loss


class _CrossEntropy(Function):
    """The loss with its gradient in closed form; the first `attracted` pairs are edges."""

    @staticmethod
    def forward(
        context: Any,
        embeddings: Tensor,
        first: Tensor,
        second: Tensor,
        weights: Tensor,
        attracted: int,
        curve: tuple[float, float],
    ) -> Tensor:
        a, b = curve
        weights = weights.to(embeddings.dtype) / weights[:attracted].sum().to(embeddings.dtype)
        apart = embeddings.index_select(0, first) - embeddings.index_select(0, second)
        x = apart.square().sum(1).add_(EPSILON)
        power = a * x**b
        terms = torch.log1p(power)
        terms[attracted:] -= torch.log(power[attracted:])
        slopes = b * power / (x * (1 + power))
        slopes[attracted:] = -b / (x[attracted:] * (1 + power[attracted:]))
        forces = (2 * weights * slopes)[:, None] * apart
        context.save_for_backward(_gathered(forces, first, second, len(embeddings)))
        return weights @ terms

    @staticmethod
    @once_differentiable
    def backward(context: Any, outer: Tensor) -> tuple[Tensor, None, None, None, None, None]:
        (gradient,) = context.saved_tensors
        return outer * gradient, None, None, None, None, None


def _gathered(forces: Tensor, first: Tensor, second: Tensor, count: int) -> Tensor:
    """Each place's sum of the forces on it: those of pairs it comes first in less those it comes second in, (B, D).

    A place's pairs are brought together by sorting and added up in that order, so that the number of threads
    changes nothing.
    """
    gradient = forces.new_zeros(count, forces.shape[1])
    for places, sign in ((first, 1), (second, -1)):
        gradient.scatter_add_(0, places[:, None].expand_as(forces), sign * forces)
    return gradient


def random_negatives(edges: Pairs, each: int, size: int, generator: Generator) -> Pairs:
    """For each edge `each` pairs of one of its ends, by turns, with a random other place below `size`, weighed as it.

    Deterministic for the generator's state, which is on the CPU.
    """
    first, second, weights = edges
    ends = torch.stack([first, second], 1).repeat(1, (each + 1) // 2)[:, :each].reshape(-1)
    steps = torch.randint(1, max(size, 2), (len(ends),), generator=generator).to(ends.device)
    return ends, (ends + steps) % size, weights.repeat_interleave(each)


def umap(settings: UMAP, problem: Problem) -> Objective:
    """The loss on the recipe's graph; for the first epochs, where asked, towards the graph's spectral layout."""
    graph = umap_graph(problem.images, settings.neighbours, problem.progress, problem.cancelled)
    start = spectral_layout(graph, problem.dimensions, problem.progress) if settings.start_epochs else None
    layout = None if start is None else torch.from_numpy(start).to(problem.device)
    curve = fit_curve(settings.min_dist, settings.spread)
    graph = graph.to(problem.device)

    def objective(batch: Batch) -> Tensor:
        if layout is not None and batch.epoch < settings.start_epochs:
            return functional.mse_loss(batch.embeddings, layout[batch.rows])
        edges = pairs_of(graph, batch.rows)
        negatives = random_negatives(edges, settings.negatives, len(batch.rows), batch.generator)
        return umap_loss(batch.embeddings, edges, negatives, curve)

    return objective
