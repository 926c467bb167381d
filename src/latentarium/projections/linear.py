"""Straight looks at an embedding: as it is, principal components, singular vectors."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.blas import one_thread

METHODS = ("raw", "pca", "svd")
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Basis:
    """Where to look from: a point z of D dimensions is seen at (z - mean) · directions.

    `mean` (D,), `directions` (D, 3), whose columns beyond the dimensions shown are zero, both float64;
    `share` is the part of the variance (svd: of the sum of squares) that is seen, 0 to 1.
    """

    mean: Matrix
    directions: Matrix
    share: float

    def place(self, embeddings: NDArray[Any]) -> Floats:
        """(N, D) -> (N, 3) float32, read-only. What is not finite lies at the mean."""
        with np.errstate(invalid="ignore"):
            places = (np.asarray(embeddings, np.float64) - self.mean) @ self.directions
        if not np.isfinite(places).all():
            places[~np.isfinite(embeddings).all(1)] = 0
        return frozen_floats(places)

    def turned(self, rotation: Matrix) -> "Basis":
        """The same seen after an orthogonal map (3, 3)."""
        return Basis(self.mean, self.directions @ rotation, self.share)


def fit(method: str, embeddings: NDArray[Any], dimensions: int) -> Basis:
    """The basis of a method (raw, pca or svd) for points (N, D), that shows 1 to 3 dimensions.

    raw: the first coordinates. pca: the directions of greatest variance. svd: the same about the origin, not
    centred. Each direction's entry of greatest magnitude is positive, so that the signs are settled. Where there
    are fewer dimensions than are asked for, the others are 0.
    """
    vectors = _finite(embeddings)
    rows, width = vectors.shape
    mean = vectors.mean(0) if method == "pca" and rows else np.zeros(width)
    directions = np.zeros((width, 3))
    shown = min(dimensions, width)
    if method == "raw":
        spread = vectors.var(0) if rows else mean
        directions[:shown, :shown] = np.eye(shown)
        return Basis(mean, directions, _part(spread[:shown].sum(), spread.sum()))
    vectors -= mean
    with one_thread():
        values, found, whole = _singular(vectors, shown)
    if found.size:
        signs = np.sign(found[np.abs(found).argmax(0), np.arange(found.shape[1])])
        directions[:, : found.shape[1]] = found * np.where(signs == 0, 1.0, signs)
    return Basis(mean, directions, _part(values.sum(), whole))


def align(places: NDArray[Any], target: NDArray[Any]) -> Matrix:
    """The orthogonal map (3, 3) that brings `places` nearest to `target`, both (N, 3), without moving the origin.

    Orthogonal Procrustes (Schönemann 1966): R = U·Vᵀ of the singular value decomposition of placesᵀ · target;
    it turns and may mirror, so that neither the signs nor the order of components can jump. A coordinate
    that is 0 throughout in both stays 0.
    """
    used = np.flatnonzero(np.any(places, axis=0) | np.any(target, axis=0))
    rotation = np.eye(3)
    if len(used):
        left, _, right = np.linalg.svd(places[:, used].astype(np.float64).T @ target[:, used].astype(np.float64))
        rotation[np.ix_(used, used)] = left @ right
    return rotation


def _singular(vectors: Matrix, count: int) -> tuple[Matrix, Matrix, float]:
    """The leading right singular vectors of (N, D) as columns, their squared values, and the sum of all squares.

    By the smaller of the two square products; there are fewer than `count` where the rank is less than that.
    """
    rows, width = vectors.shape
    if width <= rows:
        square = vectors.T @ vectors
        return *_leading(square, count), float(np.trace(square))
    square = vectors @ vectors.T
    values, turned = _leading(square, count)
    kept = values > values.max(initial=0.0) * 1e-12  # beyond the rank there is no direction
    return values[kept], vectors.T @ turned[:, kept] / np.sqrt(values[kept]), float(np.trace(square))


def _leading(square: Matrix, count: int) -> tuple[Matrix, Matrix]:
    """The `count` greatest eigenvalues, falling, and their vectors (D, count), of a symmetric matrix (D, D) ≥ 0."""
    values, vectors = np.linalg.eigh(square)
    return np.maximum(values[::-1][:count], 0.0), vectors[:, ::-1][:, :count]


def _part(seen: float, whole: float) -> float:
    return min(float(seen / whole), 1.0) if whole > 0 else 1.0


def _finite(embeddings: NDArray[Any]) -> Matrix:
    """float64, with zeros where there is no number."""
    return np.nan_to_num(np.asarray(embeddings, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
