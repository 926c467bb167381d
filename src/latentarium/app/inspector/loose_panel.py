"""What the loose dot says: its probabilities, which can be dragged here too, prediction, losses and colour."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from latentarium.app.inspector.point import figure
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.swatches import swatches
from latentarium.runs.run import Run
from latentarium.scene.loose import mixture
from latentarium.scene.palettes import THEMES

STEPS = 1000  # of a slider
MOST = 10  # classes that have a slider


def rescaled(shares: Sequence[float], row: int, share: float) -> tuple[float, ...]:
    """The shares with one of them set, the others scaled so that the sum stays one; where they were 0, all alike."""
    values = np.asarray(shares, float)
    others = np.delete(np.arange(len(values)), row)
    rest = values[others].sum()
    values[others] = values[others] / rest * (1 - share) if rest > 0 else (1 - share) / max(1, len(others))
    values[row] = share if len(others) else 1.0
    return tuple(float(value) for value in values)


class LoosePanel(QWidget):
    """A line a class: name, slider, probability, and the loss that the dot would have if this were its label."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Loose dot")
        self._shares: tuple[float, ...] = ()
        self._rows: list[tuple[QLabel, QSlider, QLabel, QLabel]] = []
        heading = QLabel("LOOSE DOT")
        heading.setProperty("role", "heading")
        self.swatch = Swatch()
        self.prediction, self.colour = ElidedLabel("large"), ElidedLabel("muted")
        said = QVBoxLayout()
        said.addWidget(self.prediction)
        said.addWidget(self.colour)
        top = QHBoxLayout()
        top.addWidget(self.swatch)
        top.addLayout(said, 1)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        for column, text in ((2, "p"), (3, "loss")):
            self._grid.addWidget(_figure(text, "muted"), 0, column)
        note = QLabel("Drag it in the simplex. The loss is what it would have if that class were its label.")
        note.setProperty("role", "note")
        note.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(heading)
        box.addLayout(top)
        box.addLayout(self._grid)
        box.addWidget(note)

    def show_loose(self, probabilities: tuple[float, ...], run: Run, dark: bool) -> None:
        """Show a dot of these probabilities, one a trained class of `run`."""
        self._shares = probabilities
        names = run.classes[: min(len(probabilities), MOST)]
        if [row[0].text() for row in self._rows] != list(names):
            self._rebuild(names)
        colours = swatches(len(run.classes), dark)
        for (_, slider, share, loss), value, colour in zip(self._rows, probabilities, colours, strict=False):
            if not slider.isSliderDown():
                slider.blockSignals(True)  # told, not asked
                slider.setValue(round(STEPS * value))
                slider.blockSignals(False)
            slider.setStyleSheet(_slider_style(colour, dark))
            share.setText(f"{value:.3f}")
            loss.setText(figure(float(-np.log(value)) if value > 0 else float("inf")))
        likeliest = int(np.argmax(probabilities))
        self.prediction.show_text(f"predicted {run.classes[likeliest]}")
        red, green, blue, _ = tones = mixture(probabilities, dark)
        self.swatch.show_colour(QColor(*tones), QColor(THEMES["dark" if dark else "light"].border))
        self.colour.show_text(f"RGB {red} {green} {blue}")

    def _rebuild(self, names: Sequence[str]) -> None:
        for widget in [widget for row in self._rows for widget in row]:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._rows = []
        for line, name in enumerate(names):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, STEPS)
            slider.setAccessibleName(f"Probability of {name}")
            slider.setProperty("line", line)
            slider.valueChanged.connect(self._on_value_changed)
            label = QLabel(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._rows.append((label, slider, _figure("", "value"), _figure("", "muted")))
            for column, cell in enumerate(self._rows[-1]):
                self._grid.addWidget(cell, line + 1, column)

    def _on_value_changed(self, value: int) -> None:
        slider = self.sender()
        if isinstance(slider, QSlider):
            self.asked.emit({"loose": rescaled(self._shares, int(slider.property("line")), value / STEPS)})


class Swatch(QWidget):
    """A square of one colour."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = (QColor(), QColor())
        self.setFixedSize(QSize(56, 56))

    def show_colour(self, colour: QColor, border: QColor) -> None:
        """Fill it."""
        self._colours = colour, border
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(self._colours[0])
            painter.setPen(self._colours[1])
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)


def _figure(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _slider_style(colour: str, dark: bool) -> str:
    theme = THEMES["dark" if dark else "light"]
    return (
        f"QSlider::groove:horizontal {{ height: 8px; border-radius: 4px; background: {theme.control_hovered}; }}"
        f"QSlider::sub-page:horizontal {{ background: {colour}; border-radius: 4px; }}"
        f"QSlider::handle:horizontal {{ width: 12px; margin: -3px 0; border-radius: 6px; background: {theme.text}; }}"
    )
