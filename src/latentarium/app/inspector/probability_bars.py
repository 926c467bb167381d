"""Probabilities as bars in the classes' colours, each with its name and its number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.core.arrays import Floats
from latentarium.scene.palettes import THEMES, Theme

MOST = 10


@dataclass(frozen=True)
class Bar:
    """One class's probability, 0 to 1."""

    name: str
    share: float
    colour: str


def choose_bars(
    probabilities: Floats, names: Sequence[str], colours: Sequence[str], most: int = MOST
) -> tuple[Bar, ...]:
    """All classes in their order, or where they are more than `most` the most probable, the highest first."""
    count = len(probabilities)
    rows = range(count) if count <= most else np.argsort(-probabilities, kind="stable")[:most]
    return tuple(Bar(names[row], float(probabilities[row]), colours[row]) for row in rows)


class ProbabilityBars(QWidget):
    """The bars of one point."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self._theme: Theme = THEMES["dark"]
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Probabilities")

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is drawn, from the top."""
        return self._bars

    def show_bars(self, bars: tuple[Bar, ...], theme: Theme) -> None:
        """Draw these."""
        grown = len(bars) != len(self._bars)
        self._bars, self._theme = bars, theme
        self.setAccessibleDescription(", ".join(f"{bar.name} {bar.share:.3f}" for bar in bars))
        if grown:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, len(self._bars) * self._line())

    def minimumSizeHint(self) -> QSize:
        return QSize(100, len(self._bars) * self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        widest = max((QFontMetrics(bold).horizontalAdvance(bar.name) for bar in self._bars), default=0)
        left = min(widest, self.width() // 3) + 10
        right = self.fontMetrics().horizontalAdvance("0.000") + 8
        room = max(10, self.width() - left - right)
        thick = max(6.0, self.fontMetrics().height() * 0.45)
        middle = Qt.AlignmentFlag.AlignVCenter
        for index, bar in enumerate(self._bars):
            line = QRectF(0, index * self._line(), self.width(), self._line())
            painter.setFont(bold)
            painter.setPen(QColor(self._theme.text))
            name = QFontMetrics(bold).elidedText(bar.name, Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(self.font())
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, f"{bar.share:.3f}")
            ground = QRectF(left, line.center().y() - thick / 2, room, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.control_hovered))
            painter.drawRoundedRect(ground, thick / 2, thick / 2)
            if room * bar.share >= 1:
                ground.setWidth(max(room * bar.share, min(thick, room)) if bar.share > 0.02 else room * bar.share)
                painter.setBrush(QColor(bar.colour))
                painter.drawRoundedRect(ground, min(thick, ground.width()) / 2, thick / 2)
        painter.end()

    def _line(self) -> int:
        return round(self.fontMetrics().height() * 1.35)
