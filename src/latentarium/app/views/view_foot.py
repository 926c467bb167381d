"""The line under the dots: how many are shown, how good they are, and what their colours say."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.views.colour_bar import ColourBar
from latentarium.app.views.colour_key import ColourKey, group_key, key_of
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.scene.colouring import scale_colours
from latentarium.scene.overlap import told_above
from latentarium.scene.palettes import THEMES
from latentarium.scene.scene import Scene
from latentarium.scene.state import ColourBy, OpenRun, State

GAP = 14  # logical pixels


class ViewFoot(QFrame):
    """Stands on the ground of the dots, but apart from them: no dot ever runs under its text."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self.status = ElidedLabel("muted")
        self.scale = ColourBar()
        self.key = ColourKey()
        self.fallback = QLabel("no OpenGL")
        self.fallback.setProperty("role", "badge")
        self.fallback.hide()
        self._line = QFrame()
        self._line.setFixedHeight(2)
        self.scale.hide()
        self.key.hide()
        words = self._words = _line_of(self.fallback, self.status)
        words.setStretch(1, 1)
        colours = self._colours = _line_of(self.key, self.scale)
        colours.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(GAP, 4, GAP, 6)
        self._row.setSpacing(6)
        self._row.addLayout(words, 1)
        self._row.addLayout(colours)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._row)
        box.addWidget(self._line)
        self._told: tuple[object, ...] = ()

    def show_scene(self, scene: Scene, open_run: OpenRun, state: State) -> None:
        """Say what the scene says."""
        status = "Draw around the dots; Esc ends it" if state.lasso else scene.status
        column = state.colour_by is ColourBy.COLUMN
        key = group_key(state) if column else key_of(state.colour_by, open_run.run, state.dark)
        scale = None if told_above(state) else scene.scale
        told = (status, scale, key, state.dark)
        if told == self._told:
            return
        self._told = told
        theme = THEMES["dark" if state.dark else "light"]
        self.status.show_text(status)
        self.scale.setVisible(scale is not None)
        if scale is not None:
            self.scale.show_scale(scale, scale_colours(state.colour_by, state.dark), theme)
        self.key.show_key(key, theme)
        self._line.setStyleSheet(f'QFrame[lit="true"] {{ background: {theme.accent}; }}')
        self._fit()

    def show_fallback(self, reason: str) -> None:
        """Say why the dots are drawn without OpenGL; empty where they are drawn with it."""
        self.fallback.setToolTip(reason)
        self.fallback.setVisible(bool(reason))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider of the two lines that it can be broken into."""
        wider = max(line.minimumSize().width() for line in (self._words, self._colours))
        return QSize(wider + 2 * GAP, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Put the colours beside the words where both have room, else above them."""
        shown = [widget for widget in (self.fallback, self.key, self.scale) if not widget.isHidden()]
        wanted = self.status.sizeHint().width() + sum(widget.sizeHint().width() + GAP for widget in shown) + 3 * GAP
        beside = wanted <= self.width() or not shown
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.BottomToTop)

    def show_focus(self, focused: bool) -> None:
        """Underline the view that the keyboard speaks to."""
        self._line.setProperty("lit", focused)
        self._line.style().unpolish(self._line)
        self._line.style().polish(self._line)


def _line_of(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(GAP)
    for widget in widgets:
        line.addWidget(widget)
    return line
