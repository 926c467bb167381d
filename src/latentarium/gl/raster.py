"""The view of a scene, without OpenGL: slower, but the same to look at and to use."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from latentarium.gl.hand import Hand
from latentarium.gl.marks import Frame, Still, paint_lines, paint_marks, underlaid
from latentarium.gl.polygons import paint_regions
from latentarium.gl.splat import FORMAT, splat
from latentarium.scene.scene import Flag, Scene

SETTLE = 120  # milliseconds without a change, after which the dots that were left out are drawn
FEW = 40_000  # so many dots are drawn while something moves


class RasterView(QWidget):
    """Shows the scene that it is given, and says what a hand wants, as `CloudView` does.

    `fallback_reason` is the sentence that says why this is no `CloudView`.
    """

    pointed = Signal(object)
    clicked = Signal(object)
    centred = Signal(int)
    camera_changed = Signal(object)
    lassoed = Signal(object, bool)
    dragged = Signal(object)
    failed = Signal(str)  # never

    def __init__(self, parent: QWidget | None = None, reason: str = "") -> None:
        super().__init__(parent)
        self.fallback_reason = reason
        self._ground: tuple[tuple[object, ...], QImage, Scene] | None = None  # the dots as painted last
        self._moving = False
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE)
        self._settled.timeout.connect(self._on_settled)
        self._hand = Hand(self)
        self._still = Still()
        for name in ("pointed", "clicked", "centred", "camera_changed", "lassoed", "dragged"):
            getattr(self._hand, name).connect(getattr(self, name))
        self._hand.lasso_drawn.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def scene_shown(self) -> Scene | None:
        """The scene that was given last."""
        return self._hand.scene

    def show_scene(self, scene: Scene) -> None:
        """Draw this from now on."""
        old = self._hand.scene
        if scene is old:
            return
        self._hand.scene = scene
        if len(scene.dots.flags) > FEW and (old is None or _identity(old) != _identity(scene)):
            self._moving = True
            self._settled.start()
        self.update()

    def set_lasso(self, draws: bool) -> None:
        """Let the next drags draw a lasso, without Shift."""
        self._hand.set_lasso(draws)

    def frame_all(self) -> None:
        """Ask for the camera that shows everything."""
        self._hand.frame_all()

    def grab_picture(self) -> QImage:
        """The whole view as it is seen, every dot drawn, in device pixels."""
        self._moving = False
        return self.grab().toImage()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Called by Qt."""
        painter = QPainter(self)
        scene = self._hand.scene
        if scene is None:
            painter.fillRect(self.rect(), self.palette().color(self.backgroundRole()))
        else:
            painter.drawImage(0, 0, self._dots(scene))
            paint_marks(painter, Frame(scene, self.width(), self.height()), self._still, self._hand.lasso)
        painter.end()

    def _dots(self, scene: Scene) -> QImage:
        """Ground, grid and dots, painted again only where they differ from the last ones."""
        ratio = self.devicePixelRatioF()
        key = (*_identity(scene), self.width(), self.height(), ratio, self._moving)
        if self._ground is None or self._ground[0] != key:
            picture = QImage(self.size() * ratio, FORMAT)
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(*scene.background))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = Frame(scene, self.width(), self.height())
            paint_regions(painter, frame)
            for lines in underlaid(scene):
                paint_lines(painter, frame, lines)
            painter.end()
            splat(picture, frame, ratio, FEW if self._moving else len(scene.dots.flags))
            self._ground = (key, picture, scene)  # the scene, so that no other array gets its arrays' identities
        return self._ground[1]

    @Slot()
    def _on_settled(self) -> None:
        self._moving = False
        self.update()


def _identity(scene: Scene) -> tuple[object, ...]:
    """What the dots' picture depends on; marks do not belong to it."""
    dots = scene.dots
    shown = dots.flags & int(Flag.SELECTED | Flag.DIMMED | Flag.HIDDEN | Flag.HELD_OUT)
    arrays = (id(dots.start), id(dots.end), id(dots.colours), shown.tobytes(), dots.palette.tobytes())
    under = (id(scene.regions), *map(id, underlaid(scene)))
    return (*arrays, dots.blend, dots.size, scene.camera, scene.background, *under)
