"""Two curves over the steps of a training, each with an axis of its own."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.inspector.point import figure
from latentarium.scene.palettes import THEMES

Curve = NDArray[np.float64]
FINE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # steps of an axis that ends just above its curve

NOTHING = "No curve was recorded."


@dataclass(frozen=True, eq=False)
class Curves:
    """What to draw: both curves float (N,), NaN where there is no figure, at `steps` (N,), ascending.

    `left` is a share, drawn from `floor` to 1, `right` a loss, drawn from 0. `levels` are dashed lines of the left
    axis with their names. `end` is the step at which the axis ends. `live`: there will be more.
    """

    steps: Curve
    left_name: str
    left: Curve
    right_name: str
    right: Curve
    end: float
    floor: float = 0.0
    levels: tuple[tuple[str, float], ...] = ()
    live: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no line to draw, nor will be."""
        return not self.live and max(int(np.isfinite(curve).sum()) for curve in (self.left, self.right)) < 2


class CurvePlot(QWidget):
    """Draws two curves, a line at the frame shown, and what the pointer points at."""

    chosen = Signal(int)  # the index of a frame

    def __init__(self) -> None:
        super().__init__()
        self._curves: Curves | None = None
        self._theme = THEMES["dark"]
        self._index = 0
        self._hovered: int | None = None
        self._ground: QPixmap | None = None  # all that does not move
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Loss and accuracy over the steps")

    def show_curves(self, curves: Curves | None, dark: bool) -> None:
        """Draw these; None leaves the place empty."""
        self._curves, self._theme = curves, THEMES["dark" if dark else "light"]
        self._ground = None
        self.update()

    def show_index(self, index: int) -> None:
        """Draw the line at this frame."""
        if index != self._index:
            self._index = index
            self.update()

    def index_at(self, x: float) -> int | None:
        """The frame whose step is nearest to a place, in logical pixels."""
        if self._curves is None or not len(self._curves.steps):
            return None
        box = self._box()
        step = (x - box.left()) / box.width() * self._curves.end
        return int(np.abs(self._curves.steps - step).argmin())

    def place_of(self, index: int) -> float:
        """Where a frame is along the axis of steps, in logical pixels."""
        assert self._curves is not None
        box = self._box()
        return box.left() + float(self._curves.steps[index]) / self._curves.end * box.width()

    def sizeHint(self) -> QSize:
        return QSize(300, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ground = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._ground = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(x)
        hovered = self.index_at(x) if self._box().adjusted(-6, 0, 6, 0).contains(event.position()) else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._curves is None or not len(self._curves.steps):
            return
        if self._curves.empty:
            with QPainter(self) as painter:
                painter.setPen(QColor(self._theme.muted))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, NOTHING)
            return
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.devicePixelRatio() != ratio:
            self._ground = self._draw_ground(self._curves, ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = self._box()
            x = self.place_of(min(self._index, len(self._curves.steps) - 1))
            painter.setPen(QPen(QColor(self._theme.text), 1.4))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            if self._hovered is not None and self._hovered < len(self._curves.steps):
                self._paint_readout(painter, self._curves, box, self._hovered)

    def _choose(self, x: float) -> None:
        index = self.index_at(x)
        if index is not None:
            self.chosen.emit(index)

    def _box(self) -> QRectF:
        """Where the curves are: the axes' figures stand around it."""
        metrics = self.fontMetrics()
        side = metrics.horizontalAdvance("0.00") + 6
        if self._curves is not None and len(self._curves.right):
            side_right = max(map(metrics.horizontalAdvance, self._figures(self._top(self._curves)))) + 8
        else:
            side_right = side
        half = metrics.height() / 2
        return QRectF(side, half, max(self.width() - side - side_right, 1), max(self.height() - 3.6 * half, 1))

    def _intervals(self) -> int:
        return 4 if self._box_height() >= 6 * self.fontMetrics().height() else 2

    def _box_height(self) -> float:
        return self.height() - 1.8 * self.fontMetrics().height()

    def _top(self, curves: Curves) -> float:
        """The upper end of the loss axis: even at each grid line."""
        finite = curves.right[np.isfinite(curves.right)]
        highest = float(finite.max()) if len(finite) else 0.0
        intervals = self._intervals()
        return even_step(highest / intervals, FINE) * intervals if highest > 0 else 1.0

    def _figures(self, top: float) -> list[str]:
        """The figures of the loss axis, from 0 upwards, all with as many digits as the largest needs."""
        intervals = self._intervals()
        values = [top * index / intervals for index in range(intervals + 1)]
        whole = top >= 10 and all(value == round(value) for value in values)
        return [f"{value:,.0f}" if whole else _figure(value) for value in values]

    def _draw_ground(self, curves: Curves, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        box, top = self._box(), self._top(curves)
        with QPainter(pixmap) as painter:
            painter.setFont(self.font())
            self._paint_axes(painter, curves, box, top)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(box.adjusted(-2, -2, 2, 2))
            for values, low, high, colour in (
                (curves.right, 0.0, top, self._theme.loss),
                (curves.left, curves.floor, 1.0, self._theme.accuracy),
            ):
                painter.setPen(QPen(QColor(colour), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                for line in polylines(curves, values, (low, high), box):
                    painter.drawPolyline(line) if line.size() > 1 else painter.drawPoint(line.at(0))
            painter.setClipping(False)
            self._paint_levels(painter, curves, box)
        return pixmap

    def _paint_axes(self, painter: QPainter, curves: Curves, box: QRectF, top: float) -> None:
        theme, metrics = self._theme, painter.fontMetrics()
        intervals = self._intervals()
        for index, loss in enumerate(self._figures(top)):
            share = index / intervals
            y = box.bottom() - share * box.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            line = QRectF(0, y - metrics.height() / 2, box.left() - 6, metrics.height())
            painter.setPen(QColor(theme.accuracy))
            value = curves.floor + share * (1 - curves.floor)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.2f}")
            line.setLeft(box.right() + 6)
            line.setWidth(self.width() - box.right() - 6)
            painter.setPen(QColor(theme.loss))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, loss)
        self._paint_steps(painter, curves, box, metrics)

    def _paint_steps(self, painter: QPainter, curves: Curves, box: QRectF, metrics: QFontMetrics) -> None:
        painter.setPen(QColor(self._theme.muted))
        line = QRectF(0, box.bottom() + 3, 0, metrics.height())
        last = metrics.horizontalAdvance("step") + 6
        room = metrics.horizontalAdvance(f"{curves.end:,.0f}") + 14
        distance = max(even_step(curves.end * room / box.width()), 1.0)
        step = 0.0
        while step <= curves.end:
            x = box.left() + step / curves.end * box.width()
            if x + room / 2 < self.width() - last or step == 0:
                line.moveCenter(QPointF(x, line.center().y()))
                painter.drawText(line.adjusted(-60, 0, 60, 0), Qt.AlignmentFlag.AlignHCenter, f"{step:,.0f}")
            step += distance
        line.setLeft(0)
        line.setRight(self.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, "step")

    def _paint_levels(self, painter: QPainter, curves: Curves, box: QRectF) -> None:
        """Dashed lines with their names, one at the left end, the next at the right, so that neighbours do not meet."""
        metrics = painter.fontMetrics()
        for place, (name, value) in enumerate(curves.levels):
            if not curves.floor <= value <= 1:
                continue
            y = box.bottom() - (value - curves.floor) / (1 - curves.floor) * box.height()
            painter.setPen(QPen(QColor(self._theme.muted), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            text = f"{name} {figure(value)}"
            width = metrics.horizontalAdvance(text) + 8
            left = box.left() + 4 if place % 2 else box.right() - width - 4
            above = y - metrics.height() - 1 >= 0
            at = QRectF(left, y - metrics.height() - 1 if above else y + 1, width, metrics.height())
            ground = QColor(self._theme.panel)
            ground.setAlphaF(0.75)
            painter.fillRect(at, ground)
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(at, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_readout(self, painter: QPainter, curves: Curves, box: QRectF, index: int) -> None:
        theme, metrics = self._theme, painter.fontMetrics()
        x = self.place_of(index)
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        lines = (
            (f"step {curves.steps[index]:,.0f}", theme.text),
            (f"{curves.left_name} {figure(float(curves.left[index]), 3)}", theme.accuracy),
            (f"{curves.right_name} {figure(float(curves.right[index]), 3)}", theme.loss),
        )
        width = max(metrics.horizontalAdvance(text) for text, _ in lines) + 14
        height = metrics.height() * len(lines) + 8
        left = x + 10 if x + 10 + width < self.width() else x - 10 - width
        card = QRectF(max(left, 0), box.center().y() - height / 2, width, height)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.control))
        painter.drawRoundedRect(card, 4, 4)
        for row, (text, colour) in enumerate(lines):
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(card.left() + 7, card.top() + 4 + metrics.ascent() + row * metrics.height()), text)


def polylines(curves: Curves, values: Curve, span: tuple[float, float], box: QRectF) -> list[QPolygonF]:
    """The curve in logical pixels, broken where a value is missing; at most two points a pixel."""
    low, high = span
    known = np.isfinite(values)
    breaks = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    pieces = [piece for piece in np.split(np.arange(len(values)), breaks) if len(piece) and known[piece[0]]]
    made = []
    for piece in pieces:
        rows = thinned(values, piece, 2 * int(box.width()))
        xs = box.left() + curves.steps[rows] / curves.end * box.width()
        ys = box.bottom() - (np.clip(values[rows], low, high) - low) / (high - low) * box.height()
        made.append(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))
    return made


def thinned(values: Curve, rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most about `most` of `rows`: of each stretch, the lowest and the highest value, so that no peak is lost."""
    if len(rows) <= max(most, 4):
        return rows
    kept = [rows[[0, -1]]]
    for stretch in np.array_split(rows, max(most // 2, 1)):
        kept.append(stretch[[values[stretch].argmin(), values[stretch].argmax()]])
    return np.unique(np.concatenate(kept))


def even_step(least: float, factors: tuple[float, ...] = (1, 2, 2.5, 5, 10)) -> float:
    """The smallest of these factors times a power of ten that is not below `least` (above 0)."""
    if not least > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in factors if factor * power >= least * (1 - 1e-9))


def _figure(value: float) -> str:
    """A loss at its axis: two digits behind the point where it is small, none where it is large."""
    return f"{value:.2f}" if value < 10 else f"{value:,.4g}"
