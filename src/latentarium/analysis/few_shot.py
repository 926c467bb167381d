"""Telling classes apart from a few labelled examples of each, by distance alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.accuracy import majority
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.blas import one_thread

VOTERS = {1: 1, 5: 3, 20: 5}  # labelled examples a class, and how many of the nearest of them vote
QUERIES = 100  # a draw, shared out among the classes
DRAWS, CLASSES_DRAWN = 20, 60  # at most so many draws, and of many classes fewer: so many classes in all draws


@dataclass(frozen=True, eq=False)
class Draws:
    """Which rows are labelled and which are asked, in each of R draws; the same number for each of C classes.

    `examples` int64 (R, C, S), of which fewer shots take the first; `queries` int64 (R, C, Q). Read-only.
    """

    examples: Ints
    queries: Ints

    @property
    def shots(self) -> tuple[int, ...]:
        """For how many labelled examples a class there are enough images."""
        return tuple(shots for shots in VOTERS if shots <= self.examples.shape[2])


def draw_examples(labels: Ints, rows: Ints) -> Draws | None:
    """Draw labelled examples and queries for each class of `rows`, the same for the same labels.

    No row is both in one draw. As many shots as the smallest class has images for, with one left to ask; None
    where there are not two classes with two images each.
    """
    members = [rows[labels[rows] == label] for label in np.unique(labels[rows])]
    smallest = min((len(some) for some in members), default=0)
    if len(members) < 2 or smallest < 2:
        return None
    shots = max(shots for shots in VOTERS if shots < smallest)
    asked = min(max(1, QUERIES // len(members)), smallest - shots)
    random = np.random.RandomState(1)
    times = min(DRAWS, max(2, CLASSES_DRAWN // len(members)))
    drawn = np.array([[random.permutation(some)[: shots + asked] for some in members] for _ in range(times)])
    return Draws(frozen_ints(drawn[:, :, :shots]), frozen_ints(drawn[:, :, shots:]))


def few_shot(points: NDArray[Any], draws: Draws) -> dict[int, tuple[float, float]]:
    """By the number of labelled examples a class, two shares of queries told right over all draws: (N, D) -> 0 to 1.

    First: those nearest to the mean of their own class's examples. Second: those whose class most of the nearest
    1, 3 or 5 examples have (of 1, 5 or 20 a class); of classes with equally many votes that of the nearest wins.
    Distances are Euclidean.
    """
    times, classes, most = draws.examples.shape
    examples = points[draws.examples].astype(np.float64)
    queries = points[draws.queries.reshape(times, -1)].astype(np.float64)
    origin = queries[0].mean(0)  # near the data, so that the squares below do not cancel
    examples -= origin
    queries -= origin
    with one_thread():
        products = queries @ examples.reshape(times, classes * most, -1).transpose(0, 2, 1)
    products = products.reshape(times, -1, classes, most)
    lengths = np.einsum("rcsd,rcsd->rcs", examples, examples)
    own = np.repeat(np.arange(classes), draws.queries.shape[2])
    figures = {}
    for shots in draws.shots:
        # Squared distances less that of the query from the origin, which is the same for every example and mean.
        means = examples[:, :, :shots].mean(2)
        to_means = np.einsum("rcd,rcd->rc", means, means)[:, None] - 2 * products[:, :, :, :shots].mean(3)
        near = lengths[:, None, :, :shots] - 2 * products[:, :, :, :shots]
        winners = _vote(near.reshape(*near.shape[:2], -1), shots, VOTERS[shots])
        figures[shots] = float(np.mean(to_means.argmin(2) == own)), float(np.mean(winners == own))
    return figures


def _vote(near: NDArray[np.float64], shots: int, voters: int) -> Ints:
    """The class of most of the nearest: (R, Q, C·shots), examples class by class -> (R, Q)."""
    if voters == 1:
        single: Ints = near.argmin(2) // shots
        return single
    nearest = np.argpartition(near, voters - 1, axis=2)[:, :, :voters]
    order = np.argsort(np.take_along_axis(near, nearest, 2), axis=2, kind="stable")
    votes = np.take_along_axis(nearest, order, 2) // shots
    return majority(votes.reshape(-1, voters)).reshape(votes.shape[:2])
