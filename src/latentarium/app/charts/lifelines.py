"""Images and what the network said of them over time: each one's probabilities as a band of bars."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.widgets.pictures import pixmap, whole_side
from latentarium.app.widgets.swatches import swatches
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES

SIDE = 40  # logical pixels of an image, about
GAP = 8
FRAME = 3  # logical pixels around an image


@dataclass(frozen=True, eq=False)
class Life:
    """Point `row` of the probe: `shares` (T, K), its probabilities at the frames `moments` (T,), rising."""

    row: int
    moments: tuple[int, ...]
    shares: NDArray[np.float32]

    def edges(self) -> list[tuple[float, float]]:
        """From where to where each moment's bar reaches, in frames: half way to the moments beside it."""
        places = np.array(self.moments, float)
        between = (places[1:] + places[:-1]) / 2
        return list(zip([places[0], *between], [*between, places[-1]], strict=True))


class Lifelines(QWidget):
    """A line for each point; a click goes to a moment and puts the point in focus."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Probabilities over time")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._run: Run | None = None
        self._lives: tuple[Life, ...] = ()
        self._frame, self._last, self._dark = 0, 0, True

    @property
    def lives(self) -> tuple[Life, ...]:
        """What is drawn, from the top."""
        return self._lives

    def show_lives(self, run: Run, lives: tuple[Life, ...], frame: int, dark: bool) -> None:
        """Draw these; `frame` is where the cursor stands."""
        self._run, self._lives, self._frame, self._dark = run, lives, frame, dark
        self._last = max((life.moments[-1] for life in lives), default=0)
        spoken = []
        for life in lives:
            at = int(np.searchsorted(life.moments, frame, side="right")) - 1
            said = life.shares[max(at, 0)]
            if said.size:
                name = run.classes[int(said.argmax())]
                spoken.append(f"{run.probe.ids[life.row]}: {name} {float(said.max()):.2f}")
        self.setAccessibleDescription("; ".join(spoken))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, len(self._lives) * self._line())

    def place(self, frame: float) -> float:
        """Where a frame stands, in logical pixels from the left."""
        left, width = self._band()
        return left + width * frame / max(self._last, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = int(event.position().y() // self._line())
        if event.button() != Qt.MouseButton.LeftButton or not 0 <= line < len(self._lives):
            return
        left, width = self._band()
        changes: dict[str, object] = {"focus": self._lives[line].row}
        if event.position().x() >= left:
            share = min((event.position().x() - left) / width, 1.0)
            changes.update(moment=float(round(share * self._last)), playing=False, following=False)
        self.asked.emit(changes)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._run is None:
            return
        theme, run = THEMES["dark" if self._dark else "light"], self._run
        colours = swatches(len(run.classes), self._dark)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, life in enumerate(self._lives):
            top = line * self._line()
            image = pixmap(run.probe, life.row, self._side(), self.devicePixelRatioF())
            size, label = image.deviceIndependentSize(), int(run.probe.labels[life.row])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours[label] if label >= 0 else theme.muted), 2))
            painter.drawRoundedRect(QRectF(1, top + 1, size.width() + 2 * FRAME, size.height() + 2 * FRAME), 4, 4)
            painter.drawPixmap(QPointF(1 + FRAME, top + 1 + FRAME), image)
            self._paint_band(painter, life, top, colours)
        if self._lives:
            x = self.place(min(self._frame, self._last))
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawLine(QPointF(x, 0), QPointF(x, len(self._lives) * self._line() - GAP))
        painter.end()

    def _paint_band(self, painter: QPainter, life: Life, top: float, colours: tuple[str, ...]) -> None:
        """Bars that touch, each divided by the probabilities, the first class at the foot."""
        height = self._line() - GAP
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for (start, end), shares in zip(life.edges(), life.shares, strict=True):
            x, right = round(self.place(start)), round(self.place(end))
            foot = top + height
            for share, colour in zip(shares, colours, strict=False):
                tall = float(share) * height
                painter.setBrush(QColor(colour))
                painter.drawRect(QRectF(x, foot - tall, max(right - x, 1), tall))
                foot -= tall
        painter.restore()

    def _side(self) -> int:
        return whole_side(self._run.probe, SIDE) if self._run is not None else SIDE

    def _line(self) -> int:
        return self._side() + 2 * FRAME + GAP

    def _band(self) -> tuple[float, float]:
        left = self._side() + 2 * FRAME + 2 + GAP
        return left, max(self.width() - left - 2, 10)
