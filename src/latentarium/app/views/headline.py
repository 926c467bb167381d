"""Two figures large enough for the last row of a class: accuracy and loss of the frame shown."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.inspector.point import figure
from latentarium.core.frame import ACCURACY, PROBE_LOSS
from latentarium.scene.state import State

LARGE = 2.6  # times the usual letters


class Headline(QFrame):
    """A strip above the views; there while the state wants it and a frame is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self.setAccessibleName("Large figures")
        self._shown: tuple[ShownFrame | None, bool] = (None, False)
        self.accuracy, self.loss = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.addStretch(1)
        for text, value in (("accuracy", self.accuracy), ("loss", self.loss)):
            name = QLabel(text)
            name.setProperty("role", "muted")
            value.setAccessibleDescription(text)
            row.addWidget(name, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(value, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addSpacing(36)
        row.addStretch(1)
        self.hide()

    def show_state(self, state: State) -> None:
        """Show the figures of the frame nearest to the moment."""
        shown = shown_frame(state) if state.headline else None
        if (shown, state.presenting) == self._shown:
            return
        self._shown = shown, state.presenting
        frame = shown.read() if shown else None
        self.setVisible(frame is not None)
        if frame is None:
            return
        for label, text in (
            (self.accuracy, _percent(frame.scalars.get(ACCURACY))),
            (self.loss, figure(frame.scalars.get(PROBE_LOSS), 3)),
        ):
            label.setStyleSheet(f"font-size: {LARGE * QFontInfo(self.font()).pixelSize():.0f}px; font-weight: 700;")
            label.setText(text)


def _percent(share: float | None) -> str:
    return figure(None) if share is None else f"{100 * share:.1f} %".replace(".0 %", " %")
