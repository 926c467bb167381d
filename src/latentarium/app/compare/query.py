"""The same query in two spaces: the focused point, and its neighbours in three groups."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from latentarium.app.charts.throttle import Throttle
from latentarium.app.compare.query_group import QueryGroup
from latentarium.app.compare.query_lines import (
    GROUPS,
    MOST_TILES,
    columns_of,
    further_of,
    groups_of,
    lines_of,
    pictured,
    tiles_of,
)
from latentarium.app.compare.query_steps import STEPS, asked_for
from latentarium.app.compare.query_subject import QuerySubject
from latentarium.app.compare.query_table import QueryTable
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.app.widgets.scrolled import scrolled
from latentarium.app.widgets.swatches import swatch
from latentarium.scene.query import Query, by_overlap, current, query
from latentarium.scene.state import State

IMAGES, TABLE = "images", "table"
HINT = "Click a dot, or take one from here. With a selection, only its points are taken."


class QueryPanel(QWidget):
    """Tiles or a table of the neighbours that both spaces have, and of those that only one has."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Query in both")
        self._state = State()
        self._drawn: tuple[object, ...] = ()
        self._throttle = Throttle(self, self._draw)
        heading = QLabel("QUERY IN BOTH")
        heading.setProperty("role", "heading")
        self.subject = QuerySubject()
        self.says = QLabel(HINT)
        self.says.setWordWrap(True)
        self.says.setProperty("role", "muted")
        self.steps = {name: _button(text, about) for name, (text, about) in STEPS.items()}
        for name, button in self.steps.items():
            button.setObjectName(name)
            button.clicked.connect(self._on_step)
        self.chips = {name: _chip(name) for name in (IMAGES, TABLE)}
        for name, chip in self.chips.items():
            chip.setObjectName(name)
            chip.clicked.connect(self._on_page)
        self.groups = {name: QueryGroup(name) for name in GROUPS}
        self.table = QueryTable()
        parts: tuple[QueryGroup | QueryTable, ...] = (*self.groups.values(), self.table)
        for part in parts:
            part.hovered.connect(self._on_hovered)
            part.clicked.connect(self._on_clicked)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._lay_out_groups())
        self.pages.addWidget(self.table)
        policy = self.pages.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that what is above stays at the top
        self.pages.setSizePolicy(policy)
        self._lay_out(heading)
        self._turn_to(0)

    def _lay_out_groups(self) -> QWidget:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 6, 0)
        box.setSpacing(10)
        for group in self.groups.values():
            box.addWidget(group)
        box.addStretch(1)
        area = scrolled(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _lay_out(self, heading: QLabel) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 8, 0)
        top.setSpacing(4)
        top.addWidget(heading, 1)
        for chip in self.chips.values():
            top.addWidget(chip)
        steps = FlowLayout(gap=5)
        for button in self.steps.values():
            steps.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 4, 12)
        box.setSpacing(10)
        box.addLayout(top)
        box.addWidget(self.subject)
        box.addWidget(self.says)
        box.addLayout(steps)
        box.addWidget(self.pages, 1)
        self.setMinimumWidth(280)

    def sizeHint(self) -> QSize:
        return QSize(334, 640)

    def show_state(self, state: State) -> None:
        """Show the focus: another point at once, another comparison as often as an eye can read."""
        old, self._state = self._state, state
        if (old.focus, old.dark) != (state.focus, state.dark):
            self._draw()
        elif _about(old) != _about(state):
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    @property
    def query(self) -> Query | None:
        """What is asked now."""
        compared = current(self._state)
        return query(compared, self._state.focus) if compared is not None else None

    def _draw(self) -> None:
        state = self._state
        compared = current(state)
        if compared is not None:
            self._suit(pictured(compared).pictured)
        drawn = (state.focus, state.dark, self.pages.currentIndex(), *_about(state))
        if not self.isVisible() or drawn == self._drawn:
            return
        self._drawn = drawn
        found = query(compared, state.focus) if compared is not None else None
        self._offer_steps()
        self.says.setText(_said(state, found))
        self.says.setVisible(bool(self.says.text()))
        for widget in (self.subject, self.pages):
            widget.setVisible(found is not None)
        if compared is None or found is None:
            return
        run = compared.labelled
        label = int(run.probe.labels[found.row])
        self.subject.show_subject(compared, found, state, swatch(label, len(run.classes), state.dark))
        if self.pages.currentIndex():
            further = further_of(compared, state.annotations)
            self.table.show_lines(columns_of(compared, further), lines_of(compared, found, further))
            return
        tiles = tiles_of(compared, found, state.dark)
        for name, group in groups_of(found).items():
            self.groups[name].show_group(tiles[name], len(group), state.dark)

    def _suit(self, images: bool) -> None:
        """Points without images are a table."""
        if self.chips[IMAGES].isEnabled() != images:
            self.chips[IMAGES].setEnabled(images)
            self._turn_to(0 if images else 1)

    def _offer_steps(self) -> None:
        state = self._state
        known = state.compared is not None and bool(len(by_overlap(state.compared, state)))
        for name, button in self.steps.items():
            button.setEnabled(bool(state.runs) and state.compared is not None if name == "random" else known)

    @Slot()
    def _on_step(self) -> None:
        self.asked.emit(asked_for(self.sender().objectName(), self._state))

    @Slot()
    def _on_page(self) -> None:
        self._turn_to(list(self.chips).index(self.sender().objectName()))
        self._draw()

    def _turn_to(self, place: int) -> None:
        self.pages.setCurrentIndex(place)
        for number, chip in enumerate(self.chips.values()):
            chip.setChecked(number == place)

    def _on_hovered(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int) -> None:
        self.asked.emit({"focus": row})


def _about(state: State) -> tuple[object, ...]:
    """What else than the focus decides what is shown."""
    frames = tuple(state.frame_in(shown) for shown in state.runs[:2])
    among = state.selection, state.hidden, state.filtered
    return state.compared, frames, state.comparison, among, state.annotations


def _said(state: State, found: Query | None) -> str:
    """What there is to say instead of, or before, the neighbours."""
    compared = state.compared
    if compared is None:
        return "Open a second run, or another moment of this one, to ask both spaces."
    if compared.problem:
        return compared.problem
    if found is None:
        return HINT
    if any(len(group) > MOST_TILES for group in groups_of(found).values()):
        return f"The nearest {MOST_TILES} of each group as images; the table has all."
    return ""


def _button(text: str, about: str) -> QPushButton:
    made = QPushButton(text)
    made.setProperty("role", "chip")
    made.setToolTip(about)
    made.setAccessibleName(about)
    return made


def _chip(name: str) -> QPushButton:
    made = QPushButton(name)
    made.setCheckable(True)
    made.setProperty("role", "chip")
    made.setAccessibleName(f"Neighbours as {name}")
    return made
