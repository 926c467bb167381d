"""One point looked at closely: its image, what the network says of it, and its nearest neighbours."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.inspector.facts import Facts
from latentarium.app.inspector.flips_line import FlipsLine
from latentarium.app.inspector.loose_panel import LoosePanel
from latentarium.app.inspector.neighbour_panel import NeighbourPanel
from latentarium.app.inspector.point import describe, figure
from latentarium.app.inspector.point_panel import PointPanel
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.core.frame import KNN_ACCURACY, KNN_SHOTS, Frame
from latentarium.scene.metadata import table_of
from latentarium.scene.state import State

PIXELS = "pixels_"  # before a figure's name: that of raw pixels, among the run's baselines
UNSEEN = KNN_SHOTS[5]
NAMES = ("same class among k", "1-NN accuracy, this frame", "raw pixels", "unseen classes, 5-shot", "its raw pixels")
AGAINST = (2, 4)  # of NAMES: what the first frame's figure stands beside, where there is another frame


class Inspector(QWidget):
    """The dot under the pointer, else the one in focus; and what the frame is worth as a whole."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Inspector")
        self._state = State()
        self._wanted: tuple[int | None, *tuple[object, ...]] = (None,)
        self._frame: ShownFrame | None = None
        self._dock: QDockWidget | None = None
        self._behind = False  # another dock, whose tab is in front
        self._throttle = Throttle(self, self._draw)
        self._heading = QLabel("INSPECTOR")
        self._heading.setProperty("role", "heading")
        self.badge = ElidedLabel("badge", middle=True)
        self.point = PointPanel()
        self.empty = _empty()
        self.loose = LoosePanel()
        self.loose.asked.connect(self.asked)
        self.loose.hide()
        self.neighbours = NeighbourPanel()
        self.neighbours.asked.connect(self.asked)
        self.facts = Facts()
        self.flips = FlipsLine()
        self.figures = Figures(len(NAMES))
        rule = QFrame()
        rule.setProperty("role", "rule")
        rule.setFixedHeight(1)
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addStretch(1)
        top.addWidget(self.badge)
        self.inner = QWidget()
        box = QVBoxLayout(self.inner)
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(12)
        box.addLayout(top)
        for widget in (self.loose, self.point, self.empty, self.neighbours, self.facts, rule, self.figures, self.flips):
            box.addWidget(widget)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(self.inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.setMinimumWidth(280)

    def show_state(self, state: State) -> None:
        """Show the point and the frame: another point at once, another frame as often as an eye can read."""
        old, self._state = self._state, state
        if (state.loose, state.dark) != (old.loose, old.dark):
            self._show_loose(state)
        row = self._subject(state)
        run = state.runs[0].run if state.runs else None
        wanted = (row, run, state.k, state.metric, state.among, state.dark, state.annotations)
        if wanted != self._wanted:
            self._wanted = wanted
            self._draw()
        elif shown_frame(state) != self._frame or state.events is not old.events:
            self._throttle.want()

    def _show_loose(self, state: State) -> None:
        run = state.runs[0].run if state.runs else None
        fitting = run is not None and state.loose is not None and len(state.loose) == run.trained
        if fitting:
            assert run is not None
            assert state.loose is not None
            self.loose.show_loose(state.loose, run, state.dark)
        self.loose.setVisible(fitting)

    def _show_flips(self) -> None:
        state, row = self._state, self._wanted[0]
        known = state.events is not None and bool(state.runs) and state.events.run is state.runs[0].run
        self.flips.setVisible(known and row is not None)
        if known and row is not None and state.events is not None:
            self.flips.show_flips(state.events.flips(row, state.frame))

    def sizeHint(self) -> QSize:
        return QSize(334, 640)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dock is None:
            self._dock = _dock_of(self)
            if self._dock is not None:
                self._dock.visibilityChanged.connect(self._on_raised)
        self._draw()

    @Slot(bool)
    def _on_raised(self, seen: bool) -> None:
        self._behind = not seen
        if seen:
            self._draw()

    def _subject(self, state: State) -> int | None:
        """The point to look at. A dot hovered by its tile here is no new one: the tiles would change under the hand."""
        if state.hovered is None or state.hovered == self.neighbours.hovered:
            return state.focus
        return state.hovered

    def _draw(self) -> None:
        if not self.isVisible() or (self._behind and self.visibleRegion().isEmpty()):
            return
        state, row = self._state, self._wanted[0]
        self._frame = shown_frame(state)
        frame = self._frame.read() if self._frame else None
        point, same = None, ""
        if frame is not None and row is not None:
            run = state.runs[0].run
            point = describe(run, frame, row)
            self.badge.show_text(f"probe · {point.id}")
            self.point.show_point(point, run, state.dark)
            same = self.neighbours.show_neighbours(state, point)
            self.facts.show_point(table_of(state), row)
        else:
            self.facts.hide()
        for widget in (self.badge, self.point, self.neighbours):
            widget.setVisible(point is not None)
        self.empty.setVisible(point is None)
        self.figures.show_figures(_names(state), _figures(state, frame, same))
        self.figures.setVisible(frame is not None)
        self._show_flips()


def _names(state: State) -> tuple[str, ...]:
    """NAMES, with the step of the first frame where its figures stand beside those of another."""
    entries = state.runs[0].run.entries if state.runs else ()
    beside = f" · step {entries[0].step:,}" if len(entries) > 1 else ""
    return tuple(name + beside if place in AGAINST else name for place, name in enumerate(NAMES))


def _figures(state: State, frame: Frame | None, same: str) -> tuple[str, ...]:
    """What stands beside NAMES; nothing about unseen classes where no two are held out."""
    if frame is None:
        return ("",) * len(NAMES)
    run = state.runs[0].run
    first = run.entries[0].scalars if len(run.entries) > 1 else None
    texts = [same]
    for name in (KNN_ACCURACY, UNSEEN):
        known = (name == KNN_ACCURACY and run.trained > 0) or name in frame.scalars
        texts.append(figure(frame.scalars.get(name), 3) if known else "")
        held_against = figure(run.baselines.get(PIXELS + name))
        held_against += f" · {figure(first.get(name))}" if first is not None else ""
        texts.append(held_against if known else "")
    return tuple(texts)


class Figures(QWidget):
    """Names and their numbers, one a line; a line without a number is not shown."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self._lines: list[tuple[ElidedLabel, QLabel]] = []
        for line in range(lines):
            name, value = ElidedLabel("muted"), QLabel()
            value.setProperty("role", "value")
            grid.addWidget(name, line, 0)
            grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignRight)
            self._lines.append((name, value))

    def show_figures(self, names: tuple[str, ...], values: tuple[str, ...]) -> None:
        """Show the numbers beside their names."""
        for (name, label), text, value in zip(self._lines, names, values, strict=True):
            name.show_text(text)
            label.setAccessibleDescription(text)
            label.setText(value)
            label.setVisible(bool(value))
            name.setVisible(bool(value))

    def texts(self) -> dict[str, str]:
        """What stands there: names and numbers."""
        return {name.text(): value.text() for name, value in self._lines if value.text()}


def _dock_of(widget: QWidget) -> QDockWidget | None:
    """The dock that a widget lies in."""
    parent = widget.parentWidget()
    return parent if parent is None or isinstance(parent, QDockWidget) else _dock_of(parent)


def _empty() -> QWidget:
    made = QWidget()
    box = QVBoxLayout(made)
    box.setContentsMargins(0, 8, 0, 8)
    box.setSpacing(6)
    for text, role in (
        ("Point at a dot", "title"),
        ("Its image and its nearest neighbours appear here. A click keeps it, Esc lets it go.", "muted"),
    ):
        label = QLabel(text)
        label.setWordWrap(True)
        label.setProperty("role", role)
        box.addWidget(label)
    return made
