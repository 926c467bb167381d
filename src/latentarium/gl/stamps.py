"""Small pictures that are made once and painted often: names, stars, rings and diamonds, each with its halo.

A stroke with a halo costs a painter .3 ms, its picture .01. A stamp is put on whole device pixels, so that it
stays as crisp as it was made.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil, cos, pi, sin

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from latentarium.scene.scene import Colour

Inks = tuple[Colour, Colour]  # of the stroke, and of the halo around it


def put(painter: QPainter, stamp: QImage, middle: QPointF) -> None:
    """Paint a stamp about a place."""
    ratio = stamp.devicePixelRatio()
    x, y = middle.x() * ratio - stamp.width() / 2, middle.y() * ratio - stamp.height() / 2
    painter.drawImage(QPointF(round(x) / ratio, round(y) / ratio), stamp)


@lru_cache(maxsize=512)
def written(text: str, font: str, inks: Inks, ratio: float) -> QImage:
    """Plain text in a font as `QFont.toString` names it."""
    face = QFont()
    face.fromString(font)
    box = QFontMetricsF(face).boundingRect(text)
    path = QPainterPath()
    path.addText(-box.center(), face, text)
    return _stamp(box.width() + 8, box.height() + 8, ratio, lambda painter: _fill(painter, path, inks))


@lru_cache(maxsize=64)
def star(radius: float, inks: Inks, ratio: float) -> QImage:
    """A star of five points."""
    corners = []
    for corner in range(10):
        reach, angle = radius if corner % 2 == 0 else radius * 0.42, pi * corner / 5
        corners.append(QPointF(reach * sin(angle), -reach * cos(angle)))
    path = QPainterPath()
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return _stamp(2 * radius + 8, 2 * radius + 8, ratio, lambda painter: _fill(painter, path, inks))


@lru_cache(maxsize=512)
def rings(radii: tuple[float, ...], dot: tuple[float, Colour], inks: Inks, ratio: float) -> QImage:
    """Rings around a dot, which has a radius and a colour."""
    paths = []
    for radius in radii:
        path = QPainterPath()
        path.addEllipse(QPointF(), radius, radius)
        paths.append(path)
    side = 2 * max(radii) + 8
    return _stamp(side, side, ratio, lambda painter: _outline(painter, paths, 2.0, dot, inks))


@lru_cache(maxsize=512)
def diamond(half: float, dot: tuple[float, Colour], inks: Inks, ratio: float) -> QImage:
    """A square on its corner around a dot; `half` is half its diagonal."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]))
    path.closeSubpath()
    return _stamp(2 * half + 10, 2 * half + 10, ratio, lambda painter: _outline(painter, [path], 1.6, dot, inks))


@lru_cache(maxsize=512)
def disc(radius: float, fill: Colour, edge: tuple[float, Colour], halo: Colour, ratio: float) -> QImage:
    """A dot with an edge of a width and a colour, and a halo around it."""

    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(*halo), edge[0] + 2))
        painter.drawEllipse(QPointF(), radius, radius)
        painter.setPen(QPen(QColor(*edge[1]), edge[0]) if edge[0] else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*fill))
        painter.drawEllipse(QPointF(), radius, radius)

    side = 2 * radius + edge[0] + 6
    return _stamp(side, side, ratio, paint)


def _stamp(width: float, height: float, ratio: float, paint: Callable[[QPainter], None]) -> QImage:
    """An image of an odd number of device pixels each way, painted about its middle."""
    across, down = (2 * ceil(side * ratio / 2) + 1 for side in (width, height))
    image = QImage(across, down, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(across / ratio / 2, down / ratio / 2))
    paint(painter)
    painter.end()
    return image


def _fill(painter: QPainter, path: QPainterPath, inks: Inks) -> None:
    painter.strokePath(path, _pen(inks[1], 4.5))
    painter.fillPath(path, QColor(*inks[0]))


def _outline(painter: QPainter, paths: list[QPainterPath], width: float, dot: tuple[float, Colour], inks: Inks) -> None:
    """The halos of all strokes, the dot once more above whatever hides it, and the strokes."""
    ink, halo = inks
    for path in paths:
        painter.strokePath(path, _pen(halo, width + 2.4, Qt.PenJoinStyle.MiterJoin))
    radius, colour = dot
    painter.setPen(QPen(QColor(*halo), 1.0))
    painter.setBrush(QColor(*colour))
    painter.drawEllipse(QPointF(), radius, radius)
    for path in paths:
        painter.strokePath(path, _pen(ink, width, Qt.PenJoinStyle.MiterJoin))


def _pen(colour: Colour, width: float, join: Qt.PenJoinStyle = Qt.PenJoinStyle.RoundJoin) -> QPen:
    return QPen(QColor(*colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join)
