"""UMAP itself. Only the process that lays out imports this: numba must be called from one thread.

It starts from exact neighbours (by brute force: an index would cost more than it saves up to some ten thousand
points, and its compiling far more). A refresh goes on from the last layout: the points have moved a little in the
space, so a sixteenth of the steps brings them to rest, and the picture stays the one that was looked at.
"""

from functools import cache
from typing import Any

import numpy as np
import umap
from numpy.typing import NDArray
from umap.layouts import optimize_layout_euclidean
from umap.spectral import spectral_layout

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Floats
from latentarium.projections.layouts.lines import Lines, Tell
from latentarium.projections.layouts.settings import (
    MIN_DISTANCE,
    NEGATIVES,
    PARALLEL,
    SEED,
    SPREAD,
    epochs_of,
    neighbours_of,
)

REFRESHING_RATE = 0.5


def lay_out(points: Floats, dimensions: int, start: Floats | None, tell: Tell) -> NDArray[Any]:
    """The fuzzy graph of the neighbours, then UMAP's own descent: (P, D) -> (P, dimensions), P > 3.

    The same for the same points up to PARALLEL of them.
    """
    random = np.random.RandomState(SEED)
    count = len(points)
    near = neighbours_of(count)
    rows, distances = nearest(points, points, near)
    tell(0.05)
    graph, _, _ = umap.umap_.fuzzy_simplicial_set(
        points, near, random, "euclidean", knn_indices=rows.astype(np.int32), knn_dists=distances.astype(np.float32)
    )
    epochs = epochs_of(count, start is not None)
    edges = graph.tocoo()
    edges.sum_duplicates()
    strong = edges.data >= edges.data.max() / epochs  # weaker ones would never be sampled
    places = _first(points, graph, dimensions, random) if start is None else _loosened(start, random)
    tell(0.1)
    a, b = _shape()
    return np.asarray(
        optimize_layout_euclidean(
            places,
            places,
            edges.row[strong],
            edges.col[strong],
            epochs,
            count,
            umap.umap_.make_epochs_per_sample(edges.data[strong], epochs),
            a,
            b,
            random.randint(np.iinfo(np.int32).min + 1, np.iinfo(np.int32).max, 3).astype(np.int64),
            initial_alpha=1.0 if start is None else REFRESHING_RATE,
            negative_sample_rate=NEGATIVES,
            parallel=count > PARALLEL,
            verbose=True,
            tqdm_kwds={"file": Lines(r"(\d+)", epochs, tell), "bar_format": "{n}", "mininterval": 0.05},
            move_other=True,
        )
    )


def _first(points: Floats, graph: Any, dimensions: int, random: np.random.RandomState) -> Floats:
    """The graph's spectral layout in a box of ± 10, as UMAP starts."""
    places = spectral_layout(points, graph, dimensions, random)
    places *= 10.0 / max(float(np.abs(places).max()), 1e-12)
    return _loosened(places, random)


def _loosened(places: NDArray[Any], random: np.random.RandomState) -> Floats:
    """A copy with a little noise: points that lie on one another could never part."""
    return (places + random.normal(scale=1e-4, size=places.shape)).astype(np.float32, order="C")


@cache
def _shape() -> tuple[float, float]:
    """a and b of 1 / (1 + a·d^2b), fitted to MIN_DISTANCE and SPREAD."""
    a, b = umap.umap_.find_ab_params(SPREAD, MIN_DISTANCE)
    return float(a), float(b)
