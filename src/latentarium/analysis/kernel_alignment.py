"""How alike two spaces are as a whole: linear centred kernel alignment."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats64, Ints
from latentarium.core.blas import one_thread

BLOCK = 4096  # rows at a time


def linear_cka(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Linear CKA of two spaces of the same points: (N, D), (N, E) -> 0 to 1, NaN where a space is a single point.

    ‖BᵀA‖² / (‖AᵀA‖ ‖BᵀB‖) with columns centred and Frobenius norms (Kornblith et al. 2019): blind to rotation and
    scale. Raises ValueError where N differs.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} points in A, {len(b)} in B")
    if not len(a):
        return float("nan")
    squares = _kernels if max(a.shape[1], b.shape[1]) > len(a) else _products
    with one_thread():
        shared, own_a, own_b = squares(a, b)
    return shared / float(np.sqrt(own_a * own_b)) if own_a > 0 and own_b > 0 else float("nan")


def _products(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float, float]:
    """‖BᵀA‖², ‖AᵀA‖² and ‖BᵀB‖² from products of columns: memory D·E."""
    middle_a, middle_b = _middle(a), _middle(b)
    cross = np.zeros((b.shape[1], a.shape[1]))
    own_a, own_b = np.zeros((a.shape[1],) * 2), np.zeros((b.shape[1],) * 2)
    for start in range(0, len(a), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(a)))
        some_a, some_b = _some(a, rows, middle_a), _some(b, rows, middle_b)
        cross += some_b.T @ some_a
        own_a += some_a.T @ some_a
        own_b += some_b.T @ some_b
    return float((cross**2).sum()), float((own_a**2).sum()), float((own_b**2).sum())


def _kernels(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float, float]:
    """The same from products of rows, where there are fewer: memory N²."""
    rows = np.arange(len(a))
    some_a, some_b = _some(a, rows, _middle(a)), _some(b, rows, _middle(b))
    kernel_a, kernel_b = some_a @ some_a.T, some_b @ some_b.T
    return float((kernel_a * kernel_b).sum()), float((kernel_a**2).sum()), float((kernel_b**2).sum())


def _middle(points: NDArray[Any]) -> Floats64:
    middle: Floats64 = points.mean(0, dtype=np.float64)
    return middle


def _some(points: NDArray[Any], rows: Ints, middle: Floats64) -> Floats64:
    return points[rows].astype(np.float64) - middle
