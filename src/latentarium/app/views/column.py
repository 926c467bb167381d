"""One run's views: side by side where the column is alone, else one above the other."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QSplitter, QToolButton, QVBoxLayout, QWidget

from latentarium.app.views.view_panel import ViewPanel
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State


class Column(QWidget):
    """The simplex and the embedding of open run `index`; among several columns its head says which moment it shows."""

    asked = Signal(object)

    def __init__(self, index: int = 0) -> None:
        super().__init__()
        self._index = index
        self.head = ColumnHead(index)
        self.head.asked.connect(self.asked)
        self.views = tuple(ViewPanel(index, view) for view in range(len(State().views)))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        for view in self.views:
            view.asked.connect(self.asked)
            self._splitter.addWidget(view)
        self._share()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.head)
        box.addWidget(self._splitter, 1)

    def show_state(self, state: State) -> None:
        """Show the run at its moment in each of its views."""
        several = len(state.runs) > 1
        way = Qt.Orientation.Vertical if several else Qt.Orientation.Horizontal
        if self._splitter.orientation() != way:
            self._splitter.setOrientation(way)
            self._share()
        self.head.setVisible(several)
        if several:
            self.head.show_state(state)
        for view in self.views:
            view.show_state(state)

    def _share(self) -> None:
        self._splitter.setSizes([1 << 16] * len(self.views))  # equal shares of whatever room there is


class ColumnHead(QFrame):
    """Says which run and which frame a column shows; where it stands still, the frame can be chosen here."""

    asked = Signal(object)

    def __init__(self, index: int) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self._index = index
        self._state = State()
        self._told: tuple[object, ...] = ()
        self.title = ElidedLabel("title")
        self.moment = QLabel()
        self.moment.setProperty("role", "muted")
        self.frame = QSpinBox()
        self.frame.setPrefix("frame ")
        self.frame.setAccessibleName("Frame of this column")
        self.frame.setToolTip("The frame at which this column stands still")
        self.frame.valueChanged.connect(self._on_frame)
        self.close_button = QToolButton()
        self.close_button.setProperty("role", "flat")
        self.close_button.setAccessibleName("Close this column")
        self.close_button.setToolTip("Close this column")
        self.close_button.clicked.connect(self._on_close)
        self.setMinimumHeight(self.frame.sizeHint().height() + 10)  # as high as one in which a frame can be chosen
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.addWidget(self.title, 1)
        for widget in (self.moment, self.frame, self.close_button):
            row.addWidget(widget)

    def show_state(self, state: State) -> None:
        """Speak of the column's frame in this state."""
        self._state = state
        if len(state.runs) <= self._index:
            return
        shown = state.runs[self._index]
        at = min(state.frame_in(shown), max(shown.count - 1, 0))
        told = (shown.run, at, shown.count, shown.moment is None, state.dark)
        if told == self._told:
            return
        self._told = told
        still = shown.moment is not None
        same = len({id(one.run) for one in state.runs}) == 1
        self.title.show_text(("Before" if still else "After") if same else shown.run.name)
        step = shown.run.entries[at].step if shown.run.entries else 0
        self.moment.setText(f"step {step:,}" if still else f"frame {at + 1} of {shown.count} · step {step:,}")
        self.frame.setVisible(still)
        self.frame.blockSignals(True)  # told, not asked
        self.frame.setRange(1, max(shown.count, 1))
        self.frame.setSuffix(f" of {shown.count}")
        self.frame.setValue(at + 1)
        self.frame.blockSignals(False)
        self.close_button.setVisible(self._index > 0)
        self.close_button.setIcon(icon("close", THEMES["dark" if state.dark else "light"].muted))

    def _on_frame(self, number: int) -> None:
        runs = list(self._state.runs)
        if len(runs) > self._index:
            runs[self._index] = replace(runs[self._index], moment=float(number - 1))
            self.asked.emit({"runs": tuple(runs)})

    def _on_close(self) -> None:
        self.asked.emit({"runs": self._state.runs[:1]})
