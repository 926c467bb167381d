"""One run's views, side by side."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from latentarium.app.views.view_panel import ViewPanel
from latentarium.scene.state import State


class Column(QWidget):
    """The simplex and the embedding of open run `index`."""

    asked = Signal(object)

    def __init__(self, index: int = 0) -> None:
        super().__init__()
        self.views = tuple(ViewPanel(index, view) for view in range(len(State().views)))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for view in self.views:
            view.asked.connect(self.asked)
            splitter.addWidget(view)
        splitter.setSizes([1 << 16] * len(self.views))  # equal shares of whatever room there is
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(splitter)

    def show_state(self, state: State) -> None:
        """Show the run at the state's moment in each of its views."""
        for view in self.views:
            view.show_state(state)
