"""Images of points: files in a folder, or cells of one large image, as thumbnails."""

import io
import os
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from latentarium.core.arrays import Bytes
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.thumbnails import LONGEST, Thumbnails, thumbnails_of
from latentarium.data.pictures import SUFFIXES, UnreadableError, read_whole

QUALITY = 90  # of a JPEG made of a larger image
MOST_BYTES = 1 << 30  # of all thumbnails together


def locate(folder: Path, name: str) -> Path | None:
    """The file in `folder` that a cell of a table names, by ever shorter endings of its path; None where none is.

    Never outside the folder, whatever the cell says.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..") and "\0" not in part]
    for start in range(len(parts)):
        path = folder.joinpath(*parts[start:])
        try:
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path
        except (OSError, ValueError, RuntimeError):
            continue
    return None


def locate_by_id(folder: Path, name: str) -> Path | None:
    """The image file that is called as an id is, with or without an ending."""
    found = locate(folder, name)
    if found is not None and found.suffix.lower() in SUFFIXES:
        return found
    return next(filter(None, (locate(folder, name + suffix) for suffix in sorted(SUFFIXES))), None)


def thumbnails_from(
    files: Sequence[Path | None], tell: Progress, cancelled: IsCancelled
) -> tuple[Thumbnails | None, tuple[str, ...]]:
    """The thumbnails of image files, None for a point without one, and sentences about those that cannot be read.

    None where no file gives an image. Raises CancelledError.
    """
    encoded: list[bytes] = []
    sizes = np.zeros((len(files), 2), np.uint8)
    problems: list[str] = []
    total = 0
    for row, path in enumerate(files):
        if row % 64 == 0:
            tell("Reading the images", row / max(len(files), 1))
            if cancelled():
                raise CancelledError("Reading the images was cancelled.")
        try:
            data, sizes[row] = encode(read_whole(path)) if path is not None else (b"", (0, 0))
        except UnreadableError as error:
            problems.append(f"{path} is left out: {error}.")
            data = b""
        encoded.append(data)
        total += len(data)
        if total > MOST_BYTES:
            raise LatentariumError(f"The thumbnails of {len(files):,} images need more than 1 GB; bring fewer points.")
    absent = sum(path is None for path in files)
    missing: list[str] = []
    if absent and absent < len(files):
        missing.append(f"{absent:,} of {len(files):,} points have no image file.")
    if problems:
        missing.append(problems[0] + (f" ({len(problems) - 1:,} more like this.)" if len(problems) > 1 else ""))
    return (thumbnails_of(encoded, sizes) if any(encoded) else None), tuple(missing)


def encode(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """An image (L or RGB) as the bytes of a file no longer than LONGEST a side, with its height and width.

    Small ones are kept exactly, as PNG; larger ones are made smaller and become JPEG.
    """
    text, small = io.BytesIO(), image
    if max(image.size) > LONGEST:
        scale = LONGEST / max(image.size)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        small.save(text, "JPEG", quality=QUALITY)
    else:
        small.save(text, "PNG")
    return text.getvalue(), (small.height, small.width)


def cells_of(sprite: Image.Image, size: tuple[int, int], count: int) -> Thumbnails:
    """The first `count` cells of a grid, row by row, each `size` (width, height) pixels."""
    across = max(1, sprite.width // size[0])
    encoded, sizes = [], np.zeros((count, 2), np.uint8)
    for row in range(count):
        left, top = row % across * size[0], row // across * size[1]
        if top + size[1] > sprite.height:
            encoded.append(b"")
            continue
        data, sizes[row] = encode(sprite.crop((left, top, left + size[0], top + size[1])))
        encoded.append(data)
    return thumbnails_of(encoded, sizes)


def few_of(files: Iterable[Path | None], most: int) -> tuple[Bytes, ...]:
    """The first few images of files that can be read, as thumbnails."""
    found: list[Bytes] = []
    for path in files:
        if len(found) == most:
            break
        try:
            if path is not None:
                found.append(_pixels(encode(read_whole(path))[0]))
        except UnreadableError:
            continue
    return tuple(found)


def images_in(folder: Path) -> list[Path]:
    """The image files of a folder itself, in the order of their names, numbers counted; no link that leads outside."""
    if not folder.is_dir():
        return []
    names = [entry.name for entry in os.scandir(folder) if Path(entry.name).suffix.lower() in SUFFIXES]
    return [path for name in sorted(names, key=natural) if (path := locate(folder, name)) is not None]


def natural(name: str) -> list[tuple[bool, int, str]]:
    """A key by which image2 comes before image10."""
    parts = re.split(r"(\d{1,18})", name)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _pixels(encoded: bytes) -> Bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(encoded)) as image:
            pixels = np.asarray(image)
    return pixels[..., None] if pixels.ndim == 2 else pixels
