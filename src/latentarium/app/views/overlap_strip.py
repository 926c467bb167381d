"""What the colours of the overlap say, in one line above both columns."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from latentarium.app.charts.compared_words import Newest
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.scene.overlap import SCALE, told_above
from latentarium.scene.palettes import OVERLAP, THEMES, Theme
from latentarium.scene.state import State

LENGTH = 250  # logical pixels of the colours


class TenColours(QWidget):
    """The colours from unlike to alike."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme = THEMES["dark"]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(LENGTH // 3)
        self.setMaximumWidth(LENGTH)

    def show_theme(self, dark: bool) -> None:
        """Draw the rim in this theme's colour."""
        self._theme = THEMES["dark" if dark else "light"]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LENGTH // 3, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            high = self.fontMetrics().height() * 0.7
            box = QRectF(0.5, (self.height() - high) / 2, self.width() - 1, high)
            wide = box.width() / len(OVERLAP)
            for place, colour in enumerate(OVERLAP):
                painter.fillRect(QRectF(box.left() + place * wide, box.top(), wide, box.height()), QColor(colour))
            painter.setPen(QPen(QColor(self._theme.muted), 1))  # so that both ends are seen on either ground
            painter.drawRect(box)


class OverlapStrip(QFrame):
    """Stands in the legend's place while dots are coloured by overlap."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "strip")
        self.setAccessibleName(f"Colours: {SCALE} from 0, unlike, to 1, alike")
        self._newest = Newest()
        self._told: tuple[object, ...] = ()
        self.colours = TenColours()
        self.words = ElidedLabel("muted")
        name, low, high = QLabel(SCALE), QLabel("0 unlike"), QLabel("alike 1")
        name.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(8)
        for widget in (name, low, self.colours, high):
            row.addWidget(widget, 100 if widget is self.colours else 0)  # as long as the words leave room for
        row.addStretch(1)
        row.addWidget(self.words)
        self.hide()

    def show_state(self, state: State) -> None:
        """Be there where it is wanted, and say how many points are compared."""
        self._newest.follow(state)
        matched = state.runs[1].matched if len(state.runs) > 1 else ""
        told = (told_above(state), self._newest.compared, self._newest.words(state), matched, state.dark)
        if told == self._told:
            return
        self._told = told
        self.colours.show_theme(state.dark)
        result = self._newest.result
        counted = f"{matched or f'{len(result.overlap):,} points'} · mean {figure(result.mean, 3)}" if result else ""
        self.words.show_text(counted or self._newest.words(state))
        self.setVisible(told_above(state))
