"""Dots stamped into a picture without OpenGL: all at once, as arrays.

Painting disc by disc costs 6 microseconds a dot, which is too much for nine small views that turn together. Here
every pixel of every disc is one row of an array. First the soft pixels of the discs' edges are mixed with the ground,
then the solid ones are written from back to front: numpy lets the last of several values for one pixel count. What
is given up is that a soft edge never shows the dot behind it, but the ground.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from latentarium.core.arrays import Floats, Ints
from latentarium.gl.marks import Frame
from latentarium.gl.order import random_order
from latentarium.scene.picking import screen_places
from latentarium.scene.scene import Dots, Flag, Scene

FORMAT = QImage.Format.Format_ARGB32_Premultiplied  # of the picture: in memory blue, green, red, alpha
SOLID = 128  # of 255: a pixel that is covered more than this hides what is behind it

_LOOKS = Flag.SELECTED | Flag.DIMMED | Flag.HELD_OUT


def splat(picture: QImage, frame: Frame, ratio: float, most: int) -> None:
    """Stamp at most `most` dots on whole device pixels of `picture`, which is of FORMAT."""
    scene, dots = frame.scene, frame.scene.dots
    places = screen_places(dots, scene.camera, frame.width, frame.height)
    rows = _in_sight(dots, places[:, :2], frame)[:most]
    if not len(rows):
        return
    dimmed = ((dots.flags[rows] & Flag.DIMMED) != 0) & ((dots.flags[rows] & Flag.SELECTED) == 0)
    rows = rows[np.lexsort((-places[rows, 2], ~dimmed))]
    discs, kinds = _discs(scene, rows, _sizes(scene, places[rows, 2]), ratio)
    reached = np.argwhere(discs[..., 3].any(0))
    down, across = (reached - discs.shape[1] // 2).T.astype(np.int32)
    middles = np.rint(places[rows, :2] * ratio).astype(np.int32)
    left, top = middles[:, :1] + across, middles[:, 1:] + down
    seen = (left >= 0) & (left < picture.width()) & (top >= 0) & (top < picture.height())
    pixels = np.frombuffer(picture.bits(), np.uint32)
    where = (top * (picture.bytesPerLine() // 4) + left)[seen]
    what = discs[:, reached[:, 0], reached[:, 1]].view(np.uint32)[..., 0][kinds][seen]
    cover = what >> 24
    soft = np.flatnonzero((cover > 0) & (cover < 255))
    under = 255 - cover[soft, None]
    ground = pixels[where[soft]].view(np.uint8).reshape(-1, 4)
    what[soft] += np.ascontiguousarray((ground * under // 255).astype(np.uint8)).view(np.uint32)[:, 0]
    faint, solid = (cover > 0) & (cover <= SOLID), cover > SOLID
    pixels[where[faint]] = what[faint]
    pixels[where[solid]] = what[solid]


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


def _discs(scene: Scene, rows: Ints, sizes: Floats, ratio: float) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """The different discs (K, S, S, 4) in FORMAT, as the points' shader draws them, and which of them each row has."""
    dots = scene.dots
    steps, step = np.unique(sizes, return_inverse=True)
    looks = dots.flags[rows].astype(np.int64) & int(_LOOKS)
    keys = (dots.colours[rows].astype(np.int64) * 256 + looks) * len(steps) + step
    _, first, kinds = np.unique(keys, return_index=True, return_inverse=True)
    background, foreground = (np.array(ground[:3], float) / 255 for ground in (scene.background, scene.foreground))
    fill = dots.palette[dots.colours[rows[first]], :3].astype(float) / 255
    selected, dimmed, held_out = (
        (looks[first] & int(flag)) != 0 for flag in (Flag.SELECTED, Flag.DIMMED, Flag.HELD_OUT)
    )
    radius = 0.5 * sizes[first].astype(float) * ratio
    width = np.minimum(0.3 * radius, 1.1 * ratio)
    swallowed = (np.abs(_luminance(fill) - _luminance(background)) < 0.105)[:, None]
    rim = 0.55 * fill + 0.45 * foreground
    edge = np.where(swallowed, rim, 0.5 * (fill + background))
    own = np.where(swallowed, rim, fill)  # the edge of a hollow dot
    edge[selected] = foreground
    radius = np.where(selected, 1.15 * radius + 0.4 * ratio, radius)
    width = np.where(selected, np.clip(0.3 * radius, 1.0, max(1.2 * ratio, 1.0)), width)
    grey = dimmed & ~selected
    fill[grey], edge[grey] = (background * (1 - share) + foreground * share for share in (0.24, 0.15))
    radius = np.where(grey, 0.85 * radius, radius)
    hollow = held_out & ~selected
    edge[hollow & ~grey] = own[hollow & ~grey]
    edge[hollow & grey] = fill[hollow & grey]
    fill[held_out] = 0.85 * background + 0.15 * fill[held_out]
    radius = np.where(held_out, 1.12 * radius + 0.3 * ratio, radius)
    width = np.where(held_out, np.maximum(0.35 * radius, 1.0), width)
    side = 2 * int(np.ceil(radius.max() + 1)) + 1
    away = np.hypot(*(np.mgrid[:side, :side] - side // 2))[None]
    cover = np.clip(radius[:, None, None] + 0.5 - away, 0, 1)[..., None]
    mixed = np.clip(away - (radius - width)[:, None, None] + 0.5, 0, 1)[..., None]
    shade = (fill[:, None, None] * (1 - mixed) + edge[:, None, None] * mixed) * cover
    texels = np.concatenate([shade[..., ::-1], cover], axis=-1)
    return np.rint(texels * 255).astype(np.uint8), kinds


def _luminance(shade: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of colours from 0 to 1: (…, 3) -> (…)."""
    luminance: NDArray[np.float64] = shade**2 @ np.array((0.2126, 0.7152, 0.0722))
    return luminance
