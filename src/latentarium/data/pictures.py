"""One image file becomes pixels, whatever it holds."""

import os
import warnings
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from latentarium.core.arrays import Bytes

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
MOST_PIXELS = 70_000_000
FEW_PIXELS, MOST_PACKED = 8_000_000, 2000  # what any file may hold, and a byte of a file that holds more


class UnreadableError(Exception):
    """Why a file makes no image, as the end of a sentence."""


def read_picture(path: Path, size: int) -> Bytes:
    """The image upright, cropped to a square about its centre and resized: uint8 (size, size, C).

    C is 1 for grey and 1-bit images, else 3. What is transparent becomes white. Raises UnreadableError for
    a file that is broken, of another format, or of more than 70 megapixels.
    """
    whole = read_whole(path, 2 * size)
    try:
        square = ImageOps.fit(whole, (size, size), Image.Resampling.BICUBIC)
    except (ValueError, MemoryError) as error:
        raise UnreadableError(f"it is damaged ({error})") from error
    pixels = np.asarray(square)
    return pixels[..., None] if pixels.ndim == 2 else pixels


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels as the head of the file says; None where it is no image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large images, which are not read here
            with Image.open(path, formats=FORMATS) as image:
                return image.size
    except Exception:  # what Pillow's readers raise for damaged files is not one kind of error
        return None


def read_whole(source: Path | BinaryIO, enough: int = 192) -> Image.Image:
    """The image upright, grey (L) or RGB, in its proportions; a large JPEG no larger than about `enough` pixels needs.

    What is transparent becomes white. Raises UnreadableError as `read_picture` does.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own warning of large images comes at a larger size than our refusal.
            warnings.simplefilter("ignore")
            with Image.open(source, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise UnreadableError(f"{image.width} x {image.height} pixels are more than 70 million")
                if image.width * image.height > max(FEW_PIXELS, MOST_PACKED * _size(source)):
                    raise UnreadableError(f"{image.width} x {image.height} pixels are more than its bytes can hold")
                image.draft(None, (enough, enough))  # a JPEG is read at a fraction of its size
                return _plain(_upright(image))
    except Image.DecompressionBombError as error:
        raise UnreadableError("it has more than 70 million pixels") from error
    except UnidentifiedImageError as error:
        raise UnreadableError("it is no PNG, JPEG, WebP or BMP image") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, IndexError, TypeError) as error:
        # What Pillow's readers raise for damaged files is not one kind of error.
        raise UnreadableError(f"it is damaged ({getattr(error, 'strerror', None) or error})") from error


def _size(source: Path | BinaryIO) -> int:
    """How many bytes there are to read."""
    if isinstance(source, Path):
        return source.stat().st_size
    place = source.tell()
    size = source.seek(0, os.SEEK_END)
    source.seek(place)
    return size


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; one with damaged EXIF data stays as it is."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # the picture is whole: what is wrong is a note beside it
        return image


def _plain(image: Image.Image) -> Image.Image:
    """The image as L or RGB."""
    if image.mode.startswith("I;16"):  # Pillow would cut the values off at 255, not scale them
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    if image.has_transparency_data:
        grey = image.mode in ("LA", "L", "1", "La")
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("L" if grey else "RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")
