"""The points whose neighbours two spaces agree on least, or most."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.compared_panel import ComparedPanel
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.app.widgets.scrolled import scrolled
from latentarium.app.widgets.swatches import swatches
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.dataset import class_name
from latentarium.scene.compared import Compared
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

MOST = 48
LEAST_ALIKE, MOST_ALIKE = "least", "most"
HINT = "Brush the histogram to fill this list"


class AlikePanel(ComparedPanel):
    """Images by their overlap: of all points, or of those that are selected."""

    def __init__(self) -> None:
        super().__init__("Least and most alike")
        self.tiles = ImageTiles("Least and most alike", side=40)
        self.tiles.hovered.connect(self._on_hovered)
        self.tiles.clicked.connect(self._on_clicked)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 2, 8, 6)
        column.setSpacing(4)
        column.addWidget(self.tiles)
        column.addWidget(self.words)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addLayout(self._lay_out_chips())
        outer.addWidget(scrolled(inside), 1)

    def _lay_out_chips(self) -> QHBoxLayout:
        self.chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        line = QHBoxLayout()
        line.setContentsMargins(12, 2, 8, 0)
        line.setSpacing(4)
        for text in (LEAST_ALIKE, MOST_ALIKE):
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Show the {text} alike")
            chip.clicked.connect(self._throttle.want)
            group.addButton(chip)
            line.addWidget(chip)
            self.chips[text] = chip
        self.chips[LEAST_ALIKE].setChecked(True)
        line.addStretch(1)
        return line

    def _shown_of(self, state: State) -> tuple[object, ...]:
        return (state.selection, state.dark)

    def _draw(self) -> None:
        compared, state = self._newest.compared, self._state
        words = self._newest.words(state)
        if compared is None or compared.result is None:
            self.tiles.show_tiles((), state.dark)
            self.words.setText(words)
            return
        overlap, selected = compared.result.overlap, state.selection.rows
        rows = by_overlap(overlap, selected, self.chips[MOST_ALIKE].isChecked())
        made = [tile(compared, row, float(overlap[row]), state.dark) for row in rows.tolist()]
        self.tiles.show_tiles(made, state.dark)
        of = len(selected) or len(overlap)
        which = "most" if self.chips[MOST_ALIKE].isChecked() else "least"
        shown = f"the {len(rows)} {which} alike of {of:,}{' selected' if len(selected) else ''}"
        self.words.setText(shown if len(selected) else f"{shown} · {HINT}")

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def by_overlap(overlap: NDArray[np.float64], selected: Ints, most_alike: bool = False, most: int = MOST) -> Ints:
    """Up to `most` of the selected rows, of all where none is: the least alike first or the most, ties by row."""
    rows = selected[selected < len(overlap)] if len(selected) else np.arange(len(overlap))
    keys = -overlap[rows] if most_alike else overlap[rows]
    return frozen_ints(rows[np.argsort(keys, kind="stable")[:most]])


def tile(compared: Compared, row: int, overlap: float, dark: bool) -> Tile:
    """A point as a tile, bordered in the colour of its label; image and label are B's where A has none."""
    a, b = compared.run_a, compared.run_b
    sample = b.probe if b.probe.pictured and not a.probe.pictured else a.probe
    labelled = a if a.probe.labels[row] >= 0 else b
    label = int(labelled.probe.labels[row])
    name, id_ = class_name(labelled.classes, label), a.probe.ids[row]
    about = f"{id_}: label {name or 'none'}, overlap {figure(overlap)}"
    colour = swatches(len(labelled.classes), dark)[label] if label >= 0 else THEMES["dark" if dark else "light"].muted
    return Tile(sample, row, colour, figure=figure(overlap), about=about)
