"""Colours of the two themes, of classes and of continuous values."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, frozen_bytes
from latentarium.scene.contrast import contrast, difference, oklab


@dataclass(frozen=True)
class Theme:
    """The colours of the window, as #rrggbb; text on panel and canvas has a contrast of at least 4.5:1."""

    window: str
    panel: str
    canvas: str  # behind the dots
    control: str
    control_hovered: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    wrong: str
    warning: str
    loss: str  # the loss curve
    accuracy: str  # the accuracy curve
    matrix: str  # the full colour of a matrix cell


THEMES = {
    "dark": Theme(
        window="#171b21",
        panel="#1b2027",
        canvas="#0e1116",
        control="#242a33",
        control_hovered="#2e3641",
        border="#323a45",
        text="#eef1f5",
        muted="#a3adba",
        accent="#79b1ff",
        on_accent="#0b1320",
        wrong="#ff6b6b",
        warning="#f2b84b",
        loss="#e69f00",
        accuracy="#79b1ff",
        matrix="#5b8fd6",
    ),
    "light": Theme(
        window="#ffffff",
        panel="#ffffff",
        canvas="#fafafa",
        control="#f1f3f6",
        control_hovered="#e4e8ee",
        border="#d3d9e1",
        text="#14181e",
        muted="#566070",
        accent="#1a6ce8",
        on_accent="#ffffff",
        wrong="#c62828",
        warning="#8a5a00",
        loss="#a35f00",
        accuracy="#1a6ce8",
        matrix="#6ea2f2",
    ),
}


# The first three are the pictures' of this program; after them every next one is far from those before it, for
# the colour-blind too, and has a contrast of at least 3:1 to the canvas. Chosen by a search over `difference`.
_FIRST = {
    "dark": "#56b4e9 #e69f00 #d78fc0 #14d694 #9d6cff #f7ea48 #f2492a #0f966a #a8f2ff #4c78c4",
    "light": "#0072b2 #d55e00 #a3468c #00a17a #9476f5 #874b0f #7a1f4b #4030c8 #0f4a1c #3f1080",
}
# From unlike to alike, a colour for each tenth: RdYlBu of ten classes (Brewer), turned round, as Vectory has it.
OVERLAP = ["#313695", "#4575b4", "#74add1", "#abd9e9", "#e0f3f8", "#fee090", "#fdae61", "#f46d43", "#d73027", "#a50026"]
DISTINCT = 50  # classes: beyond, colour alone no longer tells them apart
_COMPUTED = 256  # colours, before they come round again
_LEVELS = 16  # of red, green and blue each, in `mixed_colours`


def rgba(colour: str, alpha: int = 255) -> tuple[int, int, int, int]:
    """#rrggbb as red, green, blue and alpha, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), alpha


@cache
def class_colours(count: int, dark: bool) -> Bytes:
    """Colours of `count` classes, uint8 (count, 4), opaque; a class's colour does not depend on `count`."""
    made = _computed(dark) if count > 10 else _first(dark)
    return frozen_bytes(made[np.arange(count) % len(made)])


@cache
def continuous_colours(dark: bool) -> Bytes:
    """From low to high, uint8 (256, 4): violet to yellow, without the end that the canvas would swallow."""
    from cmap import Colormap  # 35 ms that the first picture of a run does not need

    low, high = (0.37, 1.0) if dark else (0.0, 0.64)
    return frozen_bytes(np.round(np.asarray(Colormap("bids:plasma")(np.linspace(low, high, 256))) * 255))


@cache
def overlap_colours(dark: bool) -> Bytes:
    """The ten of OVERLAP, and the theme's grey for what is not known: uint8 (11, 4)."""
    return frozen_bytes([rgba(colour) for colour in (*OVERLAP, THEMES["dark" if dark else "light"].muted)])


@cache
def share_colours() -> Bytes:
    """Red, green and blue as the shares of three classes, uint8 (4096, 4), in the order of `share_rows`."""
    first, second = np.divmod(np.arange(64 * 64), 64)
    third = np.clip(63 - first - second, 0, None)
    return frozen_bytes(np.round(np.column_stack([first, second, third, np.full(64 * 64, 63)]) * (255 / 63)))


def share_rows(probabilities: NDArray[Any]) -> NDArray[np.uint16]:
    """Rows of `share_colours` for probabilities (N, 3)."""
    levels = np.round(np.clip(probabilities[:, :2], 0, 1) * 63).astype(np.uint16)
    rows: NDArray[np.uint16] = levels[:, 0] * np.uint16(64) + levels[:, 1]
    return rows


@cache
def mixed_colours() -> Bytes:
    """A coarse cube of all colours, uint8 (4096, 4), in the order of `mixed_rows`."""
    cube = np.indices((_LEVELS,) * 3).reshape(3, -1).T * (255 / (_LEVELS - 1))
    return frozen_bytes(np.round(np.column_stack([cube, np.full(len(cube), 255)])))


def mixed_rows(colours: NDArray[Any]) -> NDArray[np.uint16]:
    """Rows of `mixed_colours` nearest to colours (N, 3), 0 to 255."""
    levels = np.round(np.clip(colours, 0, 255) * ((_LEVELS - 1) / 255)).astype(np.uint16)
    weights = np.array([_LEVELS**2, _LEVELS, 1], np.uint16)
    rows: NDArray[np.uint16] = (levels * weights).sum(1, dtype=np.uint16)
    return rows


def _first(dark: bool) -> NDArray[np.float64]:
    return np.array([rgba(colour) for colour in _FIRST["dark" if dark else "light"].split()], np.float64)


@cache
def _computed(dark: bool) -> NDArray[np.float64]:
    """The first ten, and on from there: always the colour farthest from all before it (after Glasbey et al. 2007)."""
    canvas = rgba(THEMES["dark" if dark else "light"].canvas)
    cube = np.indices((18,) * 3).reshape(3, -1).T * 15.0
    colourful = np.linalg.norm(oklab(cube)[:, 1:], axis=1) > 0.07
    candidates = cube[colourful & (contrast(cube, canvas) >= 3)]
    chosen = list(_first(dark)[:, :3])
    apart = difference(candidates, np.array(chosen)).min(1)
    while len(chosen) < _COMPUTED:
        chosen.append(candidates[int(apart.argmax())])
        apart = np.minimum(apart, difference(candidates, chosen[-1][None])[:, 0])
    return np.column_stack([chosen, np.full(_COMPUTED, 255.0)])
