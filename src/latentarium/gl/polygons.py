"""Regions under the dots, painted with QPainter."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from latentarium.gl.marks import Frame


def paint_regions(painter: QPainter, frame: Frame) -> None:
    """Paint the scene's regions, those that reach into the view; without soft sides, which would show as seams."""
    regions = frame.scene.regions
    if regions is None or not len(regions.colours):
        return
    places = frame.places(regions.corners)[:, :2]
    first = regions.starts[:-1]
    low, high = (extreme.reduceat(places, first, axis=0) for extreme in (np.minimum, np.maximum))
    seen = ((low < (frame.width, frame.height)) & (high > 0)).all(1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for polygon in np.flatnonzero(seen).tolist():
        corners = places[regions.starts[polygon] : regions.starts[polygon + 1]].tolist()
        painter.setBrush(QColor(*regions.palette[regions.colours[polygon]].tolist()))
        painter.drawConvexPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    painter.restore()
