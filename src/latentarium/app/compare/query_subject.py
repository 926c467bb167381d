"""The point that is asked about: its image, label and id, and how far the two spaces agree about it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.compare.query_lines import label_of, pictured
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.framed_image import FramedImage
from latentarium.scene.compared import Compared
from latentarium.scene.query import Query, by_overlap, place_of
from latentarium.scene.state import State

SIDE = 84  # logical pixels of the image, about


class QuerySubject(QWidget):
    """An image on the left and three lines on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.image = FramedImage()
        self.name = ElidedLabel("large")
        self.overlap, self.place, self.judged = QLabel(), QLabel(), QLabel()
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.name)
        for label in (self.overlap, self.place, self.judged):
            label.setProperty("role", "muted")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            texts.addWidget(label)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.place.setToolTip("Its place from the least to the most alike")
        row.addWidget(self.image, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)

    def show_subject(self, compared: Compared, query: Query, state: State, colour: str) -> None:
        """Show the point of a query; its place among all as soon as the comparison is known."""
        sample, name = pictured(compared), compared.run_a.probe.ids[query.row]
        label = label_of(compared, query.row)
        self.image.setVisible(sample.pictured)
        self.image.show_image(sample, query.row, SIDE, colour)
        self.name.show_text(f"label {label} · {name}" if label else name)
        self.overlap.setText(f"overlap {query.overlap:.2f} · {len(query.shared)}/{query.k} shared")
        self.place.setText(_place(compared, query, state))
        self.judged.setText(_judged(compared, query.row))
        for line in (self.place, self.judged):
            line.setVisible(bool(line.text()))


def _place(compared: Compared, query: Query, state: State) -> str:
    """Where the point stands from the least to the most alike, among those that are stepped through."""
    order = by_overlap(compared, state)
    if compared.result is None:
        return "comparing all points…"
    place = place_of(order, compared.result, query.row)
    if place >= len(order) or order[place] != query.row:
        return "not among the selected points"
    of = "selected" if len(state.selection) > 1 else "by overlap"
    return f"{place + 1:,} of {len(order):,} {of}"


def _judged(compared: Compared, row: int) -> str:
    """In which of the two the point is right, where that is known."""
    result = compared.result
    if result is None or result.right_a is None or result.right_b is None:
        return ""
    in_a, in_b = bool(result.right_a[row]), bool(result.right_b[row])
    if in_a == in_b:
        return "right in both" if in_a else "right in neither"
    return "right in A only" if in_a else "right in B only"
