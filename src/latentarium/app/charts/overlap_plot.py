"""The histogram of the neighbour overlap: ten bars in the dots' colours, which a hand can brush."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.charts.curve_plot import FINE, even_step
from latentarium.app.charts.line_names import LineName, paint_names, rows_of
from latentarium.app.inspector.point import figure
from latentarium.scene.palettes import OVERLAP, THEMES

BINS = len(OVERLAP)
STRIP = 7  # logical pixels of the colour bar under the bars
ROOM = 3  # between bars and colour bar
ABOVE = 8  # between the names and the bars
LEAST = 70  # that the bars are high
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
ABOUT = "Drag over bars to select their points; a click takes one bar, Esc lets go"
Span = tuple[int, int]  # the first and the last bin, both included


@dataclass(frozen=True, eq=False)
class Bars:
    """What to draw: `shares` of the ten bins, which sum to one, of `count` points, of which `selected` (10,) are lit.

    `levels` are lines across with their names: the mean and the levels of chance; NaN is left out. `brushed` is what
    is framed, `mark` the overlap of the point in focus. `sentence` says all of it to whoever cannot see.
    """

    shares: tuple[float, ...]
    count: int
    selected: NDArray[np.int64]
    levels: tuple[tuple[str, float], ...]
    brushed: Span | None = None
    mark: float | None = None
    sentence: str = ""


class OverlapPlot(QWidget):
    """Draws the bars; a click takes one, a drag or Shift with the arrows several, Esc none."""

    brushed = Signal(object, bool)  # the Span that is wanted, or None; whether it goes on with the drag before

    def __init__(self) -> None:
        super().__init__()
        self._bars: Bars | None = None
        self._theme = THEMES["dark"]
        self._brushed: Span | None = None  # what was wanted last, which may not be drawn yet
        self._start: int | None = None  # the bin that a drag began in
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Histogram of the neighbour overlap")
        self.setToolTip(ABOUT)

    @property
    def bars(self) -> Bars | None:
        """What is drawn."""
        return self._bars

    def show_bars(self, bars: Bars | None, dark: bool) -> None:
        """Draw these; None leaves the place empty."""
        self._bars, self._theme = bars, THEMES["dark" if dark else "light"]
        self._brushed = bars.brushed if bars else None
        self.setAccessibleDescription(bars.sentence if bars else "")
        names = ", ".join(name.text for name in self._all_names())  # for which there may be no room
        self.setToolTip(f"{names}. {ABOUT}" if names else ABOUT)
        self.update()

    def place_of(self, overlap: float) -> float:
        """Where an overlap is along the axis, in logical pixels."""
        box = self._box()
        return box.left() + overlap * box.width()

    def sizeHint(self) -> QSize:
        return QSize(300, 170)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(150, LEAST + line + ABOVE + self._under())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._bars is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._start = self._bin_at(event.position().x())
        alone = (self._start, self._start)
        self._ask(None if self._brushed == alone else alone)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._bin_at(event.position().x())
        if self._start is not None and event.buttons() & Qt.MouseButton.LeftButton:
            wanted = (min(self._start, at), max(self._start, at))
            if at != self._hovered:
                self._ask(wanted, going_on=True)
        inside = self._box().adjusted(0, 0, 0, ROOM + STRIP).contains(event.position())
        self._point_at(at if inside or self._start is not None else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._start = None

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window does, while there is something to let go of."""
        wanted = event.type() == QEvent.Type.ShortcutOverride and self._brushed
        if wanted and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = self._bars and moved(self._brushed, event.key(), event.modifiers())
        if wanted:
            self._ask(wanted)
        elif event.key() == Qt.Key.Key_Escape and self._brushed:
            self._ask(None)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._bars is None:
            return
        with QPainter(self) as painter:
            box, bars = self._box(), self._bars
            top = _top(bars.shares)
            self._paint_axes(painter, box, top)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_bars(painter, box, bars, top)
            self._paint_strip(painter, box)
            self._paint_levels(painter, box, bars)
            self._paint_brush(painter, box, bars)
            if bars.mark is not None:
                self._paint_mark(painter, box, bars.mark)
            if self._hovered is not None:
                self._paint_readout(painter, box, bars, self._hovered)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._theme.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _ask(self, wanted: Span | None, going_on: bool = False) -> None:
        if self._bars is not None and wanted != self._brushed:
            self._brushed = wanted
            self.brushed.emit(wanted, going_on)

    def _point_at(self, place: int | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def _bin_at(self, x: float) -> int:
        box = self._box()
        return min(max(int((x - box.left()) / box.width() * BINS), 0), BINS - 1)

    def _box(self) -> QRectF:
        """Where the bars are: names above, the axis' figures at the left and below."""
        metrics = self.fontMetrics()
        left, line = metrics.horizontalAdvance("0.00") + 8, metrics.height()
        above, under = rows_of(self._names(), metrics, self.width() - 8) * line + ABOVE, self._under()
        return QRectF(left, above, max(self.width() - left - 10, 1), max(self.height() - above - under, 1))

    def _bar(self, box: QRectF, place: int, height: float) -> QRectF:
        wide = box.width() / BINS
        return QRectF(box.left() + place * wide + 0.75, box.bottom() - height, wide - 1.5, height)

    def _paint_axes(self, painter: QPainter, box: QRectF, top: float) -> None:
        metrics = painter.fontMetrics()
        intervals = 4 if box.height() >= 5 * metrics.height() else 2
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for index in range(intervals + 1):
            y = box.bottom() - index / intervals * box.height()
            painter.setPen(QPen(QColor(self._theme.border), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(self._theme.muted))
            line = QRectF(0, y - metrics.height() / 2, box.left() - 6, metrics.height())
            painter.drawText(line, right, f"{top * index / intervals:.{2 if top >= 0.1 else 3}f}")
        room = metrics.horizontalAdvance("0.0") + 8
        each = next((each for each in (1, 2) if box.width() / BINS * each >= room), 5)
        below = QRectF(0, box.bottom() + ROOM + STRIP + 2, 60, metrics.height())
        for edge in range(0, BINS + 1, each):
            below.moveCenter(QPointF(self.place_of(edge / BINS), below.center().y()))
            painter.drawText(
                below, Qt.AlignmentFlag.AlignHCenter, f"{edge / BINS:.1f}" if 0 < edge < BINS else f"{edge // BINS}"
            )

    def _paint_bars(self, painter: QPainter, box: QRectF, bars: Bars, top: float) -> None:
        painter.setPen(QPen(QColor(self._theme.muted), 1))  # so that both ends are seen on either ground
        some = bool(bars.selected.any())
        for place, (share, colour) in enumerate(zip(bars.shares, OVERLAP, strict=True)):
            if not share:
                continue
            whole = self._bar(box, place, share / top * box.height())
            ink = QColor(colour)
            ink.setAlphaF(0.35 if some else 1.0)
            painter.setBrush(ink)
            painter.drawRect(whole)
            if bars.selected[place]:
                part = min(int(bars.selected[place]) / max(bars.count, 1), share)
                painter.setBrush(QColor(colour))
                painter.drawRect(self._bar(box, place, part / top * box.height()))

    def _paint_strip(self, painter: QPainter, box: QRectF) -> None:
        """The colour bar: which colour stands for which overlap."""
        painter.setPen(Qt.PenStyle.NoPen)
        wide = box.width() / BINS
        for place, colour in enumerate(OVERLAP):
            painter.setBrush(QColor(colour))
            painter.drawRect(QRectF(box.left() + place * wide, box.bottom() + ROOM, wide, STRIP))
        painter.setPen(QPen(QColor(self._theme.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box.left(), box.bottom() + ROOM, box.width(), STRIP))

    def _under(self) -> int:
        """How high the colour bar and the axis' figures are."""
        return ROOM + STRIP + 6 + self.fontMetrics().height()

    def _names(self) -> list[LineName]:
        """The names of the levels as there is room for them: the first alone rather than bars that nobody can read."""
        names, metrics, room = self._all_names(), self.fontMetrics(), self.width() - 8
        high = self.height() - ABOVE - self._under() - LEAST
        while len(names) > 1 and rows_of(names, metrics, room) * metrics.height() > max(high, metrics.height()):
            names.pop()
        return names

    def _all_names(self) -> list[LineName]:
        """The levels that there are, with their figures."""
        levels = self._bars.levels if self._bars else ()
        return [
            LineName(f"{name} {figure(value, 3).removeprefix('0')}", self._theme.text, style)
            for (name, value), style in zip(levels, STYLES, strict=False)
            if not np.isnan(value)
        ]

    def _paint_levels(self, painter: QPainter, box: QRectF, bars: Bars) -> None:
        """Lines across, and above them what they stand for, with a sample of each line."""
        names = self._all_names()
        paint_names(painter, self._names(), (4.0, self.width() - 4.0), self._theme.muted)
        known = [value for _, value in bars.levels if not np.isnan(value)]
        for value, name in zip(known, names, strict=True):
            x = self.place_of(value)
            ground = QColor(self._theme.panel)
            ground.setAlphaF(0.7)
            for pen in (QPen(ground, 3.4), name.pen):  # upon a ground of its own, for bars are dark or light
                painter.setPen(pen)
                painter.drawLine(QPointF(x, box.top() - 3), QPointF(x, box.bottom()))

    def _paint_brush(self, painter: QPainter, box: QRectF, bars: Bars) -> None:
        if bars.brushed is None:
            return
        wide, (first, last) = box.width() / BINS, bars.brushed
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = QRectF(box.left() + first * wide, box.top() - 1, (last - first + 1) * wide, box.height() + 1)
        painter.drawRect(frame)

    def _paint_mark(self, painter: QPainter, box: QRectF, overlap: float) -> None:
        """A small arrow from below at the overlap of the point in focus."""
        x, y = self.place_of(overlap), box.bottom() + 1
        painter.setPen(QPen(QColor(self._theme.panel), 1))
        painter.setBrush(QColor(self._theme.text))
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 5, y + 9), QPointF(x + 5, y + 9)]))

    def _paint_readout(self, painter: QPainter, box: QRectF, bars: Bars, place: int) -> None:
        metrics, share = painter.fontMetrics(), bars.shares[place]
        text = f"{span_words((place, place))}: {round(share * bars.count):,} points, {share:.1%}"
        width = metrics.horizontalAdvance(text) + 14
        left = min(max(self.place_of((place + 0.5) / BINS) - width / 2, 0), self.width() - width)
        card = QRectF(left, box.top() + 4, width, metrics.height() + 8)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(QColor(self._theme.control))
        painter.drawRoundedRect(card, 4, 4)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)


def span_words(span: Span) -> str:
    """The overlaps that some bins hold, for people."""
    return f"{span[0] / BINS:.1f} to {(span[1] + 1) / BINS:.1f}"


def moved(span: Span | None, key: int, modifiers: Qt.KeyboardModifier) -> Span | None:
    """What a key makes of what is brushed: arrows go along, with Shift they take another bin or leave one.

    None where the key means nothing.
    """
    step = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}.get(key)
    if key == Qt.Key.Key_Home:
        return 0, 0
    if key == Qt.Key.Key_End:
        return BINS - 1, BINS - 1
    if step is None:
        return None
    if span is None:
        return (0, 0) if step > 0 else (BINS - 1, BINS - 1)
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return span[0], min(max(span[1] + step, span[0]), BINS - 1)
    place = min(max((span[1] if step > 0 else span[0]) + step, 0), BINS - 1)
    return place, place


def _top(shares: tuple[float, ...]) -> float:
    """The upper end of the axis: even at each of four lines, and seldom another one while the frames go by."""
    highest = max(shares, default=0.0)
    return min(even_step(highest / 4, FINE) * 4, 1.0) if highest > 0 else 1.0
