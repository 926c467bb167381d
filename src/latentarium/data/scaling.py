"""Images of one size become images of another."""

import numpy as np
from PIL import Image

from latentarium.core.arrays import Bytes
from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled, Progress, ignore, never

LONG_SIDE = 96  # pixels of a thumbnail, at most


def scaled(images: Bytes, size: int, progress: Progress = ignore, cancelled: IsCancelled = never) -> Bytes:
    """The same images at size x size: uint8 (N, H, W, C) -> (N, size, size, C), read-only."""
    if images.shape[1:3] == (size, size):
        return images
    return _resized(images, size, size, progress, cancelled)


def thumbnails(images: Bytes) -> Bytes:
    """The same images no larger than LONG_SIDE, in their proportions; those that fit are given back as they are."""
    height, width = thumbnail_size(*images.shape[1:3])
    return images if (height, width) == images.shape[1:3] else _resized(images, height, width)


def thumbnail_size(height: int, width: int) -> tuple[int, int]:
    """Height and width, in pixels, that an image has once no side is longer than LONG_SIDE."""
    long = max(height, width)
    if long <= LONG_SIDE:
        return height, width
    return max(1, round(height * LONG_SIDE / long)), max(1, round(width * LONG_SIDE / long))


def _resized(
    images: Bytes, height: int, width: int, progress: Progress = ignore, cancelled: IsCancelled = never
) -> Bytes:
    made = np.empty((len(images), height, width, images.shape[3]), np.uint8)
    for row, image in enumerate(images):
        if row % 256 == 0:
            progress("Resizing the images", row / len(images))
            if cancelled():
                raise CancelledError("Resizing the images was cancelled.")
        picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
        made[row] = np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC)).reshape(made.shape[1:])
    made.flags.writeable = False
    return made
