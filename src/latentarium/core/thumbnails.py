"""Small images of differing sizes, each kept encoded as in an image file."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Ints, frozen_bytes, frozen_ints

LONGEST = 96  # pixels of the long side, at most
FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """N images as PNG, JPEG or WebP, one after the other in `data`, uint8 (B,).

    Image i ends at `ends[i]`, int64 (N,), rising; `sizes[i]` is its height and width in pixels, uint8 (N, 2), at most
    LONGEST. A row without an image has no bytes and the size 0 x 0. Arrays are read-only.
    """

    data: Bytes
    ends: Ints
    sizes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ends)

    def encoded(self, row: int) -> bytes:
        """The file of one image; empty where there is none."""
        begin = int(self.ends[row - 1]) if row % len(self.ends) else 0
        return self.data[begin : int(self.ends[row])].tobytes()

    def image(self, row: int) -> Bytes | None:
        """One image, uint8 (H, W, C) with C 1 or 3; None where there is none, or none that can be read."""
        encoded = self.encoded(row)
        return _decoded(encoded) if encoded else None

    def taking(self, rows: Ints) -> "Thumbnails":
        """The images of these rows, in their order."""
        return thumbnails_of([self.encoded(int(row)) for row in rows], self.sizes[rows])


def thumbnails_of(files: list[bytes], sizes: NDArray[np.uint8]) -> Thumbnails:
    """Encoded images, b"" for none, with height and width of each, (N, 2)."""
    ends = np.cumsum([len(file) for file in files]) if files else np.empty(0)
    return Thumbnails(frozen_bytes(np.frombuffer(b"".join(files), np.uint8)), frozen_ints(ends), frozen_bytes(sizes))


def _decoded(encoded: bytes) -> Bytes | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(encoded), formats=FORMATS) as image:
                if max(image.size) > LONGEST:
                    return None
                pixels = np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    except Exception:  # Pillow's readers raise nearly anything for damaged files
        return None
    return frozen_bytes(pixels[..., None] if pixels.ndim == 2 else pixels)
