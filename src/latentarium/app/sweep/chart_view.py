"""The figures of a sweep over its values, as a small chart with its curves named at their ends."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from latentarium.app.charts.curve_plot import even_step
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.core.sweep import text_of
from latentarium.scene.chart import Chart, axis_of
from latentarium.scene.palettes import THEMES, Theme, class_colours

DOT = 2.8  # radius, logical pixels
LINES = 6  # at most so many lines lie across

MEASURED = "Accuracies are of the whole test split, 10-NN against the whole training split."
TRUSTED = MEASURED + " Trust is of the probe's images (2,000 at most) in the last frame, k = 10."


class ChartCell(QFrame):
    """The last cell: its title and the chart."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._note = ElidedLabel("title"), ElidedLabel("muted")
        self.plot = ChartView()
        header = QFrame()
        header.setProperty("role", "strip")
        lines = QVBoxLayout(header)
        lines.setContentsMargins(14, 6, 10, 6)
        lines.setSpacing(0)
        lines.addWidget(self._title)
        lines.addWidget(self._note)
        ground = QFrame()
        ground.setProperty("role", "canvas")
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.plot)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(ground, 1)

    def show_chart(self, chart: Chart, dark: bool) -> None:
        """Draw this from now on."""
        self._title.show_text(chart.name)
        known = int(max((np.isfinite(values).sum() for values in chart.series.values()), default=0))
        self._note.show_text(f"{known} of {len(chart.values)} runs · {chart.axis}")
        self.plot.show_chart(chart, dark)


class ChartView(QWidget):
    """Draws a Chart; the pointer reads off the figures of the nearest value."""

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._dark = True
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Figures over the swept values")

    def show_chart(self, chart: Chart, dark: bool) -> None:
        """Draw this from now on."""
        self._chart, self._dark = chart, dark
        self.setAccessibleDescription(_spoken(chart))
        self.setToolTip(TRUSTED if "trustworthiness" in chart.series else MEASURED)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 90)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._nearest(event.position().x())
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chart is None:
            return
        theme = THEMES["dark" if self._dark else "light"]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            box, (low, high) = self._box(self._chart), _span(self._chart)
            self._paint_axes(painter, self._chart, box, (low, high), theme)
            self._paint_curves(painter, self._chart, box, (low, high), theme)
            if self._hovered is not None and self._hovered < len(self._chart.values):
                self._paint_readout(painter, self._chart, box, self._hovered, theme)

    def _box(self, chart: Chart) -> QRectF:
        """Where the curves are; figures stand left of it, values below it, and names right of it."""
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance("0.00") + 22
        names = [metrics.horizontalAdvance(_short(name)) for name in chart.series]
        right = min(max(names, default=0) + 22, self.width() * 0.38)
        top, bottom = metrics.height(), 2.1 * metrics.height()
        return QRectF(left, top, max(self.width() - left - right, 1), max(self.height() - top - bottom, 1))

    def _nearest(self, x: float) -> int | None:
        if self._chart is None or not self._chart.values:
            return None
        places = np.array(axis_of(self._chart.values).places)
        box = self._box(self._chart)
        return int(np.abs(box.left() + places * box.width() - x).argmin())

    def _paint_axes(
        self, painter: QPainter, chart: Chart, box: QRectF, span: tuple[float, float], theme: Theme
    ) -> None:
        metrics, (low, high) = painter.fontMetrics(), span
        step = even_step((high - low) / max(min(LINES, box.height() / (1.6 * metrics.height())), 1), (1, 2, 5, 10))
        digits = 2 if step >= 0.01 else 3
        for count in range(int(np.ceil(low / step - 1e-6)), int(np.floor(high / step + 1e-6)) + 1):
            y = box.bottom() - (count * step - low) / (high - low) * box.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(theme.muted))
            line = QRectF(0, y - metrics.height() / 2, box.left() - 8, metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{count * step:.{digits}f}")
        painter.setPen(QColor(theme.muted))
        free = 0.0  # from here on a value has room
        for value, place in zip(chart.values, axis_of(chart.values).places, strict=True):
            text = text_of(value)
            width = metrics.horizontalAdvance(text)
            x = box.left() + place * box.width()
            if x - width / 2 >= free:
                painter.drawText(QPointF(x - width / 2, box.bottom() + 1.4 * metrics.height()), text)
                free = x + width / 2 + 6

    def _paint_curves(
        self, painter: QPainter, chart: Chart, box: QRectF, span: tuple[float, float], theme: Theme
    ) -> None:
        metrics, (low, high) = painter.fontMetrics(), span
        xs = box.left() + np.array(axis_of(chart.values).places) * box.width()
        ends = []
        for (name, values), colour in zip(chart.series.items(), _colours(chart, self._dark), strict=True):
            known = np.flatnonzero(np.isfinite(values))
            order = known[np.argsort(xs[known], kind="stable")]
            ys = box.bottom() - (values.astype(float) - low) / (high - low) * box.height()
            points = [QPointF(float(xs[row]), float(ys[row])) for row in order]
            painter.setPen(QPen(QColor(colour), 1.6))
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            for point in points:
                painter.drawEllipse(point, DOT, DOT)
            if points:
                ends.append((points[-1].y(), name, colour))
        room = metrics.height() * 0.95
        heights = spread([y for y, _, _ in ends], room, box.top() - room / 2, box.bottom() + room)
        for y, (_, name, colour) in zip(heights, ends, strict=True):
            painter.setPen(QColor(colour))
            words = metrics.elidedText(_short(name), Qt.TextElideMode.ElideRight, int(self.width() - box.right() - 10))
            painter.drawText(QPointF(box.right() + 8, y + 0.35 * metrics.ascent()), words)

    def _paint_readout(self, painter: QPainter, chart: Chart, box: QRectF, index: int, theme: Theme) -> None:
        metrics = painter.fontMetrics()
        x = box.left() + axis_of(chart.values).places[index] * box.width()
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        lines = [(text_of(chart.values[index]), theme.text)]
        for (name, values), colour in zip(chart.series.items(), _colours(chart, self._dark), strict=True):
            if np.isfinite(values[index]):
                lines.append((f"{_short(name)} {float(values[index]):.3f}", colour))
        width = max(metrics.horizontalAdvance(text) for text, _ in lines) + 14
        height = metrics.height() * len(lines) + 8
        left = x + 10 if x + 10 + width < self.width() else max(x - 10 - width, 0)
        card = QRectF(left, max(box.center().y() - height / 2, 0), width, height)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.control))
        painter.drawRoundedRect(card, 4, 4)
        for row, (text, colour) in enumerate(lines):
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(card.left() + 7, card.top() + 4 + metrics.ascent() + row * metrics.height()), text)


def spread(places: list[float], room: float, low: float, high: float) -> list[float]:
    """Places moved apart until each has `room`, in the order they have, from `low` to `high`."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, float)[order]
    for row in range(1, len(moved)):
        moved[row] = max(moved[row], moved[row - 1] + room)
    over = moved[-1] - high if len(moved) else 0.0
    if over > 0:
        moved[-1] -= over
        for row in range(len(moved) - 2, -1, -1):
            moved[row] = min(moved[row], moved[row + 1] - room)
    moved = np.maximum(moved, low)
    given = np.empty_like(moved)
    given[order] = moved
    return [float(place) for place in given]


def _span(chart: Chart) -> tuple[float, float]:
    """The range of the axis: what is known, with air, within 0 to 1; at least .05 wide."""
    known = np.array([value for values in chart.series.values() for value in values if np.isfinite(value)])
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    air = max(0.08 * (high - low), (0.05 - (high - low)) / 2, 0.005)
    return max(low - air, 0.0), min(high + air, max(1.0, high))


def _colours(chart: Chart, dark: bool) -> list[str]:
    """One a curve: the theme's two first, then the palette of the classes."""
    theme = THEMES["dark" if dark else "light"]
    others = class_colours(10, dark)
    hues = [QColor(*(int(part) for part in others[place][:3])).name() for place in (3, 1, 2, 4, 5)]
    own = [theme.accuracy, *hues]
    return [own[row % len(own)] for row in range(len(chart.series))]


def _short(name: str) -> str:
    """The name at a curve's end: of a sweep's many accuracies only what tells them apart."""
    return "trust" if name == "trustworthiness" else name.removesuffix(" accuracy")


def _spoken(chart: Chart) -> str:
    """The figures in words, for who cannot see the chart."""
    return "; ".join(
        f"{name}: "
        + ", ".join(
            f"{text_of(value)} {float(figure):.3f}"
            for value, figure in zip(chart.values, values, strict=True)
            if np.isfinite(figure)
        )
        for name, values in chart.series.items()
    )
