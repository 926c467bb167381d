"""The two ways out of a comparison, one click away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from latentarium.scene.state import State


class ExportButtons(QWidget):
    """Buttons for the figure and for the table, once there is something to take along."""

    figure_wanted = Signal()
    table_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.figure, self.table = QPushButton("Figure…"), QPushButton("Table…")
        self.figure.setAccessibleName("Export the comparison as a figure")
        self.figure.setToolTip("Both maps, histogram, numbers and a caption as PDF, SVG or PNG (Ctrl+Shift+E)")
        self.figure.clicked.connect(self.figure_wanted)
        self.table.setAccessibleName("Export the comparison as a table")
        self.table.setToolTip("Overlap, right or wrong, and the neighbours of every point as CSV")
        self.table.clicked.connect(self.table_wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        for button in (self.figure, self.table):
            line.addWidget(button, 1)
            button.setEnabled(False)

    def show_state(self, state: State) -> None:
        """Offer them as soon as the comparison is known."""
        known = state.compared is not None and state.compared.result is not None
        for button in (self.figure, self.table):
            button.setEnabled(known)
