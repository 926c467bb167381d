"""The examples with the highest loss: those that are not where they should be."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.app.widgets.swatches import swatches
from latentarium.core.arrays import Ints
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.state import State

MOST = 24
HINT = "Click to focus · the border is the label, the number its loss"


class HardestPanel(QWidget):
    """The probe's hardest examples at the frame shown, hardest first."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tiles = ImageTiles("Hardest examples", side=40)
        self.tiles.hovered.connect(self._on_hovered)
        self.tiles.clicked.connect(self._on_clicked)
        self._state = State()
        self._shown: ShownFrame | None = None
        self._throttle = Throttle(self, self._draw)
        self._hint = QLabel(HINT)
        self._hint.setProperty("role", "note")
        self._hint.setWordWrap(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 2, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.tiles)
        column.addWidget(self._hint)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def show_state(self, state: State) -> None:
        """Show those of the frame nearest to the moment."""
        old, self._state = self._state, state
        if shown_frame(state) != self._shown or old.dark != state.dark:
            self._shown = shown_frame(state)
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def _draw(self) -> None:
        frame = self._shown.read() if self._shown else None
        tiles = make_tiles(self._shown.run, frame, self._state.dark) if self._shown and frame else []
        self.tiles.show_tiles(tiles, self._state.dark)
        self._hint.setVisible(bool(tiles))

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def hardest(run: Run, frame: Frame, most: int) -> tuple[Ints, list[float]]:
    """Rows of the probe by loss, highest first, ties by row, and the losses; held-out classes have none."""
    losses = cross_entropy(frame.probabilities, run.probe.labels)
    known = int(np.isfinite(losses).sum())
    order = np.argsort(-np.nan_to_num(losses, nan=-np.inf), kind="stable")[: min(most, known)]
    return order, losses[order].tolist()


def make_tiles(run: Run, frame: Frame, dark: bool, most: int = MOST) -> list[Tile]:
    """The hardest examples as tiles, bordered in the colour of the label."""
    colours, labels = swatches(len(run.classes), dark), run.probe.labels
    tiles = []
    rows, losses = hardest(run, frame, most)
    for row, loss in zip(rows.tolist(), losses, strict=True):
        label, prediction = run.classes[labels[row]], run.classes[frame.predictions[row]]
        about = f"{run.probe.ids[row]}: label {label}, predicted {prediction}, loss {figure(loss)}"
        tiles.append(Tile(run.probe, row, colours[labels[row]], figure=figure(loss), about=about))
    return tiles
