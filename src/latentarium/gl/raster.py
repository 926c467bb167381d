"""The view of a scene, without OpenGL: slower, but the same to look at and to use."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from latentarium.core.arrays import Floats, Ints
from latentarium.gl.hand import Hand
from latentarium.gl.marks import Frame, Still, paint_lines, paint_marks, underlaid
from latentarium.gl.order import random_order
from latentarium.gl.polygons import paint_regions
from latentarium.scene.picking import screen_places
from latentarium.scene.scene import Colour, Dots, Flag, Scene

SETTLE = 120  # milliseconds without a change, after which the dots that were left out are drawn
FEW = 4_000  # so many dots are drawn while something moves


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
        self._ground: tuple[tuple[object, ...], QPixmap, Scene] | None = None  # the dots as painted last
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
            painter.drawPixmap(0, 0, self._dots(scene))
            paint_marks(painter, Frame(scene, self.width(), self.height()), self._still, self._hand.lasso)
        painter.end()

    def _dots(self, scene: Scene) -> QPixmap:
        """Ground, grid and dots, painted again only where they differ from the last ones."""
        ratio = self.devicePixelRatioF()
        key = (*_identity(scene), self.width(), self.height(), ratio, self._moving)
        if self._ground is None or self._ground[0] != key:
            pixmap = QPixmap(self.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(QColor(*scene.background))
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = Frame(scene, self.width(), self.height())
            paint_regions(painter, frame)
            for lines in underlaid(scene):
                paint_lines(painter, frame, lines)
            painter.end()
            _stamp(pixmap, frame, ratio, FEW if self._moving else len(scene.dots.flags))
            self._ground = (key, pixmap, scene)  # the scene, so that no other array gets its arrays' identities
        return self._ground[1]

    @Slot()
    def _on_settled(self) -> None:
        self._moving = False
        self.update()


def _identity(scene: Scene) -> tuple[object, ...]:
    """What the dots' picture depends on; marks do not belong to it."""
    dots = scene.dots
    shown = dots.flags & int(Flag.SELECTED | Flag.DIMMED | Flag.HIDDEN)
    arrays = (id(dots.start), id(dots.end), id(dots.colours), shown.tobytes(), dots.palette.tobytes())
    under = (id(scene.regions), *map(id, underlaid(scene)))
    return (*arrays, dots.blend, dots.size, scene.camera, scene.background, *under)


def _stamp(pixmap: QPixmap, frame: Frame, ratio: float, most: int) -> None:
    """Stamp the dots from back to front, each as a ready-made disc, on whole device pixels."""
    scene, dots = frame.scene, frame.scene.dots
    places = screen_places(dots, scene.camera, frame.width, frame.height)
    rows = _in_sight(dots, places[:, :2], frame)[:most]
    dimmed = ((dots.flags[rows] & Flag.DIMMED) != 0) & ((dots.flags[rows] & Flag.SELECTED) == 0)
    rows = rows[np.lexsort((-places[rows, 2], ~dimmed))]
    painter = QPainter(pixmap)
    painter.scale(1 / ratio, 1 / ratio)
    grounds = (scene.background, scene.foreground)
    corners = np.rint(places[rows, :2] * ratio).astype(int).tolist()
    colours, flags = (values[rows].tolist() for values in (dots.colours, dots.flags))
    sizes = _sizes(scene, places[rows, 2]).tolist()
    for (x, y), colour, flag, size in zip(corners, colours, flags, sizes, strict=True):
        red, green, blue = dots.palette[colour][:3].tolist()
        stamp = _disc((red, green, blue, 255), flag & (Flag.SELECTED | Flag.DIMMED | Flag.HELD_OUT), size, ratio, grounds)
        half = stamp.width() // 2
        painter.drawImage(x - half, y - half, stamp)
    painter.end()


def _sizes(scene: Scene, depths: Floats) -> Floats:
    """Larger in front, as the points' shader has it, but in steps, so that few different discs are made: (R,)."""
    camera, size = scene.camera, np.float32(scene.dots.size)
    if camera.flat:
        return np.full_like(depths, size)
    nearer = np.clip(camera.dolly * camera.extent / np.maximum(depths, 1e-9), 0.75, 1.4)
    sizes: Floats = (np.rint(nearer * 10) / 10 * size).astype(np.float32)
    return sizes


def _in_sight(dots: Dots, pixels: Floats, frame: Frame) -> Ints:
    """The rows of the dots that lie in the view and are not hidden, in the order of drawing: (R,)."""
    reach = dots.size
    inside = ((pixels > -reach) & (pixels < np.array([frame.width, frame.height]) + reach)).all(1)
    order = random_order(len(dots.flags)).astype(np.int64)
    rows: Ints = order[(inside & ((dots.flags & int(Flag.HIDDEN)) == 0))[order]]
    return rows


@lru_cache(maxsize=4096)
def _disc(colour: Colour, flags: int, size: float, ratio: float, grounds: tuple[Colour, Colour]) -> QImage:
    """One disc with its rim, in device pixels, as the points' shader draws it."""
    background, foreground = (np.array(ground[:3], float) / 255 for ground in grounds)
    fill = np.array(colour[:3], float) / 255
    radius = 0.5 * size * ratio
    width = min(0.3 * radius, 1.1 * ratio)
    swallowed = abs(_luminance(fill) - _luminance(background)) < 0.065
    edge = 0.55 * fill + 0.45 * foreground if swallowed else 0.5 * (fill + background)
    if flags & Flag.SELECTED:
        edge, radius = foreground, 1.15 * radius + 0.4 * ratio
        width = min(max(0.3 * radius, 1.0), 1.2 * ratio)
    elif flags & Flag.DIMMED:
        fill, edge = (background * (1 - share) + foreground * share for share in (0.24, 0.15))
        radius *= 0.85
    if flags & Flag.HELD_OUT:
        if not flags & Flag.SELECTED:
            edge = 0.55 * fill + 0.45 * foreground if swallowed else fill
        fill, radius = 0.85 * background + 0.15 * fill, 1.12 * radius + 0.3 * ratio
        width = max(0.35 * radius, 1.0)
    side = 2 * int(np.ceil(radius + 1)) + 1
    away = np.hypot(*(np.mgrid[:side, :side] - side // 2))
    cover = np.clip(radius + 0.5 - away, 0, 1)[..., None]
    mixed = np.clip(away - radius + width + 0.5, 0, 1)[..., None]
    texels = np.concatenate([(fill * (1 - mixed) + edge * mixed) * cover, cover], axis=2)
    image = np.ascontiguousarray(np.rint(texels * 255).astype(np.uint8))
    made = QImage(image.data, side, side, 4 * side, QImage.Format.Format_RGBA8888_Premultiplied)
    return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _luminance(shade: NDArray[np.float64]) -> float:
    return float(shade**2 @ (0.2126, 0.7152, 0.0722))
