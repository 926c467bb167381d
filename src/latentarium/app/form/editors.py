"""Widgets that edit one field of the recipe each. What is typed stays as it is until the recipe's own rules read it."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from latentarium.app.form.fields import FieldSpec, Kind, spoken

_FIRST = {"steps": "400", "epochs": "10"}  # what stands there when a person first counts in this unit


class Editor(Protocol):
    """Edits one or two fields. `edited` is emitted for what a person does, never for `fill`."""

    edited: SignalInstance

    def collect(self) -> dict[str, Any]:
        """What stands there now, by path; a value that cannot be read is the text that was typed."""

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show the values of these paths."""


class TextEdit(QLineEdit):
    """A text of one line."""

    edited = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self._path = spec.path
        name_editor(self, spec)
        self.textEdited.connect(self.edited)

    def collect(self) -> dict[str, Any]:
        return {self._path: self.text().strip()}

    def fill(self, values: Mapping[str, Any]) -> None:
        self.setText(str(values[self._path]))
        self.setCursorPosition(0)


class NumberEdit(QLineEdit):
    """A number, its unit behind it; the up and down keys step it within its range."""

    edited = Signal()

    def __init__(self, spec: FieldSpec, unit: str = "") -> None:
        super().__init__()
        self._spec = spec
        self._shown: tuple[str, Any] = ("", None)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name_editor(self, spec)
        self._unit = QLabel(unit, self)
        self._unit.setProperty("role", "muted")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textEdited.connect(self.edited)

    def collect(self) -> dict[str, Any]:
        shown, value = self._shown
        text = self.text().strip()
        return {self._spec.path: value if text == shown else text}

    def fill(self, values: Mapping[str, Any]) -> None:
        value = values[self._spec.path]
        self._shown = ("" if value is None else f"{value:.12g}", value)
        self.setText(self._shown[0])

    def step(self, up: bool, large: bool = False) -> None:
        """Go one step up or down: by 1 (10), or for a fraction by one of its leading digit."""
        try:
            value = float(self.text())
        except ValueError:
            return
        if self._spec.kind is Kind.WHOLE:
            moved = float(round(value) + (10 if large else 1) * (1 if up else -1))
        else:
            moved = step_fraction(value, up)
        low, high = self._spec.low, self._spec.high
        if (low is not None and moved < low) or (high is not None and moved > high):
            return
        self.setText(f"{moved:.12g}")
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {
            keys.Key_Up: (True, False),
            keys.Key_Down: (False, False),
            keys.Key_PageUp: (True, True),
            keys.Key_PageDown: (False, True),
        }
        if (step := steps.get(keys(event.key()))) is not None:
            self.step(*step)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        digits = "00000" if self._spec.kind is Kind.WHOLE else "0.0000"
        return QSize(self.fontMetrics().horizontalAdvance(digits) + self._room() + 20, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._place_unit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place_unit()
            self.updateGeometry()

    def _room(self) -> int:
        text = self._unit.text()
        return self.fontMetrics().horizontalAdvance(text) + 6 if text else 0

    def _place_unit(self) -> None:
        room = self._room()
        self.setTextMargins(0, 0, room, 0)
        self._unit.setGeometry(self.width() - room - 6, 0, room, self.height())


class WidthsEdit(TextEdit):
    """Whole numbers, separated by commas."""

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("512, 256") + 20, super().sizeHint().height())

    def collect(self) -> dict[str, Any]:
        return {self._path: tuple(part.strip() for part in self.text().split(",") if part.strip())}

    def fill(self, values: Mapping[str, Any]) -> None:
        self.setText(", ".join(map(str, values[self._path])))


class ChoiceBox(QComboBox):
    """One of a few words. The wheel scrolls the form, not the choice, unless the box has the focus."""

    edited = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self._path = spec.path
        name_editor(self, spec)
        for word in spec.choices:
            self.addItem(spoken(word), word)
        tame(self, max(len(spoken(word)) for word in spec.choices))
        self.activated.connect(self.edited)

    def collect(self) -> dict[str, Any]:
        return {self._path: self.currentData()}

    def fill(self, values: Mapping[str, Any]) -> None:
        self.setCurrentIndex(self.findData(values[self._path]))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Switch(QCheckBox):
    """Yes or no."""

    edited = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self._path = spec.path
        name_editor(self, spec)
        self.clicked.connect(self._on_clicked)

    def collect(self) -> dict[str, Any]:
        return {self._path: self.isChecked()}

    def fill(self, values: Mapping[str, Any]) -> None:
        self.setChecked(bool(values[self._path]))

    def _on_clicked(self) -> None:
        self.edited.emit()


class PlaceEdit(QWidget):
    """A folder or a file: typed, or chosen from the desktop's dialog."""

    edited = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self._spec = spec
        self._text = TextEdit(spec)
        self._text.edited.connect(self.edited)
        self._button = QPushButton("Choose…")
        self._button.setAccessibleName(f"Choose {spec.title.lower()}")
        self._button.clicked.connect(self._on_clicked)
        self.setFocusProxy(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)

    def collect(self) -> dict[str, Any]:
        return self._text.collect()

    def fill(self, values: Mapping[str, Any]) -> None:
        self._text.fill(values)

    def _on_clicked(self) -> None:
        start = str(Path(self._text.text() or Path.home()))
        if self._spec.kind is Kind.FOLDER:
            chosen = QFileDialog.getExistingDirectory(self, self._spec.title, start)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._spec.title, start)
        if chosen:
            self._text.setText(chosen)
            self.edited.emit()


class EitherEdit(QWidget):
    """A length in one of several units, such as steps or epochs: exactly one of the fields is given."""

    edited = Signal()

    def __init__(self, specs: tuple[FieldSpec, ...]) -> None:
        super().__init__()
        self._specs = specs
        self._numbers = [NumberEdit(spec) for spec in specs]
        self._units = QComboBox()
        self._units.addItems([spec.unit for spec in specs])
        self._units.setStyleSheet("padding-left: 5px; padding-right: 0")
        self._units.setAccessibleName(f"Unit of {specs[0].title.lower()}")
        self._units.activated.connect(self._on_activated)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for number, spec in zip(self._numbers, specs, strict=True):
            number.setAccessibleName(f"{spec.title}, {spec.unit}")
            number.edited.connect(self.edited)
            row.addWidget(number)
        row.addWidget(self._units)
        self._show()

    def collect(self) -> dict[str, Any]:
        values: dict[str, Any] = dict.fromkeys((spec.path for spec in self._specs), None)
        return values | self._numbers[self._units.currentIndex()].collect()

    def fill(self, values: Mapping[str, Any]) -> None:
        given = [spec.path for spec in self._specs if values[spec.path] is not None]
        for number, spec in zip(self._numbers, self._specs, strict=True):
            if values[spec.path] is not None:
                number.fill(values)
                self._units.setCurrentText(spec.unit)
        if given:
            self._show()

    def _on_activated(self) -> None:
        number = self._numbers[self._units.currentIndex()]
        if not number.text():
            number.setText(_FIRST.get(self._units.currentText(), ""))
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        for index, number in enumerate(self._numbers):
            number.setVisible(index == self._units.currentIndex())
        self.setFocusProxy(self._numbers[self._units.currentIndex()])


def step_fraction(value: float, up: bool) -> float:
    """Step a fraction by one of its leading digit: .002 -> .003, .001 -> .0009, 0 -> .1."""
    if value == 0:
        return 0.1 if up else 0.0
    size = 10.0 ** math.floor(math.log10(abs(value)) + 1e-9)
    if not up and abs(value) <= size * (1 + 1e-9):
        size /= 10
    return round(value + (size if up else -size), 12)


def name_editor(widget: QWidget, spec: FieldSpec) -> None:
    """Give a widget its accessible name, and its help as tooltip and description."""
    widget.setAccessibleName(spec.title)
    widget.setAccessibleDescription(spec.help)
    widget.setToolTip(spec.help)


def tame(box: QComboBox, letters: int = 6) -> None:
    """Let a combo box be as narrow as its place, whatever its items say; `letters` is what it would like to show."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(min(letters, 12))
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
