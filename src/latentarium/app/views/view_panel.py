"""One view of a run: what it shows, its controls, the dots, and a line that says how many and how good."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.charts.shown_frame import shown_frame
from latentarium.app.inspector.point import describe
from latentarium.app.views.hover_card import HoverCard
from latentarium.app.views.view_controls import ViewControls
from latentarium.app.views.view_foot import ViewFoot
from latentarium.app.views.view_keys import HELP, aimed, press
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.swatches import swatch_in
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.gl.raster import RasterView
from latentarium.gl.surface import make_view
from latentarium.projections.simplex import Simplex
from latentarium.scene.camera import Camera
from latentarium.scene.columns import comparing, own_cameras, reframed, shows_both
from latentarium.scene.compose import compose
from latentarium.scene.loose import probabilities_at
from latentarium.scene.named_classes import colour_classes
from latentarium.scene.scene import Scene
from latentarium.scene.state import OpenRun, Selection, State

if TYPE_CHECKING:
    from latentarium.gl.view import CloudView  # make_view imports it, when OpenGL is wanted

HEADER = 34  # logical pixels of the header's margins and gaps
MESSAGE, NOTE = 200, 110  # logical pixels: of what stands over the dots, and that a note needs at least
PARTS = tuple(field.name for field in fields(Scene))  # each equal only where it is the same
RESHAPING = {"layout", "poles", "rest", "method", "dimensions"}  # settings after which a view is seen afresh


class ViewPanel(QWidget):
    """View `view` of open run `index`: the state comes down, wishes go up."""

    asked = Signal(object)
    acted = Signal(str)  # the name of an action that a key asks for

    def __init__(self, index: int, view: int) -> None:
        super().__init__()
        self._index, self._view = index, view
        self._state = State()
        self._scene: Scene | None = None
        self._carded: tuple[object, ...] = ()  # what the card tells of
        self._pointer: QPoint | None = None  # in the canvas, while the pointer is over the dots
        kind = self._state.views[view].kind
        self.title = ElidedLabel("title")
        self.title.show_text(kind.capitalize())
        self._note = ElidedLabel("muted")
        self.controls = ViewControls(kind)
        self.controls.wanted.connect(self._on_wanted)
        header = QFrame()
        header.setProperty("role", "strip")
        grid = self._header = QGridLayout(header)
        grid.setContentsMargins(14, 7, 10, 7)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.controls, 0, 1)
        grid.addWidget(self._note, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self._canvas = QFrame()
        self._canvas.setProperty("role", "canvas")
        self.message = QLabel()
        self.message.setProperty("role", "message")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMinimumWidth(MESSAGE)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._inside = QGridLayout(self._canvas)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addWidget(self.message, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.cloud = self._mount(make_view(self._canvas))
        self.card = HoverCard(self._canvas)
        self.foot = ViewFoot()
        self.foot.show_fallback(self.cloud.fallback_reason)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(self._canvas, 1)
        box.addWidget(self.foot)

    def show_state(self, state: State) -> None:
        """Draw what this view of the state shows."""
        old, self._state = self._state, state
        open_run = state.runs[self._index] if len(state.runs) > self._index else None
        changed = self.controls.show_settings(open_run, state, self._view)
        self._head(state)
        if changed:
            self._fit()
        self.cloud.setVisible(open_run is not None)
        self.cloud.set_lasso(state.lasso)
        hindrance = _hindrance(open_run, self._view)
        if open_run is not None:
            hindrance = self._compose(open_run) or hindrance
        self.message.setText(hindrance)
        self.message.setVisible(bool(hindrance))
        self._show_card(open_run)
        if state.focus != old.focus:
            self.cloud.setAccessibleDescription(self._spoken_focus() + HELP)

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
            self._fit()
            self.show_state(self._state)  # to frame all anew
        elif kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.foot.show_focus(kind == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _mount(self, cloud: "CloudView | RasterView") -> "CloudView | RasterView":
        """Put a view of scenes into the canvas, under the message and the card, and listen to it."""
        cloud.pointed.connect(self._on_pointed)
        cloud.clicked.connect(self._on_clicked)
        cloud.camera_changed.connect(self._on_camera_changed)
        cloud.lassoed.connect(self._on_lassoed)
        cloud.dragged.connect(self._on_dragged)
        cloud.failed.connect(self._on_failed)
        cloud.setProperty("view", True)  # where single keys are shortcuts
        cloud.setAccessibleDescription(HELP)
        cloud.installEventFilter(self)
        self._inside.addWidget(cloud, 0, 0)
        cloud.lower()
        return cloud

    def _on_failed(self, reason: str) -> None:
        """Go on without OpenGL."""
        broken = self.cloud
        broken.removeEventFilter(self)
        self._inside.removeWidget(broken)
        broken.hide()
        broken.deleteLater()
        self.cloud = self._mount(RasterView(self._canvas, reason))
        self.foot.show_fallback(reason)
        self._scene = None
        self.show_state(self._state)

    def _head(self, state: State) -> None:
        """Name the view; a view that is alone in one of two columns is named by the column's head, which leaves the
        note a place beside the controls, where that is wide enough to say something."""
        room = self.width() - self.controls.minimumSizeHint().width() - HEADER
        single = comparing(state) and not shows_both(state, self._index) and room >= NOTE
        if self.title.isHidden() != single:
            self.title.setVisible(not single)
            self._header.removeWidget(self._note)
            self._header.addWidget(self._note, *((0, 0) if single else (1, 0, 1, 2)))
            self._header.activate()

    def _fit(self) -> None:
        words = self._note if self.title.isHidden() else self.title
        self.controls.fit(self.width() - words.sizeHint().width() - HEADER)

    def _compose(self, open_run: OpenRun) -> str:
        """Draw the run; a frame that cannot be read is a sentence instead."""
        try:
            scene = compose(open_run, self._state, self._view, max(1, self.cloud.width()) / max(1, self.cloud.height()))
        except LatentariumError as error:
            return str(error)
        self._show_scene(scene)
        self.foot.show_scene(scene, open_run, self._state)
        return ""

    def _show_scene(self, scene: Scene) -> None:
        old = self._scene
        if old is not None and all(getattr(old, name) == getattr(scene, name) for name in PARTS):
            return  # a frame came in, say, that is not shown yet: nothing is to be painted
        self._scene = scene
        self.cloud.show_scene(scene)
        if old is None or (scene.title, scene.note) != (old.title, old.note):
            self.title.show_text(scene.title)
            self._note.show_text(scene.note)
            self.cloud.setAccessibleName(f"{scene.title}: {scene.note}")

    def _show_card(self, open_run: OpenRun | None) -> None:
        row = self._state.hovered
        if open_run is None or row is None or self._pointer is None or self._scene is None:
            self.card.hide()
            return
        shown = (shown_frame(self._state, self._index), row, self._state.dark, self._state.presenting)
        if shown != self._carded:
            frame = shown[0].read() if shown[0] else None
            if frame is None:
                self.card.hide()
                return
            self._carded = shown
            point = describe(open_run.run, frame, row)
            colour = swatch_in(colour_classes(open_run, self._state), point.label, self._state.dark)
            self.card.show_point(point, open_run.run.probe, colour, self._state.presenting)
        self.card.place(self._pointer, self._canvas.rect())

    def _spoken_focus(self) -> str:
        """The dot in focus, for who cannot see it."""
        shown, row = shown_frame(self._state, self._index), self._state.focus
        frame = shown.read() if shown else None
        if shown is None or frame is None or row is None:
            return ""
        point = describe(shown.run, frame, row)
        return f"In focus: {', '.join(filter(None, (point.id, point.said_label, point.said_prediction)))} · "

    def _press(self, event: QKeyEvent) -> bool:
        """Answer a single key; what means nothing here goes on to the window."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._scene is None or modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        changes = press(event.key(), self._state, self._view, self._scene)
        if isinstance(changes, str):
            self.acted.emit(changes)
        elif changes:
            self._ask(changes)
        return changes is not None

    def _ask(self, changes: dict[str, Any]) -> None:
        """Ask for changes; a column with cameras of its own moves these."""
        self.asked.emit(own_cameras(self._state, self._index, self._view, changes))

    def _on_wanted(self, changes: dict[str, Any]) -> None:
        if "trail" in changes:  # of all views
            self.asked.emit(changes)
            return
        wanted = self._state.with_view(self._view, **changes)
        cameras = reframed(self._state, wanted.cameras, self._view) if RESHAPING & changes.keys() else {}
        self.asked.emit({"views": wanted.views, **cameras})

    def _on_pointed(self, row: int | None) -> None:
        self.asked.emit({"hovered": row})

    def _on_clicked(self, row: int | None) -> None:
        if row is not None:  # beside all dots the focus stays; Esc lets it go
            self.asked.emit({"focus": row})

    def _on_camera_changed(self, camera: Camera) -> None:
        self._ask(aimed(self._state, self._view, camera))

    def _on_dragged(self, place: tuple[float, float, float]) -> None:
        shown = self._state.runs[self._index] if len(self._state.runs) > self._index else None
        simplex = shown.projections[self._view] if shown else None
        if shown is not None and isinstance(simplex, Simplex):
            self.asked.emit({"loose": probabilities_at(simplex, place, shown.run.trained)})

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
