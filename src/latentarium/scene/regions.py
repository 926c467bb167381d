"""What lies under the dots of a flat embedding: Voronoi's cells, and the regions of class head and prototypes."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.class_head import linear_head
from latentarium.analysis.probabilities import prototypes
from latentarium.core.arrays import Bytes, Ints, frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.frame import Frame
from latentarium.projections.projection import Projection
from latentarium.projections.simplex import Simplex
from latentarium.runs.run import Run
from latentarium.scene.cells import Cells, largest, voronoi
from latentarium.scene.known import known_embeddings, known_labels
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment
from latentarium.scene.palettes import THEMES, class_colours, rgba
from latentarium.scene.scene import Lines, Regions
from latentarium.scene.state import State, ViewSettings

MOST = 3000  # cells: of more examples as many of each class
REACH = 40.0  # radii of what is shown: half the side of the square in which regions are drawn
_TINT = {True: 74, False: 62}  # alpha of the classes' colours
_GREY = 22  # alpha of the cells of grey context
_WITHIN, _BETWEEN = (34, 0.8), (150, 1.2)  # alpha and width of borders within a class, and between two

_NAMES = {"none": "", "voronoi": "Voronoi cells", "head": "class head", "prototypes": "nearest prototype"}

Functions = tuple[NDArray[Any], NDArray[Any]]  # weights (K, 2), offsets (K,)


def regions(
    run: Run, projection: Projection | None, moment: Moment | None, settings: ViewSettings, state: State
) -> Regions | None:
    """What the view's `background` asks for, at this moment, between two frames as the dots are; None for none."""
    if settings.background == "none" or projection is None or moment is None or hindrance(run, projection, settings):
        return None
    background, examples, hidden, dark = settings.background, settings.examples, state.hidden, state.dark
    ours, chosen = projection, state.selection if state.isolated and len(state.selection) else None

    def make() -> Regions | None:
        if background == "voronoi":
            rows = shown_examples(run, examples, hidden)
            cells = voronoi(moment.between(ours.place(moment.start), ours.place(moment.end))[rows, :2])
            grey = None if chosen is None else ~np.isin(rows, chosen.rows)
            return _coloured(cells, run.probe.labels[rows], len(run.classes), dark, grey)
        start, end = (_functions(run, frame, background) for frame in (moment.start, moment.end))
        if start is None or end is None:
            return None
        weights, offsets = (a + moment.blend * (b - a) for a, b in zip(start, end, strict=True))
        bounds = moment.bounds(ours)
        cells = largest(weights, offsets, bounds.centre[:2], REACH * (bounds.radius or 1.0))
        return _coloured(cells, np.arange(len(weights)), len(run.classes), dark)

    return kept(projection, ("regions", background, examples, hidden, chosen, dark, moment.key), make)


def hindrance(run: Run, projection: Projection | None, settings: ViewSettings) -> str:
    """Why there can be no such background here, in a few words; empty where there can."""
    if settings.kind != "embedding" or projection is None or isinstance(projection, Simplex):
        return "regions are the embedding's"
    if projection.dimensions != 2:
        return "no regions in 3-D"
    if settings.background == "voronoi":
        return ""
    if settings.method != "raw" or run.recipe.network.embedding > 2:
        return f"no regions of the {_NAMES[settings.background]}: this picture is not the embedding itself"
    if settings.background == "head" and run.recipe.network.classifier != "embedding":
        return "no regions of the class head: none stands on this embedding"
    return ""


def limit(run: Run, projection: Projection | None, settings: ViewSettings) -> int:
    """How many examples of each class the view shows, with their cells; 0: all."""
    limited = settings.background == "voronoi" and not hindrance(run, projection, settings)
    return settings.examples if limited else 0


def offered(run: Run, projection: Projection | None, settings: ViewSettings) -> tuple[str, ...]:
    """The backgrounds that this picture can have, with the one chosen; none where it can have none."""
    useful = [name for name in _NAMES if not hindrance(run, projection, replace(settings, background=name))]
    return tuple(name for name in _NAMES if useful and (name in useful or name == settings.background))


def remark(run: Run, projection: Projection | None, shown: Regions | None, settings: ViewSettings) -> str:
    """What the background is, or why there is none; empty where none is wanted."""
    if settings.background == "none" or projection is None:
        return ""
    reason = hindrance(run, projection, settings)
    if reason:
        return reason
    if shown is None:
        return f"the {_NAMES[settings.background]} cannot be told from this frame"
    if settings.background == "voronoi":
        return f"Voronoi cells of {len(shown.colours):,} examples"
    return f"regions of the {_NAMES[settings.background]}"


def shown_examples(run: Run, examples: int, hidden: frozenset[int]) -> Ints:
    """The rows of the probe that have cells: the first `examples` of each class that is not hidden; 0: all."""

    def choose() -> Ints:
        labels = run.probe.labels
        place = np.empty(len(labels), np.int64)  # of each point among those of its class
        for label in np.unique(labels):
            place[labels == label] = np.arange((labels == label).sum())
        shown = (labels >= 0) & ~np.isin(labels, list(hidden))
        most = examples or len(labels)
        while (shown & (place < most)).sum() > MOST:
            most = min(most, int(place[shown].max()) + 1) * 9 // 10
        return frozen_ints(np.flatnonzero(shown & (place < most)))

    return kept(run.probe, ("examples", examples, hidden), choose)


def _functions(run: Run, frame: Frame, background: str) -> Functions | None:
    """Linear functions of which that of the winning class is the largest; NaN for a class that takes no part."""

    def find() -> Functions | None:
        if background == "head":
            points = np.vstack([frame.embeddings, frame.reference_embeddings])
            shares = np.vstack([frame.probabilities, frame.reference_probabilities])
            head = linear_head(points, shares)
            return None if head is None else (_plane(head[0]), head[1])
        means = prototypes(known_embeddings(run, frame), known_labels(run), len(run.classes))
        return _plane(2 * means), -(means**2).sum(1)  # ‖z‖² - ‖z - μ‖², largest where μ is nearest

    return kept(frame, ("functions", background), find)


def _plane(weights: NDArray[Any]) -> NDArray[Any]:
    """(K, 1) or (K, 2) as (K, 2)."""
    return np.pad(weights, ((0, 0), (0, 2 - weights.shape[1])))


def _coloured(cells: Cells, classes: Ints, count: int, dark: bool, grey: NDArray[np.bool_] | None = None) -> Regions:
    """Cells in the colours of the classes of their owners, with faint borders within a class and clear ones between.

    Those of owners that are `grey` context are so too.
    """
    ink = THEMES["dark" if dark else "light"].text
    same = (classes[cells.sides[:, 0]] == classes[cells.sides[:, 1]]) if len(cells.sides) else np.empty(0, bool)
    borders = []
    for part, (alpha, width) in ((same, _WITHIN), (~same, _BETWEEN)):
        ends = cells.borders[part]
        if len(ends):
            borders.append(Lines(_flat(ends[:, 0]), _flat(ends[:, 1]), rgba(ink, alpha), width))
    return Regions(
        corners=_flat(cells.corners),
        starts=frozen_ints(cells.starts),
        colours=_rows((classes if grey is None else np.where(grey, count, classes))[cells.owners]),
        palette=_tinted(count, dark),
        borders=tuple(borders),
    )


def _tinted(count: int, dark: bool) -> Bytes:
    """The classes' colours, and after them the grey of the context."""
    colours = class_colours(count, dark).copy()
    colours[:, 3] = _TINT[dark]
    return frozen_bytes(np.vstack([colours, rgba(THEMES["dark" if dark else "light"].muted, _GREY)]))


def _flat(places: NDArray[Any]) -> NDArray[np.float32]:
    return frozen_floats(np.column_stack([places, np.zeros(len(places))]))


def _rows(classes: Ints) -> NDArray[np.uint16]:
    rows = classes.astype(np.uint16)
    rows.flags.writeable = False
    return rows
