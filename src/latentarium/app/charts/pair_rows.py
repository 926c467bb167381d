"""Triplets as rows of images, and springs as two grids of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.inspector.point import figure
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.app.widgets.image_tiles import FRAME, GAP, ImageTiles, Tile
from latentarium.app.widgets.pictures import whole_side
from latentarium.app.widgets.swatches import swatches
from latentarium.core.dataset import Sample, class_name
from latentarium.core.looked import Mined, Springs
from latentarium.runs.run import Run
from latentarium.scene.palettes import THEMES

SIDE = 40  # logical pixels of an image, about
MOST = 6  # springs shown of each kind: the strongest
SQUARED = "Under each image its squared Euclidean distance from the anchor. Only active triplets move anything."

FORCE = "Forces as shares of the strongest: how much the loss changes as the distance does."


class TripletRow(QWidget):
    """Anchor, positive, negative, and what the hinge makes of them."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = ImageTiles("Anchor, positive, negative", SIDE)
        self.verdict, self.sum = QLabel(), QLabel()
        self.verdict.setProperty("role", "value")
        self.sum.setProperty("role", "note")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.tiles, 0, 0, 4, 1)
        grid.addWidget(self.verdict, 1, 1)
        grid.addWidget(self.sum, 2, 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(3, 1)

    def show_triplet(self, tiles: tuple[Tile, Tile, Tile], mined: Mined, place: int, dark: bool) -> None:
        """Show the triplet at `place`, with its hinge max(0, near − far + margin) worked out."""
        self.tiles.setFixedWidth(3 * (whole_side(tiles[0].sample, SIDE) + 2 * FRAME + 2 * GAP))
        self.tiles.setFixedWidth(3 * (whole_side(tiles[0].sample, SIDE) + 2 * FRAME + GAP))
        self.tiles.show_tiles(tiles, dark)
        active = bool(mined.active[place])
        self.verdict.setText(f"active · {figure(float(mined.hinge[place]))}" if active else "inactive · 0")
        role = "value" if active else "muted"
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            self.verdict.style().unpolish(self.verdict)
            self.verdict.style().polish(self.verdict)
        near, far = (figure(float(distances[place])) for distances in (mined.near, mined.far))
        self.sum.setText(f"{near} − {far} + {mined.margin:g}")
        self.setToolTip("The hinge: near − far + margin, or 0 where that is less. " + SQUARED)


class TripletRows(QWidget):
    """All triplets of one anchor, the costliest first."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.about = ""
        self.rows: list[TripletRow] = []
        self._order = _note("anchor · positive · negative, squared", "note")
        self._nothing = _note("There is no triplet of this image here: its class, or every other one, is missing.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 4, 2)
        column.addWidget(self._nothing)
        column.addWidget(self._order)
        self._flow = FlowLayout(gap=10)
        column.addLayout(self._flow)
        column.addStretch(1)

    def show_mined(self, run: Run, anchor: int, mined: Mined | None, dark: bool) -> None:
        """Show the triplets of row `anchor` of the probe; their other two are rows of the reference."""
        count = len(mined.positive) if mined else 0
        while len(self.rows) < count:
            row = TripletRow()
            row.tiles.hovered.connect(self._on_hovered)
            row.tiles.clicked.connect(self._on_clicked)
            self.rows.append(row)
            self._flow.addWidget(row)
        for row in self.rows[count:]:
            row.hide()
        self._nothing.setVisible(not count)
        self._order.setVisible(bool(count))
        self.about = ""
        if mined is None:
            return
        for place, row in enumerate(self.rows[:count]):
            tiles = (
                make_tile(run, run.probe, anchor, "focus", dark, "anchor"),
                make_tile(run, run.reference, int(mined.positive[place]), figure(mined.near[place]), dark, "positive"),
                make_tile(run, run.reference, int(mined.negative[place]), figure(mined.far[place]), dark, "negative"),
            )
            row.show_triplet(tiles, mined, place, dark)
            row.show()
        active = int(mined.active.sum())
        self.about = f"{active} of {count} active, {mined.mining}"

    def shown(self) -> list[TripletRow]:
        """The rows in sight, in order."""
        return [row for row in self.rows if not row.isHidden()]

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


class SpringRows(QWidget):
    """What pulls the anchor, and below it what pushes it, the strongest first."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.about = ""
        self.attraction, self.repulsion = ImageTiles("Attraction", SIDE), ImageTiles("Repulsion", SIDE)
        self.headings = (QLabel(), QLabel())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 4, 2)
        column.setSpacing(4)
        for heading, tiles in zip(self.headings, (self.attraction, self.repulsion), strict=True):
            heading.setProperty("role", "note")
            column.addWidget(heading)
            column.addWidget(tiles)
        column.addStretch(1)

    def show_springs(self, run: Run, found: Springs | None, dark: bool) -> None:
        """Show the other ends of the springs, each with its force as a share of the strongest."""
        theme = THEMES["dark" if dark else "light"]
        strongest = float(found.force.max()) if found is not None and len(found.force) else 1.0
        self.about = f"of {found.objective}, strongest {strongest:.2g}" if found else ""
        kinds = (
            (True, "pull it near", theme.accent, self.attraction),
            (False, "push it away", theme.wrong, self.repulsion),
        )
        for heading, (kind, words, colour, grid) in zip(self.headings, kinds, strict=True):
            places = [] if found is None else [int(p) for p in (found.attraction == kind).nonzero()[0]]
            made = []
            for place in places[:MOST]:
                assert found is not None
                share = figure(float(found.force[place]) / strongest)
                made.append(make_tile(run, run.reference, int(found.rows[place]), share, dark, words))
            grid.show_tiles(made, dark)
            least = ": the strongest" if len(places) > MOST else ""
            heading.setText(f'<span style="color:{colour}">●</span> {len(places):,} {words}{least}')
            heading.setToolTip(FORCE)
            grid.setVisible(bool(made))


def make_tile(run: Run, sample: Sample, row: int, number: str, dark: bool, part: str) -> Tile:
    """An image of the probe or the reference with a number under it; `part` is what it is to the anchor."""
    label = int(sample.labels[row])
    colour = swatches(len(run.classes), dark)[label] if label >= 0 else THEMES["dark" if dark else "light"].muted
    about = f"{part}: {sample.ids[row]}, {class_name(run.classes, label) or 'no label'}, {number}"
    return Tile(sample, row, colour, figure=number, about=about, points=sample is run.probe)


def _note(text: str, role: str = "muted") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
