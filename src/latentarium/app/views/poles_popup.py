"""Which classes stand at the poles of a simplex, where there are more than four."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from latentarium.app.widgets.swatches import swatches
from latentarium.scene.state import ViewSettings

COLUMNS = 5
ROWS = 8  # more of them scroll


def change_poles(poles: tuple[int, ...], label: int, rest: bool) -> tuple[int, ...]:
    """Take a class in or out: two or three poles beside a rest, two to four without; the oldest gives way."""
    if label in poles:
        return tuple(pole for pole in poles if pole != label) if len(poles) > 2 else poles
    return (*poles, label)[-(3 if rest else 4) :]


class PolesChip(QToolButton):
    """Names the poles; a click opens the choice."""

    wanted = Signal(object)  # changes of ViewSettings, a dict

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self.setToolTip("Which classes stand at the poles")
        self._popup = PolesPopup(self)
        self._popup.wanted.connect(self.wanted)
        self.clicked.connect(self._on_clicked)

    def show_poles(self, classes: Sequence[str], settings: ViewSettings, shown: tuple[int, ...], dark: bool) -> None:
        """Name the poles chosen, or, where none are, those that the projection has `shown`."""
        poles = settings.poles or shown
        text = ", ".join(classes[pole] for pole in poles) or "poles"
        self.setText(f"{self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 130)} ▾")
        self.setAccessibleName(f"Classes at the poles: {text}")
        self._popup.show_poles(classes, poles, settings.rest, dark)

    def _on_clicked(self) -> None:
        self._popup.adjustSize()
        corner = self.mapToGlobal(QPoint(self.width() - self._popup.width(), self.height() + 4))
        self._popup.move(max(0, corner.x()), corner.y())
        self._popup.show()


class PolesPopup(QFrame):
    """A chip for each class, and what becomes of the others."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._poles: tuple[int, ...] = ()
        self._rest = True
        self._chips: list[PoleChip] = []
        heading = QLabel("POLES")
        heading.setProperty("role", "heading")
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        inner = QWidget()
        inner.setLayout(self._grid)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inner)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._with_rest = QRadioButton("the others together as one more pole")
        self._without = QRadioButton("only these, renormalised")
        for radio in (self._with_rest, self._without):
            radio.setAccessibleName(radio.text())
        self._note = QLabel()
        self._note.setProperty("role", "note")
        self._with_rest.clicked.connect(self._on_rest)
        self._without.clicked.connect(self._on_rest)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        for widget in (heading, self._scroll, self._with_rest, self._without, self._note):
            box.addWidget(widget)

    def show_poles(self, classes: Sequence[str], poles: tuple[int, ...], rest: bool, dark: bool) -> None:
        """Show the classes, and which of them are poles."""
        self._poles, self._rest = poles, rest
        if [chip.text() for chip in self._chips] != list(classes):
            self._rebuild(classes)
        for chip, colour in zip(self._chips, swatches(len(classes), dark), strict=True):
            chip.show_pole(chip.label in poles, colour)
        self._with_rest.setChecked(rest)
        self._without.setChecked(not rest)
        self._note.setText("Choose two or three." if rest else "Choose two, three or four.")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._chips[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _rebuild(self, classes: Sequence[str]) -> None:
        for chip in self._chips:
            self._grid.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [PoleChip(label, name) for label, name in enumerate(classes)]
        longest = max((len(name) for name in classes), default=1)
        columns = COLUMNS if longest <= 5 else 3
        for label, chip in enumerate(self._chips):
            chip.chosen.connect(self._on_chosen)
            self._grid.addWidget(chip, label // columns, label % columns)
        rows = -(-len(classes) // columns)
        line = self._chips[0].sizeHint().height() + self._grid.verticalSpacing()
        self._scroll.setFixedHeight(min(rows, ROWS) * line + 2 * self._grid.contentsMargins().top())
        self._scroll.setMinimumWidth(columns * (50 if longest <= 5 else 130))

    def _on_chosen(self, label: int) -> None:
        self.wanted.emit({"poles": change_poles(self._poles, label, self._rest)})

    def _on_rest(self) -> None:
        rest = self._with_rest.isChecked()
        self.wanted.emit({"rest": rest, "poles": self._poles[: 3 if rest else 4]})


class PoleChip(QToolButton):
    """One class; checked where it is a pole."""

    chosen = Signal(int)

    def __init__(self, label: int, name: str) -> None:
        super().__init__()
        self.label = label
        self.setText(name)
        self.setAccessibleName(f"class {name} as a pole")
        self.setCheckable(True)
        self.setProperty("role", "chip")
        self.clicked.connect(self._on_clicked)

    def show_pole(self, pole: bool, colour: str) -> None:
        """Ring it with its class's colour where it is a pole."""
        self.setChecked(pole)
        self.setStyleSheet(f"border: 2px solid {colour};" if pole else "")

    def nextCheckState(self) -> None:
        """Leave it as it is: what is checked follows from the state alone."""

    def _on_clicked(self) -> None:
        self.chosen.emit(self.label)
