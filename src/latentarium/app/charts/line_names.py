"""What the lines of a chart stand for: their names above it, with a sample of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

SAMPLE = 18  # logical pixels of a line before its name
BETWEEN = 12


@dataclass(frozen=True)
class LineName:
    """A name, and how its line is drawn."""

    text: str
    ink: str
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    width: float = 1.7

    @property
    def pen(self) -> QPen:
        """What its line is drawn with."""
        return QPen(QColor(self.ink), self.width, self.style, Qt.PenCapStyle.FlatCap)


def spread(widths: Sequence[int], room: float) -> list[tuple[float, int]]:
    """Where names of these widths begin, and in which line: as many in a line as there is room for."""
    places: list[tuple[float, int]] = []
    left, row = 0.0, 0
    for width in widths:
        if left and left + SAMPLE + width > room:
            left, row = 0.0, row + 1
        places.append((left, row))
        left += SAMPLE + width + BETWEEN
    return places


def rows_of(names: Sequence[LineName], metrics: QFontMetrics, room: float) -> int:
    """How many lines the names take."""
    places = spread([metrics.horizontalAdvance(name.text) for name in names], room)
    return places[-1][1] + 1 if places else 0


def paint_names(painter: QPainter, names: Sequence[LineName], room: tuple[float, float], ink: str) -> None:
    """Write them from the top, between `room`'s left and right end, in `ink`."""
    metrics, (left, right) = painter.fontMetrics(), room
    places = spread([metrics.horizontalAdvance(name.text) for name in names], right - left)
    for name, (x, row) in zip(names, places, strict=True):
        middle = metrics.height() * (row + 0.5)
        painter.setPen(name.pen)
        painter.drawLine(QPointF(left + x, middle), QPointF(left + x + SAMPLE - 4, middle))
        painter.setPen(QColor(ink))
        painter.drawText(QPointF(left + x + SAMPLE, metrics.height() * row + metrics.ascent()), name.text)
