"""Where the dots that one looks at came from, over the last frames."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Floats, Ints, frozen_floats
from latentarium.projections.projection import Projection
from latentarium.scene.filtering import shown_points
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment, moment_of
from latentarium.scene.named_classes import colour_classes
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Lines
from latentarium.scene.state import OpenRun, State

USUAL = 30  # frames, where nobody chose a number
MOST = 1000  # dots with a trail
_MANY = 800  # segments, beyond which a trail has one shade all along
_SHADES = (60, 105, 160, 225)  # alpha, from the oldest part of a trail to the newest
_WIDTH = 1.6


def trails(open_run: OpenRun, projection: Projection | None, state: State) -> tuple[Lines, ...]:
    """Of the hovered, the focused and the selected dots the way over the last `State.trail` frames, fading with age."""
    moment = moment_of(open_run, state.moment_in(open_run))
    if not state.trail or projection is None or moment is None:
        return ()
    rows = looked_at(open_run, state)
    if not len(rows):
        return ()
    ours = projection
    colours = colour_classes(open_run, state)

    def draw() -> tuple[Lines, ...]:
        ways = way(open_run, ours, moment, state.moment_in(open_run), state.trail, rows)
        labels = open_run.run.probe.labels[rows]
        return drawn(ways, labels, colours, state.dark)

    chosen = (state.selection, state.focus, state.hovered, state.hidden, state.filtered)
    return kept(projection, ("trails", moment.key, state.trail, colours.tobytes(), chosen), draw)


def looked_at(open_run: OpenRun, state: State) -> Ints:
    """The rows of the hovered, focused and selected dots, at most `MOST`, without those of hidden classes."""
    labels = open_run.run.probe.labels
    single = [row for row in (state.hovered, state.focus) if row is not None]
    rows = np.array(list(dict.fromkeys([*single, *state.selection.rows[:MOST].tolist()])), np.int64)
    rows = rows[(rows >= 0) & (rows < len(labels))]
    return rows[shown_points(open_run.run, state)[rows]]


def way(open_run: OpenRun, projection: Projection, moment: Moment, at: float, frames: int, rows: Ints) -> Floats:
    """Places of `rows` in the last `frames` frames before the moment, oldest first, and at it: (T, R, 3)."""
    newest = min(ceil(max(at, 0.0)), open_run.count)  # the moment itself, which may be that of a frame, comes after
    earlier = range(max(newest - frames, 0), newest)
    places = [projection.place(open_run.run.frame(index))[rows] for index in earlier]
    places.append(moment.between(projection.place(moment.start), projection.place(moment.end))[rows])
    return frozen_floats(np.stack(places))


def drawn(ways: Floats, labels: Ints, colours: Bytes, dark: bool) -> tuple[Lines, ...]:
    """Ways (T, R, 3) as segments in the colours of their labels, in groups of one colour and one shade."""
    steps, count = len(ways) - 1, len(labels)
    ages = np.arange(steps) * len(_SHADES) // max(steps, 1) if steps * count <= _MANY else np.full(steps, 2)
    lines = []
    for label in np.unique(labels).tolist():
        colour = tuple(colours[label][:3].tolist()) if label >= 0 else rgba(THEMES["dark" if dark else "light"].muted)
        red, green, blue = colour[:3]
        theirs = labels == label
        for age in np.unique(ages).tolist():
            part = np.flatnonzero(ages == age)
            starts, ends = ways[part][:, theirs], ways[part + 1][:, theirs]
            lines.append(Lines(_flat(starts), _flat(ends), (red, green, blue, _SHADES[age]), _WIDTH))
    return tuple(lines)


def _flat(places: NDArray[np.float32]) -> Floats:
    return frozen_floats(places.reshape(-1, 3))
