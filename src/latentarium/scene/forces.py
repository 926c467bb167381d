"""How hard one image is pulled and pushed by others: the slopes of its loss by each distance, in closed form.

The same as `training.inspection` finds by automatic differentiation, so simple that a view can have them in every
frame, without torch.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.looked import Springs
from latentarium.core.objectives import Contrastive, Decoupled, InfoNCE, SupCon, Triplet

Comparing = Contrastive | Triplet | InfoNCE | Decoupled | SupCon
COMPARING = (Contrastive, Triplet, InfoNCE, Decoupled, SupCon)

Forces = NDArray[np.float64]


def springs(settings: Comparing, anchor: NDArray[Any], label: int, points: NDArray[Any], labels: Ints) -> Springs:
    """All springs that are taut between an anchor (D,) of class `label` and points (M, D) of `labels` (M,).

    Forces are the slopes of the anchor's mean loss by each distance: Euclidean, or between the embeddings at length
    1 for the objectives of cosines.
    """
    centre, others = np.asarray(anchor, np.float64), np.asarray(points, np.float64)
    if isinstance(settings, InfoNCE | Decoupled | SupCon):
        centre, others = _unit(centre), _unit(others)
    distances = np.linalg.norm(others - centre, axis=1)
    same = labels == label
    if isinstance(settings, Contrastive):
        forces = _margin_forces(settings, distances, same)
    elif isinstance(settings, Triplet):
        forces = _triplet_forces(settings, distances, same)
    else:
        forces = _cosine_forces(settings, distances, same)
    order = np.argsort(-np.abs(forces), kind="stable")[: np.count_nonzero(forces)]
    return Springs(frozen_ints(order), forces[order] > 0, np.abs(forces[order]), settings.name)


def _unit(vectors: Forces) -> Forces:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Forces = vectors / np.maximum(lengths, 1e-12)
    return unit


def _margin_forces(settings: Contrastive, distances: Forces, same: NDArray[np.bool_]) -> Forces:
    """The same class attracts by d, another repels by max(0, margin - d), negative: (M,), (M,) -> (M,).

    The slopes of ½d² and ½·max(0, margin - d)² (Hadsell, Chopra and LeCun 2006), a mean over all pairs.
    """
    forces: Forces = np.where(same, distances, -np.maximum(0.0, settings.margin - distances)) / max(len(same), 1)
    return forces


def _triplet_forces(settings: Triplet, distances: Forces, same: NDArray[np.bool_]) -> Forces:
    """Each triplet whose hinge is active pulls its positive by 2d and pushes its negative by -2d: (M,), (M,) -> (M,).

    A mean over the mining's triplets; of random mining over all there are, which is what is expected of its draws.
    """
    forces = np.zeros(len(same))
    if same.all() or not same.any():
        return forces
    near, far = distances[same] ** 2, distances[~same] ** 2
    rows = np.arange(len(near))
    taken = np.zeros((len(near), len(far)))
    match settings.mining:
        case "batch-hard":
            taken[near.argmax(), far.argmin()] = 1.0
        case "semi-hard":
            order = np.argsort(far, kind="stable")
            farther = np.searchsorted(far[order], near, side="right")
            taken[rows, order[np.minimum(farther, len(far) - 1)]] = 1 / len(near)
        case _:
            taken[:] = 1 / taken.size
    taken *= near[:, None] - far[None] + settings.margin > 0
    forces[same] = 2 * distances[same] * taken.sum(1)
    forces[~same] = -2 * distances[~same] * taken.sum(0)
    return forces


def _cosine_forces(settings: InfoNCE | Decoupled | SupCon, distances: Forces, same: NDArray[np.bool_]) -> Forces:
    """The slopes of softmax losses of the cosines s = 1 - d²/2 over the temperature τ: (M,), (M,) -> (M,).

    Of each loss (formulas beside its function in `training.objectives`) by s/τ, times -d/τ. SupCon's softmax has the
    positives too: one that is nearer than the others may be pushed.
    """
    slopes = np.zeros(len(same))
    if not same.any() or (same.all() and not isinstance(settings, SupCon)):
        return slopes
    logits = (1 - distances**2 / 2) / settings.temperature
    odds, count = np.exp(logits - logits.max()), np.count_nonzero(same)
    if isinstance(settings, SupCon):
        slopes = odds / odds.sum() - same / count
    elif isinstance(settings, Decoupled):
        slopes[~same], slopes[same] = odds[~same] / odds[~same].sum(), -1 / count
    else:
        against = odds[~same].sum()
        missed = against / (odds[same] + against)  # of each positive: 1 - its probability among the negatives
        slopes[same] = -missed / count
        slopes[~same] = odds[~same] / against * missed.mean()
    forces: Forces = -slopes * distances / settings.temperature
    return forces
