"""The nearest neighbours of one point as images, and what "nearest" means."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from latentarium.app.inspector.point import Point, figure
from latentarium.app.views.view_controls import ChoiceChip
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.app.widgets.image_tiles import ImageTiles, Tile
from latentarium.app.widgets.swatches import swatch
from latentarium.core.dataset import class_name
from latentarium.scene.neighbourhood import neighbours
from latentarium.scene.state import State

METRICS = {"cosine": "cosine", "euclidean": "Euclidean"}
AMONG = {"reference": "training", "probe": "probe"}
MOST = 50
SPIN = 42  # logical pixels of a spin box beside its text


class NeighbourPanel(QWidget):
    """Tiles, nearest first. Those of the probe are dots: pointing at one lights its dot, a click focuses it."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.hovered: int | None = None  # the probe point whose tile the pointer is on
        self.tiles = ImageTiles("Nearest neighbours")
        self.tiles.hovered.connect(self._on_hovered)
        self.tiles.clicked.connect(self._on_clicked)
        heading = QLabel("NEAREST NEIGHBOURS")
        heading.setProperty("role", "heading")
        self.k = QSpinBox()
        self.k.setRange(1, MOST)
        self.k.setPrefix("k ")
        self.k.setKeyboardTracking(False)
        self.k.lineEdit().setTextMargins(6, 0, 0, 0)
        self.k.setMaximumWidth(self.fontMetrics().horizontalAdvance(f"k {MOST}") + SPIN)
        self.k.setAccessibleName("Number of neighbours")
        self.k.setToolTip("How many neighbours")
        self.k.valueChanged.connect(self._on_k)
        self.measure = ChoiceChip("metric", "How the distance is measured", METRICS)
        self.among = ChoiceChip("among", "Where neighbours are looked for: training images or the probe", AMONG)
        self.k.setMaximumHeight(self.fontMetrics().height() + 10)  # as high as the chips beside it
        controls = FlowLayout(gap=5)
        for widget in (self.k, self.measure, self.among):
            controls.addWidget(widget)
        for chip in (self.measure, self.among):
            chip.wanted.connect(self.asked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(heading)
        box.addLayout(controls)
        box.addWidget(self.tiles)

    def show_neighbours(self, state: State, point: Point) -> str:
        """Show the neighbours of `point`; say how many are of its class."""
        self.k.setValue(state.k)
        self.measure.offer(state.metric, METRICS, True)
        run = state.runs[0].run
        among = AMONG if len(run.reference) else {"probe": AMONG["probe"]}
        self.among.offer(state.among if state.among in among else "probe", among, len(among) > 1)
        found = neighbours(state.runs[0], state, point.row)
        if found is None:
            self.tiles.show_tiles((), state.dark)
            return ""
        sample = run.probe if found.among == "probe" else run.reference
        places = digits(float(found.distances[-1])) if len(found) else 2
        made = []
        for row, label, distance in zip(found.indices, found.labels, found.distances, strict=True):
            name, number = class_name(run.classes, label), figure(float(distance), places)
            about = f"{sample.ids[row]}: label {name or 'none'}, distance {number}"
            other = int(label) != point.label and min(int(label), point.label) >= 0
            colour = swatch(int(label), len(run.classes), state.dark)
            made.append(Tile(sample, int(row), colour, name, number, about, other, sample is run.probe))
        self.tiles.show_tiles(made, state.dark)
        return f"{found.same} of {len(found)}" if point.label >= 0 else ""

    def _on_k(self, k: int) -> None:
        self.asked.emit({"k": k})

    def _on_hovered(self, row: int | None) -> None:
        self.hovered = row
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def digits(largest: float) -> int:
    """Digits behind the point that tell distances up to `largest` apart."""
    return 2 if largest >= 0.1 else 3 if largest >= 0.01 else 4
