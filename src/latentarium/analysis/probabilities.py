"""Class probabilities from class prototypes, and their loss."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, Ints


def prototypes(embeddings: NDArray[Any], labels: Ints, classes: int) -> NDArray[np.float64]:
    """The mean embedding of each class: (N, D), (N,) -> (K, D) float64; NaN for a class without a point."""
    member = (np.asarray(labels)[:, None] == np.arange(classes)).astype(np.float64)
    counts = member.sum(0)[:, None]
    sums = member.T @ np.asarray(embeddings, dtype=np.float64)
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return means


def prototype_probabilities(embeddings: NDArray[Any], means: NDArray[Any], temperature: float) -> Floats:
    """p_c ∝ exp(-‖z - μ_c‖² / T): (N, D), (K, D) -> (N, K) float32, rows sum to one.

    A class without a prototype (NaN) has probability 0. Raises ValueError where no class has one.
    """
    known = np.isfinite(means).all(1)
    if not known.any():
        raise ValueError("no class has a prototype")
    vectors, centres = np.asarray(embeddings, dtype=np.float64), np.asarray(means, dtype=np.float64)[known]
    origin = centres.mean(0)  # near the data, so that the squares below do not cancel
    vectors, centres = vectors - origin, centres - origin
    # ‖z‖² is the same for every class of a row, and a softmax does not see it.
    exponents = (2 * vectors @ centres.T - np.einsum("ij,ij->i", centres, centres)) / temperature
    weights = np.exp(exponents - exponents.max(1, keepdims=True))
    probabilities = np.zeros((len(vectors), len(means)), np.float32)
    probabilities[:, known] = weights / weights.sum(1, keepdims=True)
    return probabilities


def cloud_temperature(embeddings: NDArray[Any], labels: Ints, classes: int) -> float:
    """The T at which prototype probabilities are those of clouds that scatter alike: (N, D), (N,) -> T; 0 for none.

    Round Gaussian clouds of variance v in d dimensions have p_c ∝ exp(-‖z - μ_c‖² / 2v), and lie v·d from their means
    in the mean square, s². So T = 2 s² / d, where d counts the dimensions that the scatter takes part in: (Σλ)² / Σλ²
    of the eigenvalues λ of its covariance.
    """
    vectors = np.asarray(embeddings, dtype=np.float64)
    away = vectors - prototypes(vectors, labels, classes)[labels]
    spread = float(np.einsum("ij,ij->", away, away))
    products = away.T @ away if away.shape[1] <= len(away) else away @ away.T  # of the same eigenvalues
    squares = float(np.einsum("ij,ij->", products, products))
    return 2 * squares / (spread * len(away)) if spread > 0 else 0.0


def cross_entropy(probabilities: NDArray[Any], labels: Ints) -> NDArray[np.float64]:
    """-log p(label) of each row: (N, K), (N,) -> (N,) float64, at most 87.4, as for the smallest normal float32.

    NaN for a label without a column (a class that was never trained).
    """
    labels = np.asarray(labels)
    loss = np.full(len(labels), np.nan)
    known = np.flatnonzero((labels >= 0) & (labels < probabilities.shape[1]))
    right = np.asarray(probabilities, dtype=np.float64)[known, labels[known]]
    loss[known] = np.abs(np.log(np.maximum(right, np.finfo(np.float32).tiny)))
    return loss
