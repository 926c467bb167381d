"""Parametric t-SNE (van der Maaten 2009): images that are near in pixels are to be near in the embedding.

The loss of a batch is the Kullback-Leibler divergence Σ p (log(p + ε) − log(q + ε)) over its ordered pairs i ≠ j,
divided by the batch's size, with p the batch's part of the global relations and q = w / Σ w, w = 1 / (1 + d²); both
sum to 1. By hand, with r = p / (q + ε), s = Σ r q and Z = Σ w,

    ∂L/∂(d²_ij) = (r_ij − s) w²_ij / (B Z),    ∂L/∂y_i = 4 Σ_j ∂L/∂(d²_ij) (y_i − y_j),

and p, with it r, is 0 for all but a few pairs. So what is dense is w alone: a handful of passes over B×B numbers
where automatic differentiation makes thirty. The idea ends at second derivatives, of which there are none.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

from latentarium.core.objectives import TSNE
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.relations.graph import Graph
from latentarium.training.relations.sources import pixel_components, tsne_graph

EPSILON = 1e-7  # within the logarithms, as in the source
FEW = 3  # dimensions, up to which distances come from differences

Pairs = tuple[Tensor, Tensor, Tensor]


def tsne_loss(embeddings: Tensor, pairs: Pairs) -> Tensor:
    """The divergence for (B, D) points, a scalar. `pairs`: places i ≠ j, each pair once, int64 (E,), and its value.

    The values need not be normalised; without a pair the loss is 0, and still connected to the graph.
    """
    if len(pairs[0]) == 0:
        return embeddings.sum() * 0
    loss: Tensor = _Divergence.apply(embeddings, *pairs)
    return loss


class _Divergence(Function):
    """The loss with its gradient in closed form, taken in the forward pass while the distances are at hand."""

    @staticmethod
    def forward(context: Any, embeddings: Tensor, first: Tensor, second: Tensor, values: Tensor) -> Tensor:
        loss, gradient = _divergence(embeddings, first, second, values.to(embeddings.dtype))
        context.save_for_backward(gradient)
        return loss

    @staticmethod
    @once_differentiable
    def backward(context: Any, outer: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = context.saved_tensors
        return outer * gradient, None, None, None


def _divergence(embeddings: Tensor, first: Tensor, second: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Loss and its gradient by the embeddings (B, D)."""
    batch = len(embeddings)
    points = embeddings - embeddings.mean(0)
    weights = squared_distances(points).add_(1).reciprocal_()
    weights.fill_diagonal_(0)
    total = weights.sum()
    p = values / (2 * values.sum())
    flat = first * batch + second
    near = weights.view(-1).index_select(0, flat)
    q = near / total
    ratio = p / (q + EPSILON)
    loss = 2 * (p * torch.log((p + EPSILON) / (q + EPSILON))).sum() / batch
    # From here on `weights` holds (s − r) w²: what pushes a pair apart.
    pull = 2 * (ratio * q).sum()
    forces = weights.square_().mul_(pull)
    forces.view(-1)[flat] = forces.view(-1)[second * batch + first] = (pull - ratio) * near.square_()
    gradient = _product(forces, points) - forces.sum(1, keepdim=True) * points
    return loss, gradient.mul_(4 / (batch * total))


def squared_distances(points: Tensor) -> Tensor:
    """Squared Euclidean distances between all rows: (B, D) -> (B, B), D ≥ 1.

    From differences for few dimensions, where near points matter to the last digit; else by a matrix product, for
    which `points` should be about the origin.
    """
    if points.shape[1] <= FEW:
        squares: Tensor | None = None
        for column in points.T.contiguous():  # side by side in memory: five times as fast
            difference = column[:, None] - column[None]
            squares = difference.square_() if squares is None else squares.addcmul_(difference, difference)
        assert squares is not None
        return squares
    lengths = points.square().sum(1)
    return torch.addmm(lengths[:, None] + lengths, points, points.T, alpha=-2).clamp_(min=0)


def _product(matrix: Tensor, points: Tensor) -> Tensor:
    """`matrix @ points`, (B, B), (B, D) -> (B, D); column by column where they are few, as nothing else is fast."""
    if points.shape[1] > FEW:
        return matrix @ points
    return torch.stack([matrix.mv(column) for column in points.T.contiguous()], 1)


def pairs_of(graph: Graph, rows: Tensor) -> Pairs:
    """A batch's pairs of related images, by their places in `rows`; rows that are one image stand for it alike."""
    images, which = torch.unique(rows, return_inverse=True)
    if len(images) == len(rows):
        return graph.among(rows)
    first, second, values = graph.among(images)
    if len(first) == 0:
        return first, second, values
    # Every place of the one image with every place of the other.
    dense = torch.zeros(len(images), len(images), dtype=values.dtype, device=rows.device)
    dense[first, second] = dense[second, first] = values
    full = dense.index_select(0, which).index_select(1, which).triu_(1)
    first, second = full.nonzero(as_tuple=True)
    return first, second, full[first, second]


def tsne(settings: TSNE, problem: Problem) -> Objective:
    """The loss at the recipe's perplexity; for the first epochs, where asked, towards the pixels' components."""
    graph = tsne_graph(problem.images, settings.perplexity, problem.progress, problem.cancelled).to(problem.device)
    start = pixel_components(problem.images, problem.dimensions) if settings.start_epochs else None
    layout = None if start is None else torch.from_numpy(start).to(problem.device)

    def objective(batch: Batch) -> Tensor:
        if layout is not None and batch.epoch < settings.start_epochs:
            return functional.mse_loss(batch.embeddings, layout[batch.rows])
        return tsne_loss(batch.embeddings, pairs_of(graph, batch.rows))

    return objective
