"""The small card beside the pointer: whose dot it is."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from latentarium.app.inspector.point import Point, figure
from latentarium.app.widgets.framed_image import FramedImage
from latentarium.core.dataset import Sample

SIDE = 56
PRESENTING_SIDE = 200
DISTANCE = 18  # logical pixels between the pointer and the card


class HoverCard(QFrame):
    """Image, label, prediction and loss of one point. It takes no mouse events and no focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.image = FramedImage()
        self._label = _line("title")
        self._prediction = _line("muted")
        self._mark = _line("wrong")
        self._loss = _line("muted")
        texts = QGridLayout()
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setHorizontalSpacing(5)
        texts.setVerticalSpacing(1)
        texts.addWidget(self._label, 0, 0, 1, 2)
        texts.addWidget(self._prediction, 1, 0)
        texts.addWidget(self._mark, 1, 1)
        texts.addWidget(self._loss, 2, 0, 1, 2)
        texts.setColumnStretch(1, 1)
        texts.setRowStretch(3, 1)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.image)
        row.addLayout(texts)
        self.hide()

    def show_point(self, point: Point, sample: Sample, colour: str, presenting: bool) -> None:
        """Fill the card with one point of `sample`, framed in its class's colour."""
        self.image.show_image(sample, point.row, PRESENTING_SIDE if presenting else SIDE, colour)
        self._label.setText(point.said_label)
        self._prediction.setText(point.said_prediction)
        self._prediction.setVisible(bool(point.said_prediction))
        self._mark.setText("✕")
        self._mark.setVisible(point.wrong)
        self._loss.setText(f"loss {figure(point.loss)}")
        self._loss.setVisible(point.judged)

    def place(self, pointer: QPoint, area: QRect) -> None:
        """Stand beside the pointer, never under it, and inside `area` as far as the card fits in it."""
        self.raise_()
        self.show()  # first: a hidden card does not know its fonts yet, nor what became of its contents
        self._row.activate()
        self.adjustSize()
        self.move(beside(pointer, self.size().width(), self.size().height(), area))


def beside(pointer: QPoint, width: int, height: int, area: QRect) -> QPoint:
    """Where a card of this size goes: right of the pointer or else left of it, and below it or else above."""
    left = pointer.x() + DISTANCE
    if left + width > area.right() and pointer.x() - DISTANCE - width >= area.left():
        left = pointer.x() - DISTANCE - width
    top = pointer.y() + DISTANCE
    if top + height > area.bottom():
        top = pointer.y() - DISTANCE - height
    left = max(area.left(), min(left, area.right() - width))
    top = max(area.top(), min(top, area.bottom() - height))
    if QRect(left, top, width, height).contains(pointer):  # a view too small for both: the pointer goes first
        top = pointer.y() + DISTANCE
    return QPoint(left, top)


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
