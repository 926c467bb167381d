"""How much of each point's neighbourhood two spaces have in common."""

from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import Floats64, Ints
from latentarium.core.comparison import Comparison

BINS = 10
BLOCK = 4096  # rows at a time
BOOTSTRAP_SEED = 0


def jaccard(neighbours_a: Ints, neighbours_b: Ints) -> Floats64:
    """The Jaccard index |A∩B| / |A∪B| of the rows' sets: (N, k), (N, l) -> (N,), 0 to 1; 1 for two empty sets.

    No row may name a neighbour twice. Raises ValueError where N differs.
    """
    if len(neighbours_a) != len(neighbours_b):
        raise ValueError(f"{len(neighbours_a)} points in A, {len(neighbours_b)} in B")
    shared = shared_counts(neighbours_a, neighbours_b)
    union = neighbours_a.shape[1] + neighbours_b.shape[1] - shared
    shares: Floats64 = np.divide(shared, union, out=np.ones(len(shared)), where=union > 0)
    return shares


def shared_counts(neighbours_a: Ints, neighbours_b: Ints) -> Ints:
    """How many neighbours each row has in both: (N, k), (N, l) -> (N,)."""
    counts = np.empty(len(neighbours_a), np.int64)
    for start in range(0, len(counts), BLOCK):
        part = slice(start, start + BLOCK)
        both = np.sort(np.hstack([neighbours_a[part], neighbours_b[part]]), axis=1)
        counts[part] = (both[:, 1:] == both[:, :-1]).sum(1)
    return counts


def histogram(overlap: Floats64) -> tuple[float, ...]:
    """The shares of ten bins [a, b) of width .1 on 0 to 1, the last closed, which sum to 1; zeros for no points."""
    counts = np.bincount(bins(overlap), minlength=BINS)
    return tuple(float(count) / max(len(overlap), 1) for count in counts)


def bins(overlap: Floats64) -> Ints:
    """The bin of each point, 0 to 9: bin b holds b/10 <= overlap < (b + 1)/10, and the last 1 as well."""
    edges = np.arange(1, BINS) / BINS  # 3/10 as it is written, not 3 times a rounded tenth
    return np.searchsorted(edges, overlap, side="right").astype(np.int64, copy=False)


def overlaps_over_k(neighbours_a: Ints, neighbours_b: Ints) -> Floats64:
    """The mean overlap of the first 1, 2 … k neighbours of each row: (N, k), nearest first, twice -> (k,).

    Raises ValueError where the shapes differ; NaN without points.
    """
    if neighbours_a.shape != neighbours_b.shape:
        raise ValueError(f"neighbours {neighbours_a.shape} in A, {neighbours_b.shape} in B")
    count, most = neighbours_a.shape
    sizes = np.arange(1, most + 1)
    total = np.zeros(most)
    for start in range(0, count, BLOCK // 4):
        part = slice(start, start + BLOCK // 4)
        a, b = neighbours_a[part], neighbours_b[part]
        both = np.hstack([a, b])
        order = np.argsort(both, axis=1, kind="stable")
        ordered = np.take_along_axis(both, order, 1)
        rows, places = np.nonzero(ordered[:, 1:] == ordered[:, :-1])
        # A shared neighbour counts from the k on at which both have it.
        since = np.maximum(order[rows, places], order[rows, places + 1] - most)
        found = np.zeros((len(a), most), np.int64)
        np.add.at(found, (rows, since), 1)
        shared = found.cumsum(1)
        total += (shared / (2 * sizes - shared)).sum(0)
    return total / count if count else np.full(most, np.nan)


def bootstrap_interval(overlap: Floats64, rounds: int = 2000, seed: int = BOOTSTRAP_SEED) -> tuple[float, float]:
    """A 95 % interval of the mean: percentiles of the means of samples drawn with replacement; NaN for no points.

    There are few different values, so a sample is how often each was drawn, which is multinomial.
    """
    if not len(overlap):
        return float("nan"), float("nan")
    values, counts = np.unique(overlap, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(overlap), counts / len(overlap), rounds)
    low, high = np.percentile(drawn @ values / len(overlap), [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Some neighbours of a point: rows int64 (n,), and distances float64 (n,), NaN in a space that has them not."""

    rows: Ints
    distances_a: Floats64
    distances_b: Floats64


def split_neighbours(comparison: Comparison, row: int) -> tuple[Neighbours, Neighbours, Neighbours]:
    """The neighbours of a point that both spaces have and that only A has, nearest in A first, and only B, in B."""
    rows_a, rows_b = comparison.neighbours_a[row], comparison.neighbours_b[row]
    from_a = dict(zip(rows_a.tolist(), comparison.distances_a[row].tolist(), strict=True))
    from_b = dict(zip(rows_b.tolist(), comparison.distances_b[row].tolist(), strict=True))
    in_b, in_a = np.isin(rows_a, rows_b), np.isin(rows_b, rows_a)

    def those(rows: Ints) -> Neighbours:
        names = rows.tolist()
        return Neighbours(
            rows,
            np.array([from_a.get(name, np.nan) for name in names]),
            np.array([from_b.get(name, np.nan) for name in names]),
        )

    return those(rows_a[in_b]), those(rows_a[~in_b]), those(rows_b[~in_a])
