"""One group of a query's neighbours as images."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from latentarium.app.widgets.image_tiles import ImageTiles, Tile

SIDE = 56  # logical pixels of a tile's image, about


class QueryGroup(QWidget):
    """A heading with a count, and tiles; "none" where there are none."""

    hovered = Signal(object)
    clicked = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.none = QLabel("none")
        self.none.setProperty("role", "muted")
        self.tiles = ImageTiles(f"Neighbours: {name}", SIDE)
        self.tiles.hovered.connect(self.hovered)
        self.tiles.clicked.connect(self.clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 2, 0, 4)
        box.setSpacing(6)
        for widget in (self.heading, self.none, self.tiles):
            box.addWidget(widget)

    def show_group(self, tiles: Sequence[Tile], count: int, dark: bool) -> None:
        """Show these, of a group of `count`."""
        self.heading.setText(f"{self._name.upper()} · {count}")
        self.none.setVisible(not count)
        self.tiles.setVisible(bool(count))
        self.tiles.show_tiles(tiles, dark)
