"""What stands above a column's views where there are two: which run, which frame, which views."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QSpinBox, QToolButton

from latentarium.app.views.view_controls import ChoiceChip
from latentarium.app.widgets.elided_label import SEPARATOR, ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.app.widgets.plain_text import tip
from latentarium.scene.columns import alone, comparing, linked_cameras, with_column
from latentarium.scene.desk import has_simplex
from latentarium.scene.naming import folder_of, names_of, short_names
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import OpenRun, State
from latentarium.scene.words import where

SLIDER, SHORTEST = 76, 44  # px
MARGINS, GAP = (14, 5, 8, 5), 6  # px
TEXT, ICON = Qt.ToolButtonStyle.ToolButtonTextOnly, Qt.ToolButtonStyle.ToolButtonIconOnly
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
        self._words = self._least = ""  # what `moment` says where there is room, and where there is hardly any
        self.title = ElidedLabel("title", middle=True)
        self.moment = ElidedLabel("muted")
        self.moment.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.frame = QSpinBox()
        self.frame.setPrefix("frame ")
        self.frame.setAccessibleName("Frame of this column")
        self.frame.setToolTip("The frame at which this column stands still")
        self.frame.valueChanged.connect(self._on_frame)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumWidth(SHORTEST)
        self.slider.setMaximumWidth(SLIDER)
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
        row.setContentsMargins(*MARGINS)
        row.setSpacing(GAP)
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
            shown.live,
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
        theme = THEMES["dark" if state.dark else "light"]
        self.cameras.setIcon(icon("link" if seen[1] else "unlink", theme.text if seen[1] else theme.muted))
        self.close_button.setVisible(self._index > 0)
        self.close_button.setIcon(icon("close", theme.muted))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """With as little said as `_fit` may leave, and the name cut short."""
        spared = self.cameras.sizeHint().width() - self.cameras.sizeHint().height()
        least = self._wanted(self._least) - (0 if self.cameras.isHidden() else max(spared, 0))
        title = self.title.sizeHint().width() - self.title.minimumSizeHint().width()
        return QSize(least - title, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Leave out what has no room beside the name: the figure first, then the word on the cameras' button.

        The figure of a run's only frame comes last: there is nothing else to say of it.
        """
        first = self._words.split(SEPARATOR)[0]
        for words, style in ((self._words, TEXT), (first, TEXT), (first, ICON), (self._least, ICON)):
            if self.cameras.toolButtonStyle() is not style:
                self.cameras.setToolButtonStyle(style)
            if self._wanted(words) <= self.width():
                break
        self.moment.setMinimumWidth(self._advance(words))  # first: Qt remembers it in the hint of the text
        self.moment.show_text(words)
        name = self.title.sizeHint().width()
        self.title.setMinimumWidth(max(name - max(self._wanted(words) - self.width(), 0), 0))

    def _wanted(self, words: str) -> int:
        """The px in which all of it is whole, and `words` of the moment."""
        shown = (self.frame, self.shows, self.cameras, self.close_button)
        widths = [one.sizeHint().width() for one in shown if not one.isHidden()]
        widths += [self.title.sizeHint().width(), self._advance(words)]
        widths += [SHORTEST] if not self.slider.isHidden() else []
        return sum(widths) + GAP * (len(widths) - 1) + MARGINS[0] + MARGINS[2]

    def _advance(self, words: str) -> int:
        return self.moment.fontMetrics().horizontalAdvance(words) + 1

    def _say(self, state: State, shown: OpenRun, at: int) -> None:
        """Name the run, and where there is no better place for it the frame."""
        names = names_of([one.run for one in state.runs])
        name = short_names(names)[self._index]
        self.setToolTip(tip("\n".join(filter(None, (names[self._index], folder_of(shown.run))))))
        self.title.setMinimumWidth(0)
        if comparing(state):
            self.title.show_text(f"{'AB'[self._index]} · {name}{' · live' if shown.live else ''}")
            self._words = where(shown.run, at, figures=not (state.morph and self._index == 0))
            self._least = "" if len(shown.run.entries) == 1 else self._words.split(SEPARATOR)[0]
            return
        still = shown.moment is not None
        same = len({id(one.run) for one in state.runs}) == 1
        self.title.show_text(("Before" if still else "After") if same else name)
        step = shown.run.entries[at].step if shown.run.entries else 0
        self._words = f"step {step:,}" if still else f"frame {at + 1} of {shown.count}{SEPARATOR}step {step:,}"
        self._least = self._words.split(SEPARATOR)[0]

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
