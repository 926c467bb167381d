"""Shares as lines over steps or over k: a line for where things stand, and a click that goes elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.charts.curve_plot import even_step, thinned
from latentarium.app.charts.line_names import LineName, paint_names, rows_of
from latentarium.app.inspector.point import figure
from latentarium.scene.palettes import THEMES

Values = NDArray[np.float64]
ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, eq=False)
class Line:
    """One line: `values` (N,) from 0 to 1, NaN where there is none. `ink` is a colour of the theme."""

    name: str
    values: Values
    ink: str = "accent"
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class Lines:
    """What to draw over `xs` (N,), ascending; with `logarithmic` (above 0) equal ratios have equal ways."""

    xs: Values
    x_name: str
    lines: tuple[Line, ...]
    logarithmic: bool = False


class LinePlot(QWidget):
    """Draws the lines; a click, a drag or the arrow keys choose one of the xs."""

    chosen = Signal(int)  # an index into the xs

    def __init__(self, name: str) -> None:
        super().__init__()
        self._shown: Lines | None = None
        self._theme = THEMES["dark"]
        self._index: int | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    @property
    def shown(self) -> Lines | None:
        """What is drawn."""
        return self._shown

    def show_lines(self, shown: Lines | None, index: int | None, dark: bool) -> None:
        """Draw these, and a line across at `index` of the xs; None leaves the place empty."""
        self._shown, self._index, self._theme = shown, index, THEMES["dark" if dark else "light"]
        self.setAccessibleDescription(self._sentence())
        self.update()

    def place_of(self, index: int) -> float:
        """Where one of the xs is along the axis, in logical pixels."""
        assert self._shown is not None
        return self._across(float(self._shown.xs[index]))

    def sizeHint(self) -> QSize:
        return QSize(280, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(130, 80)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(index)
        hovered = index if self._box().adjusted(-6, 0, 6, 0).contains(event.position()) else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self._shown.xs) if self._shown is not None else 0
        wanted = {
            Qt.Key.Key_Left.value: (self._index or 0) - 1,
            Qt.Key.Key_Right.value: (self._index or 0) + 1,
            Qt.Key.Key_Home.value: 0,
            Qt.Key.Key_End.value: count - 1,
        }.get(event.key())
        if wanted is None or not count:
            super().keyPressEvent(event)
        else:
            self._choose(min(max(wanted, 0), count - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._shown
        if shown is None or not len(shown.xs):
            return
        with QPainter(self) as painter:
            box = self._box()
            self._paint_axes(painter, box, shown)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            names = self._names()
            paint_names(painter, names, (4.0, self.width() - 4.0), self._theme.text)
            for line, name in zip(shown.lines, names, strict=True):
                painter.setPen(name.pen)
                for piece in self._pieces(shown, line, box):
                    painter.drawPolyline(piece) if piece.size() > 1 else painter.drawEllipse(piece.at(0), 1.5, 1.5)
            if self._index is not None:
                self._paint_across(painter, box, min(self._index, len(shown.xs) - 1), self._theme.text)
            if self._hovered is not None and self._hovered < len(shown.xs):
                self._paint_readout(painter, box, shown, self._hovered)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _choose(self, index: int | None) -> None:
        if index is not None and index != self._index:
            self.chosen.emit(index)

    def _index_at(self, x: float) -> int | None:
        if self._shown is None or not len(self._shown.xs):
            return None
        return int(np.abs(np.array([self._across(float(value)) for value in self._shown.xs]) - x).argmin())

    def _across(self, value: float) -> float:
        assert self._shown is not None
        box, first, last = self._box(), float(self._shown.xs[0]), float(self._shown.xs[-1])
        if self._shown.logarithmic:
            value, first, last = np.log(value), np.log(first), np.log(last)
        return box.left() + (value - first) / (last - first) * box.width() if last > first else box.center().x()

    def _box(self) -> QRectF:
        """Where the lines are: names above, figures at the left and below."""
        metrics = self.fontMetrics()
        left, line = metrics.horizontalAdvance("0.00") + 8, metrics.height()
        above = rows_of(self._names(), metrics, self.width() - 8) * line + 6
        return QRectF(left, above, max(self.width() - left - 12, 1), max(self.height() - above - line - 8, 1))

    def _names(self) -> list[LineName]:
        lines = self._shown.lines if self._shown else ()
        styles = {True: Qt.PenStyle.DashLine, False: Qt.PenStyle.SolidLine}
        return [LineName(line.name, getattr(self._theme, line.ink), styles[line.dashed]) for line in lines]

    def _pieces(self, shown: Lines, line: Line, box: QRectF) -> list[QPolygonF]:
        """The line in logical pixels, broken where a value is missing; at most two points a pixel."""
        known = np.isfinite(line.values)
        cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
        made = []
        for piece in np.split(np.arange(len(known)), cuts):
            if not len(piece) or not known[piece[0]]:
                continue
            rows = thinned(line.values, piece, 2 * int(box.width())).tolist()
            ys = box.bottom() - np.clip(line.values[rows], 0, 1) * box.height()
            made.append(QPolygonF([QPointF(self.place_of(row), y) for row, y in zip(rows, ys.tolist(), strict=True)]))
        return made

    def _paint_axes(self, painter: QPainter, box: QRectF, shown: Lines) -> None:
        metrics = painter.fontMetrics()
        intervals = 4 if box.height() >= 5 * metrics.height() else 2
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for index in range(intervals + 1):
            y = box.bottom() - index / intervals * box.height()
            painter.setPen(QPen(QColor(self._theme.border), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(self._theme.muted))
            line = QRectF(0, y - metrics.height() / 2, box.left() - 6, metrics.height())
            painter.drawText(line, right, f"{index / intervals:.2f}")
        below, name = QRectF(0, box.bottom() + 3, 80, metrics.height()), metrics.horizontalAdvance(shown.x_name)
        end = -1e9
        for value in ticks(shown, box.width(), metrics.horizontalAdvance("0,000") + 12):
            x, text = self._across(value), f"{value:,.0f}"
            wide = metrics.horizontalAdvance(text) / 2
            if x - wide > end + 6 and x + wide < self.width() - name - 14:
                below.moveCenter(QPointF(x, below.center().y()))
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, text)
                end = x + wide
        below.setLeft(0)
        below.setRight(self.width() - 4)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, shown.x_name)

    def _paint_across(self, painter: QPainter, box: QRectF, index: int, ink: str) -> None:
        x = self.place_of(index)
        painter.setPen(QPen(QColor(ink), 1.2))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def _paint_readout(self, painter: QPainter, box: QRectF, shown: Lines, index: int) -> None:
        theme, metrics = self._theme, painter.fontMetrics()
        self._paint_across(painter, box, index, theme.muted)
        texts = [(f"{shown.x_name} {shown.xs[index]:,.0f}", theme.text)]
        texts += [
            (f"{line.name} {figure(float(line.values[index]), 3)}", getattr(theme, line.ink)) for line in shown.lines
        ]
        width = max(metrics.horizontalAdvance(text) for text, _ in texts) + 14
        x = self.place_of(index)
        left = x + 10 if x + 10 + width < self.width() else x - 10 - width
        card = QRectF(max(left, 0), box.top() + 2, width, metrics.height() * len(texts) + 8)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.control))
        painter.drawRoundedRect(card, 4, 4)
        for row, (text, ink) in enumerate(texts):
            painter.setPen(QColor(ink))
            painter.drawText(QPointF(card.left() + 7, card.top() + 4 + metrics.ascent() + row * metrics.height()), text)

    def _sentence(self) -> str:
        """What stands at the line across, for whoever cannot see."""
        shown, index = self._shown, self._index
        if shown is None or index is None or index >= len(shown.xs):
            return ""
        values = ", ".join(f"{line.name} {figure(float(line.values[index]), 3)}" for line in shown.lines)
        return f"{shown.x_name} {shown.xs[index]:,.0f}: {values}. Left and right go to the next."


def ticks(shown: Lines, width: float, room: float) -> list[float]:
    """Round values along the axis, `room` logical pixels apart at least."""
    first, last = float(shown.xs[0]), float(shown.xs[-1])
    if shown.logarithmic:
        return [float(value) for value in ROUND if first <= value <= last]
    step = max(even_step(max(last - first, 1.0) * room / width), 1.0)
    return [float(value) for value in np.arange(np.ceil(first / step) * step, last + step / 2, step) if value <= last]
