"""The examples with the highest loss: those that are not where they should be."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.charts.hard_examples import hardest, make_tile
from latentarium.app.charts.hardest_times import HardestTimes
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.widgets.image_tiles import ImageTiles
from latentarium.app.widgets.scrolled import scrolled
from latentarium.scene.state import State

MOST = 24
HINT = "Click to focus · the border is the label, the number its loss"
WHY_NONE = "None: an example is hard by the probability of its label, and no point here has a label that was trained."

NOW, OVER_TIME = "now", "over time"


class HardestPanel(QWidget):
    """The probe's hardest examples, hardest first: at the frame shown, or at some moments of the run side by side."""

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
        self.times = HardestTimes()
        self.times.hovered.connect(self._on_hovered)
        self.times.clicked.connect(self._on_clicked)
        self.times.chosen.connect(self._on_chosen)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 2, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.tiles)
        column.addWidget(self._hint)
        column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolled(inside))
        self._pages.addWidget(scrolled(self.times))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addLayout(self._lay_out_chips())
        outer.addWidget(self._pages, 1)

    def _lay_out_chips(self) -> QHBoxLayout:
        self.chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        line = QHBoxLayout()
        line.setContentsMargins(12, 2, 8, 0)
        line.setSpacing(4)
        for page, text in enumerate((NOW, OVER_TIME)):
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setChecked(not page)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Hardest examples {text}")
            group.addButton(chip, page)
            line.addWidget(chip)
            self.chips[text] = chip
        line.addStretch(1)
        group.idClicked.connect(self._on_page)
        return line

    def show_state(self, state: State) -> None:
        """Show those of the frame nearest to the moment."""
        old, self._state = self._state, state
        if shown_frame(state) != self._shown or (old.dark, old.runs) != (state.dark, state.runs):
            self._shown = shown_frame(state)
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def _draw(self) -> None:
        dark = self._state.dark
        if self._pages.currentIndex():
            run = self._state.runs[0] if self._shown else None
            self.times.show_run(run.run if run else None, run.count if run else 0, bool(run and run.live), dark)
            return
        frame = self._shown.read() if self._shown else None
        found = hardest(self._shown.run, frame, MOST) if self._shown and frame else ()
        tiles = [make_tile(self._shown.run, example, dark) for example in found] if self._shown else []
        self.tiles.show_tiles(tiles, dark)
        self._hint.setText(HINT if tiles else WHY_NONE)
        self._hint.setVisible(bool(tiles) or frame is not None)

    def _on_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self._throttle.want()

    def _on_chosen(self, index: int) -> None:
        self.asked.emit({"moment": float(index), "following": False, "playing": False})

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})
