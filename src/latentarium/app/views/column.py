"""One run's views: side by side where the column is alone, else one above the other."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from latentarium.app.views.column_head import ColumnHead
from latentarium.app.views.view_panel import ViewPanel
from latentarium.scene.columns import shows_second, shows_view
from latentarium.scene.state import State


class Column(QWidget):
    """The simplex and the embedding of open run `index`; among several columns its head says which moment it shows."""

    asked = Signal(object)
    acted = Signal(str)  # the name of an action that a key asks for

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
            view.acted.connect(self.acted)
            self._splitter.addWidget(view)
        self._share()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.head)
        box.addWidget(self._splitter, 1)

    def show_state(self, state: State) -> None:
        """Show the run at its moment in each of its views."""
        several = shows_second(state)
        way = Qt.Orientation.Vertical if several else Qt.Orientation.Horizontal
        if self._splitter.orientation() != way:
            self._splitter.setOrientation(way)
            self._share()
        self.head.setVisible(several)
        if several:
            self.head.show_state(state)
        focused = QApplication.focusWidget()
        for place, view in enumerate(self.views):
            seen = shows_view(state, self._index, place)
            leaving = not seen and view.isVisible() and focused is not None and view.isAncestorOf(focused)
            view.setVisible(seen)
            if seen:
                view.show_state(state)
            if leaving:  # single keys go on to what is there instead
                self.views[1 - place].cloud.setFocus()

    def _share(self) -> None:
        self._splitter.setSizes([1 << 16] * len(self.views))  # equal shares of whatever room there is
