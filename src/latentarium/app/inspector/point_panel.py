"""One point's image, label, prediction, loss and probabilities."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.inspector.point import Point, figure
from latentarium.app.inspector.probability_bars import ProbabilityBars, choose_bars
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.framed_image import FramedImage
from latentarium.app.widgets.swatches import swatch, swatches
from latentarium.core.dataset import Sample
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES

SIDE, NARROW_SIDE = 100, 84  # logical pixels of the image, about
NARROW = 290  # logical pixels of the panel


class PointPanel(QWidget):
    """The image on the left, and on the right what there is to say of it. The ✕ is there only where it is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._image_of: tuple[Sample, int, str] | None = None
        self.image = FramedImage()
        self.bars = ProbabilityBars()
        self.label = ElidedLabel("large")
        self._prediction = ElidedLabel("value")
        self.mark = QLabel("✕")
        self.mark.setProperty("role", "wrong")
        self.mark.setAccessibleName("wrong")
        self._loss = ElidedLabel("muted")
        before = self._before = QLabel("predicted")
        before.setProperty("role", "muted")
        said = QHBoxLayout()
        said.setSpacing(5)
        for widget in (before, self._prediction, self.mark):
            said.addWidget(widget)
        said.addStretch(1)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(4)
        self._line.addLayout(said)
        self._line.addWidget(self._loss)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.label)
        texts.addLayout(self._line)
        texts.addWidget(self.bars)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.image, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def show_point(self, point: Point, run: Run, dark: bool) -> None:
        """Show one point of a run's probe."""
        colours = swatches(len(run.classes), dark)
        self._image_of = (run.probe, point.row, swatch(point.label, len(run.classes), dark))
        self._show_image()
        self.label.show_text(point.said_label)
        self._prediction.show_text(point.prediction_name)
        self.mark.setVisible(point.wrong)
        self._loss.show_text(f"loss {figure(point.loss)}")
        self._loss.setVisible(point.judged)
        self._before.setVisible(point.prediction >= 0)
        self._prediction.setVisible(point.prediction >= 0)
        bars = choose_bars(point.probabilities, run.classes, colours)
        self.bars.show_bars(bars, THEMES["dark" if dark else "light"])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        self._line.setDirection(directions.LeftToRight if self.width() >= NARROW else directions.TopToBottom)
        self._show_image()

    def _show_image(self) -> None:
        if self._image_of is not None:
            sample, row, colour = self._image_of
            self.image.show_image(sample, row, SIDE if self.width() >= NARROW else NARROW_SIDE, colour)
