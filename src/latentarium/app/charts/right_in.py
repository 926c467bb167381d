"""The two by two of two spaces: how many points are right in both, in one of them, in neither."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from latentarium.scene.judgement import CELLS, Judgement

SENTENCES = {
    "both": "right in A and in B",
    "only A": "right in A, wrong in B",
    "only B": "right in B, wrong in A",
    "neither": "wrong in A and in B",
}


class CountCell(QPushButton):
    """A name and a number; a press takes the points that are counted."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self._name = name
        label, self.count = QLabel(name), QLabel("–")
        label.setProperty("role", "muted")
        self.count.setProperty("role", "large")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        for widget in (label, self.count):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(widget)
        row.addStretch(1)
        self.setProperty("role", "count")
        self.show_count(None, 0)

    def show_count(self, count: int | None, total: int) -> None:
        """Show how many of how many there are; None: nothing is known."""
        self.count.setText("–" if count is None else f"{count:,}")
        self.setEnabled(bool(count))
        share = f", {count / total:.1%} of {total:,}" if count is not None and total else ""
        self.setAccessibleName(f"Select what is {SENTENCES[self._name]}: {self.count.text()}")
        self.setToolTip(f"{SENTENCES[self._name].capitalize()}{share}. A click selects them.")

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def nextCheckState(self) -> None:
        """Leave it as it is: what is selected follows from the state alone."""


class RightIn(QWidget):
    """The four cells."""

    chosen = Signal(str)  # the name of a cell

    def __init__(self) -> None:
        super().__init__()
        self.cells = {name: CountCell(name) for name in CELLS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for place, (name, cell) in enumerate(self.cells.items()):
            cell.clicked.connect(self._on_clicked)
            cell.setObjectName(name)
            grid.addWidget(cell, *divmod(place, 2))

    def show_judgement(self, judgement: Judgement | None, chosen: str) -> None:
        """Show the counts, and which cell is what is selected."""
        total = judgement.total if judgement else 0
        for name, cell in self.cells.items():
            cell.show_count(len(judgement.rows[name]) if judgement else None, total)
            cell.setChecked(name == chosen)

    def _on_clicked(self) -> None:
        sender = self.sender()
        assert isinstance(sender, CountCell)
        self.chosen.emit(sender.objectName())
