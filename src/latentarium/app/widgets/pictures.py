"""Images of a sample as pixmaps, crisp at any scale of the screen, made once and kept while they are in use."""

from itertools import count
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QPixmapCache

from latentarium.core.arrays import Bytes
from latentarium.core.dataset import Sample

_CACHE = 64 * 1024  # kilobytes of pixmaps that the program keeps
_MISSING = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
_MISSING.fill(Qt.GlobalColor.transparent)
_numbers = count()
_names: WeakKeyDictionary[Sample, int] = WeakKeyDictionary()  # an id() could be given to a later sample


def pixmap(sample: Sample, row: int, side: int, ratio: float = 1.0) -> QPixmap:
    """The image at `row`, its long side `side` logical pixels, for a screen of `ratio` device pixels each.

    One clear pixel where the point has no image.
    """
    key = f"latentarium {_names.setdefault(sample, next(_numbers))} {row} {side} {ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    image = sample.image(row)
    made = QPixmap.fromImage(_MISSING if image is None else picture(image, max(1, round(side * ratio))))
    made.setDevicePixelRatio(ratio)
    if QPixmapCache.cacheLimit() < _CACHE:
        QPixmapCache.setCacheLimit(_CACHE)
    QPixmapCache.insert(key, made)
    return made


def lone_pixmap(image: Bytes, side: int, ratio: float) -> QPixmap:
    """An image that belongs to no sample yet, as `pixmap` would show it."""
    made = QPixmap.fromImage(picture(image, max(1, round(side * ratio))))
    made.setDevicePixelRatio(ratio)
    return made


def whole_side(sample: Sample, side: int) -> int:
    """The length near `side` at which the long side of a small image is enlarged a whole number of times."""
    longest = sample.longest
    return side if longest >= side or not longest else longest * max(1, round(side / longest))


def picture(image: Bytes, side: int) -> QImage:
    """Scale one image uint8 (H, W, C), C 1 or 3, so that its long side is `side` pixels.

    Pixels are repeated to enlarge, so that what the network saw can be counted; only what a whole
    number of repeats exceeds, and what is made smaller, is smoothed.
    """
    height, width = image.shape[:2]
    times = -(-side // max(height, width))  # rounded up
    if times > 1:
        image = image.repeat(times, axis=0).repeat(times, axis=1)
    made = _to_qimage(image)
    if max(made.width(), made.height()) == side:
        return made
    scale = side / max(made.width(), made.height())
    return made.scaled(
        max(1, round(made.width() * scale)),
        max(1, round(made.height() * scale)),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _to_qimage(image: Bytes) -> QImage:
    height, width, channels = image.shape
    data = np.ascontiguousarray(image)
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(data.data, width, height, width * channels, layout).copy()  # the copy owns its bytes
