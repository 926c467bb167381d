"""Images with labels, and samples of them that travel with a run."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Ints
from latentarium.core.thumbnails import Thumbnails

TRAIN, TEST = 0, 1
SPLITS = ("train", "test")


def class_name(classes: Sequence[str], label: int) -> str:
    """The name of a label's class; nothing for -1, which is no label."""
    return classes[label] if label >= 0 else ""


@dataclass(frozen=True, eq=False)
class Dataset:
    """All images of one source, in memory, with the split that each belongs to.

    `images` is uint8 (N, H, W, C) with C 1 or 3; `labels` int64 (N,), an index into `classes`;
    `split` uint8 (N,), TRAIN or TEST; `ids` are unique strings, stable for the same source.
    `problems` are sentences about files that were left out. Arrays are read-only.
    """

    name: str
    images: Bytes
    labels: Ints
    classes: tuple[str, ...]
    split: NDArray[np.uint8]
    ids: Sequence[str]
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.images)
        if self.images.ndim != 4 or self.images.dtype != np.uint8:
            raise ValueError(f"images must be uint8 (N, H, W, C), not {self.images.dtype} {self.images.shape}")
        if not (len(self.labels) == len(self.split) == len(self.ids) == rows):
            raise ValueError("images, labels, split and ids must have the same length")

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over images, labels and splits, as hexadecimal."""
        digest = hashlib.sha256()
        for array in (self.images, self.labels, self.split):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Sample:
    """A fixed sample of a data set, kept whole in a run: the probe or the reference.

    `images` uint8 (N, H, W, C) as shown; `labels` int64 (N,), an index into the run's classes, -1 for none;
    `ids` (N,) strings; `split` says where the images come from; `metadata` holds further columns. Images of differing
    sizes are in `thumbnails` instead, and H and W of `images` are 0, as they are where there is no image at all:
    what shows images asks `image(row)`, what computes with pixels asks `pixels`.
    """

    images: Bytes
    labels: Ints
    ids: tuple[str, ...]
    split: str
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    thumbnails: Thumbnails | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def pictured(self) -> bool:
        """Whether any point has an image."""
        return self.longest > 0

    @property
    def pixels(self) -> NDArray[np.float32] | None:
        """One row of brightnesses an image, (N, H·W·C); None where images differ in size or there are none."""
        return self.images.reshape(len(self), -1).astype(np.float32) if self.images[:1].size else None

    @cached_property
    def longest(self) -> int:
        """Pixels of the longest side of the largest image, 0 where there is none."""
        sizes = self.images.shape[1:3] if self.thumbnails is None else self.thumbnails.sizes
        return int(np.max(sizes, initial=0)) if len(self) else 0

    def image(self, row: int) -> Bytes | None:
        """The image of one point, uint8 (H, W, C) with C 1 or 3; None where it has none."""
        if self.thumbnails is not None:
            return self.thumbnails.image(row)
        return self.images[row] if self.images[row].size else None

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each id."""
        return {name: row for row, name in enumerate(self.ids)}

    def taking(self, rows: Ints) -> "Sample":
        """The sample of these rows, in their order: (n,) -> n points."""
        images, labels = self.images[rows], self.labels[rows]
        images.flags.writeable = labels.flags.writeable = False
        columns = {name: tuple(column[row] for row in rows) for name, column in self.metadata.items()}
        return replace(
            self,
            images=images,
            labels=labels,
            ids=tuple(self.ids[row] for row in rows),
            metadata=columns,
            thumbnails=self.thumbnails.taking(rows) if self.thumbnails is not None else None,
        )


def unpictured(rows: int) -> Bytes:
    """The `images` of a sample whose images are thumbnails, or which has none: (rows, 0, 0, 1)."""
    images = np.empty((rows, 0, 0, 1), np.uint8)
    images.flags.writeable = False
    return images
