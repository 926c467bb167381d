"""One view of a scene, drawn on axes whose units are logical pixels, y down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patheffects import Stroke
from numpy.typing import NDArray

from latentarium.core.arrays import Floats
from latentarium.figures.lettering import Box, free_spot, shortened, width_of
from latentarium.figures.letters import families, spelled
from latentarium.scene.cameras import project
from latentarium.scene.scene import Colour, Flag, Label, Lines, Regions, Scene

POINTS = 0.75  # points a logical pixel
_RIM = 0.28  # how dark a dot's rim is
_THIN = 4.5  # pixels across, from which on smaller dots have thinner rims
_OPAQUE = 0.86
_DIMMED = 0.3
_BESIDE = 12  # pixels from a pole to its name
_STACK = {"regions": 0, "grid": 1, "lines": 2, "dots": 3, "links": 4, "marks": 5, "labels": 6}


def shade(colour: Colour) -> tuple[float, float, float, float]:
    """0 to 255 as 0 to 1."""
    red, green, blue, alpha = colour
    return red / 255, green / 255, blue / 255, alpha / 255


@dataclass(frozen=True, eq=False)
class Canvas:
    """Draws a scene on `axes`, `width` × `height` logical pixels large.

    Its words are `scale` times as large as on screen.
    """

    axes: Axes
    scene: Scene
    width: float
    height: float
    scale: float = 1.0

    def draw(self) -> None:
        """Everything but the words around the view."""
        self.axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.axes.axis("off")
        if self.scene.regions is not None:
            self._draw_regions(self.scene.regions)
        if self.scene.grid is not None:
            self._draw_lines(self.scene.grid, _STACK["grid"])
        for lines in self.scene.lines:
            self._draw_lines(lines, _STACK["lines"])
        self._draw_dots()
        if self.scene.links is not None:
            self._draw_lines(self.scene.links, _STACK["links"])
        if self.scene.ghosts is not None:
            places = self._project(self.scene.ghosts.positions)
            colours = self.scene.dots.palette[self.scene.ghosts.colours] / 255
            self._mark(places, "D", self.scene.dots.size + 3, colours)
        taken = [box for label in self.scene.labels if (box := self._draw_label(label))]
        self._draw_names([label for label in self.scene.labels if label.kind == "prototype"], taken)

    def _project(self, places: Floats) -> Floats:
        return project(places, self.scene.camera, self.width, self.height)

    def _draw_lines(self, lines: Lines, stack: int) -> None:
        starts, ends = self._project(lines.start)[:, :2], self._project(lines.end)[:, :2]
        seen = np.isfinite(starts).all(1) & np.isfinite(ends).all(1)
        self.axes.add_collection(
            LineCollection(
                list(np.stack([starts, ends], 1)[seen]),
                colors=[shade(lines.colour)],
                linewidths=lines.width * POINTS,
                linestyles=[(0, (5, 4))] if lines.dashed else "solid",
                zorder=stack,
            ),
            autolim=False,
        )

    def _draw_regions(self, regions: Regions) -> None:
        corners = self._project(regions.corners)[:, :2]
        self.axes.add_collection(
            PolyCollection(
                np.split(corners, regions.starts[1:-1]),
                facecolors=regions.palette[regions.colours] / 255,
                linewidths=0,
                antialiaseds=False,  # soft sides would show as seams
                zorder=_STACK["regions"],
            ),
            autolim=False,
        )
        for lines in regions.borders:
            self._draw_lines(lines, _STACK["regions"])

    def _draw_dots(self) -> None:
        dots = self.scene.dots
        places = self._project(dots.start + np.float32(dots.blend) * (dots.end - dots.start))
        shown = np.flatnonzero(((dots.flags & Flag.HIDDEN) == 0) & np.isfinite(places[:, 0]))
        dimmed = (dots.flags[shown] & Flag.DIMMED) != 0
        # Farther dots first, and the grey context before all others.
        shown = shown[np.lexsort((-places[shown, 2], ~dimmed))]
        colours = dots.palette[dots.colours[shown]] / 255
        dimmed = (dots.flags[shown] & Flag.DIMMED) != 0
        colours[:, 3] = _OPAQUE
        colours[dimmed] = (*shade(self.scene.foreground)[:3], _DIMMED)
        rims = colours.copy()
        rims[:, :3] *= 1 - _RIM
        selected = (dots.flags[shown] & Flag.SELECTED) != 0
        hollow = (dots.flags[shown] & Flag.HELD_OUT) != 0
        rims[hollow] = colours[hollow]
        colours[hollow, :3] = np.array(shade(self.scene.background))[:3] * 0.85 + colours[hollow, :3] * 0.15
        rims[selected & ~dimmed] = shade(self.scene.foreground)
        self.axes.scatter(
            places[shown, 0],
            places[shown, 1],
            s=(dots.size * POINTS) ** 2,
            c=colours,
            edgecolors=[tuple(rim) for rim in rims.tolist()],
            linewidths=(np.where(hollow, 1.2, np.where(selected, 1.0, 0.4)) * min(1.0, dots.size / _THIN)).tolist(),
            zorder=_STACK["dots"],
        )
        for flag, marker, larger in ((Flag.NEIGHBOUR, "D", 5), (Flag.HOVERED, "o", 8), (Flag.FOCUSED, "o", 12)):
            marked = np.flatnonzero((dots.flags & flag) != 0)
            self._mark(places[marked], marker, dots.size + larger)

    def _mark(self, places: Floats, marker: str, size: float, colours: NDArray[Any] | None = None) -> None:
        self.axes.scatter(
            places[:, 0],
            places[:, 1],
            s=(size * POINTS) ** 2,
            marker=marker,
            c="none" if colours is None else colours,
            edgecolors=[shade(self.scene.foreground)],
            linewidths=1.1,
            zorder=_STACK["marks"],
        )

    def _draw_label(self, label: Label) -> Box | None:
        """Gives where the name of a pole stands, which other names should not cover."""
        place = self._project(np.array([label.position], np.float32))[0, :2]
        if not np.isfinite(place).all():
            return None
        x, y = float(place[0]), float(place[1])
        ink, ground = shade(self.scene.foreground), shade(self.scene.background)
        words: dict[str, Any] = {"color": ink, "va": "center"}
        match label.kind:
            case "pole":
                self.axes.scatter(
                    x, y, s=(10 * self.scale * POINTS) ** 2, c=[shade(label.colour)], zorder=_STACK["labels"]
                )
                away = place - self._project(np.array([self.scene.camera.centre], np.float32))[0, :2]
                length = float(np.hypot(*away))
                right, down = (float(part) for part in away / length) if length > 1 else (0.0, -1.0)
                side = "left" if right > 0.4 else "right" if right < -0.4 else "center"
                beside = _BESIDE * self.scale
                name = shortened(label.text, 11 * self.scale, self.width - 4, True)
                wide = width_of(name, 11 * self.scale, True)
                if (x + wide > self.width - beside and side == "left") or (x - wide < beside and side == "right"):
                    side, down = "center", 1.2 if down >= 0 else -1.2  # no room beside the pole: above or below it
                x, y = x + beside * right, y + beside * down * (1.0 if side == "center" else 0.8)
                if side == "center":
                    x = min(max(x, wide / 2 + 2), max(self.width - wide / 2 - 2, wide / 2 + 2))
                self._write(x, y, name, ha=side, size=11 * self.scale, weight="bold", **words)
                left = x - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[side]
                return left, y - 7 * self.scale, wide, 14 * self.scale
            case "loose":
                edge = [shade(self.scene.foreground)]
                colour = [shade(label.colour)]
                self.axes.scatter(x, y, s=(20 * POINTS) ** 2, c=colour, edgecolors=edge, zorder=_STACK["labels"])
            case "prototype":
                self.axes.scatter(
                    x,
                    y,
                    marker="*",
                    s=(13 * self.scale * POINTS) ** 2,
                    c=[shade(label.colour)],
                    edgecolors=[ground],
                    linewidths=0.5,
                    zorder=_STACK["labels"],
                )
            case "tag":
                words["color"] = shade(label.colour)
                self._write(x + 6, y, label.text, size=8, **words)
            case _:
                words["color"] = shade(label.colour)
                self._write(x, y, label.text, ha="center", size=10 * self.scale, **words)
        return None

    def _draw_names(self, labels: Sequence[Label], taken: list[Box]) -> None:
        """The names of marks that stand anywhere among the dots, beside what is `taken`."""
        if not labels:
            return
        marks = self._project(np.array([label.position for label in labels], np.float32))[:, :2]
        seen = np.flatnonzero(np.isfinite(marks).all(1))
        side = 10 * self.scale
        taken += [(x - side / 2, y - side / 2, side, side) for x, y in marks[seen].tolist()]
        for row in seen.tolist():
            self._draw_name(marks[row], labels[row].text, taken)

    def _draw_name(self, mark: Floats, name: str, taken: list[Box]) -> None:
        """A name beside a mark, where it covers no other; where there is too little room, cut, or over others."""
        (x, y), size = (float(part) for part in mark), 10 * self.scale
        room = max(self.width - x, x) - size - 2
        name = shortened(name, size, max(room, 0), True)
        wide = width_of(name, size, True)
        box = free_spot((x, y), (wide, 1.3 * size), size, self.width, taken)
        if box is None:
            right = x + size + wide <= self.width
            box = x + size if right else x - size - wide, y - 0.65 * size, wide, 1.3 * size
        taken.append(box)
        ink = {"color": shade(self.scene.foreground), "va": "center", "ha": "left"}
        self._write(box[0], box[1] + box[3] / 2, name, size=size, weight="bold", **ink)

    def _write(self, x: float, y: float, text: str, **how: Any) -> None:
        """Words that are read above dots: letters, under them the same as outlines in the ground's colour."""
        text = spelled(text)
        how |= {"family": families(text), "parse_math": False, "zorder": _STACK["labels"], "clip_on": True}
        halo = [Stroke(linewidth=2, foreground=shade(self.scene.background))]
        self.axes.text(x, y, text, path_effects=halo, **how)
        self.axes.text(x, y, text, **how)  # without effects, for those would make shapes of the letters
