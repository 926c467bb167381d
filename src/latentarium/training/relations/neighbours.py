"""Exact nearest neighbours among images.

Squared distances between images of whole numbers are whole numbers themselves, and a product of matrices in float32
gives them exactly as long as no sum passes 2^24: so the pixels are multiplied 256 at a time (256 · 255² < 2^24), at
float32's speed, and the parts are added up as integers. No short list, no rounding, the same on every machine.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latentarium.core.arrays import Bytes, Ints
from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled, Progress, ignore, never

PIXELS = 256  # of one product: as many as stay exact
DISTANCES = 1 << 21  # at a time


def nearest_images(
    images: Bytes, k: int, progress: Progress = ignore, cancelled: IsCancelled = never
) -> tuple[Ints, NDArray[np.float64]]:
    """The k other images nearest to each: uint8 (N, H, W, C) -> rows int64 (N, k) and squared distances float64 (N, k).

    Euclidean distance of the bytes; sorted by distance, then row; an image is not its own neighbour, a copy of it is.
    N − 1 columns where there are fewer. Raises CancelledError.
    """
    count = len(images)
    columns = max(min(k, count - 1), 0)
    rows = np.empty((count, columns), np.int64)
    squares = np.empty((count, columns), np.float64)
    points = torch.tensor(images).reshape(count, -1)
    kind = torch.int32 if 2 * 255**2 * points.shape[1] < 2**31 else torch.int64
    lengths = _squared_lengths(points, kind)
    block = max(1, DISTANCES // max(count, 1))
    for start in range(0, count if columns else 0, block):
        progress("Finding neighbours in pixels", start / count)
        if cancelled():
            raise CancelledError("Training was stopped.")
        end = min(start + block, count)
        # ‖p‖² − 2 q·p is the squared distance but for ‖q‖², which is the same for all that q is compared with.
        rough = torch.add(lengths, _products(points[start:end], points, kind), alpha=-2)
        rough[torch.arange(end - start), torch.arange(start, end)] = torch.iinfo(kind).max
        near, asked = _first(rough, columns)
        rows[start:end], squares[start:end] = asked, near + lengths[start:end, None].numpy()
    return rows, squares


def _products(some: Tensor, points: Tensor, kind: torch.dtype) -> Tensor:
    """Dot products of bytes, exact: (B, P), (N, P) -> (B, N)."""
    total = torch.zeros(len(some), len(points), dtype=kind)
    for start in range(0, points.shape[1], PIXELS):
        part = slice(start, start + PIXELS)
        total += (some[:, part].float() @ points[:, part].float().T).to(kind)
    return total


def _squared_lengths(points: Tensor, kind: torch.dtype) -> Tensor:
    total = torch.zeros(len(points), dtype=kind)
    for start in range(0, points.shape[1], PIXELS):
        total += points[:, start : start + PIXELS].float().square().sum(1).to(kind)
    return total


def _first(rough: Tensor, k: int) -> tuple[NDArray[np.int64], Ints]:
    """The k smallest of each row with their columns, sorted by value, then column: (B, N) -> (B, k) each."""
    near, asked = rough.topk(k, dim=1, largest=False, sorted=False)
    limits = near.amax(1, keepdim=True)
    values, columns = near.numpy().astype(np.int64), asked.numpy()
    # Of several at the limit, topk takes any; the first by column are wanted.
    for row in ((rough <= limits).sum(1) > k).nonzero().squeeze(1).tolist():
        tied = (rough[row] <= limits[row]).nonzero().squeeze(1)
        kept = tied[rough[row, tied].argsort(stable=True)[:k]]
        values[row], columns[row] = rough[row, kept].numpy(), kept.numpy()
    order = np.lexsort((columns, values))
    return np.take_along_axis(values, order, 1), np.take_along_axis(columns, order, 1)
