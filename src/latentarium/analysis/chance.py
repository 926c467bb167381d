"""How alike neighbourhoods are by chance."""

import numpy as np

from latentarium.core.arrays import Floats64, Ints


def chance(points: int, k: int, include_self: bool = False) -> float:
    """The expected Jaccard index of two random sets of k neighbours among the others of `points`, exactly.

    E[J] = Σ P(I = i)·i / (2k - i), with I hypergeometric: N - 1 others, k marked, k drawn. With `include_self` each
    set holds the point itself and k - 1 others. Of fewer than k others all are taken. NaN for fewer than two points.
    """
    others = points - 1
    if others < 1:
        return float("nan")
    own = int(include_self)
    drawn = min(k - own, others)
    return _expected(others, drawn, own)


def class_chance(labels: Ints, k: int, include_self: bool = False) -> float:
    """The same where a point's neighbours are drawn at random within its class: (N,) -> 0 to 1, the mean over points.

    Where the class has fewer than k others, all are taken, and the rest is drawn from the other classes. Points
    without a label (-1) are left out; NaN where all are.
    """
    own, total, judged = int(include_self), 0.0, 0
    values, counts = np.unique(labels[labels >= 0], return_counts=True)
    for size in counts.tolist() if len(values) else ():
        wanted = min(k - own, len(labels) - 1)
        inside = min(wanted, size - 1)
        if inside < size - 1:
            expected = _expected(size - 1, inside, own)
        else:
            expected = _expected(len(labels) - size, wanted - inside, inside + own)
        total, judged = total + size * expected, judged + size
    return total / judged if judged else float("nan")


def _expected(others: int, drawn: int, certain: int) -> float:
    """E[(I + c) / (2d - I + c)]: two random sets of `drawn` of the `others`, and `certain` that both have."""
    if drawn + certain == 0:
        return 1.0
    shares, shared = shared_by_chance(others, drawn)
    return float((shares * (shared + certain) / (2 * drawn - shared + certain)).sum())


def shared_by_chance(others: int, drawn: int) -> tuple[Floats64, Ints]:
    """How likely it is that two random sets of `drawn` of the `others` share i: P(I = i), and the i."""
    shared = np.arange(max(0, 2 * drawn - others), drawn + 1)
    before = shared[:-1].astype(np.float64)  # P(i + 1) / P(i) = (d - i)² / ((i + 1)(others - 2d + i + 1))
    steps = 2 * np.log(drawn - before) - np.log((before + 1) * (others - 2 * drawn + before + 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    shares = np.exp(logs - logs.max())
    return shares / shares.sum(), shared
