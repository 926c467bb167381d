"""Are two images of the same class? Told by their distance alone, for classes that may never have been trained on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats64, Ints, frozen_ints

PAIRS = 1000  # of the same class, and as many of different ones, at most
_TRIES = 4  # draws for each pair wanted: some come twice

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of rows, of the same class and of different ones by turns, as many of each.

    `first`, `second` int64 (P,), `same` bool (P,); read-only. The first half is for choosing a threshold, the
    second for measuring it.
    """

    first: Ints
    second: Ints
    same: Flags

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def half(self) -> int:
        """Where the second half begins; both halves hold as many same as different pairs, or one of each more."""
        return len(self) // 4 * 2


def draw_pairs(labels: Ints, rows: Ints, count: int = PAIRS) -> Pairs | None:
    """At most `count` same and `count` different pairs of `rows`, each class as likely as another.

    The same pairs for the same labels. None where there are not two of each kind.
    """
    random = np.random.RandomState(0)
    found, counts = np.unique(labels[rows], return_counts=True)
    starts, tries = np.cumsum(counts) - counts, _TRIES * count  # the rows of a class lie together, in `ordered`
    ordered = rows[np.argsort(labels[rows], kind="stable")]
    many = np.flatnonzero(counts > 1)
    if len(found) < 2 or not len(many):
        return None

    def draw(below: Ints) -> Ints:
        """A whole number from 0 to less than each of `below`."""
        drawn: Ints = (random.random_sample(tries) * below).astype(np.int64)
        return drawn

    own = many[draw(np.full(tries, len(many)))]
    first = draw(counts[own])
    second = (first + 1 + draw(counts[own] - 1)) % counts[own]
    same = _distinct(ordered[starts[own] + first], ordered[starts[own] + second])
    own = draw(np.full(tries, len(found)))
    other = (own + 1 + draw(np.full(tries, len(found) - 1))) % len(found)
    different = _distinct(ordered[starts[own] + draw(counts[own])], ordered[starts[other] + draw(counts[other])])
    kept = min(len(same), len(different), count)
    if kept < 2:
        return None
    pairs = np.stack([same[:kept], different[:kept]], axis=1).reshape(-1, 2)
    flags = np.tile([True, False], kept)
    flags.flags.writeable = False
    return Pairs(frozen_ints(pairs[:, 0]), frozen_ints(pairs[:, 1]), flags)


def pair_distances(points: NDArray[Any], first: Ints, second: Ints) -> Floats64:
    """The Euclidean distance of each pair of rows: (N, D), (P,), (P,) -> (P,)."""
    apart = points[first].astype(np.float64)
    apart -= points[second]
    distances: Floats64 = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return distances


def best_threshold(distances: Floats64, same: Flags) -> float:
    """The distance up to which "same" is right most often: (P,), (P,) -> midway between two distances.

    Of several the smallest; below all distances where "different" is always the best answer.
    Raises ValueError where there is no pair.
    """
    if not len(distances):
        raise ValueError("a threshold needs a pair")
    order = np.argsort(distances, kind="stable")
    sorted_distances, kinds = distances[order], same[order]
    right = np.concatenate([[0], np.cumsum(np.where(kinds, 1, -1))])  # more than by "different" for all
    cuts = np.concatenate([[True], sorted_distances[1:] > sorted_distances[:-1], [True]])  # equal ones stay together
    best = int(np.argmax(np.where(cuts, right, -len(right) - 1)))
    if best == 0:
        return float(sorted_distances[0]) / 2 if sorted_distances[0] > 0 else -1.0
    if best == len(distances):
        return float(sorted_distances[-1])
    return float((sorted_distances[best - 1] + sorted_distances[best]) / 2)


def threshold_accuracy(distances: Floats64, same: Flags, threshold: float) -> float:
    """The share of pairs told right by "same, if no farther than the threshold", 0 to 1; NaN where there are none."""
    return float(np.mean((distances <= threshold) == same)) if len(distances) else float("nan")


def roc_auc(distances: Floats64, same: Flags) -> float:
    """The chance that a same pair lies nearer together than a different one, ties counting half: 0 to 1, NaN for none.

    This is the area under the curve of hits over false alarms (Mann and Whitney's U, by ranks).
    """
    inside, outside = int(same.sum()), int((~same).sum())
    if not inside or not outside:
        return float("nan")
    _, place, counts = np.unique(distances, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # from 1; equal distances share the mean of their ranks
    smaller = float(ranks[same].sum()) - inside * (inside + 1) / 2
    return 1.0 - smaller / (inside * outside)


def _distinct(first: Ints, second: Ints) -> Ints:
    """Each pair once, whichever way round, in the order drawn: (P,), (P,) -> (P', 2)."""
    pairs = np.stack([np.minimum(first, second), np.maximum(first, second)], axis=1)
    _, places = np.unique(pairs, axis=0, return_index=True)
    return pairs[np.sort(places)]
