"""The scale of a continuous colour, with its name and its numbers."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.inspector.point import figure
from latentarium.core.arrays import Bytes
from latentarium.scene.palettes import THEMES, Theme

LENGTH, LEAST = 110, 30  # logical pixels of the colours, and where there is little room
GAP = 6
STOPS = 17


class ColourBar(QWidget):
    """Name, lowest value, colours from low to high, highest value; in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._scale = ("", 0.0, 1.0)
        self._colours: Bytes | None = None
        self._theme: Theme = THEMES["dark"]
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: tuple[str, float, float], colours: Bytes, theme: Theme) -> None:
        """Draw a scale (name, low, high) in `colours`, uint8 (P, 3 or 4), evenly spaced from low to high."""
        if scale == self._scale and colours is self._colours and theme is self._theme:
            return
        self._scale, self._colours, self._theme = scale, colours, theme
        self.setAccessibleName("Colours: {} from {} to {}".format(*self._texts()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._words() + LENGTH, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._words() + LEAST, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, middle = self.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        name, low, high = self._texts()
        left = 0.0
        for text, ink in ((name, self._theme.muted), (low, self._theme.text)):
            painter.setPen(QColor(ink))
            painter.drawText(QRectF(left, 0, self.width(), self.height()), middle, text)
            left += metrics.horizontalAdvance(text) + GAP
        bar = QRectF(left, self.height() * 0.25, max(LEAST, self.width() - self._words()), self.height() * 0.5)
        painter.setPen(QPen(QColor(self._theme.muted), 1))  # so that both ends are seen on either ground
        painter.setBrush(_brush(self._colours, bar))
        painter.drawRect(bar)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(bar.right() + GAP, 0, self.width(), self.height()), middle, high)
        painter.end()

    def _words(self) -> int:
        """The width of all but the colours."""
        return sum(self.fontMetrics().horizontalAdvance(text) for text in self._texts()) + 3 * GAP

    def _texts(self) -> tuple[str, str, str]:
        name, low, high = self._scale
        return name, graded(low, high - low), graded(high, high - low)


def graded(value: float, span: float) -> str:
    """An end of a scale for people, as exactly as a scale of this span needs it."""
    if span < 0.1 or abs(value) >= 1e7:
        return f"{value:.3g}".replace("-", "−")
    return figure(value) if span < 100 else f"{value:,.0f}".replace("-", "−")


def _brush(colours: Bytes, bar: QRectF) -> QLinearGradient:
    """The colours along the bar: few of them in steps, many as they pass into each other."""
    gradient = QLinearGradient(bar.topLeft(), bar.topRight())
    inks = [QColor(*(int(part) for part in colour[:3])) for colour in colours]
    if len(inks) <= STOPS:
        for step, ink in enumerate(inks):
            gradient.setColorAt(step / len(inks), ink)
            gradient.setColorAt((step + 1) / len(inks) - 1e-6, ink)
    else:
        for stop in range(STOPS):
            share = stop / (STOPS - 1)
            gradient.setColorAt(share, inks[round(share * (len(inks) - 1))])
    return gradient
