"""What a hand does to a view: the gestures of mouse, wheel, touchpad and touch screen."""

from enum import Enum
from math import hypot

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from latentarium.scene.camera import Camera, Vector
from latentarium.scene.cameras import centred, framed, panned, place_at, place_beside, project, turned, zoomed
from latentarium.scene.loose import LOOSE
from latentarium.scene.picking import RADIUS, blended, lasso, pick, screen_places
from latentarium.scene.scene import Flag, Scene

REST = 125  # milliseconds that the pointer rests before a dot is pointed at
SLOP = 4.0  # pixels that a click may wander
NOTCH = 1.15  # magnification of one notch of the wheel
STEP = 24.0  # pixels of a drag that an arrow key stands for

_LEFT, _RIGHT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOMS = {Qt.Key.Key_Plus: NOTCH, Qt.Key.Key_Equal: NOTCH, Qt.Key.Key_Minus: 1 / NOTCH}


class Drag(Enum):
    """What the drag that goes on does."""

    NONE = 0
    TURN = 1
    PAN = 2
    LASSO = 3
    LOOSE = 4


class Hand(QObject):
    """Turns the events of one widget into intents; changes nothing itself.

    The camera that a drag asks for follows from the one it began with and the whole way since, so that it does
    not matter how late scenes come back.
    """

    pointed = Signal(object)  # the row of the dot under the resting pointer, or None
    clicked = Signal(object)  # a row, or None beside all dots
    centred = Signal(int)  # the row that a double click put in the middle
    camera_changed = Signal(object)
    lassoed = Signal(object, bool)  # rows int64, and whether they are to be added to the selection
    dragged = Signal(object)  # the place in the world, three coordinates, to which the loose dot was dragged
    lasso_drawn = Signal()  # `lasso` has changed

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.scene: Scene | None = None  # the one that is seen
        self.lasso: list[QPointF] = []
        self._widget = widget
        self._draws = False
        self._drag = Drag.NONE
        self._button: Qt.MouseButton | None = None
        self._pressed_at = QPointF()
        self._pointer = QPointF()
        self._began: Camera | None = None
        self._held: Vector | None = None  # where the loose dot was when a drag of it began
        self._additive = False
        self._shown: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._on_rest)
        widget.setMouseTracking(True)
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        widget.grabGesture(Qt.GestureType.PinchGesture)
        widget.installEventFilter(self)

    def set_lasso(self, draws: bool) -> None:
        """Let the next drags draw a lasso, without Shift."""
        if draws != self._draws:
            self._draws = draws
            self._show_cursor()

    def frame_all(self) -> None:
        """Ask for the camera that shows every dot, line and name, from the same side."""
        if self.scene is None:
            return
        dots, camera = self.scene.dots, self.scene.camera
        places = [blended(dots)[(dots.flags & int(Flag.HIDDEN)) == 0]]
        places += [ends for lines in self.scene.lines for ends in (lines.start, lines.end)]
        places.append(np.array([label.position for label in self.scene.labels], np.float32).reshape(-1, 3))
        width, height = self._size()
        self._ask(framed(np.vstack(places), camera.flat, width, height, camera.rotation, camera.dolly))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is a gesture; leave the rest to the widget."""
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QNativeGestureEvent):
            return self._native(event)
        if isinstance(event, QGestureEvent):
            return self._pinch(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() == QEvent.Type.Leave:
            self._rest.stop()
            self._point(None)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        kinds = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double,
        }
        act = kinds.get(event.type())
        if act is None or self.scene is None:
            return False
        self._pointer = event.position()
        act(event, self.scene)
        event.accept()
        return True

    def _press(self, event: QMouseEvent, scene: Scene) -> None:
        if self._button is not None:
            return
        self._widget.setFocus(Qt.FocusReason.MouseFocusReason)
        self._rest.stop()
        self._button, self._pressed_at, self._began = event.button(), event.position(), scene.camera
        self._drag = Drag.NONE
        self._held = self._loose_at(event.position(), scene) if event.button() == _LEFT else None
        shift, control = (bool(event.modifiers() & key) for key in (_SHIFT, _CONTROL))
        self._additive = control or (shift and self._draws)

    def _move(self, event: QMouseEvent, scene: Scene) -> None:
        if self._button is None:
            self._leave_dot(scene)
            self._rest.start()
            return
        way = event.position() - self._pressed_at
        if self._drag is Drag.NONE:
            if hypot(way.x(), way.y()) <= SLOP:
                return
            self._drag = self._kind_of_drag(event, scene)
            self.lasso = [self._pressed_at] if self._drag is Drag.LASSO else []
            self._point(None)
            self._show_cursor()
        self._go_on(event.position(), way)

    def _kind_of_drag(self, event: QMouseEvent, scene: Scene) -> Drag:
        if self._button in (_RIGHT, _MIDDLE):
            return Drag.PAN
        if self._held is not None:
            return Drag.LOOSE
        if self._draws or event.modifiers() & _SHIFT:
            return Drag.LASSO
        return Drag.PAN if scene.camera.flat else Drag.TURN

    def _go_on(self, position: QPointF, way: QPointF) -> None:
        if self._began is None:
            return
        if self._drag is Drag.TURN:
            self.camera_changed.emit(turned(self._began, way.x(), way.y()))
        elif self._drag is Drag.PAN:
            self.camera_changed.emit(panned(self._began, way.x(), way.y(), *self._size()))
        elif self._drag is Drag.LOOSE and self._held is not None:
            self.dragged.emit(place_beside(self._began, position.x(), position.y(), *self._size(), self._held))
        elif self._drag is Drag.LASSO:
            self.lasso.append(position)
            self.lasso_drawn.emit()

    def _release(self, event: QMouseEvent, scene: Scene) -> None:
        if event.button() != self._button:
            return
        drag, self._drag, self._button, self._began = self._drag, Drag.NONE, None, None
        self._show_cursor()
        if drag is Drag.LASSO:
            polygon, self.lasso = [(corner.x(), corner.y()) for corner in self.lasso], []
            self.lasso_drawn.emit()
            self.lassoed.emit(lasso(scene, polygon, *self._size()), self._additive)
        elif drag is Drag.NONE and event.button() == _LEFT:
            self.clicked.emit(self._dot_at(event.position(), scene))
        self._rest.start()

    def _double(self, event: QMouseEvent, scene: Scene) -> None:
        if event.button() != _LEFT:
            return
        x, y = event.position().x(), event.position().y()
        row = self._dot_at(event.position(), scene)
        if row is None:
            place = place_at(scene.camera, x, y, *self._size())
        else:
            place = tuple(blended(scene.dots, slice(row, row + 1))[0].tolist())
        self.camera_changed.emit(centred(scene.camera, place))
        if row is not None:
            self.centred.emit(row)

    def _wheel(self, event: QWheelEvent) -> bool:
        if self.scene is None:
            return False
        device = event.pointingDevice()
        two_fingers = device is not None and device.type() == QPointingDevice.DeviceType.TouchPad
        if two_fingers and not event.pixelDelta().isNull() and not event.modifiers() & _CONTROL:
            way = event.pixelDelta()
            self._ask(panned(self.scene.camera, way.x(), way.y(), *self._size()))
        else:
            notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
            self._zoom(NOTCH**notches, event.position())
        event.accept()
        return True

    def _native(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom(1 + event.value(), event.position())
        return True

    def _pinch(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture) or self.scene is None:
            return False
        self._button, self._began = None, None  # no drag by the first finger
        way = pinch.centerPoint() - pinch.lastCenterPoint()
        camera = panned(self.scene.camera, way.x(), way.y(), *self._size())
        middle = self._widget.mapFromGlobal(pinch.centerPoint())
        self._ask(zoomed(camera, max(0.1, pinch.scaleFactor()), middle.x(), middle.y(), *self._size()))
        event.accept(pinch)
        return True

    def _key(self, event: QKeyEvent) -> bool:
        if self.scene is None:
            return False
        key = Qt.Key(event.key())
        if key in _ZOOMS:
            width, height = self._size()
            self._zoom(_ZOOMS[key], QPointF(width / 2, height / 2))
        elif key in _ARROWS and event.modifiers() & _SHIFT:
            x, y = (STEP * way for way in _ARROWS[key])
            camera = self.scene.camera
            self._ask(panned(camera, x, y, *self._size()) if camera.flat else turned(camera, x, y))
        else:
            return False
        event.accept()
        return True

    def _zoom(self, factor: float, position: QPointF) -> None:
        if self.scene is not None:
            self._ask(zoomed(self.scene.camera, factor, position.x(), position.y(), *self._size()))

    def _ask(self, camera: Camera) -> None:
        if self._button is not None:  # the drag goes on from there
            self._began, self._pressed_at = camera, self._pointer
        self.camera_changed.emit(camera)

    def _leave_dot(self, scene: Scene) -> None:
        """Let go of the dot pointed at as soon as the pointer is too far from it."""
        if self._shown is None or self._shown >= len(scene.dots.flags):
            return
        x, y, _ = screen_places(scene.dots, scene.camera, *self._size())[self._shown]
        if not hypot(x - self._pointer.x(), y - self._pointer.y()) <= RADIUS:
            self._point(None)

    @Slot()
    def _on_rest(self) -> None:
        if self.scene is not None and self._button is None:
            self._point(self._dot_at(self._pointer, self.scene))

    def _point(self, row: int | None) -> None:
        if row != self._shown:
            self._shown = row
            self.pointed.emit(row)

    def _loose_at(self, position: QPointF, scene: Scene) -> Vector | None:
        """Where the loose dot is, if it is under a pointer there."""
        for label in scene.labels:
            if label.kind == LOOSE:
                x, y, _ = project(np.array([label.position]), scene.camera, *self._size())[0].tolist()
                if hypot(x - position.x(), y - position.y()) <= RADIUS:
                    return label.position
        return None

    def _dot_at(self, position: QPointF, scene: Scene) -> int | None:
        return pick(scene, position.x(), position.y(), *self._size())

    def _size(self) -> tuple[float, float]:
        return float(self._widget.width()), float(self._widget.height())

    def _show_cursor(self) -> None:
        shapes = {
            Drag.TURN: Qt.CursorShape.ClosedHandCursor,
            Drag.PAN: Qt.CursorShape.SizeAllCursor,
            Drag.LOOSE: Qt.CursorShape.ClosedHandCursor,
        }
        shape = Qt.CursorShape.CrossCursor if self._draws or self._drag is Drag.LASSO else Qt.CursorShape.ArrowCursor
        self._widget.setCursor(shapes.get(self._drag, shape))
