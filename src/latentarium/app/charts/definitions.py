"""What the figures of a comparison mean, one click away from each of them."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QToolButton, QVBoxLayout

WIDTH = 340  # logical pixels of the text

DEFINITIONS = {
    "neighbour overlap": (
        "Of each point the k nearest neighbours are found twice, in A and in B, each space by its own metric. The "
        "overlap is the Jaccard index of the two sets: how many are in both, divided by how many are in either. "
        "0: the spaces share none of the point's neighbours; 1: they share all. Bars are the shares of the points "
        "in each tenth, and have the colours of the dots."
    ),
    "mean overlap": (
        "The mean of the points' overlaps: how alike the two spaces are. After ± stands half of the interval that "
        "holds 95 % of the means of 2,000 samples drawn anew from these points (bootstrap). It says how much the mean "
        "depends on which images were sampled, and nothing about other seeds of the training."
    ),
    "chance · in class": (
        "What the mean overlap would be if neighbours were drawn at random: first from all points, then from the "
        "point's own class. Both are exact, not simulated. Two spaces that part the classes perfectly, and order them "
        "at random inside, reach the second and no more: a small overlap need not mean a bad space."
    ),
    "linear CKA": (
        "Linear centred kernel alignment of the two embeddings, point by point: 1 where one space is the other but "
        "for a turn and a scale, 0 where they have nothing linear in common. It looks at large distances, the "
        "overlap at small ones."
    ),
    "k-NN accuracy": (
        "The share of the labelled points whose label is the most frequent one among their k nearest neighbours, the "
        "point itself left out: A, then B. Of labels with equally many votes the one with the nearest point wins."
    ),
    "right in": (
        "How many points are right in both spaces, in one of them, or in neither. A point is right where the class "
        "head predicts its label; a space without a class head, and classes that were never trained on, are judged "
        "by the k nearest neighbours, the point itself left out. Points without a label are not counted."
    ),
    "per class": (
        "Of each class how many points there are, which share of them is right in A and in B, and their mean "
        "overlap. A click on a class selects its points, a click on an accuracy those of them that are right, and a "
        "click on a heading sorts."
    ),
    "overlap over k": (
        "The mean overlap for other numbers of neighbours, with what chance would give. Small k looks at the "
        "nearest images only, large k at whole regions; as k approaches the number of points, chance approaches 1."
    ),
    "along training": (
        "The mean overlap of each frame of a run with its last frame, and with the frame before. Where the first "
        "curve no longer rises, and the second stays near 1, the space has come to rest: training on changes little."
    ),
}


class DefinedName(QPushButton):
    """A figure's name, underlined with dots: a press tells what it means."""

    def __init__(self, term: str) -> None:
        super().__init__(term)
        self.setProperty("role", "term")
        prepare(self, term)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        tell(self, self.objectName())


class DefinitionButton(QToolButton):
    """A "?" that tells what a figure means."""

    def __init__(self, term: str) -> None:
        super().__init__()
        self.setText("?")
        self.setProperty("role", "flat")
        prepare(self, term)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        tell(self, self.objectName())


def prepare(button: QAbstractButton, term: str) -> None:
    """Let a button stand for what `term` means."""
    button.setObjectName(term)
    button.setAccessibleName(f"What is meant by {term}?")
    button.setAccessibleDescription(DEFINITIONS[term])
    button.setToolTip("What is this?")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCursor(Qt.CursorShape.PointingHandCursor)


def tell(button: QAbstractButton, term: str) -> None:
    """Open the card of a term under its button."""
    DefinitionCard(term, button).show_at(button.mapToGlobal(QPoint(0, button.height())))


class DefinitionCard(QFrame):
    """A term and its meaning, until a click elsewhere or Esc."""

    def __init__(self, term: str, button: QAbstractButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "card")
        self.setAccessibleName(term)
        title = QLabel(term.upper())
        title.setProperty("role", "heading")
        self.words = QLabel(DEFINITIONS[term])
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.addWidget(title)
        box.addWidget(self.words)

    def show_at(self, place: QPoint) -> None:
        """Open under this place, or above it where the screen ends."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = min(place.x(), screen.right() - self.width())
        y = place.y() if place.y() + self.height() <= screen.bottom() else place.y() - self.height() - 30
        self.move(max(x, screen.left()), max(y, screen.top()))
        self.show()
