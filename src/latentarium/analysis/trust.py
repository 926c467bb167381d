"""How far a picture of a space can be trusted: whether who is near in the one is near in the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Floats, Ints, frozen_floats
from latentarium.core.blas import one_thread

K = 10
SAMPLE = 2_000  # points of which the two figures are computed, for their cost grows with the square
BLOCK = 256  # rows at a time


@dataclass(frozen=True, eq=False)
class Trust:
    """How alike the neighbourhoods of space and picture are, `k` neighbours a point, Euclidean in both.

    `trustworthiness` and `continuity` are of `sample` points, 1 at best, about .5 for a random picture, NaN
    where there are too few points. `overlap` (N,) is of each point the share of its neighbours that both have.
    """

    trustworthiness: float
    continuity: float
    overlap: Floats
    sample: int
    k: int


def assess(space: NDArray[Any], picture: NDArray[Any], k: int = K, most: int = SAMPLE) -> Trust:
    """Hold a picture (N, 2 or 3) against the space (N, D) it shows."""
    rows = sample_rows(len(space), most)
    k = min(k, max(len(space) - 1, 1))
    fewer = min(k, (len(rows) - 1) // 2)
    return Trust(
        trustworthiness(space[rows], picture[rows], fewer),
        continuity(space[rows], picture[rows], fewer),
        overlap(space, picture, k),
        len(rows),
        k,
    )


def trustworthiness(space: NDArray[Any], picture: NDArray[Any], k: int = K) -> float:
    """How few strangers the picture brings near: (N, D), (N, d) -> 0 to 1.

    1 - 2 / (N k (2N - 3k - 1)) · Σ (r - k) over the pairs that are among the k nearest in the picture, but only
    the r-th nearest in the space (Venna and Kaski 2001). NaN for k < 1 or 2k >= N.
    """
    count = len(space)
    if k < 1 or 2 * k >= count:
        return float("nan")
    wide, flat = _finite(space), _finite(picture)
    excess = 0
    with one_thread():
        for start in range(0, count, BLOCK):
            rows = np.arange(start, min(start + BLOCK, count))
            seen = np.argpartition(_distances(flat, rows), k - 1, axis=1)[:, :k]
            true = _distances(wide, rows)
            for column in seen.T:
                ranks = 1 + (true < true[np.arange(len(rows)), column][:, None]).sum(1)
                excess += int(np.maximum(ranks - k, 0).sum())
    return 1.0 - excess * 2.0 / (count * k * (2.0 * count - 3.0 * k - 1.0))


def continuity(space: NDArray[Any], picture: NDArray[Any], k: int = K) -> float:
    """How few true neighbours the picture tears apart: trustworthiness with space and picture exchanged."""
    return trustworthiness(picture, space, k)


def overlap(space: NDArray[Any], picture: NDArray[Any], k: int = K) -> Floats:
    """Of each point the share of its k nearest in the space that are among its k nearest in the picture: (N,)."""
    count = len(space)
    if count < 2:
        return frozen_floats(np.ones(count))
    own = np.arange(count)
    ours, _ = nearest(_finite(space), _finite(space), k, skip=own)
    theirs, _ = nearest(_finite(picture), _finite(picture), k, skip=own)
    both = np.sort(np.hstack([ours, theirs]), axis=1)
    return frozen_floats((both[:, 1:] == both[:, :-1]).sum(1) / ours.shape[1])


def sample_rows(count: int, most: int = SAMPLE) -> Ints:
    """All rows, or `most` of them drawn without replacement, always the same; sorted, int64."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).choice(count, most, replace=False))


def _distances(points: NDArray[np.float64], rows: Ints) -> NDArray[np.float64]:
    """Squared distances from some points to all, infinite to themselves: (R, N), less the length of the first."""
    lengths = np.einsum("ij,ij->i", points, points)
    found: NDArray[np.float64] = lengths - 2.0 * points[rows] @ points.T
    found[np.arange(len(rows)), rows] = np.inf
    return found


def _finite(points: NDArray[Any]) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(points, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
