"""Whether a match of two spaces' points says more than a shuffled one."""

import numpy as np

from latentarium.analysis.overlap import jaccard
from latentarium.core.arrays import Floats64, Ints


def shuffled_overlaps(
    neighbours_a: Ints, neighbours_b: Ints, rounds: int = 20, labels: Ints | None = None, seed: int = 0
) -> Floats64:
    """The mean overlap of A with a B whose points were shuffled, in each of some rounds: (N, k), (N, k) -> (rounds,).

    With `labels` (N,) points change places within their class only.
    """
    generator = np.random.default_rng(seed)
    count = len(neighbours_a)
    found = np.empty(rounds)
    for index in range(rounds):
        order = _shuffled(count, labels, generator)  # B's row that comes to stand in each row
        back = np.empty_like(order)
        back[order] = np.arange(count)
        found[index] = jaccard(neighbours_a, back[neighbours_b[order]]).mean()
    return found


def _shuffled(count: int, labels: Ints | None, generator: np.random.Generator) -> Ints:
    if labels is None:
        return generator.permutation(count)
    order = np.arange(count)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        order[rows] = generator.permutation(rows)
    return order
