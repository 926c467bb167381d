"""The selected images, each with its probabilities as bars."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.inspector.point import figure
from latentarium.app.inspector.probability_bars import ProbabilityBars, choose_bars
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.app.widgets.image_tiles import ImageTile, Tile
from latentarium.app.widgets.pictures import whole_side
from latentarium.app.widgets.scrolled import scrolled
from latentarium.app.widgets.swatches import swatches
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.dataset import class_name
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

MOST = 24
BARS = 3  # beside an image: of more classes the most probable
SIDE, WIDTH, NARROW = 40, 152, 84  # logical pixels of an image, about, and of the bars beside it, where there is room
GAP = 8
EMPTY = "Select dots with a lasso, or click one: here is each image with its probabilities."
DAMAGED = "This frame cannot be read."


class Card(QWidget):
    """One image, its label and loss, and its probabilities beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image = ImageTile(self)
        self.bars = ProbabilityBars()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.image, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.bars, 0, Qt.AlignmentFlag.AlignTop)

    def suit(self, room: int) -> None:
        """Take no more than `room` logical pixels across, where that leaves enough for the bars."""
        self.bars.setFixedWidth(max(min(WIDTH, room - self.image.sizeHint().width() - GAP), NARROW))

    def show_point(self, run: Run, frame: Frame, row: int, dark: bool) -> None:
        """Show row `row` of the probe as the frame has it; ✕ marks a wrong prediction."""
        theme, colours = THEMES["dark" if dark else "light"], swatches(len(run.classes), dark)
        label, prediction = int(run.probe.labels[row]), int(frame.predictions[row])
        known = 0 <= label < run.trained
        loss = figure(_losses(run, frame, frozen_ints([row]))[0])
        name = class_name(run.classes, label)
        about = f"{run.probe.ids[row]}: label {name or 'none'}"
        about += f", predicted {run.classes[prediction]}" if prediction >= 0 else ""
        tile = Tile(
            run.probe,
            row,
            colours[label] if label >= 0 else theme.muted,
            name,
            loss if known else "",
            f"{about}, loss {loss}" if known else about,
            known and label != prediction,
        )
        self.image.show_tile(tile, whole_side(run.probe, SIDE), theme)
        self.image.updateGeometry()
        self.bars.show_bars(choose_bars(frame.probabilities[row], run.classes, colours, BARS), theme)


class ImageBarsPanel(QWidget):
    """The selection, or else the dot in focus, at the frame shown."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Images and bars")
        self.rows: tuple[int, ...] = ()  # of the probe, in the order of their cards
        self.cards: list[Card] = []
        self.note = QLabel()
        self.note.setProperty("role", "note")
        self.note.setWordWrap(True)
        self._state = State()
        self._told: tuple[object, ...] = ()
        self._throttle = Throttle(self, self._draw)
        inside = QWidget()
        self._flow = FlowLayout(gap=12)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 4, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.note)
        column.addLayout(self._flow)
        column.addStretch(1)
        self._scroll = scrolled(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def show_state(self, state: State) -> None:
        """Show the selected points at the frame nearest to the moment."""
        self._state = state
        told = (shown_frame(state), state.selection, state.focus, state.dark)
        if told != self._told:
            self._told = told
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._throttle.want()

    def _draw(self) -> None:
        shown = shown_frame(self._state)
        frame = shown.read() if shown else None
        self.rows, words = ((), EMPTY) if shown is None else _chosen(self._state, shown, frame)
        self.note.setText(words)
        self.note.setVisible(bool(words))
        while len(self.cards) < len(self.rows):
            card = Card(self)
            card.image.entered.connect(self._on_entered)
            card.image.chosen.connect(self._on_chosen)
            self.cards.append(card)
            self._flow.addWidget(card)
        for card, row in zip(self.cards, self.rows, strict=False):
            assert shown is not None
            assert frame is not None
            card.show_point(shown.run, frame, row, self._state.dark)
            card.suit(self._scroll.viewport().width() - 28)
            card.show()
        for card in self.cards[len(self.rows) :]:
            card.hide()
        self._flow.invalidate()

    def _on_entered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_chosen(self, row: int) -> None:
        self.asked.emit({"focus": row})


def choose_rows(run: Run, frame: Frame, selected: Ints, most: int = MOST) -> Ints:
    """Up to `most` of the selected rows of the probe, as they are; of more the highest losses, highest first."""
    if len(selected) <= most:
        return selected
    losses = np.nan_to_num(_losses(run, frame, selected), nan=-np.inf)
    return frozen_ints(selected[np.argsort(-losses, kind="stable")[:most]])


def _chosen(state: State, shown: ShownFrame, frame: Frame | None) -> tuple[tuple[int, ...], str]:
    """The rows to show, and what to say above them."""
    if not len(state.selection) and state.focus is None:
        return (), EMPTY
    if frame is None:
        return (), DAMAGED
    if not len(state.selection):
        return (state.focus or 0,), ""
    rows = choose_rows(shown.run, frame, state.selection.rows)
    words = f"the hardest {len(rows)} of {len(state.selection):,} selected"
    return tuple(int(row) for row in rows), words if len(rows) < len(state.selection) else ""


def _losses(run: Run, frame: Frame, rows: Ints) -> np.ndarray:
    return cross_entropy(frame.probabilities[rows], run.probe.labels[rows])
