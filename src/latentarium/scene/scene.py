"""Exactly what to draw. An unchanged field is the very same array, so that identity tells what is stale."""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Floats, Ints
from latentarium.scene.camera import Camera

Colour = tuple[int, int, int, int]  # red, green, blue, alpha: 0 to 255


class Flag(IntFlag):
    """What is special about a dot; one byte each."""

    HOVERED = 1
    FOCUSED = 2
    SELECTED = 4
    DIMMED = 8  # grey context
    HIDDEN = 16  # neither drawn nor picked
    NEIGHBOUR = 32  # of the focused dot
    HELD_OUT = 64  # of a class never trained on: hollow


@dataclass(frozen=True, eq=False)
class Dots:
    """A cloud: positions at two frames and the blend between them.

    `start`, `end` float32 (N, 3); `colours` uint16 (N,), indices into `palette` uint8 (P, 4);
    `flags` uint8 (N,) of Flag; `size` across in logical pixels.
    """

    start: Floats
    end: Floats
    blend: float
    colours: NDArray[np.uint16]
    palette: Bytes
    flags: NDArray[np.uint8]
    size: float


@dataclass(frozen=True, eq=False)
class Ghosts:
    """Neighbours of the focus that are no dots of the view: positions (G, 3), colours (G,) as in Dots."""

    positions: Floats
    colours: NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Lines:
    """Segments from `start` to `end`, both (L, 3), in one colour and width (logical pixels)."""

    start: Floats
    end: Floats
    colour: Colour
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class Regions:
    """Convex polygons in the plane of a flat view, under the dots, and the borders between them.

    `corners` float32 (V, 3); polygon p has those from `starts[p]` to `starts[p + 1]`, int64 (P + 1,), in order;
    `colours` uint16 (P,), indices into `palette` uint8 (C, 4), whose alpha lets the ground through.
    """

    corners: Floats
    starts: Ints
    colours: NDArray[np.uint16]
    palette: Bytes
    borders: tuple[Lines, ...] = ()


@dataclass(frozen=True)
class Label:
    """A text at a place: `kind` is pole (drawn beside, away from the centre), prototype (a star), axis or count.

    One of kind loose is a dot that a hand can drag; a tag is a word beside a dot, left out where it has no room.
    """

    text: str
    position: tuple[float, float, float]
    colour: Colour
    kind: str = "pole"


@dataclass(frozen=True, eq=False)
class Scene:
    """One view's picture, ready to draw.

    `regions` and upon them `grid` are drawn under the dots, `lines`, `links` (focus to neighbours), `labels` and
    `ghosts` above.
    `title` and `note` are for the header, `status` for the line at the foot; `scale` is the continuous
    colour bar (name, low, high) or None.
    """

    dots: Dots
    camera: Camera
    background: Colour
    foreground: Colour
    lines: tuple[Lines, ...] = ()
    grid: Lines | None = None
    links: Lines | None = None
    ghosts: Ghosts | None = None
    labels: tuple[Label, ...] = ()
    title: str = ""
    note: str = ""
    status: str = ""
    scale: tuple[str, float, float] | None = None
    regions: Regions | None = None
