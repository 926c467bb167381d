"""What stands around the dots: poles, edges, boundaries, the floor, prototypes, counts and loss lines."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Floats, Ints, frozen_floats
from latentarium.projections.projection import Bounds
from latentarium.projections.simplex import Simplex, boundaries, edges
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Colour, Label, Lines

REST = "rest"  # the name of the pole of all other classes
NAMED = 24  # prototypes: of more classes the stars stay without names
_CELLS = 10  # of the floor, each way
_FLOOR = 1.5  # half the floor's side, in radii of what is shown


def pole_labels(simplex: Simplex, names: Sequence[str], colours: Bytes, dark: bool) -> tuple[Label, ...]:
    """The poles with their names and colours, and the axes of the layout that has some."""
    if not simplex.poles:  # a run without classes
        return ()
    ink = rgba(THEMES["dark" if dark else "light"].muted)
    inks = [_colour(colours[pole]) for pole in simplex.poles] + [ink] * simplex.rest
    texts = [names[pole] for pole in simplex.poles] + [REST] * simplex.rest
    labels = [
        Label(text, _place(corner), colour) for text, corner, colour in zip(texts, simplex.corners, inks, strict=True)
    ]
    if simplex.layout == "axes":
        for text, corner in zip(texts, simplex.corners, strict=True):
            labels.append(Label(f"{text}-ness", _place(corner / 2), ink, "axis"))
    return tuple(labels)


def frame_of_poles(simplex: Simplex, with_boundaries: bool, dark: bool) -> tuple[Lines, ...]:
    """The simplex's edges, and dashed what parts the regions; the axes of the layout that has some."""
    theme = THEMES["dark" if dark else "light"]
    count = len(simplex.corners)
    lines = []
    if count > 1:
        lines.append(Lines(*edges(simplex.corners), rgba(theme.muted, 220), 1.2))
    if with_boundaries and count > 1:
        alpha = 190 if count < 4 else 110  # of four poles there are many lines
        lines.append(Lines(*boundaries(simplex.corners), rgba(theme.muted, alpha), 1.0, dashed=True))
    if simplex.layout == "axes":
        lines.append(Lines(frozen_floats(np.zeros((count, 3))), simplex.corners, rgba(theme.muted, 130), 1.0))
    return tuple(lines)


def region_counts(simplex: Simplex, probabilities: NDArray[Any], dark: bool) -> tuple[Label, ...]:
    """How many of these points (N, K) lie in each pole's region: those that no other pole draws more."""
    regions = simplex.weights(probabilities).argmax(1)
    counts = np.bincount(regions, minlength=len(simplex.corners))
    centre = simplex.corners.mean(0)
    above = np.array([0, 0.16, 0]) if len(simplex.corners) == 2 else np.zeros(3)  # not on the dots
    ink = rgba(THEMES["dark" if dark else "light"].text)
    return tuple(
        Label(f"{count:,}", _place(centre + 0.55 * (corner - centre) + above), ink, "count")
        for count, corner in zip(counts, simplex.corners, strict=True)
    )


def loss_lines(
    simplex: Simplex, places: Floats, labels: Ints, rows: Ints, trained: int, colours: Bytes, dark: bool
) -> tuple[Lines, ...]:
    """From each dot among `rows` to the pole of its label: what is left to go, and about its loss.

    A class without a pole goes to the rest's, if there is one; a class never trained on has none.
    """
    grey = THEMES["dark" if dark else "light"].muted
    theirs = labels[rows]
    lines = []
    for row, corner in enumerate(simplex.corners):
        if row < len(simplex.poles):
            part, colour = theirs == simplex.poles[row], _colour(colours[simplex.poles[row]], 90)
        else:
            part, colour = (theirs >= 0) & (theirs < trained) & ~np.isin(theirs, simplex.poles), rgba(grey, 90)
        starts = frozen_floats(places[rows[part]])
        if len(starts):
            lines.append(Lines(starts, frozen_floats(np.broadcast_to(corner, starts.shape)), colour))
    return tuple(lines)


def prototype_labels(
    means: NDArray[Any], names: Sequence[str], hidden: frozenset[int], dark: bool
) -> tuple[Label, ...]:
    """The mean place of each class (C, 3) as a star; NaN, a class without a point, and hidden ones have none."""
    ink = rgba(THEMES["dark" if dark else "light"].text)
    return tuple(
        Label(name if len(names) <= NAMED else "", _place(mean), ink, "prototype")
        for row, (name, mean) in enumerate(zip(names, means, strict=True))
        if row not in hidden and np.isfinite(mean).all()
    )


@lru_cache(maxsize=32)
def floor(bounds: Bounds, dark: bool) -> Lines:
    """A square grid under what is shown."""
    x, y, z = bounds.centre
    half = _FLOOR * bounds.radius
    steps = np.linspace(-half, half, _CELLS + 1)
    low, high, level = np.full_like(steps, -half), np.full_like(steps, half), np.zeros_like(steps)
    starts = np.vstack([np.column_stack([steps, level, low]), np.column_stack([low, level, steps])])
    ends = np.vstack([np.column_stack([steps, level, high]), np.column_stack([high, level, steps])])
    offset = np.array([x, y - bounds.radius, z])
    return Lines(
        frozen_floats(starts + offset),
        frozen_floats(ends + offset),
        rgba(THEMES["dark" if dark else "light"].muted, 60),
    )


def _place(values: NDArray[Any]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z


def _colour(values: NDArray[Any], alpha: int = 255) -> Colour:
    red, green, blue = (int(value) for value in values[:3])
    return red, green, blue, alpha
