"""The colours of a metadata column: a scale for amounts, a palette for groups."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from latentarium.core.annotations import NO_ANNOTATIONS
from latentarium.core.arrays import Bytes, frozen_bytes
from latentarium.runs.run import Run
from latentarium.scene.colouring import Colouring, continuous
from latentarium.scene.memory import kept
from latentarium.scene.metadata import ID, LABEL, Field, natural, table_for, table_of
from latentarium.scene.palettes import DISTINCT, THEMES, class_colours, rgba
from latentarium.scene.state import ColourBy, State

OTHERS, NONE = "others", "nothing"
TOLD = 8  # groups that are named beside the dots
_GREY = 256  # the row of the palette for what has no colour

Named = tuple[str, str, int]  # a group, its colour as #rrggbb, how many points it has


def coloured_field(state: State, run: Run | None = None) -> Field | None:
    """The column that colours: the one that was asked for, else the first that there is beside the id.

    Where no run is open, as in the cell of a sweep, it is one of `run`.
    """
    table = table_of(state)
    if table is None and run is not None:
        table = table_for(run, None, NO_ANNOTATIONS)
    if table is None:
        return None
    offered = [field for field in table.fields.values() if field.name != ID]
    asked = table.fields.get(state.column)
    return asked or next((field for field in offered if field.name != LABEL), offered[0] if offered else None)


def next_column(state: State) -> str:
    """The column after the one that colours."""
    table, now = table_of(state), coloured_field(state)
    names = [name for name in table.fields if name != ID] if table else []
    if now is None or now.name not in names:
        return names[0] if names else ""
    return names[(names.index(now.name) + 1) % len(names)]


def colouring_changes(state: State, by: ColourBy) -> dict[str, Any]:
    """What must change to colour so; asked for the column a second time, the next one."""
    if by is ColourBy.COLUMN and state.colour_by is by:
        return {"column": next_column(state)}
    return {"colour_by": by}


def column_colours(state: State, run: Run) -> Colouring:
    """Colour the probe of one of the runs shown by the column; grey where it says nothing of a point."""
    field, dark = coloured_field(state, run), state.dark
    classes = state.runs[0].run.classes if state.runs else run.classes
    if field is None or len(field.cells) != len(run.probe):
        count = len(run.probe)
        return kept(run.probe, ("no column", dark), lambda: continuous("no column", np.full(count, np.nan), 0, 1, dark))
    return kept(field, ("colours", classes, dark), lambda: _coloured(field, classes, dark))


def named_groups(state: State) -> tuple[Named, ...]:
    """The groups that colours stand for, in order, the rest as `OTHERS`; none where the column is a scale."""
    field, dark = coloured_field(state), state.dark
    if field is None or field.continuous:
        return ()
    classes = state.runs[0].run.classes
    return kept(field, ("named", classes, dark), lambda: _named(field, classes, dark))


def _coloured(field: Field, classes: Sequence[str], dark: bool) -> Colouring:
    if field.limits is not None:
        assert field.numbers is not None
        low, high = field.limits
        return continuous(field.name, field.numbers, low, high if high > low else low + 1, dark)
    names, places = _places(field, classes)
    colours = np.tile(np.array(rgba(_grey(dark))), (_GREY + 1, 1))
    colours[: len(names)] = class_colours(len(names), dark)
    row_of = np.array([*(places.get(group, _GREY) for group in field.groups), _GREY], np.uint16)
    rows = row_of[field.codes]  # −1, nothing, is the last
    rows.flags.writeable = False
    return Colouring(rows, frozen_bytes(colours))


def _places(field: Field, classes: Sequence[str]) -> tuple[Sequence[str], dict[str, int]]:
    """The names that have colours, and the place of each: classes keep theirs, of many groups the largest have some."""
    if len(field.groups) <= len(classes) <= _GREY and set(field.groups) <= set(classes):
        return classes, {name: place for place, name in enumerate(classes)}
    names: Sequence[str] = field.groups
    if len(names) > DISTINCT:
        names = sorted((name for name, _ in field.largest), key=natural)
    return names, {name: place for place, name in enumerate(names)}


def _named(field: Field, classes: Sequence[str], dark: bool) -> tuple[Named, ...]:
    names, places = _places(field, classes)
    colours: Bytes = class_colours(len(names), dark)
    told = [name for name in names if field.counts[name]]
    found = [(name, _hex(colours[places[name]]), field.counts[name]) for name in told]
    rest = len(field.cells) - sum(count for *_, count in found)
    return (
        (*found, (OTHERS if len(told) < len(field.groups) else "nothing", _grey(dark), rest)) if rest else tuple(found)
    )


def _hex(colour: Bytes) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in colour[:3])


def _grey(dark: bool) -> str:
    return THEMES["dark" if dark else "light"].muted
