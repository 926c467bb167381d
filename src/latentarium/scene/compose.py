"""From the state to exactly what one view draws.

Everything here is a pure function of nouns, and what does not depend on the moment or the pointer is kept
(memory.py), so that the usual call, after a hover or a step of the replay, only puts known arrays together.
"""

from collections import deque
from dataclasses import fields
from functools import cache

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Floats, Ints, frozen_floats
from latentarium.projections.projection import Bounds, Projection
from latentarium.projections.simplex import Simplex
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.colouring import Colouring, colour_probe, colour_reference, pole_colours
from latentarium.scene.column_colours import column_colours
from latentarium.scene.columns import comparing
from latentarium.scene.filtering import filter_words, passing, shown_points
from latentarium.scene.furniture import (
    floor,
    frame_of_poles,
    loss_lines,
    pole_labels,
    prototype_labels,
    region_counts,
)
from latentarium.scene.loose import loose_label
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment, moment_of
from latentarium.scene.morphing import Morphed, goal, seen, way_of_dots
from latentarium.scene.named_classes import as_numbered, as_tinted, colour_classes
from latentarium.scene.neighbourhood import Neighbourhood, neighbours
from latentarium.scene.overlap import overlap_dots, overlap_words
from latentarium.scene.palettes import THEMES, class_colours, rgba
from latentarium.scene.regions import limit, regions, remark, shown_examples
from latentarium.scene.scene import Dots, Flag, Ghosts, Label, Lines, Scene
from latentarium.scene.springs import spring_lines, spring_words, springs_of_focus
from latentarium.scene.stars import stars
from latentarium.scene.state import ColourBy, OpenRun, State
from latentarium.scene.tags import tags
from latentarium.scene.trails import trails
from latentarium.scene.trust import trust_colours
from latentarium.scene.viewpoints import camera_of, common_bounds, viewpoint
from latentarium.scene.words import note, part_words, status, title

Flags = NDArray[np.uint8]

# Dots across in logical pixels, by their number; between, and beyond to either side, by the logarithm.
_COUNTS, _SIZES = (60, 500, 1500, 20_000, 200_000), (9.0, 7.0, 4.8, 2.6, 1.6)
_PRESENTING = 1.6  # times as large

_UNSEEN, _CHOSEN = np.uint8(Flag.HIDDEN | Flag.DIMMED), np.uint8(Flag.SELECTED | Flag.FOCUSED)

_recent: deque[Dots] = deque(maxlen=12)


def compose(open_run: OpenRun, state: State, view: int, aspect: float = 1.0) -> Scene:
    """The scene of view `view` of one open run; `aspect` is the view's width by its height.

    Parts that did not change are the very same objects as in the scene before. Where a projection must first
    see frames that it was not shown (`Projection.ready_to`), this waits for it. Before the first frame, and
    while the projection is being made, there are no dots.
    """
    state = as_numbered(open_run, state)
    run, projection, settings = open_run.run, seen(open_run, state, view), state.views[view]
    theme = THEMES["dark" if state.dark else "light"]
    moment = moment_of(open_run, state.moment_in(open_run))
    camera, grid, links, ghosts = camera_of(open_run, state, view), None, None, None
    examples = limit(run, projection, settings)
    flags = _flags(run, state, None, examples)
    if projection is None or moment is None:
        dots = _no_dots(len(run.classes), state.dark)
        bounds = Bounds((0.0, 0.0, 0.0), 1.0)
    else:
        bounds = common_bounds(open_run, state, view, moment.bounds(projection))
        near = neighbours(open_run, state) if state.show_neighbours else None
        flags = _flags(run, state, near, examples)
        dots = _dots(open_run, projection, moment, flags, state, way_of_dots(projection, moment, open_run, state, view))
        if near is not None:
            links, ghosts = _links(open_run, projection, moment, near, state)
        if settings.grid and projection.dimensions == 3 and not isinstance(projection, Simplex):
            grid = floor(bounds, state.dark)
    if camera is None:
        camera = viewpoint(projection, bounds, aspect) if projection else Camera()
    grounds = regions(run, None if isinstance(projection, Morphed) else projection, moment, settings, state)
    background = as_tinted(grounds, open_run, state)
    springs = springs_of_focus(run, moment, settings, state)
    pulls, ends = spring_lines(open_run, projection, moment, springs, state)
    if pulls:
        links, ghosts = None, ends  # what pulls and pushes, instead of what is near
    return Scene(
        dots=_settled(dots),
        camera=camera,
        background=rgba(theme.canvas),
        foreground=rgba(theme.text),
        lines=_lines(open_run, projection, moment, flags, state, view) + pulls + trails(open_run, projection, state),
        grid=grid,
        links=links,
        ghosts=ghosts,
        labels=_labels(open_run, projection, moment, flags, state, view) + tags(run, projection, moment, flags, state),
        title=title(settings),
        note=note(
            run,
            projection,
            moment,
            state.colour_by,
            spring_words(springs),
            remark(run, projection, background, settings),
            filter_words(state),
            overlap_words(state, run),
        ),
        status=status(
            run,
            settings,
            moment,
            _count_shown(run, state, examples),
            len(state.selection),
            "" if comparing(state) else part_words(run),
            not state.morph or not comparing(state) or open_run is not state.runs[0],
        ),
        scale=_scale(open_run, projection, moment, state),
        regions=background,
    )


def dot_size(count: int, presenting: bool = False) -> float:
    """Across in logical pixels, for so many dots."""
    size = float(np.interp(np.log(max(count, 1)), np.log(_COUNTS), _SIZES))
    return size * _PRESENTING if presenting else size


def _dots(
    open_run: OpenRun,
    projection: Projection,
    moment: Moment,
    flags: Flags,
    state: State,
    way: tuple[Floats, Floats, float],
) -> Dots:
    run = open_run.run
    colouring = _colouring(open_run, projection, moment, state)
    return Dots(
        start=way[0],
        end=way[1],
        blend=way[2],
        colours=colouring.rows,
        palette=colouring.palette,
        flags=flags,
        size=state.dot_size or dot_size(len(run.probe), state.presenting),
    )


@cache
def _no_dots(classes: int, dark: bool) -> Dots:
    nowhere = frozen_floats(np.empty((0, 3)))
    none = np.empty(0, np.uint16)
    return Dots(nowhere, nowhere, 0.0, none, class_colours(classes, dark), none.astype(np.uint8), dot_size(1))


def _settled(dots: Dots) -> Dots:
    """The same dots made before, if there are any, so that identity tells that nothing changed."""
    values = [getattr(dots, field.name) for field in fields(dots)]
    for known in _recent:
        if all(
            ours is theirs or (isinstance(ours, float) and ours == theirs)
            for ours, theirs in zip(values, (getattr(known, field.name) for field in fields(dots)), strict=True)
        ):
            return known
    _recent.append(dots)
    return dots


def _flags(run: Run, state: State, near: Neighbourhood | None, examples: int) -> Flags:
    """What is special about each dot of the probe, uint8 (N,); where only some `examples` a class are shown, these."""
    # Kept with the probe, not with the run: there the projections are, which a wandering pointer must not push out.
    special = state.hovered, state.focus, near if near is not None and near.among == "probe" else None

    def mark() -> Flags:
        flags = _resting_flags(run, state)
        if special == (None, None, None) and not examples:
            return flags
        flags = flags.copy()
        hovered, focus, marked = special
        for row, flag in ((hovered, Flag.HOVERED), (focus, Flag.FOCUSED)):
            if row is not None and 0 <= row < len(flags):
                flags[row] |= np.uint8(flag)
        if marked is not None:
            flags[marked.indices] |= np.uint8(Flag.NEIGHBOUR)
        if examples:
            spared = (flags & np.uint8(Flag.HOVERED | Flag.FOCUSED | Flag.SELECTED | Flag.NEIGHBOUR)) != 0
            spared[shown_examples(run, examples, state.hidden)] = True
            flags[~spared] |= np.uint8(Flag.HIDDEN)
        flags.flags.writeable = False
        return flags

    among = state.selection, state.isolated, state.hidden, state.filtered
    return kept(run.probe, ("flags", *among, examples, *special), mark)


def _resting_flags(run: Run, state: State) -> Flags:
    """The same without what follows the pointer."""
    selection, isolated, hidden = state.selection.rows, state.isolated, state.hidden
    labels, filtered = run.probe.labels, state.filtered

    def mark() -> Flags:
        flags = np.zeros(len(labels), np.uint8)
        rows = selection[(selection >= 0) & (selection < len(flags))]
        if isolated and len(rows):
            flags[:] = Flag.DIMMED
        flags[rows] = Flag.SELECTED
        flags[labels >= run.trained] |= np.uint8(Flag.HELD_OUT)
        if hidden:
            flags[np.isin(labels, list(hidden))] |= np.uint8(Flag.HIDDEN)
        if filtered is not None:
            flags[~passing(filtered, len(flags))] |= np.uint8(Flag.HIDDEN)
        flags.flags.writeable = False
        return flags

    return kept(run.probe, ("resting flags", state.selection, isolated, hidden, filtered), mark)


def _count_shown(run: Run, state: State, examples: int) -> int:
    if examples:
        return len(shown_examples(run, examples, state.hidden))
    return kept(run.probe, ("shown", state.hidden, state.filtered), lambda: int(shown_points(run, state).sum()))


def _links(
    open_run: OpenRun, projection: Projection, moment: Moment, near: Neighbourhood, state: State
) -> tuple[Lines, Ghosts | None]:
    """From the focus to its neighbours; those of the reference are no dots of the view, and become ghosts."""
    run, classes = open_run.run, colour_classes(open_run, state)

    def join() -> tuple[Lines, Ghosts | None]:
        places = projection.place
        sample = places if near.among == "probe" else projection.place_reference
        ends = moment.between(sample(moment.start)[near.indices], sample(moment.end)[near.indices])
        focus = moment.between(places(moment.start)[near.row], places(moment.end)[near.row])
        ink = rgba(THEMES["dark" if state.dark else "light"].text, 110)
        lines = Lines(frozen_floats(np.broadcast_to(focus, ends.shape)), ends, ink)
        if near.among == "probe":
            return lines, None
        colours = colour_reference(run, moment.nearest, near.indices, state.colour_by, classes, state.dark)
        return lines, Ghosts(ends, colours)

    return kept(projection, ("links", moment.key, near, state.colour_by, classes.tobytes(), state.dark), join)


def _lines(
    open_run: OpenRun, projection: Projection | None, moment: Moment | None, flags: Flags, state: State, view: int
) -> tuple[Lines, ...]:
    if not isinstance(projection, Simplex):
        return ()
    run, simplex, dark, settings = open_run.run, projection, state.dark, state.views[view]
    boundaries = settings.boundaries
    lines = kept(simplex, ("lines", boundaries, dark), lambda: frame_of_poles(simplex, boundaries, dark))
    if not settings.loss_lines or moment is None:
        return lines
    colours = _pole_colours(open_run, state)
    rows = _spoken_of(flags, state)

    def draw() -> tuple[Lines, ...]:
        places = moment.between(simplex.place(moment.start), simplex.place(moment.end))
        return loss_lines(simplex, places, run.probe.labels, rows, run.trained, colours, dark)

    chosen = (state.selection, state.isolated, state.focus, state.hidden)
    return lines + kept(simplex, ("loss lines", moment.key, chosen, colours.tobytes(), dark), draw)


def _pole_colours(open_run: OpenRun, state: State) -> Bytes:
    return pole_colours(colour_classes(open_run, state), state.colour_by, open_run.run.trained)


def _labels(
    open_run: OpenRun, projection: Projection | None, moment: Moment | None, flags: Flags, state: State, view: int
) -> tuple[Label, ...]:
    run, settings = open_run.run, state.views[view]
    dark, hidden = state.dark, state.hidden
    labels: tuple[Label, ...] = ()
    poles: frozenset[str] = frozenset()
    if isinstance(projection, Simplex):
        simplex = projection
        poles = frozenset(run.classes[pole] for pole in simplex.poles)
        colours = _pole_colours(open_run, state)
        key = ("poles", colours.tobytes(), dark)
        labels += kept(simplex, key, lambda: pole_labels(simplex, run.classes, colours, dark))
        if state.loose is not None and len(state.loose) == run.trained:
            loose = state.loose
            labels += kept(simplex, ("loose", loose, dark), lambda: (loose_label(simplex, loose, dark),))
        if settings.counts and moment is not None:
            frame, counted = moment.nearest, (flags & _UNSEEN) == 0
            chosen = (state.selection, state.isolated, hidden)
            key_of_counts = ("counts", frame.step, chosen, dark)
            labels += kept(simplex, key_of_counts, lambda: region_counts(simplex, frame.probabilities[counted], dark))
    if settings.prototypes and projection is not None and moment is not None:
        ours, then, named = projection, moment, ["" if name in poles else name for name in run.classes]

        def mark() -> tuple[Label, ...]:
            return prototype_labels(stars(ours, then, open_run, state, view), named, hidden, dark)

        gliding = goal(open_run, state, view) is not None
        labels += mark() if gliding else kept(ours, ("stars", then.key, hidden, dark), mark)
    return labels


def _spoken_of(flags: Flags, state: State) -> Ints:
    """The selection and the focus; where there are none, every dot that is shown."""
    visible, chosen = (flags & _UNSEEN) == 0, (flags & _CHOSEN) != 0
    return np.flatnonzero(visible & chosen if chosen.any() else visible)


def _colouring(open_run: OpenRun, projection: Projection, moment: Moment, state: State) -> Colouring:
    run = open_run.run
    if state.colour_by is ColourBy.TRUST:
        return trust_colours(state, run, projection)
    if state.colour_by is ColourBy.OVERLAP:
        return overlap_dots(state, run)
    if state.colour_by is ColourBy.COLUMN:
        return column_colours(state, run)
    return colour_probe(run, moment.nearest, state.colour_by, colour_classes(open_run, state), state.dark)


def _scale(
    open_run: OpenRun, projection: Projection | None, moment: Moment | None, state: State
) -> tuple[str, float, float] | None:
    if moment is None or projection is None:
        return None
    return _colouring(open_run, projection, moment, state).scale
