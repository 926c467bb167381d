"""Exact nearest neighbours.

A matrix product gives every distance at once, but rounded: two copies of a point may come out at slightly
different distances, and their order would depend on the block they fell into. So the product, in 32 bits where the
points have no more, only draws up a short list, wide enough that no true neighbour can be missing (the bound on its
rounding error is in `_Search._slack`), and the short list is measured again, term by term in float64, and sorted by
distance, then row. Where 32 bits leave a query too long a list, it is drawn up again in 64; and where they would not
do, since squares of numbers so large or so small have no place in them, 64 are taken at once.

The idea ends where very many points lie at the same distance: then the short list is nearly everything.
"""

import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints
from latentarium.core.blas import one_thread

Metric = Literal["euclidean", "cosine"]
Floats64 = NDArray[np.float64]

SMALL = 1 << 27  # multiplications in all: with fewer, threads cost more than they give
BLOCK = 8 * 2**20  # bytes of one block of distances or of pairs: about what stays in a processor's cache
ROWS, LARGEST = 128, 64 * 2**20  # queries that a block has all the same, for a product of few is slow; bytes at most
THREADS = 8  # at most, for each has a block in memory
GROUPS = 128  # of points: the k-th of their nearest bounds the distance of a query's k-th
FEW = 8  # queries that are not worth a copy of the points in float64
ORDINARY = 1e-24, 1e24  # squares of lengths that 32 bits are trusted with
_lengths: dict[int, tuple[weakref.ref[NDArray[Any]], Floats64]] = {}


def nearest(
    queries: NDArray[Any], points: NDArray[Any], k: int, metric: str = "euclidean", skip: Ints | None = None
) -> tuple[Ints, Floats64]:
    """The k points nearest to each query: (Q, D), (M, D) -> rows int64 and distances float64, both (Q, k).

    Distances are Euclidean, or 1 - cosine (0 to 2; 1 from or to a vector of length 0), sorted, ties by row.
    `skip[i]` is a row of `points` that query i leaves out, -1 for none: itself, where the queries are points.
    Fewer than k columns come back where there are fewer points. Raises ValueError where widths differ,
    for k < 1 and for an unknown metric.
    """
    if metric not in ("euclidean", "cosine"):
        raise ValueError(f"metric must be euclidean or cosine, not {metric}")
    if queries.ndim != 2 or points.ndim != 2 or queries.shape[1] != points.shape[1]:
        raise ValueError(f"queries {queries.shape} and points {points.shape} must be (Q, D) and (M, D)")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    left_out = np.full(len(queries), -1) if skip is None else skip
    columns = max(min(k, len(points) - bool(np.any(left_out >= 0))), 0)
    rows = np.empty((len(queries), columns), np.int64)
    distances = np.empty((len(queries), columns), np.float64)
    if columns == 0 or len(queries) == 0:
        return rows, distances
    narrow = points.dtype == np.float32 and _ordinary(_squared_lengths(points))
    search = _Search(points, columns, metric, np.float32 if narrow else np.float64)
    width = len(points) * search.kind(0).itemsize
    block = max(1, min(max(BLOCK // width, ROWS), LARGEST // width))

    def find(start: int) -> None:
        part = slice(start, start + block)
        rows[part], distances[part] = search.find(queries[part].astype(np.float64), left_out[part])

    starts = range(0, len(queries), block)
    with one_thread():  # each block on a thread of its own
        if len(starts) == 1 or queries.size * len(points) < SMALL:
            for start in starts:
                find(start)
        else:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, THREADS), "neighbours") as pool:
                list(pool.map(find, starts))
    return rows, distances


class _Search:
    """Looks for the k nearest of the points (M, D), by products of numbers of one `kind`."""

    def __init__(self, points: NDArray[Any], k: int, metric: str, kind: type[np.floating[Any]]) -> None:
        self.kind = kind
        self._points, self._k, self._metric = points, k, metric
        self._searched = points.astype(kind, copy=False)
        squares = _squared_lengths(points)
        self._squares = squares.astype(kind, copy=False)
        self._inverse = _inverse(np.sqrt(squares)).astype(kind, copy=False) if metric == "cosine" else None
        self._longest = float(np.sqrt(squares.max()))
        self._finer: _Search | None = None

    def find(self, queries: Floats64, skip: Ints) -> tuple[Ints, Floats64]:
        """The rows and the distances of the points nearest to some queries, (Q, k) each."""
        if self.kind is np.float32 and not _ordinary(np.einsum("ij,ij->i", queries, queries)):
            return self._fine().find(queries, skip)
        asking, asked = self._list(queries, skip)
        if self.kind is np.float32 and len(queries) >= FEW:
            asking, asked = self._shortened(queries, skip, asking, asked)
        exact = _measure(queries, self._points, asking, asked, self._metric)
        return _first(asking, asked, exact, self._k)

    def _shortened(self, queries: Floats64, skip: Ints, asking: Ints, asked: Ints) -> tuple[Ints, Ints]:
        """The short lists, those that are too long drawn up again in 64 bits."""
        long = np.bincount(asking, minlength=len(queries)) > 4 * self._k + GROUPS
        if not long.any():
            return asking, asked
        chosen, good = np.flatnonzero(long), ~long[asking]
        found, these = self._fine()._list(queries[chosen], skip[chosen])
        asking, asked = np.concatenate([asking[good], chosen[found]]), np.concatenate([asked[good], these])
        order = np.argsort(asking, kind="stable")
        return asking[order], asked[order]

    def _fine(self) -> "_Search":
        """The same search in 64 bits."""
        self._finer = self._finer or _Search(self._points, self._k, self._metric, np.float64)
        return self._finer

    def _list(self, queries: Floats64, skip: Ints) -> tuple[Ints, Ints]:
        """All pairs of query and point that could be among a query's k nearest, as two arrays, query by query."""
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is measured again
            rough = self._rough(queries.astype(self.kind))
        leaving = np.flatnonzero(skip >= 0)
        rough[leaving, skip[leaving]] = np.inf
        slack, k = self._slack(queries), self._k
        near = rough <= self._limit(_reached(rough, k) + slack)[:, None]
        asking, asked = (part.astype(np.int64, copy=False) for part in np.divmod(np.flatnonzero(near), len(rough[0])))
        if len(asking) <= 1.3 * k * len(queries):
            return asking, asked
        values = rough[asking, asked]  # few enough to find each query's k-th
        order = np.lexsort((values, asking))
        starts = np.searchsorted(asking, np.arange(len(queries)))
        kept = values <= self._limit(values[order[starts + k - 1]] + slack)[asking]
        return asking[kept], asked[kept]

    def _limit(self, values: Floats64) -> NDArray[Any]:
        """The values as numbers of the kind, rounded up; what is infinite, and left out, stays beyond them."""
        kind = np.finfo(self.kind)
        with np.errstate(over="ignore"):
            return np.minimum(values + np.abs(values) * float(kind.eps), kind.max).astype(self.kind)

    def _rough(self, queries: NDArray[Any]) -> NDArray[Any]:
        """Something that grows with the distance from one query, rounded, (Q, M); never NaN.

        Euclidean: ‖p‖² - 2 q·p, which is the squared distance less ‖q‖². Cosine: -q·p / ‖p‖.
        """
        product: NDArray[Any]
        if self._inverse is None:
            product = (-2 * queries) @ self._searched.T
            product += self._squares
        else:
            product = -queries @ self._searched.T
            product *= self._inverse
        reach = float(np.abs(queries).max(initial=0)) * queries.shape[1] + self._longest
        if not reach**2 < float(np.finfo(product.dtype).max) / 4:  # may have overflowed
            np.nan_to_num(product, copy=False, nan=np.finfo(product.dtype).max)
        return product

    def _slack(self, queries: Floats64) -> Floats64:
        """Twice the largest error of `_rough`, (Q,): a dot product of D terms is off by at most D·eps·‖a‖‖b‖."""
        terms = 4.0 * float(np.finfo(self.kind).eps) * (queries.shape[1] + 4)
        own = np.sqrt(np.einsum("ij,ij->i", queries, queries))
        if self._metric == "euclidean":
            own = (own + self._longest) ** 2
        slack: Floats64 = np.nan_to_num(terms * own, nan=np.inf)
        return slack


def _reached(rough: NDArray[Any], k: int) -> NDArray[Any]:
    """A value that at least k of each row do not exceed, and seldom many more: (Q, M) -> (Q,).

    The k-th of the nearest of groups of points, which takes one look at every value; points apart by the number of
    groups make up a group, so that neighbours that come in a row, as those of a class may, are in different ones.
    """
    groups = max(GROUPS, 8 * k)
    size = rough.shape[1] // groups
    if size >= 4:
        rough = rough[:, : size * groups].reshape(len(rough), size, groups).min(1)
    reached: NDArray[Any] = np.partition(rough, k - 1, axis=1)[:, k - 1]
    return reached


def _measure(queries: Floats64, points: NDArray[Any], asking: Ints, asked: Ints, metric: str) -> Floats64:
    """The distance of each pair, term by term in float64, so that equal points tie: (P,), (P,) -> (P,)."""
    distances = np.empty(len(asked), np.float64)
    block = max(1, BLOCK // (8 * queries.shape[1]))
    for start in range(0, len(asked), block):
        some, wide = queries[asking[start : start + block]], points[asked[start : start + block]].astype(np.float64)
        if metric == "euclidean":
            wide -= some
            distances[start : start + block] = np.sqrt(np.sum(wide * wide, axis=1))
            continue
        lengths = np.sqrt(np.sum(wide * wide, axis=1)) * np.sqrt(np.sum(some * some, axis=1))
        cosines = np.sum(wide * some, axis=1) * _inverse(lengths)
        distances[start : start + block] = np.clip(1.0 - cosines, 0.0, 2.0)
    return distances


def _first(asking: Ints, asked: Ints, distances: Floats64, k: int) -> tuple[Ints, Floats64]:
    """The first k pairs of each query by distance, then row: (Q, k) each. Every query has at least k pairs."""
    order = np.lexsort((asked, distances, asking))
    starts = np.searchsorted(asking, np.arange(asking[-1] + 1))  # the pairs come query by query
    chosen = order[starts[:, None] + np.arange(k)]
    return asked[chosen], distances[chosen]


def _inverse(lengths: NDArray[Any]) -> NDArray[Any]:
    """1 / length, and 0 for a length of 0."""
    inverse = np.zeros_like(lengths)
    np.divide(1, lengths, out=inverse, where=lengths > 0)
    return inverse


def _ordinary(squares: Floats64) -> bool:
    """Whether all lengths are such as 32 bits hold, or 0."""
    low, high = ORDINARY
    return bool(np.all(((squares > low) & (squares < high)) | (squares == 0)))


def _squared_lengths(points: NDArray[Any]) -> Floats64:
    """Squared lengths of the points, (M,), remembered while a read-only array lives: a frame is asked many times."""
    key = id(points)
    known = _lengths.get(key)
    if known is not None and known[0]() is points:
        return known[1]
    lengths: Floats64 = np.einsum("ij,ij->i", points, points, dtype=np.float64)
    if not points.flags.writeable:
        _lengths[key] = (weakref.ref(points, lambda _gone: _lengths.pop(key, None)), lengths)
    return lengths
