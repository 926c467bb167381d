"""The left dock of the Compare workspace: which two spaces, and how they are compared."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.compare.export_buttons import ExportButtons
from latentarium.app.compare.morph_slider import MorphSlider
from latentarium.app.compare.run_card import RunCard
from latentarium.app.widgets.count_box import CountBox
from latentarium.core.comparison import MOST_NEIGHBOURS
from latentarium.scene.alignment import anchored_here
from latentarium.scene.columns import linked, linked_cameras, swapped
from latentarium.scene.state import State

METRICS = {"cosine": "cosine", "euclidean": "euclidean"}
ALIGNMENTS = {
    "similarity": "Procrustes",
    "rotation": "Procrustes, sizes kept",
    "none": "not at all",
}
LINKS = {"step": "by step", "fraction": "by fraction", "alone": "each alone"}
ABOUT = {
    "k": "How many nearest neighbours of each point are compared",
    "metric_a": "How distances are measured in A",
    "metric_b": "How distances are measured in B",
    "align": "B is moved, turned, mirrored and brought to A's size, so that it lies over A as well as one map can",
    "link": "How B follows the timeline: at the same training step, at the same share of its training, or not",
    "include_self": "Each point counts among its own neighbours, as in Vectory: all numbers are higher, chance too",
    "cameras": "Turning, panning and zooming one column moves the other as well",
}


class ComparePanel(QWidget):
    """Runs A and B, and the settings of the comparison."""

    asked = Signal(object)
    choose_wanted = Signal()  # another run as B
    frame_wanted = Signal()  # another frame of A as B
    close_wanted = Signal()  # B

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = State()
        self._told: tuple[object, ...] = ()
        self.a, self.b = RunCard("A"), RunCard("B")
        self.b.closed.connect(self.close_wanted)
        self.choose = _button("Compare with…", "Open another run as B (or “Open beside” in the library)")
        self.choose.clicked.connect(self.choose_wanted)
        self.frame = _button("Another frame", "Show another frame of A as B")
        self.frame.clicked.connect(self.frame_wanted)
        self.swap = _button("Swap", "A becomes B, and B becomes A; where time is linked, both then stand where B stood")
        self.swap.clicked.connect(self._on_swap)
        self.matched = QLabel()
        self.matched.setProperty("role", "muted")
        self.matched.setWordWrap(True)
        self.k = CountBox(1, MOST_NEIGHBOURS)
        self.k.setAccessibleName("k, nearest neighbours that are compared")
        self.k.setToolTip(ABOUT["k"])
        self.k.valueChanged.connect(self._on_k)
        self.metric_a = _choice(METRICS, "Metric of A", ABOUT["metric_a"])
        self.metric_b = _choice(METRICS, "Metric of B", ABOUT["metric_b"])
        self.align = _choice(ALIGNMENTS, "Alignment of B to A", ABOUT["align"])
        self.link = _choice(LINKS, "Link of time", ABOUT["link"])
        for combo, chosen in (
            (self.metric_a, self._on_metrics),
            (self.metric_b, self._on_metrics),
            (self.align, self._on_align),
            (self.link, self._on_link),
        ):
            combo.activated.connect(chosen)
        self.here = _button("Align as shown", "Lay B over A by the two frames shown; scrubbing turns nothing")
        self.here.clicked.connect(self._on_here)
        self.cameras = QCheckBox("linked")
        self.cameras.setAccessibleName("Linked cameras")
        self.cameras.setToolTip(ABOUT["cameras"])
        self.cameras.clicked.connect(self._on_cameras)
        self.morph = MorphSlider()
        self.morph.asked.connect(self.asked)
        self.exports = ExportButtons()
        self.more = QToolButton()
        self.more.setText("▸ Advanced")
        self.more.setProperty("role", "flat")
        self.more.setCheckable(True)
        self.more.setAccessibleName("Advanced settings of the comparison")
        self.more.toggled.connect(self._on_more)
        self.include_self = QCheckBox("Count each point itself")
        self.include_self.setAccessibleName("Count each point among its own neighbours")
        self.include_self.setToolTip(ABOUT["include_self"])
        self.include_self.clicked.connect(self._on_include_self)
        self.include_self.hide()
        self._lay_out()
        self._show(State())

    def _lay_out(self) -> None:
        buttons, further = QHBoxLayout(), QHBoxLayout()
        buttons.addWidget(self.choose, 1)
        for button in (self.frame, self.swap):
            further.addWidget(button, 1)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("k", self.k),
            ("metric A", self.metric_a),
            ("metric B", self.metric_b),
            ("align B to A", self.align),
            ("", self.here),
            ("cameras", self.cameras),
            ("time", self.link),
            ("morph", self.morph),
        )
        for row, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setProperty("role", "muted")
            label.setBuddy(widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        box.addWidget(_heading("SPACES"))
        for widget in (self.a, self.b, self.matched):
            box.addWidget(widget)
        box.addLayout(buttons)
        box.addLayout(further)
        box.addSpacing(6)
        box.addWidget(_heading("COMPARE"))
        box.addLayout(grid)
        box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self.include_self)
        box.addSpacing(6)
        box.addWidget(_heading("EXPORT"))
        box.addWidget(self.exports)
        box.addStretch(1)

    def show_state(self, state: State) -> None:
        """Show which spaces are compared, and how."""
        self._state = state
        self.morph.show_state(state)
        self.exports.show_state(state)
        frames = tuple(state.frame_in(shown) for shown in state.runs[:2])
        told = (state.runs, frames, state.comparison, state.align, state.link, state.dark)
        if told != self._told:
            self._told = told
            self._show(state)

    def _show(self, state: State) -> None:
        runs, settings = state.runs, state.comparison
        for place, card in enumerate((self.a, self.b)):
            card.show_run(state, place)
        both = len(runs) > 1
        self.matched.setText(runs[1].matched if both else "")
        self.matched.setVisible(bool(self.matched.text()))
        self.choose.setEnabled(bool(runs))
        self.choose.setText("Compare with another…" if both else "Compare with…")
        self.frame.setEnabled(bool(runs) and runs[0].count > 1)
        self.swap.setEnabled(both)
        self.k.blockSignals(True)  # told, not asked
        self.k.setValue(settings.k)
        self.k.blockSignals(False)
        for combo, value in (
            (self.metric_a, settings.metric_a),
            (self.metric_b, settings.metric_b),
            (self.align, state.align),
            (self.link, state.link),
        ):
            combo.setCurrentIndex(combo.findData(value))
        another = both and runs[0].run is not runs[1].run
        self.align.setEnabled(another or not both)
        self.here.setEnabled(another and state.align != "none")
        self.link.setEnabled(another or not both)
        self.cameras.setChecked(not both or runs[1].cameras is None)
        self.cameras.setEnabled(both)
        self.include_self.setChecked(settings.include_self)

    def _ask(self, **settings: Any) -> None:
        self.asked.emit({"comparison": replace(self._state.comparison, **settings)})

    @Slot(int)
    def _on_k(self, k: int) -> None:
        self._ask(k=k)

    @Slot()
    def _on_metrics(self) -> None:
        self._ask(metric_a=self.metric_a.currentData(), metric_b=self.metric_b.currentData())

    @Slot()
    def _on_align(self) -> None:
        self.asked.emit({"align": self.align.currentData()})

    @Slot()
    def _on_here(self) -> None:
        self.asked.emit(anchored_here(self._state))

    @Slot()
    def _on_link(self) -> None:
        self.asked.emit(linked(self._state, self.link.currentData()))

    @Slot(bool)
    def _on_cameras(self, together: bool) -> None:
        self.asked.emit(linked_cameras(self._state, together))

    @Slot(bool)
    def _on_include_self(self, include: bool) -> None:
        self._ask(include_self=include)

    @Slot()
    def _on_swap(self) -> None:
        self.asked.emit(swapped(self._state))

    @Slot(bool)
    def _on_more(self, shown: bool) -> None:
        self.more.setText("▾ Advanced" if shown else "▸ Advanced")
        self.include_self.setVisible(shown)


def _choice(texts: dict[str, str], name: str, about: str) -> QComboBox:
    combo = QComboBox()
    for value, text in texts.items():
        combo.addItem(text, value)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setAccessibleName(name)
    combo.setToolTip(about)
    return combo


def _button(text: str, about: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    button.setAccessibleName(text.rstrip("…"))
    return button


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
