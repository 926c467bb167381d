"""Distances of pairs of one class and of two: two histograms, and a threshold between them that can be dragged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.charts.curve_plot import FINE, even_step
from latentarium.scene.palettes import THEMES

BINS = 48
NEAR = 9  # logical pixels from the threshold at which a press takes hold of it
STRIDE = 0.01  # of the axis: what an arrow key moves the threshold by


@dataclass(frozen=True, eq=False)
class Distances:
    """What to draw: distances of pairs of one class and of different ones, float64 (A,), (B,).

    `words` stands at the threshold; `sentence` says all of it to whoever cannot see.
    """

    same: NDArray[np.float64]
    different: NDArray[np.float64]
    threshold: float
    words: str = ""
    sentence: str = ""


class DistancePlot(QWidget):
    """Draws both histograms over one axis; mouse and arrow keys move the threshold."""

    moved = Signal(float)  # the threshold, dragged or typed
    reset = Signal()  # back to the best one
    pointed = Signal(object)  # the distance under the pointer, or None

    def __init__(self) -> None:
        super().__init__()
        self._shown: Distances | None = None
        self._theme = THEMES["dark"]
        self._end = 1.0
        self._bars: list[NDArray[np.float64]] = []
        self._pointer: float | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Distances of pairs, and the threshold")
        self.setToolTip("Drag the line: pairs to its left count as the same class. A double-click takes the best one.")

    @property
    def shown(self) -> Distances | None:
        """What is drawn."""
        return self._shown

    def show_distances(self, shown: Distances | None, dark: bool) -> None:
        """Draw these; None leaves the place empty."""
        new = self._shown is None or shown is None or self._shown.same is not shown.same
        self._shown, self._theme = shown, THEMES["dark" if dark else "light"]
        if shown is not None and new:
            both = np.concatenate([shown.same, shown.different])
            self._end = even_step(float(both.max(initial=0.0)), FINE)  # round, so that it seldom changes while playing
            self._bars = [_shares(values, self._end) for values in (shown.same, shown.different)]
        self.setAccessibleDescription(shown.sentence if shown else "")
        self.update()

    def place_of(self, distance: float) -> float:
        """Where a distance is along the axis, in logical pixels."""
        box = self._box()
        return box.left() + min(max(distance / self._end, 0.0), 1.0) * box.width()

    def sizeHint(self) -> QSize:
        return QSize(260, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 90)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._shown is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._dragged = True
        if abs(event.position().x() - self.place_of(self._shown.threshold)) > NEAR:
            self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._shown is None:
            return
        x = event.position().x()
        if self._dragged:
            self._move_to(x)
        near = abs(x - self.place_of(self._shown.threshold)) <= NEAR
        self.setCursor(Qt.CursorShape.SizeHorCursor if near or self._dragged else Qt.CursorShape.ArrowCursor)
        self._point_at(self._distance_at(x) if self._box().adjusted(-4, 0, 4, 0).contains(event.position()) else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._dragged = False
        self.reset.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}.get(event.key(), 0)
        if self._shown is not None and step:
            stride = step * STRIDE * self._end * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            self.moved.emit(min(max(self._shown.threshold + stride, 0.0), self._end))
        elif event.key() == Qt.Key.Key_Home:
            self.reset.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        with QPainter(self) as painter:
            box = self._box()
            self._paint_axis(painter, box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_bars(painter, box)
            self._paint_names(painter, box)
            if self._pointer is not None:
                x = self.place_of(self._pointer)
                painter.setPen(QPen(QColor(self._theme.muted), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            self._paint_threshold(painter, box, self._shown)

    def _point_at(self, distance: float | None) -> None:
        if distance != self._pointer:
            self._pointer = distance
            self.pointed.emit(distance)
            self.update()

    def _distance_at(self, x: float) -> float:
        box = self._box()
        return min(max((x - box.left()) / box.width(), 0.0), 1.0) * self._end

    def _move_to(self, x: float) -> None:
        self.moved.emit(self._distance_at(x))

    def _box(self) -> QRectF:
        """Where the bars are: the words stand above, the axis' figures below."""
        line = self.fontMetrics().height()
        return QRectF(8, 2 * line + 6, max(self.width() - 16, 1), max(self.height() - 3.2 * line - 8, 1))

    def _paint_axis(self, painter: QPainter, box: QRectF) -> None:
        metrics = painter.fontMetrics()
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(self._theme.muted))
        name = metrics.horizontalAdvance("distance") + 8
        step = even_step(self._end * (metrics.horizontalAdvance("0.00") + 22) / box.width())
        line = QRectF(0, box.bottom() + 3, 80, metrics.height())
        value = 0.0
        while value <= self._end * (1 + 1e-9):
            line.moveCenter(QPointF(self.place_of(value), line.center().y()))
            if line.center().x() < self.width() - name - 20:
                painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, f"{value:g}" if value else "0")
            value = round(value + step, 10)
        line.setLeft(0)
        line.setRight(self.width() - 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, "distance")

    def _paint_bars(self, painter: QPainter, box: QRectF) -> None:
        highest = max((float(bars.max(initial=0.0)) for bars in self._bars), default=0.0) or 1.0
        wide = box.width() / BINS
        painter.setPen(Qt.PenStyle.NoPen)
        for bars, name in zip(self._bars, self._colours(), strict=True):
            colour = QColor(name)
            colour.setAlphaF(0.55)
            painter.setBrush(colour)
            for place in np.flatnonzero(bars).tolist():
                height = bars[place] / highest * box.height()
                painter.drawRect(QRectF(box.left() + place * wide, box.bottom() - height, max(wide - 0.6, 0.6), height))

    def _paint_names(self, painter: QPainter, box: QRectF) -> None:
        """Which colour is which, above the bars."""
        metrics, left = painter.fontMetrics(), box.left()
        for text, colour in zip(("same", "different"), self._colours(), strict=True):
            mark = QRectF(left, (metrics.height() - 9) / 2, 9, 9)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(mark, 2, 2)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(QPointF(left + 14, metrics.ascent()), text)
            left += 14 + metrics.horizontalAdvance(text) + 16

    def _paint_threshold(self, painter: QPainter, box: QRectF, shown: Distances) -> None:
        metrics, x = painter.fontMetrics(), self.place_of(shown.threshold)
        ink = QColor(self._theme.accent if self.hasFocus() else self._theme.text)
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(x, box.top() - 2), QPointF(x, box.bottom()))
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(x, box.top() - 2), 4, 4)
        width = metrics.horizontalAdvance(shown.words) + 12
        left = min(max(x - width / 2, 0), self.width() - width)
        line = QRectF(left, metrics.height() + 1, width, metrics.height())
        painter.setPen(QColor(self._theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown.words)

    def _colours(self) -> tuple[str, str]:
        return self._theme.accuracy, self._theme.loss


def _shares(values: NDArray[np.float64], end: float) -> NDArray[np.float64]:
    """The share of the values in each bin from 0 to `end`: (N,) -> (BINS,)."""
    counts = np.histogram(values, BINS, (0.0, end))[0]
    return counts / max(len(values), 1)
