"""How often the network changed its mind about a point, and the way to what else happened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget


class FlipsLine(QWidget):
    """One line: the number of flips until the frame shown, and a button to the list of events."""

    events_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        name = QLabel("flips so far")
        name.setProperty("role", "muted")
        self.count = QLabel()
        self.count.setProperty("role", "value")
        self.link = QPushButton("see events")
        self.link.setProperty("role", "flat")
        self.link.setAccessibleName("See events")
        self.link.clicked.connect(self.events_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name, 1)
        row.addWidget(self.count)
        row.addWidget(self.link)

    def show_flips(self, count: int) -> None:
        """Show this number."""
        self.count.setText(str(count))
