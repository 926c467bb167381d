"""Words beside dots: none over another, the most important first."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPainter

from latentarium.gl.stamps import Inks, put, written
from latentarium.scene.scene import Label

MOST = 24  # in a view
BESIDE, RINGED = 5.0, 13.0  # logical pixels between a dot's edge and its words, and where there is a ring between
FAR = 14.0  # by which the words of a dot with a ring may stand farther off, as where it lies on a pole
AIR = 3.0  # between words


def paint_tags(
    painter: QPainter,
    tags: Iterable[tuple[Label, QPointF]],
    size: tuple[float, float, float],
    inks: Inks,
    spared: Iterable[QRectF] = (),
) -> int:
    """Paint words right of their dots, or left where there is no room; how many found a place.

    Where there is none beside a dot with a ring, its words stand below or above it, or farther off.
    `size` is the view's width and height, and the dots' radius; `inks` are that of words which belong to a dot with a
    ring, and the halo's. Nothing is painted over the boxes in `spared`.
    """
    width, height, radius = size
    loud, halo = inks
    font = QFont(painter.font())
    font.setPixelSize(max(11, round(0.92 * QFontInfo(painter.font()).pixelSize())))
    metrics, name = QFontMetricsF(font), font.toString()
    room, taken, count, ratio = QRectF(0, 0, width, height), list(spared), 0, painter.device().devicePixelRatioF()
    for label, place in tags:
        if count == MOST:
            break
        box = metrics.boundingRect(label.text)
        gap = radius + (RINGED if label.colour == loud else BESIDE)
        away, lift = gap + box.width() / 2, gap + box.height() / 2
        beside = (away, 0.0), (-away, 0.0)
        farther = (0.0, lift), (0.0, -lift), (away + FAR, 0.0), (-away - FAR, 0.0)
        for right, down in (*beside, *farther) if label.colour == loud else beside:
            centre = place + QPointF(right, down)
            words = QRectF(centre.x() - box.width() / 2, centre.y() - box.height() / 2, box.width(), box.height())
            if room.contains(words) and not any(words.intersects(other) for other in taken):
                put(painter, written(label.text, name, (label.colour, halo), ratio), centre)
                taken.append(words.adjusted(-AIR, -AIR, AIR, AIR))
                count += 1
                break
    return count
