"""Words from the table beside a few dots: those that are looked at first, then some that are spread over all."""

import numpy as np

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.memory import kept
from latentarium.scene.metadata import table_of
from latentarium.scene.moment import Moment
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Flag, Label
from latentarium.scene.state import State

TAG = "tag"
MOST = 60  # that are handed on; the view leaves out those that would lie over another
LONGEST = 28  # letters

_UNSEEN = np.uint8(Flag.HIDDEN | Flag.DIMMED)


def tags(
    run: Run, projection: Projection | None, moment: Moment | None, flags: np.ndarray, state: State
) -> tuple[Label, ...]:
    """Labels of kind "tag", the most important first; none where no column is chosen, or it says nothing of a dot."""
    table = table_of(state) if state.tag else None
    field = table.fields.get(state.tag) if table else None
    if field is None or projection is None or moment is None or len(field.cells) != len(run.probe):
        return ()
    rows = tagged(run, flags, state)
    theme = THEMES["dark" if state.dark else "light"]
    loud, quiet = rgba(theme.text), rgba(theme.muted)
    places = moment.between(projection.place(moment.start)[rows], projection.place(moment.end)[rows])
    made = []
    for row, (x, y, z) in zip(rows.tolist(), places.tolist(), strict=True):
        if text := shortened(field.cells[row]):
            ink = loud if row in (state.hovered, state.focus) else quiet
            made.append(Label(text, (x, y, z), ink, TAG))
    return tuple(made)


def tagged(run: Run, flags: np.ndarray, state: State) -> Ints:
    """Rows that have words beside them: hovered and focus, its neighbours, then of the selection or of all."""
    count = len(run.probe)
    first = [row for row in (state.hovered, state.focus) if row is not None and 0 <= row < count]
    order = kept(run.probe, "order of tags", lambda: _order(count))
    near = np.flatnonzero((flags & np.uint8(Flag.NEIGHBOUR)) != 0)
    chosen = np.uint8(Flag.SELECTED)
    shown = order[(flags[order] & _UNSEEN) == 0]
    some = shown[(flags[shown] & chosen) != 0]
    some = some if len(some) else shown
    rows = dict.fromkeys([*first, *near[:MOST].tolist(), *some[:MOST].tolist()])
    return np.array(list(rows)[:MOST], np.int64)


def shortened(text: str) -> str:
    """A text in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _order(count: int) -> Ints:
    """An order that is random, and always the same."""
    return frozen_ints(np.random.default_rng(0).permutation(count))
