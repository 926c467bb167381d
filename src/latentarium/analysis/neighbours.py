"""Exact nearest neighbours.

A matrix product gives every distance at once, but rounded: two copies of a point may come out at slightly
different distances, and their order would depend on the block they fell into. So the product only draws up
a short list, wide enough that no true neighbour can be missing (the bound on its rounding error is in
`_slack`), and the short list is measured again, term by term in float64, and sorted by distance, then row.
The idea ends where very many points lie at the same distance: then the short list is nearly everything.
"""

import weakref
from contextlib import nullcontext
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints
from latentarium.core.blas import one_thread

Metric = Literal["euclidean", "cosine"]
Floats64 = NDArray[np.float64]

SMALL = 1 << 27  # multiplications in a product: with fewer, threads cost more than they give
BLOCK = 4 * 2**20  # bytes of one block of distances: what a processor's cache holds
_lengths: dict[int, tuple[weakref.ref[NDArray[Any]], NDArray[Any]]] = {}


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
    leaves_out = skip is not None and bool(np.any(skip >= 0))
    columns = max(min(k, len(points) - leaves_out), 0)
    rows = np.empty((len(queries), columns), np.int64)
    distances = np.empty((len(queries), columns), np.float64)
    if columns == 0 or len(queries) == 0:
        return rows, distances
    # One query among many points is read straight from float32; more are worth the float64 copy.
    kind = np.float32 if len(queries) < 8 and points.dtype == np.float32 else np.float64
    searched, lengths = points.astype(kind, copy=False), _squared_lengths(points, kind)
    block = max(1, BLOCK // (len(points) * np.dtype(kind).itemsize))
    for start in range(0, len(queries), block):
        end = start + block
        some = queries[start:end].astype(np.float64)
        small = some.size * len(searched) < SMALL
        with np.errstate(over="ignore", invalid="ignore"), one_thread() if small else nullcontext():
            rough = _rough(some.astype(kind), searched, lengths, metric)  # what overflows is measured again
        if skip is not None:
            left_out = skip[start:end]
            rough[np.flatnonzero(left_out >= 0), left_out[left_out >= 0]] = np.inf
        listed = _short_list(rough, columns, _slack(some, lengths, metric, float(np.finfo(kind).eps)))
        exact = _measure(some, points, *listed, metric)
        rows[start:end], distances[start:end] = _first(*listed, exact, columns)
    return rows, distances


def _rough(queries: NDArray[Any], points: NDArray[Any], lengths: NDArray[Any], metric: str) -> NDArray[Any]:
    """Something that grows with the distance from one query, rounded, (Q, M); never NaN.

    Euclidean: ‖p‖² - 2 q·p, which is the squared distance less ‖q‖². Cosine: -q·p / ‖p‖.
    """
    product: NDArray[Any]
    if metric == "euclidean":
        product = (-2 * queries) @ points.T
        product += lengths
    else:
        product = -queries @ points.T
        product *= _inverse(np.sqrt(lengths))
    if not np.isfinite(product.sum()):
        np.nan_to_num(product, copy=False, nan=np.finfo(product.dtype).max)
    return product


def _slack(queries: Floats64, lengths: NDArray[Any], metric: str, eps: float) -> Floats64:
    """Twice the largest error of `_rough`, (Q,): a dot product of D terms is off by at most D·eps·‖a‖‖b‖."""
    terms = 4.0 * eps * (queries.shape[1] + 4)
    own = np.sqrt(np.einsum("ij,ij->i", queries, queries))
    if metric == "euclidean":
        own = (own + np.sqrt(float(np.nanmax(lengths)))) ** 2
    slack: Floats64 = np.nan_to_num(terms * own, nan=np.inf)
    return slack


def _short_list(rough: NDArray[Any], k: int, slack: Floats64) -> tuple[Ints, Ints]:
    """All pairs of query and point that could be among a query's k nearest, as two arrays, query by query."""
    limits = rough.min(1) if k == 1 else np.partition(rough, k - 1, axis=1)[:, k - 1]
    near = rough <= np.minimum(limits + slack, np.finfo(rough.dtype).max)[:, None]  # infinite: is left out
    asking, asked = np.nonzero(near)
    return asking.astype(np.int64, copy=False), asked.astype(np.int64, copy=False)


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


def _squared_lengths(points: NDArray[Any], kind: type[np.floating[Any]]) -> NDArray[Any]:
    """Squared lengths of the points, (M,), remembered while a read-only array lives: a frame is asked many times."""
    known = _lengths.get(id(points))
    if known is not None and known[0]() is points and known[1].dtype == kind:
        return known[1]
    wide = points.astype(kind, copy=False)
    with np.errstate(over="ignore"):
        lengths: NDArray[Any] = np.einsum("ij,ij->i", wide, wide)
    if not points.flags.writeable:
        key = id(points)
        _lengths[key] = (weakref.ref(points, lambda _gone: _lengths.pop(key, None)), lengths)
    return lengths
