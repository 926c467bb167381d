"""Glides the first column's dots to where the second shows them, and back."""

import math
import time

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from latentarium.scene.columns import comparing, glided
from latentarium.scene.state import State

STEPS = 1000
SECONDS = 1.2  # of a glide from A to B
TICK = 16  # ms


class MorphSlider(QWidget):
    """A … B: by hand, or by itself with the button between."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._goal = self._from = self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._on_timeout)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setSingleStep(STEPS // 50)
        self.slider.setMinimumWidth(40)
        self.slider.setAccessibleName("Morph from A to B")
        self.slider.setToolTip("How far the dots of A have gone to where B shows them (M glides in a view)")
        self.slider.valueChanged.connect(self._on_moved)
        self.glide = QToolButton()
        self.glide.setProperty("role", "chip")
        self.glide.setText("glide")
        self.glide.setAccessibleName("Glide between A and B")
        self.glide.setToolTip("Glide to B, or back to A (M)")
        self.glide.clicked.connect(self.toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for widget in (_letter("A"), self.slider, _letter("B"), self.glide):
            row.addWidget(widget, 1 if widget is self.slider else 0)

    def show_state(self, state: State) -> None:
        """Stand where the state is."""
        self._state = state
        able = comparing(state)
        self.setEnabled(able)
        if not able or state.gliding is None:
            self._timer.stop()
        elif not self._timer.isActive() or self._goal != state.gliding:
            self._from, self._goal, self._began = state.morph, state.gliding, time.monotonic()
            self._timer.start()
        place = round(STEPS * state.morph)
        if self.slider.value() != place:
            self.slider.blockSignals(True)  # told, not asked
            self.slider.setValue(place)
            self.slider.blockSignals(False)

    @Slot()
    def toggle(self) -> None:
        """Set out for the farther end."""
        self.asked.emit(glided(self._state))

    @Slot()
    def _on_timeout(self) -> None:
        part = (time.monotonic() - self._began) / SECONDS
        if part >= 1.0:
            self.asked.emit({"morph": self._goal, "gliding": None})
            return
        eased = (1 - math.cos(math.pi * part)) / 2
        self.asked.emit({"morph": self._from + eased * (self._goal - self._from)})

    @Slot(int)
    def _on_moved(self, value: int) -> None:
        self.asked.emit({"morph": value / STEPS, "gliding": None})


def _letter(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label
