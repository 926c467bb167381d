"""Classes as chips, each in the colour that its dots will have."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from latentarium.app.form.editors import name_editor
from latentarium.app.form.fields import FieldSpec
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.scene.palettes import THEMES

MANY = 20  # more classes than this scroll in a box of their own


class ClassChip(QAbstractButton):
    """One class: its name in a pill, rimmed in its colour where it takes part."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setText(name)
        self.setAccessibleName(f"Class {name}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.colour = QColor(THEMES["dark"].accent)
        self.dark = True

    def sizeHint(self) -> QSize:
        font = self.font()
        font.setBold(True)  # as it is when chosen, so that choosing moves nothing
        size = self.fontInfo().pixelSize()
        height = round(size * 1.75)
        width = QFontMetrics(font).horizontalAdvance(self.text()) + round(size * 0.85)
        return QSize(max(height - 3, width), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = THEMES["dark" if self.dark else "light"]
        on = self.isChecked()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.setPen(QPen(self.colour if on else QColor(theme.border), 2.0 if on else 1.0))
            painter.setBrush(
                QColor(theme.control_hovered if self.underMouse() else theme.control if on else theme.panel)
            )
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 1.0, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                inner = box.adjusted(3, 3, -3, -3)
                painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
            font = self.font()
            font.setBold(on)
            painter.setFont(font)
            painter.setPen(QColor(theme.text if on else theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class ClassChips(QWidget):
    """Chooses classes by name.

    Where `everything` is true, naming none in the recipe means all of them, and the last one cannot be taken away.
    Several chosen classes keep the recipe's order while that differs from the data set's.
    """

    edited = Signal()

    def __init__(self, spec: FieldSpec, everything: bool) -> None:
        super().__init__()
        self._path = spec.path
        self._everything = everything
        self._named: tuple[str, ...] = ()  # as in the recipe
        self._offered: tuple[str, ...] = ()
        self._barred: frozenset[str] = frozenset()
        self._chips: dict[str, ClassChip] = {}
        name_editor(self, spec)
        self._bar = QWidget()
        self._box: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._bar)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        for text, slot in (("All", self._on_all), ("None" if not everything else "First only", self._on_fewest)):
            button = QPushButton(text)
            button.setProperty("role", "chip")
            button.setAccessibleName(f"{text}: {spec.title.lower()}")
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addStretch(1)
        self._bar.hide()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of the classes that take part here, all of them spelled out."""
        return self._named or (self._open() if self._everything else ())

    def offer(self, names: Sequence[str], barred: Sequence[str] = ()) -> None:
        """Have a chip for each name, but for the barred ones none that can be pressed."""
        self._offered, self._barred = tuple(names), frozenset(barred)
        wanted = (*self._offered, *(name for name in self._named if name not in self._offered))
        if tuple(self._chips) != wanted:
            self._build(wanted)
        self._show()

    def colour(self, colours: Mapping[str, QColor], dark: bool) -> None:
        """Rim the chosen chips in these colours."""
        for name, chip in self._chips.items():
            chip.dark, chip.colour = dark, colours.get(name, chip.colour)
            chip.update()

    def collect(self) -> dict[str, Any]:
        return {self._path: self._named}

    def fill(self, values: Mapping[str, Any]) -> None:
        self._named = tuple(values[self._path])  # seen with the next `offer`: the set may be another one too

    def _open(self) -> tuple[str, ...]:
        return tuple(name for name in self._offered if name not in self._barred)

    def _build(self, names: tuple[str, ...]) -> None:
        if self._box is not None:
            self._column.removeWidget(self._box)
            self._box.hide()
            self._box.deleteLater()
        holder = QWidget()
        flow = FlowLayout(holder)
        self._chips = {name: ClassChip(name) for name in names}
        for chip in self._chips.values():
            chip.clicked.connect(self._on_clicked)
            flow.addWidget(chip)
        many = len(names) > MANY
        self._bar.setVisible(many)
        self._box = _scrolled(holder) if many else holder
        self._column.addWidget(self._box)

    def _show(self) -> None:
        chosen = frozenset(self.chosen)
        for name, chip in self._chips.items():
            chip.setChecked(name in chosen)
            chip.setEnabled(name not in self._barred)

    def _choose(self, names: Sequence[str]) -> None:
        everyone = self._open()
        self._named = () if self._everything and tuple(names) == everyone else tuple(names)
        self._show()
        self.edited.emit()

    def _on_clicked(self) -> None:
        before = self.chosen
        pressed = next(name for name, chip in self._chips.items() if chip.isChecked() != (name in before))
        if pressed not in before:
            order = list(self._chips)
            sort = [order.index(name) for name in before] == sorted(order.index(name) for name in before)
            after = (*before, pressed)
            self._choose(sorted(after, key=order.index) if sort else after)
        elif len(before) > 1 or not self._everything:
            self._choose([name for name in before if name != pressed])
        else:
            self._show()

    def _on_all(self) -> None:
        self._choose(self._open())

    def _on_fewest(self) -> None:
        self._choose(self._open()[:1] if self._everything else ())


def _scrolled(holder: QWidget) -> QScrollArea:
    """Put a great many chips into a box of their own height."""
    box = QScrollArea()
    box.setWidget(holder)
    box.setWidgetResizable(True)
    box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    box.setFixedHeight(150)
    return box
