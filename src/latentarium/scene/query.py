"""The same query in two spaces: a point's neighbours that both have, and those that only one has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Floats, Ints, frozen_ints
from latentarium.core.comparison import Comparison
from latentarium.scene.compared import Compared
from latentarium.scene.filtering import shown_points
from latentarium.scene.memory import kept
from latentarium.scene.state import State

Floats64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Group:
    """Neighbours of a point: their rows (n,), and how far they are from it in A and in B, both float64 (n,)."""

    rows: Ints
    distances_a: Floats64
    distances_b: Floats64

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Query:
    """The neighbours of point `row` in both spaces, in three groups, those of B alone by their distance there.

    `overlap` is the share of all of them that is shared. `k` counts the neighbours in each space.
    """

    row: int
    k: int
    overlap: float
    shared: Group
    only_a: Group
    only_b: Group


def current(state: State) -> Compared | None:
    """What the query is asked of: the comparison on the desk, or the frames shown while these are still compared."""
    compared = state.compared
    if compared is None or len(state.runs) < 2:
        return compared
    a, b = state.runs[:2]
    frames = [min(max(state.frame_in(shown), 0), max(shown.count - 1, 0)) for shown in (a, b)]
    wanted = (a.run, frames[0], b.run, frames[1], state.comparison)
    if (compared.run_a, compared.run_b) != (a.run, b.run) or compared.problem:
        return compared
    if wanted == (compared.run_a, compared.frame_a, compared.run_b, compared.frame_b, compared.settings):
        return compared
    return Compared(*wanted)


def query(compared: Compared, row: int | None) -> Query | None:
    """Ask both spaces for the neighbours of a point, also before the whole comparison is worked out.

    None without a point, or for one that the spaces do not have. Asked again, it answers with the very same object.
    """
    if row is None or not 0 <= row < len(compared.run_a.probe) or compared.problem:
        return None
    return kept(compared, ("query", row), lambda: _ask(compared, row))


def pool(state: State) -> Ints:
    """The rows that a query may step through: the selection, else all, and of these what is not hidden."""
    shown = shown_points(state.runs[0].run, state)
    rows = state.selection.rows if len(state.selection) > 1 else np.arange(len(shown))
    rows = rows[rows < len(shown)]
    return frozen_ints(rows[shown[rows]])


def by_overlap(compared: Compared, state: State) -> Ints:
    """The rows of the pool from the least to the most alike, ties by row; empty before the comparison is known."""
    if compared.result is None or not state.runs:
        return np.empty(0, np.int64)
    overlap = compared.result.overlap

    def sort() -> Ints:
        rows = pool(state)
        return frozen_ints(rows[np.argsort(overlap[rows], kind="stable")])

    return kept(compared.result, ("by overlap", state.selection, state.hidden, state.filtered), sort)


def stepped(compared: Compared, state: State, stride: int) -> int | None:
    """The row `stride` places more alike (negative: less) than the focus; None where there is none to step to.

    Without a focus one begins before the least alike; a focus outside the pool stands where its overlap would put it.
    """
    order = by_overlap(compared, state)
    if not len(order) or compared.result is None:
        return None
    place = -1
    if state.focus is not None:
        place = place_of(order, compared.result, state.focus)
        inside = place < len(order) and order[place] == state.focus
        place -= not inside and stride > 0
    return int(order[min(max(place + stride, 0), len(order) - 1)])


def place_of(order: Ints, result: Comparison, row: int) -> int:
    """How many of `order` are less alike than `row`, or as alike with a lower row."""
    values = result.overlap[order]
    before = (values < result.overlap[row]) | ((values == result.overlap[row]) & (order < row))
    return int(before.sum())


def random_row(state: State, generator: np.random.Generator) -> int | None:
    """Another row of the pool than the focus, at random; None where there is none."""
    rows = pool(state) if state.runs else np.empty(0, np.int64)
    others = rows[rows != state.focus] if state.focus is not None else rows
    return int(generator.choice(others)) if len(others) else None


def _ask(compared: Compared, row: int) -> Query:
    settings = compared.settings
    a = compared.run_a.frame(compared.frame_a).embeddings
    b = compared.run_b.frame(compared.frame_b).embeddings
    if compared.result is not None:
        rows_a, rows_b = compared.result.neighbours_a[row], compared.result.neighbours_b[row]
    else:
        rows_a = _nearest(a, row, settings.k, settings.metric_a, settings.include_self)
        rows_b = _nearest(b, row, settings.k, settings.metric_b, settings.include_self)
    in_b, in_a = np.isin(rows_a, rows_b), np.isin(rows_b, rows_a)

    def group(rows: Ints) -> Group:
        from_a = _distances(a, row, rows, settings.metric_a)
        return Group(frozen_ints(rows), from_a, _distances(b, row, rows, settings.metric_b))

    shared, only_a, only_b = group(rows_a[in_b]), group(rows_a[~in_b]), group(rows_b[~in_a])
    union = len(shared) + len(only_a) + len(only_b)
    return Query(row, len(rows_a), len(shared) / union if union else 1.0, shared, only_a, only_b)


def _nearest(points: Floats, row: int, k: int, metric: str, include_self: bool) -> Ints:
    """The k rows nearest to `row`, which is the first of them where it counts itself."""
    others = nearest(points[row : row + 1], points, k, metric, np.array([row]))[0][0]
    return np.concatenate([[row], others])[:k] if include_self else others


def _distances(points: Floats, row: int, rows: Ints, metric: str) -> Floats64:
    """From `row` to each of `rows`."""
    made = np.empty(len(rows), np.float64)
    if len(rows):
        order, distances = nearest(points[row : row + 1], points[rows], len(rows), metric)
        made[order[0]] = distances[0]
    made.flags.writeable = False
    return made
