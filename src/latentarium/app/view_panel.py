"""One view of a run: what it shows, its controls, the dots, and a line that says how many and how good."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.elided_label import ElidedLabel
from latentarium.app.hover_card import HoverCard
from latentarium.app.point import describe
from latentarium.app.shown_frame import shown_frame
from latentarium.app.swatches import swatches
from latentarium.app.view_controls import ViewControls
from latentarium.app.view_foot import ViewFoot
from latentarium.app.view_keys import HELP, aimed, centre_on, press
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.gl.surface import make_view
from latentarium.scene.camera import Camera
from latentarium.scene.compose import compose
from latentarium.scene.scene import Scene
from latentarium.scene.state import OpenRun, Selection, State

RESHAPING = {"layout", "poles", "rest", "method", "dimensions"}  # settings after which a view is seen afresh


class ViewPanel(QWidget):
    """View `view` of open run `index`: the state comes down, wishes go up."""

    asked = Signal(object)

    def __init__(self, index: int, view: int) -> None:
        super().__init__()
        self._index, self._view = index, view
        self._state = State()
        self._scene: Scene | None = None
        self._pointer: QPoint | None = None  # in the canvas, while the pointer is over the dots
        kind = self._state.views[view].kind
        self._title = ElidedLabel("title")
        self._title.show_text(kind.capitalize())
        self._note = ElidedLabel("muted")
        self._controls = ViewControls(kind)
        self._controls.wanted.connect(self._on_wanted)
        header = QFrame()
        header.setProperty("role", "strip")
        grid = QGridLayout(header)
        grid.setContentsMargins(14, 7, 10, 7)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._controls, 0, 1)
        grid.addWidget(self._note, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._canvas = QFrame()
        self._canvas.setProperty("role", "canvas")
        self._message = QLabel()
        self._message.setProperty("role", "muted")
        self._message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.cloud = make_view(self._canvas)
        inside = QGridLayout(self._canvas)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.cloud, 0, 0)
        inside.addWidget(self._message, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.card = HoverCard(self._canvas)
        self._foot = ViewFoot(self.cloud.fallback_reason)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(self._canvas, 1)
        box.addWidget(self._foot)
        self._listen()

    def show_state(self, state: State) -> None:
        """Draw what this view of the state shows."""
        self._state = state
        open_run = state.runs[self._index] if len(state.runs) > self._index else None
        self._controls.show_settings(open_run, state, self._view)
        self._controls.setVisible(not state.presenting)
        self.cloud.set_lasso(state.lasso)
        hindrance = _hindrance(open_run, self._view)
        if open_run is not None and not hindrance:
            hindrance = self._compose(open_run)
        self._message.setText(hindrance)
        self._message.setVisible(bool(hindrance))
        self._show_card(open_run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseMove, QEvent.Type.HoverMove) and isinstance(event, QMouseEvent):
            assert isinstance(watched, QWidget)
            self._pointer = watched.mapTo(self._canvas, event.position().toPoint())
        elif kind == QEvent.Type.Leave:
            self._pointer = None
            self.card.hide()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif kind == QEvent.Type.Resize and watched is self.cloud:
            self.show_state(self._state)  # to frame all anew
        elif kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._foot.show_focus(kind == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _listen(self) -> None:
        self.cloud.pointed.connect(self._on_pointed)
        self.cloud.clicked.connect(self._on_clicked)
        self.cloud.centred.connect(self._on_centred)
        self.cloud.camera_changed.connect(self._on_camera_changed)
        self.cloud.lassoed.connect(self._on_lassoed)
        self.cloud.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cloud.setProperty("view", True)  # where single keys are shortcuts
        self.cloud.setAccessibleDescription(HELP)
        self.cloud.installEventFilter(self)
        for inner in self.cloud.findChildren(QWidget):
            inner.installEventFilter(self)

    def _compose(self, open_run: OpenRun) -> str:
        """Draw the run; a frame that cannot be read is a sentence instead."""
        try:
            scene = compose(open_run, self._state, self._view, self.cloud.width() / max(1, self.cloud.height()))
        except LatentariumError as error:
            return str(error)
        self._show_scene(scene)
        self._foot.show_scene(scene, open_run, self._state)
        return ""

    def _show_scene(self, scene: Scene) -> None:
        old, self._scene = self._scene, scene
        if scene is old:
            return
        self.cloud.show_scene(scene)
        if old is None or (scene.title, scene.note) != (old.title, old.note):
            self._title.show_text(scene.title)
            self._note.show_text(scene.note)
            self.cloud.setAccessibleName(f"{scene.title}: {scene.note}")

    def _show_card(self, open_run: OpenRun | None) -> None:
        row = self._state.hovered
        if open_run is None or row is None or self._pointer is None or self._scene is None:
            self.card.hide()
            return
        run, frame = open_run.run, shown_frame(self._state)
        read = frame.read() if frame else None
        if read is None:
            self.card.hide()
            return
        point = describe(run, read, row)
        colour = swatches(len(run.classes), self._state.dark)[point.label]
        self.card.show_point(point, run.probe, colour, self._state.presenting)
        self.card.place(self._pointer, self._canvas.rect())

    def _press(self, event: QKeyEvent) -> bool:
        """Answer a single key; what means nothing here goes on to the window."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if self._scene is None or not (shift or modifiers == Qt.KeyboardModifier.NoModifier):
            return False
        size = (self.cloud.width(), self.cloud.height())
        changes = press(event.key(), shift, self._state, self._view, self._scene, size)
        if changes:
            self.asked.emit(changes)
        return changes is not None

    def _on_wanted(self, changes: dict[str, Any]) -> None:
        wanted = self._state.with_view(self._view, **changes)
        cameras = {"cameras": wanted.cameras} if RESHAPING & changes.keys() else {}
        self.asked.emit({"views": wanted.views, **cameras})

    def _on_pointed(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int | None) -> None:
        if row is not None:  # beside all dots the focus stays; Esc lets it go
            self.asked.emit({"focus": row})

    def _on_centred(self, row: int) -> None:
        if self._scene is not None:
            self.asked.emit(centre_on(self._state, self._view, self._scene, row))

    def _on_camera_changed(self, camera: Camera) -> None:
        self.asked.emit(aimed(self._state, self._view, camera))

    def _on_lassoed(self, rows: Ints, additive: bool) -> None:
        if additive:
            rows = np.union1d(self._state.selection.rows, rows)
        self.asked.emit({"selection": Selection(frozen_ints(rows)), "lasso": False})


def _hindrance(open_run: OpenRun | None, view: int) -> str:
    """Why there is nothing to draw; empty where there is."""
    if open_run is None:
        return "No run is open"
    if not open_run.count:
        return "Waiting for the first frame …"
    return "Placing the dots …" if open_run.projections[view] is None else ""
