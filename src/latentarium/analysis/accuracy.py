"""Shares of right answers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Ints


def accuracy(predictions: Ints, labels: Ints) -> float:
    """The share of predictions that equal their label, 0 to 1; NaN where there are none."""
    return float(np.mean(predictions == labels)) if len(labels) else float("nan")


def knn_accuracy(
    queries: NDArray[Any],
    labels: Ints,
    points: NDArray[Any],
    point_labels: Ints,
    k: int = 1,
    metric: str = "euclidean",
) -> float:
    """The share of queries whose label most of their k nearest points have, 0 to 1; NaN where there are none.

    (Q, D), (Q,), (M, D), (M,). Of labels with equally many votes the one with the nearest point wins.
    """
    if len(queries) == 0 or len(points) == 0:
        return float("nan")
    rows, _ = nearest(queries, points, k, metric)
    votes = point_labels[rows]
    return accuracy(votes[:, 0] if k == 1 else majority(votes), labels)


def majority(votes: Ints) -> Ints:
    """The most frequent value of each row, (Q, k) -> (Q,), the earliest of several."""
    counts = (votes[:, :, None] == votes[:, None, :]).sum(2)
    winners: Ints = votes[np.arange(len(votes)), counts.argmax(1)]
    return winners
