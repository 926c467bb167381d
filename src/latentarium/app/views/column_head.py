"""What stands above a column's views where there are two: which run, which frame, which views."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QSpinBox, QToolButton

from latentarium.app.views.view_controls import ChoiceChip
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.app.widgets.plain_text import tip
from latentarium.scene.columns import alone, comparing, linked_cameras, with_column
from latentarium.scene.desk import has_simplex
from latentarium.scene.naming import folder_of, names_of, short_names
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import OpenRun, State
from latentarium.scene.words import where

SLIDER = 76  # px
STEP = 84  # px that the step has for itself at most
SHOWS = {"simplex": "simplex", "embedding": "embedding", "both": "both"}


class ColumnHead(QFrame):
    """Says which run and which frame a column shows; where it stands still, the frame can be chosen here."""

    asked = Signal(object)

    def __init__(self, index: int) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self._index = index
        self._state = State()
        self._told: tuple[object, ...] = ()
        self.title = ElidedLabel("title", middle=True)
        self.moment = ElidedLabel("muted")
        self.moment.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.frame = QSpinBox()
        self.frame.setPrefix("frame ")
        self.frame.setAccessibleName("Frame of this column")
        self.frame.setToolTip("The frame at which this column stands still")
        self.frame.valueChanged.connect(self._on_frame)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFixedWidth(SLIDER)
        self.slider.setAccessibleName("Frame of B")
        self.slider.valueChanged.connect(self._on_frame)
        self.shows = ChoiceChip("shows", "What this column shows", SHOWS)
        self.shows.offer("both", SHOWS, False)
        self.shows.wanted.connect(self._on_shows)
        self.cameras = QToolButton()
        self.cameras.setProperty("role", "chip")
        self.cameras.setCheckable(True)
        self.cameras.setAccessibleName("Linked cameras")
        self.cameras.setToolTip("Turning, panning and zooming one column moves the other as well")
        self.cameras.clicked.connect(self._on_cameras)
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "flat")
        self.close_button.setAccessibleName("Close this column")
        self.close_button.setToolTip("Close this column")
        self.close_button.clicked.connect(self._on_close)
        self.setMinimumHeight(self.frame.sizeHint().height() + 10)  # as high as one in which a frame can be chosen
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.addWidget(self.title)
        row.addWidget(self.moment, 1)
        for widget in (self.frame, self.slider, self.shows, self.cameras, self.close_button):
            row.addWidget(widget)

    def show_state(self, state: State) -> None:
        """Speak of the column's frame in this state."""
        self._state = state
        if len(state.runs) <= self._index:
            return
        shown = state.runs[self._index]
        at = min(state.frame_in(shown), max(shown.count - 1, 0))
        seen = (shown.shows, state.runs[-1].cameras is None, state.workspace)
        names = names_of([one.run for one in state.runs])
        told = (
            shown.run,
            names,
            at,
            shown.count,
            shown.moment is None,
            state.dark,
            state.presenting,
            seen,
            state.morph > 0,
        )
        if told == self._told:
            return
        self._told = told
        self._say(state, shown, at)
        alone, compared = shown.moment is not None, comparing(state)
        for field in (self.frame, self.slider):
            field.blockSignals(True)  # told, not asked
            field.setRange(1, max(shown.count, 1))
            field.setValue(at + 1)
            field.blockSignals(False)
        self.frame.setSuffix(f" of {shown.count}")
        self.frame.setVisible(alone and not compared)
        self.slider.setToolTip(f"Frame {at + 1} of {shown.count}: where B stands, whatever the timeline does")
        self.slider.setVisible(alone and compared and shown.count > 1)
        self.shows.offer(shown.shows, SHOWS, compared and has_simplex(shown.run) and not state.presenting)
        self.cameras.setVisible(compared and not state.presenting and self.slider.isHidden())  # A's head has it too
        self.cameras.setChecked(seen[1])
        self.cameras.setText("linked" if seen[1] else "unlinked")
        self.close_button.setVisible(self._index > 0)
        self.close_button.setIcon(icon("close", THEMES["dark" if state.dark else "light"].muted))

    def _say(self, state: State, shown: OpenRun, at: int) -> None:
        """Name the run, and where there is no better place for it the frame."""
        name = short_names(names_of([one.run for one in state.runs]))[self._index]
        self.setToolTip(tip(folder_of(shown.run)))
        if comparing(state):
            self.title.show_text(f"{'AB'[self._index]} · {name}{' · live' if shown.live else ''}")
            words = where(shown.run, at, figures=not (state.morph and self._index == 0))
            self.moment.show_text(words)
            first = words.split(" · ")[0]  # the step is whole, however long the name
            wide = self.moment.fontMetrics().horizontalAdvance(f"{first} · …") if first else 0
            self.moment.setMinimumWidth(min(wide, STEP))
            return
        self.moment.setMinimumWidth(0)
        still = shown.moment is not None
        same = len({id(one.run) for one in state.runs}) == 1
        self.title.show_text(("Before" if still else "After") if same else name)
        step = shown.run.entries[at].step if shown.run.entries else 0
        self.moment.show_text(f"step {step:,}" if still else f"frame {at + 1} of {shown.count} · step {step:,}")

    def _on_frame(self, number: int) -> None:
        if len(self._state.runs) > self._index:
            self.asked.emit(with_column(self._state, self._index, moment=float(number - 1)))

    def _on_shows(self, changes: dict[str, Any]) -> None:
        self.asked.emit(with_column(self._state, self._index, **changes))

    def _on_cameras(self, together: bool) -> None:
        self.asked.emit(linked_cameras(self._state, together))

    def _on_close(self) -> None:
        if len(self._state.runs) > 1:
            self.asked.emit(alone(self._state))
