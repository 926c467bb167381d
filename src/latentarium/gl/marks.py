"""What stands above the dots, painted with QPainter: lines, links, ghosts, names, rings and the lasso.

All sizes are logical pixels, so that marks are crisp at any scale. What is written over dots has a halo in the
colour of the ground.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, hypot, isfinite

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from latentarium.core.arrays import Floats
from latentarium.gl.names import boxes_beside
from latentarium.gl.stamps import diamond, disc, put, rings, star, written
from latentarium.gl.tags import paint_tags
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import NEAREST, project
from latentarium.scene.loose import LOOSE
from latentarium.scene.picking import blended
from latentarium.scene.scene import Colour, Dots, Flag, Label, Lines, Scene
from latentarium.scene.tags import TAG

MANY = 200  # segments of one Lines, beyond which they are drawn under the dots
RING = 7.5  # radius of the hovered dot's ring
RINGS = (6.5, 10.0)  # radii of the focus's
DIAMOND = 6.5  # half the diagonal around a neighbour
POLE = 5.5  # radius of a pole's dot
HANDLE = 10.0  # radius of the loose dot
STAR = 0.48  # a star's radius, of the size of its name's letters
GAP = 9.0  # between a pole and its name
DASHES = (4.0, 4.0)

_MARKED = int(Flag.HOVERED | Flag.FOCUSED | Flag.NEIGHBOUR)


@dataclass(frozen=True)
class Frame:
    """Where marks are painted: a view of `width` × `height` logical pixels, through its scene's camera."""

    scene: Scene
    width: float
    height: float

    def places(self, points: Floats) -> Floats:
        """(N, 3) -> (N, 3): pixels and depth."""
        return project(points, self.scene.camera, self.width, self.height)


def overlaid(scene: Scene) -> tuple[Lines, ...]:
    """The lines that are painted above the dots: few segments each."""
    return tuple(lines for lines in scene.lines if len(lines.start) <= MANY)


def underlaid(scene: Scene) -> tuple[Lines, ...]:
    """The lines that lie under the dots: regions' borders, the grid, and whatever has many segments."""
    borders = () if scene.regions is None else scene.regions.borders
    grid = () if scene.grid is None else (scene.grid,)
    return borders + grid + tuple(lines for lines in scene.lines if len(lines.start) > MANY)


def has_marks(scene: Scene) -> bool:
    """Whether `paint_marks` paints anything."""
    listed = bool(overlaid(scene) or scene.labels or scene.links or scene.ghosts)
    return listed or bool((scene.dots.flags & _MARKED).any())


class Still:
    """Remembers how lines looked: under dots that move, most stand still, and painting them is dear.

    What is asked for once is painted straight away; what is asked for again is painted into a picture and kept.
    """

    def __init__(self) -> None:
        self._asked: tuple[object, ...] = ()
        self._picture: QPixmap | None = None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paint the lines above the dots, from the picture where they are the same as last time."""
        lines = overlaid(frame.scene)
        asked = (*lines, frame.scene.camera, frame.width, frame.height, _ratio(painter))  # Lines are equal by identity
        if asked != self._asked:
            self._asked, self._picture = asked, None
            _paint_each(painter, frame, lines)
            return
        if self._picture is None:
            self._picture = _pictured(frame, lines, _ratio(painter))
        painter.drawPixmap(0, 0, self._picture)


def _pictured(frame: Frame, lines: Iterable[Lines], ratio: float) -> QPixmap:
    picture = QPixmap(ceil(frame.width * ratio), ceil(frame.height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_each(painter, frame, lines)
    return picture


def _paint_each(painter: QPainter, frame: Frame, lines: Iterable[Lines]) -> None:
    for some in lines:
        paint_lines(painter, frame, some)


def paint_marks(painter: QPainter, frame: Frame, still: Still, lasso: Sequence[QPointF] = ()) -> None:
    """Paint all that stands above the dots."""
    scene = frame.scene
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    still.paint(painter, frame)
    if scene.links is not None:
        paint_lines(painter, frame, scene.links)
    _paint_ghosts(painter, frame)
    _paint_neighbours(painter, frame)
    _paint_labels(painter, frame)
    _paint_rings(painter, frame)
    if len(lasso) > 1:
        _paint_lasso(painter, scene, lasso)


def paint_lines(painter: QPainter, frame: Frame, lines: Lines) -> None:
    """Paint segments, as far as they lie in the view."""
    pen = QPen(QColor(*lines.colour), lines.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if lines.dashed else Qt.PenCapStyle.RoundCap)
    if lines.dashed:
        pen.setDashPattern([length / max(lines.width, 0.1) for length in DASHES])
    painter.setPen(pen)
    painter.drawLines([QLineF(*ends) for ends in clipped(lines, frame).tolist()])


def clipped(lines: Lines, frame: Frame, margin: float = 8.0) -> NDArray[np.float64]:
    """The segments' parts within the view and before the eye: (S, 4) pixels x, y, x, y with S <= L."""
    camera = frame.scene.camera
    start, end = _before_eye(lines, camera, frame)
    a, b = (frame.places(ends)[:, :2].astype(float) for ends in (start, end))
    low, high = -margin, np.array([frame.width, frame.height]) + margin
    step = b - a
    with np.errstate(divide="ignore", invalid="ignore"):
        ways = np.stack([(low - a) / step, (high - a) / step])  # Liang and Barsky: where the lines enter and leave
    outside = (step == 0) & ((a < low) | (a > high))
    ways[:, step == 0] = np.array([[-np.inf], [np.inf]])
    first = np.clip(ways.min(0).max(1), 0, 1)[:, None]
    last = np.clip(ways.max(0).min(1), 0, 1)[:, None]
    seen = (first < last)[:, 0] & ~outside.any(1)
    ends: NDArray[np.float64] = np.hstack([a + step * first, a + step * last])[seen]
    kept: NDArray[np.float64] = ends[np.isfinite(ends).all(1)]
    return kept


def _before_eye(lines: Lines, camera: Camera, frame: Frame) -> tuple[Floats, Floats]:
    """The segments (L, 3), (L, 3) cut off at the near plane; those wholly behind it are left out."""
    start, end = lines.start, lines.end
    if camera.flat or not len(start):
        return start, end
    nearest = camera.dolly * camera.extent * NEAREST * 1.01
    a, b = frame.places(start)[:, 2] - nearest, frame.places(end)[:, 2] - nearest
    seen = (a > 0) | (b > 0)
    start, end, a, b = start[seen], end[seen], a[seen], b[seen]
    share = np.divide(a, a - b, out=np.zeros_like(a), where=(a > 0) != (b > 0))[:, None]
    cut = start + (end - start) * share
    return np.where(a[:, None] > 0, start, cut), np.where(b[:, None] > 0, end, cut)


def _paint_ghosts(painter: QPainter, frame: Frame) -> None:
    """Neighbours that are no dots here: hollow, in their class's colour."""
    ghosts, dots, ground = frame.scene.ghosts, frame.scene.dots, frame.scene.background
    if ghosts is None:
        return
    radius, ratio = max(3.5, dots.size / 2 + 0.8), _ratio(painter)
    for (x, y, _), colour in zip(frame.places(ghosts.positions).tolist(), ghosts.colours, strict=True):
        if isfinite(x):
            edge = (2.0, _shade(dots, int(colour)))
            put(painter, disc(radius, _faded(ground, 170), edge, _faded(ground, 200), ratio), QPointF(x, y))


def _paint_neighbours(painter: QPainter, frame: Frame) -> None:
    """Diamonds around the dots that are neighbours of the focus."""
    half, inks, ratio = max(DIAMOND, frame.scene.dots.size / 2 + 3), _inks(frame.scene), _ratio(painter)
    for dot, place in _marked(frame, Flag.NEIGHBOUR):
        put(painter, diamond(half, dot, inks, ratio), place)


def _paint_rings(painter: QPainter, frame: Frame) -> None:
    """One ring around the hovered dot, two around the focus; either lies over whatever hides it."""
    extra, inks, ratio = max(0.0, frame.scene.dots.size / 2 - 3.5), _inks(frame.scene), _ratio(painter)
    for flag, radii in ((Flag.HOVERED, (RING,)), (Flag.FOCUSED, RINGS)):
        for dot, place in _marked(frame, flag):
            put(painter, rings(tuple(radius + extra for radius in radii), dot, inks, ratio), place)


def _paint_labels(painter: QPainter, frame: Frame) -> None:
    labels = frame.scene.labels
    if not labels:
        return
    places = frame.places(np.array([label.position for label in labels], np.float32))[:, :2]
    anchors = places[[label.kind in ("pole", "axis") for label in labels]]
    anchors = anchors[np.isfinite(anchors).all(1)]
    middle = QPointF(*anchors.mean(0).tolist()) if len(anchors) else QPointF(frame.width / 2, frame.height / 2)
    room = QRectF(0, 0, frame.width, frame.height)
    spots = list(zip(labels, places.tolist(), strict=True))
    tags = [(label, QPointF(x, y)) for label, (x, y) in spots if label.kind == TAG and isfinite(x) and isfinite(y)]
    size = (frame.width, frame.height, frame.scene.dots.size / 2)
    seen = [
        (label, QPointF(x, y))
        for label, (x, y) in spots
        if label.kind != TAG and isfinite(x) and isfinite(y) and room.adjusted(-200, -200, 200, 200).contains(x, y)
    ]
    font = _font(painter, "prototype")
    reach, metrics = STAR * font.pixelSize(), QFontMetricsF(font)
    stars = [(label, place) for label, place in seen if label.kind == "prototype"]
    sizes = [metrics.boundingRect(label.text).size() for label, _ in stars]
    poles = [QRectF(place.x() - 20, place.y() - 30, 40, 60) for label, place in seen if label.kind == "pole"]
    names = boxes_beside([place for _, place in stars], sizes, reach, room, poles)
    if tags:
        spared = [QRectF(place.x() - 12, place.y() - 12, 24, 24) for _, place in stars] + poles
        spared += filter(None, names)
        inks = frame.scene.foreground, _faded(frame.scene.background, 225)
        paint_tags(painter, tags, size, inks, spared)
    beside = iter(names)
    for label, place in seen:
        centre = place
        if label.kind == "prototype":
            box = next(beside)
            label, centre = (label, box.center()) if box is not None else (replace(label, text=""), place)
        _paint_label(painter, frame, label, place, middle, centre)


def _font(painter: QPainter, kind: str) -> QFont:
    """The font of a label of this kind."""
    font = QFont(painter.font())
    font.setPixelSize(round(QFontInfo(painter.font()).pixelSize() * {"pole": 1.3, "prototype": 1.1}.get(kind, 1.0)))
    font.setBold(kind in ("pole", "prototype"))
    return font


def _paint_label(
    painter: QPainter, frame: Frame, label: Label, place: QPointF, middle: QPointF, centre: QPointF
) -> None:
    scene, ratio = frame.scene, _ratio(painter)
    halo = _faded(scene.background, 225)
    font = _font(painter, label.kind)
    text = QFontMetricsF(font).boundingRect(label.text)
    ink = scene.foreground if label.kind in ("pole", "prototype") else label.colour
    if label.kind in ("pole", "axis"):
        if label.kind == "pole":
            put(painter, disc(POLE, label.colour, (0.0, label.colour), _faded(halo, 190), ratio), place)
        centre = _outwards(place, middle, text, GAP)
        if QRectF(0, 0, frame.width, frame.height).contains(place):  # a name stays in sight as long as its pole
            centre.setX(min(max(centre.x(), text.width() / 2 + 4), frame.width - text.width() / 2 - 4))
            centre.setY(min(max(centre.y(), text.height() / 2 + 2), frame.height - text.height() / 2 - 2))
    elif label.kind == LOOSE:
        put(painter, disc(HANDLE, label.colour, (2.5, scene.foreground), halo, ratio), place)
    elif label.kind == "prototype":
        put(painter, star(STAR * font.pixelSize(), (ink, halo), ratio), place)
    if label.text:
        put(painter, written(label.text, font.toString(), (ink, halo), ratio), centre)


def _outwards(place: QPointF, middle: QPointF, text: QRectF, gap: float) -> QPointF:
    """The centre for a text beside a place, on the side away from the middle."""
    away = place - middle
    length = hypot(away.x(), away.y())
    x, y = (away.x() / length, away.y() / length) if length > 1 else (0.0, -1.0)
    return place + QPointF(x * (gap + text.width() / 2), y * (gap + text.height() / 2))


def _paint_lasso(painter: QPainter, scene: Scene, lasso: Sequence[QPointF]) -> None:
    shape = QPolygonF(list(lasso))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(*_faded(scene.foreground, 28)))
    painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, shade in ((3.8, _faded(scene.background, 190)), (1.4, scene.foreground)):
        painter.setPen(QPen(QColor(*shade), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(shape)


def _marked(frame: Frame, flag: Flag) -> Iterable[tuple[tuple[float, Colour], QPointF]]:
    """Radius, colour and pixel of every dot with this flag that is not hidden and lies before the eye."""
    dots = frame.scene.dots
    rows = np.flatnonzero((dots.flags & int(flag | Flag.HIDDEN)) == int(flag))
    if not len(rows):
        return
    radius = max(2.5, dots.size / 2)
    for row, (x, y, _) in zip(rows.tolist(), frame.places(blended(dots, rows)).tolist(), strict=True):
        if isfinite(x) and isfinite(y):
            yield (radius, _shade(dots, int(dots.colours[row]))), QPointF(x, y)


def _inks(scene: Scene) -> tuple[Colour, Colour]:
    return scene.foreground, _faded(scene.background, 190)


def _ratio(painter: QPainter) -> float:
    ratio: float = painter.device().devicePixelRatioF()
    return ratio


def _faded(colour: Colour, alpha: int) -> Colour:
    red, green, blue, _ = colour
    return red, green, blue, alpha


def _shade(dots: Dots, index: int) -> Colour:
    red, green, blue = dots.palette[index][:3].tolist()
    return red, green, blue, 255
