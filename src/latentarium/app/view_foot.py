"""The line under the dots: how many are shown, how good they are, and what their colours say."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from latentarium.app.colour_bar import ColourBar
from latentarium.app.colour_key import ColourKey, key_of
from latentarium.app.elided_label import ElidedLabel
from latentarium.scene.palettes import THEMES, continuous_colours
from latentarium.scene.scene import Scene
from latentarium.scene.state import OpenRun, State


class ViewFoot(QFrame):
    """Stands on the ground of the dots, but apart from them: no dot ever runs under its text."""

    def __init__(self, fallback: str) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self.status = ElidedLabel("muted")
        self.scale = ColourBar()
        self.key = ColourKey()
        self._fallback = QLabel("drawn without OpenGL")
        self._fallback.setProperty("role", "note")
        self._fallback.setToolTip(fallback)
        self._fallback.setVisible(bool(fallback))
        self._line = QFrame()
        self._line.setFixedHeight(2)
        row = QHBoxLayout()
        row.setContentsMargins(14, 4, 14, 6)
        row.setSpacing(14)
        row.addWidget(self.status, 1)
        for widget in (self._fallback, self.key, self.scale):
            row.addWidget(widget)
        self.scale.hide()
        self.key.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self._line)
        self._accent = ""

    def show_scene(self, scene: Scene, open_run: OpenRun, state: State) -> None:
        """Say what the scene says."""
        theme = THEMES["dark" if state.dark else "light"]
        self._accent = theme.accent
        text = "Draw around the dots; Esc ends it" if state.lasso else scene.status
        self.status.show_text(text)
        self.scale.setVisible(scene.scale is not None)
        if scene.scale is not None:
            self.scale.show_scale(scene.scale, continuous_colours(state.dark), theme)
        self.key.show_key(key_of(state.colour_by, open_run.run, state.dark), theme)

    def show_focus(self, focused: bool) -> None:
        """Underline the view that the keyboard speaks to."""
        self._line.setStyleSheet(f"background: {self._accent};" if focused and self._accent else "")
