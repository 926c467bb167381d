"""Exact nearest neighbours."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.search import Search
from latentarium.core.arrays import Floats64, Ints
from latentarium.core.blas import one_thread

Metric = Literal["euclidean", "cosine"]

SMALL, LARGE = 1 << 27, 1 << 30  # multiplications in all: with fewer, threads cost more than they give; and cells
THREADS = 8  # at most, for each has a block in memory


def nearest(
    queries: NDArray[Any],
    points: NDArray[Any],
    k: int,
    metric: str = "euclidean",
    skip: Ints | None = None,
    tell: Callable[[float], None] = lambda _share: None,
) -> tuple[Ints, Floats64]:
    """The k points nearest to each query: (Q, D), (M, D) -> rows int64 and distances float64, both (Q, k).

    Distances are Euclidean, or 1 - cosine (0 to 2; 1 from or to a vector of length 0), sorted, ties by row.
    `skip[i]` is a row of `points` that query i leaves out, -1 for none: itself, where the queries are points.
    Fewer than k columns come back where there are fewer points. `tell` hears the share done, 0 to 1, now and then;
    what it raises ends the search. Raises ValueError where widths differ, for k < 1 and for an unknown metric.
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
    search = Search(points, columns, metric)

    def find(part: Ints) -> None:
        rows[part], distances[part] = search.find(queries[part].astype(np.float64), left_out[part])

    with one_thread():  # each block on a thread of its own
        work = queries.size * len(points)
        parts = search.part_by_cells(queries) if work >= LARGE else search.part(queries)
        if work < SMALL or len(parts) == 1:
            for done, part in enumerate(parts):
                tell(done / len(parts))
                find(part)
            return rows, distances
        with ThreadPoolExecutor(min(os.cpu_count() or 1, THREADS), "neighbours") as pool:
            try:
                for done, _ in enumerate(pool.map(find, parts), 1):
                    tell(done / len(parts))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return rows, distances
