"""How far the pictures in the views can be trusted."""

from math import isfinite

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.widgets.scrolled import scrolled
from latentarium.projections.layouts.layout import Layout
from latentarium.projections.projection import Projection
from latentarium.scene.assessment import Assessed
from latentarium.scene.state import State
from latentarium.scene.trust import assessed
from latentarium.scene.words import title

NAMES = {
    "trustworthiness": "1 where no stranger is brought near",
    "continuity": "1 where no neighbours are torn apart",
    "neighbours kept": "mean share of a point's neighbours in the space that are its neighbours in the picture",
}
CAUTION = "t-SNE and UMAP keep neighbours near. Distances between clusters, and their sizes, mean little."
HINT = "“Colour by trust” shows it of each dot."
WIDTH = 200  # logical px that the figures need
WAITING = "Comparing picture and space …"
WHOLE = "The picture is the space itself: nothing is lost."


class TrustPanel(QWidget):
    """Figures of each view's picture, of how many points they are, and what not to read from it."""

    asked = Signal(object)
    shown = Signal()  # it came into sight: figures are wanted

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Trust")
        self.setMinimumWidth(WIDTH)
        self._told: tuple[object, ...] = ()
        self._parts = (ViewTrust(), ViewTrust())
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 4, 10, 8)
        column.setSpacing(10)
        for part in self._parts:
            column.addWidget(part)
        column.addWidget(_note(HINT))
        column.addStretch(1)
        scroll = scrolled(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_state(self, state: State) -> None:
        """Show what is known of the first column's views."""
        told = (state.trusts, state.runs[0].projections if state.runs else (), state.views)
        if told == self._told:
            return
        self._told = told
        for view, part in enumerate(self._parts):
            projection = state.runs[0].projections[view] if state.runs else None
            found = assessed(state, state.runs[0].run, projection) if state.runs and projection else None
            part.show_trust(title(state.views[view]), projection, found)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def texts(self) -> tuple[str, ...]:
        """What stands there, a view each."""
        return tuple(part.text() for part in self._parts)


class ViewTrust(QWidget):
    """What is known of one view."""

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._words = _note("")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._title, 0, 0, 1, 2)
        self._lines: list[tuple[QLabel, QLabel]] = []
        for row, (name, about) in enumerate(NAMES.items(), 1):
            label, value = QLabel(name), QLabel()
            label.setProperty("role", "muted")
            label.setToolTip(about)
            value.setProperty("role", "value")
            value.setAccessibleDescription(f"{name}: {about}")
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
            self._lines.append((label, value))
        grid.addWidget(self._words, len(NAMES) + 1, 0, 1, 2)

    def show_trust(self, name: str, projection: Projection | None, found: Assessed | None) -> None:
        """Show the figures, or why there are none."""
        self.setVisible(projection is not None)
        self._title.setText(name)
        trust = found.trust if found is not None else None
        values: tuple[float, ...] = ()
        if trust is not None:
            values = (trust.trustworthiness, trust.continuity, float(trust.overlap.mean()) if len(trust.overlap) else 1)
        for row, (label, value) in enumerate(self._lines):
            label.setVisible(bool(values))
            value.setVisible(bool(values))
            if values:
                value.setText(f"{values[row]:.3f}" if isfinite(values[row]) else "–")
        words = WAITING if found is None else WHOLE
        if trust is not None and found is not None:
            count = len(trust.overlap)
            words = f"k = {trust.k}, step {found.step:,}, {_share(trust.sample, count)}"
            if isinstance(projection, Layout) and projection.laid:
                words += f". {CAUTION}"
        self._words.setText(words)

    def text(self) -> str:
        """All that is said."""
        figures = [f"{label.text()} {value.text()}" for label, value in self._lines if not value.isHidden()]
        return " · ".join([self._title.text(), *figures, self._words.text()])


def _share(sample: int, count: int) -> str:
    return f"all {count:,} points" if sample == count else f"a fixed sample of {sample:,} of {count:,} points"


def _note(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "note")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
