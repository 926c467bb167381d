"""What happened when: the run's events as a list that leads to them."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from latentarium.analysis.events import FLIP, FORGOTTEN, JUMP, KINDS, MOVER, Event
from latentarium.app.charts.throttle import Throttle
from latentarium.scene.happenings import Happenings
from latentarium.scene.palettes import THEMES, class_colours
from latentarium.scene.state import Selection, State

NAMES = {FLIP: "flips", FORGOTTEN: "forgotten", JUMP: "jumps", MOVER: "big movers"}
PLACE = Qt.ItemDataRole.UserRole
EMPTY = (
    "Nothing has happened yet. Prediction flips, forgotten examples, jumps of confidence and big movers appear here, "
    "and the largest of them as marks above the timeline."
)


def kind_colour(kind: str, dark: bool) -> QColor:
    """A colour for a kind of event, the same in the list and on the timeline."""
    if kind == FORGOTTEN:
        return QColor(THEMES["dark" if dark else "light"].wrong)
    place = {FLIP: 0, JUMP: 1, MOVER: 3}[kind]
    return QColor(*(int(tone) for tone in class_colours(4, dark)[place]))


def wish(event: Event) -> dict[str, Any]:
    """The changes of the state that show an event: its frame, its points selected."""
    name = f"{NAMES[event.kind]}, frame {event.frame + 1}"
    chosen = Selection(event.rows, name)
    return {"moment": float(event.frame), "following": False, "playing": False, "selection": chosen}


class EventsPanel(QWidget):
    """Events in the order of frames; a click goes there and selects the points."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Events")
        self._state = State()
        self._listed: Happenings | None = None
        self._items: list[tuple[Event, QTreeWidgetItem]] = []
        self._throttle = Throttle(self, self._draw)
        self.chips: dict[str, QPushButton] = {}
        chips = QHBoxLayout()
        chips.setContentsMargins(10, 2, 8, 0)
        chips.setSpacing(4)
        for kind, about in KINDS.items():
            chip = QPushButton(NAMES[kind])
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setProperty("role", "chip")
            chip.setToolTip(about.capitalize())
            chip.setAccessibleName(f"Show {NAMES[kind]}")
            chip.toggled.connect(self._on_toggled)
            self.chips[kind] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Events")
        self.list.setHeaderLabels(["frame", "step", "what", "points"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        for place, width in enumerate((50, 56, 86, 50)):
            self.list.setColumnWidth(place, width)
        self.list.itemClicked.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_chosen)
        self.empty = QLabel(EMPTY)
        self.empty.setProperty("role", "muted")
        self.empty.setWordWrap(True)
        self.empty.setMargin(14)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(chips)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)

    def show_state(self, state: State) -> None:
        """List what is known of the first run."""
        old, self._state = self._state, state
        if state.events is not old.events or state.dark != old.dark or state.runs is not old.runs:
            if state.dark != old.dark:
                self._listed = None
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def listed(self) -> list[Event]:
        """The events that are seen, in the list's order."""
        return [event for event, item in self._items if not item.isHidden()]

    def _draw(self) -> None:
        found = self._state.events
        if not self._state.runs or (found is not None and found.run is not self._state.runs[0].run):
            found = None
        if found is None or self._listed is None or self._listed.run is not found.run:
            self.list.clear()
            self._items = []
        self._listed = found
        events = found.events if found else ()
        for event in events[len(self._items) :]:  # in the order of frames, so what is new comes last
            self._add(event, found)
        self.list.setVisible(bool(events))
        self.empty.setVisible(not events)

    def _add(self, event: Event, found: Happenings | None) -> None:
        assert found is not None
        step = found.run.entries[event.frame].step
        texts = [str(event.frame + 1), f"{step:,}", NAMES[event.kind], f"{len(event.rows):,}"]
        item = QTreeWidgetItem(texts)
        item.setData(0, PLACE, len(self._items))
        item.setForeground(2, kind_colour(event.kind, self._state.dark))
        for column in (0, 1, 3):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._items.append((event, item))
        self.list.addTopLevelItem(item)
        item.setHidden(not self.chips[event.kind].isChecked())

    def _on_toggled(self, shown: bool) -> None:
        for event, item in self._items:
            item.setHidden(not self.chips[event.kind].isChecked())

    def _on_chosen(self, item: QTreeWidgetItem, column: int) -> None:
        self.asked.emit(wish(self._items[item.data(0, PLACE)][0]))
