"""The view of a scene, with OpenGL."""

from collections.abc import Callable

from OpenGL import GL
from OpenGL.error import Error as OpenGLError
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QMatrix4x4, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from latentarium.gl.cloud import PointCloud
from latentarium.gl.hand import Hand
from latentarium.gl.marks import Frame, Still, has_marks, paint_marks, underlaid
from latentarium.gl.patches import Patches
from latentarium.gl.strokes import Strokes
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import Matrix, projection_matrix, view_matrix
from latentarium.scene.scene import Colour, Scene

SETTLE = 120  # milliseconds without a change, after which the dots that were left out are drawn
VERSION = (3, 3)


class Overlay(QWidget):
    """The marks above the dots. A widget of its own, so that rings and the lasso redraw no dot."""

    def __init__(self, hand: Hand, parent: QWidget) -> None:
        super().__init__(parent)
        self._hand = hand
        self._still = Still()
        self._empty = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def refresh(self) -> None:
        """Paint again, unless there was nothing and is nothing."""
        scene = self._hand.scene
        empty = not self._hand.lasso and (scene is None or not has_marks(scene))
        if not (empty and self._empty):
            self.update()
        self._empty = empty

    def paintEvent(self, event: QPaintEvent) -> None:
        """Called by Qt."""
        if self._hand.scene is None:
            return
        painter = QPainter(self)
        paint_marks(painter, Frame(self._hand.scene, self.width(), self.height()), self._still, self._hand.lasso)
        painter.end()


class CloudView(GLViewWidget):
    """Shows the scene that it is given, and says what a hand wants; see `Hand` for the signals.

    The frame buffer is kept between paints: dots are added to it until all are drawn, and a paint that finds
    nothing new draws nothing. `failed` is emitted once where OpenGL gives up; another view has to step in.
    """

    pointed = Signal(object)
    clicked = Signal(object)
    centred = Signal(int)
    camera_changed = Signal(object)
    lassoed = Signal(object, bool)
    dragged = Signal(object)
    failed = Signal(str)

    fallback_reason = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.PartialUpdate)
        self.cloud = PointCloud()
        self._patches, self._strokes = Patches(), Strokes()
        for item in (self._patches, self._strokes, self.cloud):
            self.addItem(item)
        self._look: tuple[Camera, Colour] | None = None
        self._stale = True
        self._everything = False  # leave no dot for the next paint
        self._broken = ""
        self._settled = _timer(self, SETTLE, self._on_settled)
        self._next = _timer(self, 0, self.update)
        self._hand = Hand(self)
        self._overlay = Overlay(self._hand, self)
        for name in ("pointed", "clicked", "centred", "camera_changed", "lassoed", "dragged"):
            getattr(self._hand, name).connect(getattr(self, name))
        self._hand.lasso_drawn.connect(self._overlay.refresh)

    @property
    def scene_shown(self) -> Scene | None:
        """The scene that was given last."""
        return self._hand.scene

    def show_scene(self, scene: Scene) -> None:
        """Draw this from now on; only what differs from the last one costs anything."""
        if scene is self._hand.scene:
            return
        self._hand.scene = scene
        camera = scene.camera
        depth = 0.0 if camera.flat else camera.dolly * camera.extent
        changed = self.cloud.put(scene.dots, scene.background, scene.foreground, depth)
        changed |= self._patches.put(scene.regions)
        changed |= self._strokes.put(underlaid(scene))
        look = (camera, scene.background)
        if changed or look != self._look:
            self._look = look
            self._stale = True
            self._settled.start()
            self.update()
        self._overlay.refresh()

    def set_lasso(self, draws: bool) -> None:
        """Let the next drags draw a lasso, without Shift."""
        self._hand.set_lasso(draws)

    def frame_all(self) -> None:
        """Ask for the camera that shows everything."""
        self._hand.frame_all()

    def grab_picture(self) -> QImage:
        """The whole view as it is seen, every dot drawn, in device pixels."""
        self._everything = True
        try:
            picture: QImage = self.grab().toImage()
            return picture
        finally:
            self._everything = False

    def initializeGL(self) -> None:
        """Called by Qt whenever the view has a new context: at first, and after it moved to another window."""
        self._stale = True
        version = tuple(self.context().format().version())
        if version < VERSION:
            self._fail(f"The graphics driver offers OpenGL {version[0]}.{version[1]}; 3.3 is needed.")

    def resizeGL(self, width: int, height: int) -> None:
        """Called by Qt with an empty frame buffer."""
        self._stale = True
        self._settled.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Called by Qt."""
        super().resizeEvent(event)
        self._overlay.resize(event.size())

    def paintGL(self) -> None:
        """Called by Qt: draw the first dots anew, or add some to those drawn."""
        if self._broken:
            return
        try:
            self._paint()
        except (OpenGLError, RuntimeError, OSError) as error:
            self._fail(f"Drawing with OpenGL failed: {str(error).strip().splitlines()[0]}")

    def viewMatrix(self) -> QMatrix4x4:
        """From the world to the eye."""
        return _matrix(view_matrix(self._camera()))

    def projectionMatrix(self, region: object = None, viewport: object = None) -> QMatrix4x4:
        """From the eye to clip space, for the whole view."""
        return _matrix(projection_matrix(self._camera(), self.width(), self.height()))

    def _camera(self) -> Camera:
        return self._hand.scene.camera if self._hand.scene is not None else Camera()

    def _paint(self) -> None:
        scene = self._hand.scene
        if scene is None:
            _clear(self.palette().color(self.backgroundRole()).getRgb())
            return
        fresh, self._stale = self._stale, False
        if fresh:
            self.cloud.restart()
            _clear(scene.background)
            self.setProjection(None, None)
            self.setModelview()
            self._patches.paint()
            self._strokes.paint()
        moving = self._settled.isActive()
        if fresh or self._everything or not moving:
            self.cloud.paint(self._everything)
        if not self.cloud.complete and not moving:
            self._next.start()

    @Slot()
    def _on_settled(self) -> None:
        if not self.cloud.complete:
            self.update()

    def _fail(self, sentence: str) -> None:
        """Say so after the paint: whoever listens will put another view in this one's place."""
        if not self._broken:
            self._broken = sentence
            QTimer.singleShot(0, self, self._on_failed)

    @Slot()
    def _on_failed(self) -> None:
        self.failed.emit(self._broken)


def _clear(colour: Colour) -> None:
    GL.glClearColor(*(value / 255 for value in colour[:3]), 1.0)
    GL.glDepthMask(True)
    GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)


def _matrix(values: Matrix) -> QMatrix4x4:
    return QMatrix4x4(*values.ravel().tolist())


def _timer(view: QWidget, milliseconds: int, act: Callable[[], None]) -> QTimer:
    """A timer that fires once after `start`, owned by the view."""
    timer = QTimer(view)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
