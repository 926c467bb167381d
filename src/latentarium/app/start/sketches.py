"""Small schematic pictures of what a recipe will show: painted, in the colours of the dots."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.widgets.swatches import swatches
from latentarium.core.recipe import Recipe
from latentarium.scene.palettes import THEMES, Theme, rgba

Points = NDArray[np.float64]
_TETRAHEDRON = np.array([(-0.9, -0.62), (0.92, -0.5), (0.18, -0.02), (0.02, 0.92)])  # seen a little from above
_EDGES = ((0, 1), (1, 3), (3, 0), (0, 2), (1, 2), (2, 3))


@dataclass(frozen=True, eq=False)
class Canvas:
    """Where to paint: the unit square from -1 to 1 with y upwards lies in the middle of `box`."""

    painter: QPainter
    box: QRectF
    theme: Theme
    colours: tuple[str, ...]
    chance: np.random.Generator

    def place(self, point: Sequence[float] | Points) -> QPointF:
        half = min(self.box.width(), self.box.height()) * 0.42
        centre = self.box.center()
        return QPointF(centre.x() + float(point[0]) * half, centre.y() - float(point[1]) * half)

    def dots(self, points: Points, colour: str, size: float = 0.0) -> None:
        """Paint dots (N, 2)."""
        radius = size or max(1.6, min(self.box.width(), self.box.height()) * 0.016)
        filled = QColor(colour)
        filled.setAlphaF(0.85)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(filled)
        for point in points:
            self.painter.drawEllipse(self.place(point), radius, radius)

    def line(self, start: Points, end: Points, dashed: bool = False, faint: bool = False) -> None:
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        colour = QColor(self.theme.muted)
        colour.setAlphaF(0.45 if faint else 0.9)
        self.painter.setPen(QPen(colour, 1.2, style))
        self.painter.drawLine(self.place(start), self.place(end))

    def cloud(self, centre: Points, count: int, spread: float) -> Points:
        """Points (count, 2) scattered about a centre."""
        return centre + self.chance.normal(size=(count, 2)) * spread


class Sketch(QWidget):
    """A recipe's picture, of a fixed size."""

    def __init__(self, recipe: Recipe, size: QSize) -> None:
        super().__init__()
        self._recipe = recipe
        self._size = size
        self._dark = True
        self._drawn: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_recipe(self, recipe: Recipe, dark: bool) -> None:
        """Picture this recipe in this theme."""
        if (recipe, dark) != (self._recipe, self._dark):
            self._recipe, self._dark, self._drawn = recipe, dark, None
            self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatio() != ratio:
            self._drawn = QPixmap(self.size() * ratio)
            self._drawn.setDevicePixelRatio(ratio)
            self._drawn.fill(Qt.GlobalColor.transparent)
            with QPainter(self._drawn) as painter:
                draw_sketch(painter, QRectF(self.rect()), self._recipe, self._dark)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn)


def sketch_kind(recipe: Recipe) -> str:
    """Which picture fits: segment, triangle, tetrahedron, boundary, clusters, sphere or voronoi."""
    if recipe.teaching:
        return {"cartoon": "triangle", "same-loss": "boundary"}.get(recipe.teaching, "clusters")
    names = {objective.name for objective in recipe.objective}
    if "cross-entropy" not in names:
        if recipe.network.normalise:
            return "sphere"
        return "voronoi" if "triplet" in names else "clusters"
    return {2: "segment", 3: "triangle", 4: "tetrahedron"}.get(len(recipe.data.classes), "clusters")


def draw_sketch(painter: QPainter, box: QRectF, recipe: Recipe, dark: bool) -> None:
    """Paint the picture of a recipe; the same recipe gives the same picture."""
    theme = THEMES["dark" if dark else "light"]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.fillPath(path, QColor(theme.canvas))
    painter.setClipPath(path)
    made = {"clusters": 4}.get(recipe.teaching, 3) if recipe.teaching else 0
    classes = made or len(recipe.data.classes) or 10
    chance = np.random.default_rng(zlib.crc32(recipe.title.encode()))
    _KINDS[sketch_kind(recipe)](Canvas(painter, box, theme, swatches(min(classes, 10), dark), chance))
    painter.setClipping(False)
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()


def _draw_segment(canvas: Canvas) -> None:
    left, right = np.array((-1.0, 0.0)), np.array((1.0, 0.0))
    canvas.line(left, right)
    for end, colour in zip((left, right), canvas.colours, strict=False):
        canvas.dots(end * (1 - canvas.chance.beta(0.7, 3, (30, 1))), colour)


def _draw_triangle(canvas: Canvas) -> None:
    corners = np.array(((-0.98, -0.72), (0.98, -0.72), (0.0, 0.96)))
    centre = corners.mean(0)
    for index in range(3):
        canvas.line(corners[index], corners[(index + 1) % 3])
        canvas.line(centre, (corners[index] + corners[(index + 1) % 3]) / 2, dashed=True, faint=True)
    _gather(canvas, corners, 46)


def _draw_boundary(canvas: Canvas) -> None:
    """Dots on the wrong sides of the lines between the regions, as near to them as can be."""
    corners = np.array(((-0.98, -0.72), (0.98, -0.72), (0.0, 0.96)))
    centre = corners.mean(0)
    for index in range(3):
        start, end = corners[index], corners[(index + 1) % 3]
        canvas.line(start, end)
        middle = (start + end) / 2
        canvas.line(centre, middle, dashed=True, faint=True)
        along, aside = canvas.chance.uniform(0.05, 1, (2, 14, 1)), 0.09 * (end - start) / np.linalg.norm(end - start)
        for shares, way, colour in zip(along, (aside, -aside), (index, (index + 1) % 3), strict=True):
            canvas.dots(centre + shares * (middle - centre) + way, canvas.colours[colour])


def _draw_tetrahedron(canvas: Canvas) -> None:
    for first, second in _EDGES:
        canvas.line(_TETRAHEDRON[first], _TETRAHEDRON[second], dashed=2 in (first, second), faint=2 in (first, second))
    _gather(canvas, _TETRAHEDRON, 34)


def _gather(canvas: Canvas, corners: Points, count: int) -> None:
    """Dots on their way to their corners, the most of them nearly there."""
    for corner, colour in zip(range(len(corners)), canvas.colours, strict=False):
        shares = canvas.chance.dirichlet(np.where(np.arange(len(corners)) == corner, 3.2, 0.45), count)
        canvas.dots(shares @ corners, colour)


def _draw_clusters(canvas: Canvas) -> None:
    angles = np.arange(len(canvas.colours)) * 2.399963  # the golden angle: evenly spread on a disc
    radii = np.sqrt((np.arange(len(angles)) + 0.6) / len(angles)) * 0.95
    for angle, radius, colour in zip(angles, radii, canvas.colours, strict=True):
        centre = np.array((np.cos(angle), np.sin(angle))) * radius
        canvas.dots(canvas.cloud(centre, 16, 0.1), colour)


def _draw_sphere(canvas: Canvas) -> None:
    painter = canvas.painter
    faint = QColor(canvas.theme.muted)
    faint.setAlphaF(0.4)
    painter.setPen(QPen(faint, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = canvas.place(np.array((0.98, 0.0))).x() - canvas.box.center().x()
    for flat in (1.0, 0.62, 0.22):
        painter.drawEllipse(canvas.box.center(), radius, radius * flat if flat < 1 else radius)
        painter.drawEllipse(canvas.box.center(), radius * flat, radius)
    turn = canvas.chance.uniform(0, 6)
    for index, colour in enumerate(canvas.colours):
        height = 1 - 2 * (index + 0.5) / len(canvas.colours)
        around = turn + index * 2.399963
        centre = np.array((np.cos(around) * np.sqrt(1 - height**2), height, np.sin(around) * np.sqrt(1 - height**2)))
        points = centre + canvas.chance.normal(size=(15, 3)) * 0.13
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        canvas.dots(points[:, :2] * 0.98, colour)


def _draw_voronoi(canvas: Canvas) -> None:
    """Each point of the plane in the colour of the nearest example, coarsely; the examples on it."""
    turns = canvas.chance.uniform(0, 6) + np.arange(len(canvas.colours)) * 2 * np.pi / len(canvas.colours)
    centres = np.column_stack([np.cos(turns), np.sin(turns)]) * 0.62
    clouds = [canvas.cloud(centre, 12, 0.2) for centre in centres]
    examples = np.concatenate(clouds)
    owners = np.repeat(np.arange(len(clouds)), 12)
    across, down, side = 2.6, 1.3, 0.06
    grid = np.stack(np.meshgrid(np.arange(-across, across, side), np.arange(down, -down, -side)), -1)
    nearest = owners[((grid[..., None, :] - examples) ** 2).sum(-1).argmin(-1)]
    tints = np.array([rgba(colour, 72) for colour in canvas.colours], np.uint8)[nearest]
    height, width = nearest.shape
    image = QImage(tints.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    canvas.painter.drawImage(QRectF(canvas.place((-across, down)), canvas.place((across, -down))), image)
    for cloud, colour in zip(clouds, canvas.colours, strict=True):
        canvas.dots(cloud, colour)


_KINDS: dict[str, Callable[[Canvas], None]] = {
    "segment": _draw_segment,
    "triangle": _draw_triangle,
    "boundary": _draw_boundary,
    "tetrahedron": _draw_tetrahedron,
    "clusters": _draw_clusters,
    "sphere": _draw_sphere,
    "voronoi": _draw_voronoi,
}
