"""Shares of right answers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Ints

BLOCK = 1 << 24  # comparisons of votes at a time
ASKED = 5_000  # points at most whose nearest neighbour is looked up


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


def own_accuracy(points: NDArray[Any], labels: Ints) -> float:
    """The share of labelled points (N, D) whose nearest other labelled point has their label (N,), 0 to 1.

    -1 is no label. Of at most ASKED points, evenly taken; NaN for fewer than two.
    """
    known = np.flatnonzero(labels >= 0)
    if len(known) < 2:
        return float("nan")
    asked = np.unique(np.linspace(0, len(known) - 1, min(ASKED, len(known))).astype(np.int64))
    others = points[known] if len(known) < len(points) else points
    rows, _ = nearest(others[asked], others, 1, "euclidean", asked)
    return accuracy(labels[known[rows[:, 0]]], labels[known[asked]])


def majority(votes: Ints) -> Ints:
    """The most frequent value of each row, (Q, k) -> (Q,), the earliest of several; -1, no label, does not count."""
    winners = np.empty(len(votes), votes.dtype)
    block = max(1, BLOCK // votes.shape[1] ** 2)
    for start in range(0, len(votes), block):
        some = votes[start : start + block]
        counts = (some[:, :, None] == some[:, None, :]).sum(2)
        counts[some < 0] = 0
        winners[start : start + block] = some[np.arange(len(some)), counts.argmax(1)]
    return winners
