"""What there is to say of each neighbour of a query: the lines of its table and the tiles of its groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latentarium.app.inspector.neighbour_panel import digits
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.image_tiles import Tile
from latentarium.app.widgets.swatches import swatch
from latentarium.core.annotations import Annotations
from latentarium.core.dataset import Sample, class_name
from latentarium.scene.compared import Compared
from latentarium.scene.metadata import ID, LABEL, Field, table_for
from latentarium.scene.query import Group, Query

GROUPS = ("shared", "only A", "only B")
MOST_TILES = 40  # in one group; the table has them all


@dataclass(frozen=True, eq=False)
class Line:
    """One neighbour: the group that it is in, its row, and what the table says of it, a value a column."""

    group: str
    row: int
    values: tuple[str | float, ...]


def groups_of(query: Query) -> dict[str, Group]:
    """The three groups by their names."""
    return dict(zip(GROUPS, (query.shared, query.only_a, query.only_b), strict=True))


def columns_of(compared: Compared, further: Mapping[str, Field]) -> tuple[str, ...]:
    """The names of the table's columns: of labels where there are any, and of the metadata."""
    label = ("label",) if _has_labels(compared) else ()
    return ("in", "id", *label, "distance A", "distance B", "overlap", *further)


def further_of(compared: Compared, annotations: Annotations) -> Mapping[str, Field]:
    """What else is known of the points, in A or in B, and by hand."""
    fields = table_for(compared.run_a, compared.run_b, annotations).fields
    return {name: field for name, field in fields.items() if name not in (ID, LABEL)}


def lines_of(compared: Compared, query: Query, further: Mapping[str, Field]) -> tuple[Line, ...]:
    """All neighbours, group by group, nearest first; an overlap that is not known yet is NaN."""
    run, result, ids = compared.labelled, compared.result, compared.run_a.probe.ids
    known = _has_labels(compared)
    made = []
    for name, group in groups_of(query).items():
        for row, from_a, from_b in zip(group.rows.tolist(), group.distances_a, group.distances_b, strict=True):
            label = (class_name(run.classes, int(run.probe.labels[row])),) if known else ()
            overlap = float(result.overlap[row]) if result is not None else np.nan
            cells = tuple(field.cells[row] for field in further.values())
            made.append(Line(name, row, (name, ids[row], *label, float(from_a), float(from_b), overlap, *cells)))
    return tuple(made)


def tiles_of(compared: Compared, query: Query, dark: bool) -> dict[str, tuple[Tile, ...]]:
    """The nearest of each group as tiles, with the distance in the space, or the spaces, that have them near."""
    own = int(compared.labelled.probe.labels[query.row])
    groups = groups_of(query)
    near = [group.distances_a for name, group in groups.items() if name != "only B"]
    near += [group.distances_b for name, group in groups.items() if name != "only A"]
    farthest = max((float(values.max()) for values in near if len(values)), default=1.0)
    places = digits(farthest)
    made: dict[str, tuple[Tile, ...]] = {}
    for name, group in groups.items():
        tiles = []
        for place, row in enumerate(group.rows[:MOST_TILES].tolist()):
            apart = (figure(float(group.distances_a[place]), places), figure(float(group.distances_b[place]), places))
            tiles.append(_tile(compared, row, own, name, apart, dark))
        made[name] = tuple(tiles)
    return made


def pictured(compared: Compared) -> Sample:
    """The points, of the run that has their images."""
    ours, theirs = compared.run_a.probe, compared.run_b.probe
    return theirs if theirs.pictured and not ours.pictured else ours


def label_of(compared: Compared, row: int) -> str:
    """A point's label; those of both runs where they differ; empty without any."""
    a, b = compared.run_a, compared.run_b
    in_a, in_b = (class_name(run.classes, int(run.probe.labels[row])) for run in (a, b))
    return f"{in_a} in A, {in_b} in B" if in_a and in_b and in_a != in_b else in_a or in_b


def _has_labels(compared: Compared) -> bool:
    return bool((compared.labelled.probe.labels >= 0).any())


def _tile(compared: Compared, row: int, own: int, group: str, apart: tuple[str, str], dark: bool) -> Tile:
    run = compared.labelled
    label = int(run.probe.labels[row])
    name = class_name(run.classes, label)
    both = "/".join(number.removeprefix("0") for number in apart)  # short, or there is no room for the name
    number = {"shared": both, "only A": apart[0], "only B": apart[1]}[group]
    said = f"label {name}, " if name else ""
    about = f"{compared.run_a.probe.ids[row]}: {said}{group}, distance in A {apart[0]}, in B {apart[1]}"
    return Tile(
        pictured(compared),
        row,
        swatch(label, len(run.classes), dark),
        name,
        number,
        about,
        odd=-1 not in (own, label) and label != own,
    )
