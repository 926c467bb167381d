"""What a straight cut can tell apart: a logistic regression on frozen points."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.accuracy import accuracy
from latentarium.core.arrays import Ints

ROUNDS = 300  # of the solver; one that has not settled by then changes the accuracy no more


def linear_probe(points: NDArray[Any], labels: Ints, queries: NDArray[Any], answers: Ints) -> float:
    """The share of queries told right by a linear classifier fitted to `points`: (N, D), (N,), (M, D), (M,) -> 0 to 1.

    Columns are scaled to mean 0 and deviation 1 of `points`; the penalty is the library's own (C = 1). NaN where
    there is no query, or fewer than two classes to learn.
    """
    if len(queries) == 0 or len(np.unique(labels)) < 2:
        return float("nan")
    from sklearn.linear_model import LogisticRegression  # here: it takes a second, and few ask for it

    known = np.asarray(points, np.float64)
    mean, spread = known.mean(0), known.std(0)
    spread[spread == 0] = 1
    solver = LogisticRegression(max_iter=ROUNDS, tol=1e-3)
    predictions: Ints = _fitted(solver, (known - mean) / spread, labels).predict((queries - mean) / spread)
    return accuracy(predictions, answers)


def _fitted(solver: Any, points: NDArray[Any], labels: Ints) -> Any:
    """The solver, fitted; that it may stop before it has settled is no news to anybody."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return solver.fit(points, labels)
