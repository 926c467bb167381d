"""The linear class head behind recorded probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-30  # probabilities below are rounded too coarsely, or to 0
_FEWEST = 4  # points a number to be found, or a class is left out
_MISFIT = 1e-2  # of a log-probability: a larger one, as a root of the mean square, is no rounding


def linear_head(embeddings: NDArray[Any], probabilities: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Weights (K, D) and offsets (K,) with p = softmax(W z + b), from points (N, D) and their probabilities (N, K).

    Exact up to the probabilities' rounding, because log p_c - log p_d is linear in z; what all classes share does
    not show in p, and is 0 on average. NaN for a class that is likely nowhere. None where the probabilities are not
    those of such a head, or where the points do not tell. Raises ValueError where N differs.
    """
    points, shares = np.asarray(embeddings, np.float64), np.asarray(probabilities, np.float64)
    if len(points) != len(shares):
        raise ValueError(f"{len(points)} points, but probabilities of {len(shares)}")
    width = points.shape[1]
    size = width + 1
    told = np.flatnonzero((shares > _LEAST).sum(0) >= _FEWEST * size)  # a class that is nowhere likely has no region
    if not len(told):
        return None
    middle, scale = points.mean(0), float(points.std()) or 1.0
    inputs = np.column_stack([(points - middle) / scale, np.ones(len(points))])
    known = shares[:, told] > _LEAST
    logs = np.log(np.where(known, shares[:, told], 1.0))
    # Least squares over what is known, each row free by a constant: that of its softmax. So each row is centred,
    # and the normal equations are a part for each class less one that all share.
    root = 1 / np.sqrt(np.maximum(known.sum(1), 1))
    shared = ((known * root[:, None])[:, :, None] * inputs[:, None, :]).reshape(len(points), -1)
    left = -shared.T @ shared
    for row in range(len(told)):
        part = slice(row * size, (row + 1) * size)
        left[part, part] += (inputs * known[:, row : row + 1]).T @ inputs
    centred = _centred(logs, known)
    # What all classes share is free too: of all solutions the smallest.
    solution, _, rank, _ = np.linalg.lstsq(left, (centred.T @ inputs).ravel(), rcond=1e-12)
    found = solution.reshape(len(told), size)
    misfit = centred - _centred(inputs @ found.T, known)
    if rank < (len(told) - 1) * size or (misfit**2).sum() > _MISFIT**2 * known.sum():
        return None
    weights, offsets = np.full((shares.shape[1], width), np.nan), np.full(shares.shape[1], np.nan)
    weights[told] = found[:, :width] / scale
    offsets[told] = found[:, width] - weights[told] @ middle
    return weights, offsets


def _centred(values: NDArray[Any], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Each row less the mean of what is known of it; 0 where it is not known."""
    means = (values * known).sum(1, keepdims=True) / np.maximum(known.sum(1, keepdims=True), 1)
    centred: NDArray[np.float64] = known * (values - means)
    return centred
