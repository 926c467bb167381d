"""What all panels of a comparison have in common."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.charts.compared_words import Newest
from latentarium.app.charts.definitions import DefinitionButton
from latentarium.app.charts.throttle import Throttle
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.scene.state import State


class ComparedPanel(QWidget):
    """A panel that speaks of the newest comparison of the runs on the desk, or says why there is none."""

    asked = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        self._state = State()
        self._newest = Newest()
        self._told: tuple[object, ...] = ()
        self._throttle = Throttle(self, self._draw)
        self.words = words_label()

    def show_state(self, state: State) -> None:
        """Show what is known of the two runs on the desk."""
        self._state = state
        self._newest.follow(state)
        told = (self._newest.compared, self._newest.words(state), *self._shown_of(state))
        if told != self._told:
            self._told = told
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def _shown_of(self, state: State) -> tuple[object, ...]:
        """What of the state the panel shows beside the comparison."""
        raise NotImplementedError

    def _draw(self) -> None:
        raise NotImplementedError

    def _say(self, words: str, content: QWidget) -> None:
        """Show the words in place of the content, or the content where there are none."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
        content.setVisible(not words)


def words_label() -> QLabel:
    """What a panel says in place of figures, at the top of its room."""
    label = QLabel()
    label.setProperty("role", "note")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def lay_out(panel: QWidget, definition: str, head: tuple[QWidget, ...], words: QLabel, content: QWidget) -> ElidedLabel:
    """A line with what stands in `head`, what the figures are of and a definition; below it words, or the content.

    Gives the label for what the figures are of.
    """
    about = ElidedLabel("muted")
    line = QHBoxLayout()
    line.setSpacing(4)
    for widget in head:
        line.addWidget(widget)
    line.addWidget(about, 1)
    line.addWidget(DefinitionButton(definition))
    column = QVBoxLayout(panel)
    column.setContentsMargins(12, 0, 10, 6)
    column.setSpacing(2)
    column.addLayout(line)
    column.addWidget(words)
    column.addWidget(content, 1)
    return about
