"""The table of what is known of the points beside the images: ids, labels, metadata, labels given by hand.

Large tables are prepared beside the window. Whatever goes through all cells is a generator therefore, and no map:
between the steps of a generator other threads come to their turn.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary, ref

import numpy as np
from numpy.typing import NDArray

from latentarium.core.annotations import Annotations, Columns
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.dataset import Sample, class_name
from latentarium.core.progress import IsCancelled, never
from latentarium.runs.run import Run
from latentarium.scene.palettes import DISTINCT
from latentarium.scene.state import State

ID, LABEL, BY_HAND, EDITED = "id", "label", "label by hand", "edited"
RESERVED = frozenset({ID, LABEL, BY_HAND, EDITED, "prediction", "right", "loss", "confidence", "overlap"})
FEW = 12  # whole numbers that take no more values than this are names, such as grades
NOTHING = frozenset({"", "nan", "na", "n/a", "none", "null", "-"})
SMALL = 3000  # points
PARTS = 100  # that a long list is sorted in
BETWEEN = "\x1f"  # between the cells of a row that is searched as a whole

_PLACES = 18  # digits that are counted with
_DIGITS = re.compile(rf"\d{{1,{_PLACES}}}")

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Field:
    """One column of the table: a cell of text for each of N points. What follows from the cells is found when asked."""

    name: str
    cells: tuple[str, ...]

    @cached_property
    def numbers(self) -> Values | None:
        """The cells as numbers, float64 (N,), NaN where there is nothing; None where some are no numbers."""
        try:
            found = [np.nan if cell.strip().casefold() in NOTHING else _number(cell) for cell in self.cells]
        except ValueError:
            return None
        values = np.array(found, np.float64)
        return values if np.isfinite(values).any() else None

    @property
    def continuous(self) -> bool:
        """Whether its numbers are amounts, to be coloured by a scale, rather than names of few groups."""
        return self.limits is not None

    @cached_property
    def limits(self) -> tuple[float, float] | None:
        """The least and the greatest of its numbers, where they are amounts."""
        values = self.numbers
        if values is None:
            return None
        known = values[np.isfinite(values)]
        if (known == np.floor(known)).all() and len(np.unique(known)) <= FEW:
            return None
        return float(known.min()), float(known.max())

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The different texts in it, as people sort them, without those that say nothing."""
        return sorted_naturally([text for text in self.counts if text.strip().casefold() not in NOTHING])

    @cached_property
    def counts(self) -> Counter[str]:
        """How many points have each text."""
        return Counter(cell for cell in self.cells)

    @cached_property
    def largest(self) -> tuple[tuple[str, int], ...]:
        """The groups that have the most points, with their number."""
        found = self.counts.most_common(DISTINCT + len(NOTHING))
        return tuple(pair for pair in found if pair[0].strip().casefold() not in NOTHING)[:DISTINCT]

    @cached_property
    def ends(self) -> tuple[float, float, float]:
        """The limit of its numbers' lowest tenth, their middle, and the limit of the highest tenth."""
        assert self.numbers is not None
        low, middle, high = np.nanquantile(self.numbers, (0.1, 0.5, 0.9)).tolist()
        return low, middle, high

    @cached_property
    def codes(self) -> Ints:
        """Of each point its place in `groups`, −1 where it says nothing: int64 (N,)."""
        places = {text: place for place, text in enumerate(self.groups)}
        return frozen_ints(np.fromiter((places.get(cell, -1) for cell in self.cells), np.int64, len(self.cells)))

    @cached_property
    def ranks(self) -> Values:
        """Keys that sort the points as people would, float64 (N,); NaN, which comes last, where it says nothing."""
        if self.numbers is not None:
            return self.numbers
        return np.where(self.codes < 0, np.nan, self.codes.astype(np.float64))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The cells without the difference between large and small letters."""
        return tuple(cell.casefold() for cell in self.cells)


@dataclass(frozen=True, eq=False)
class Block:
    """Fields that come and go together."""

    fields: tuple[Field, ...]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The cells of each point as one text to search in."""
        if len(self.fields) == 1:
            return self.fields[0].plain
        return tuple(BETWEEN.join(cells) for cells in zip(*(field.plain for field in self.fields), strict=True))


@dataclass(frozen=True, eq=False)
class Table:
    """All fields of N points."""

    blocks: tuple[Block, ...]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """The fields by their names, in order."""
        return {field.name: field for block in self.blocks for field in block.fields}

    def __len__(self) -> int:
        return len(next(iter(self.fields.values())).cells)

    @property
    def ready(self) -> bool:
        """Whether it can be sorted and searched without a wait: it is small, or was prepared."""
        return len(self) <= SMALL or all(
            "lines" in vars(block) or block.fields[0].name == BY_HAND for block in self.blocks
        )

    def prepare(self, cancelled: IsCancelled = never) -> None:
        """Find what follows from all cells ahead of need; a large table takes a second, which no window should wait."""
        for block in self.blocks:
            for field in block.fields:
                if cancelled():
                    return
                _ = field.ranks, field.limits
                _ = field.ends if field.continuous else (field.codes, field.largest)
            _ = block.lines


def table_of(state: State) -> Table | None:
    """The table of the points shown: of the first run, with what a second one knows beyond that; None without a run."""
    if not state.runs:
        return None
    second = state.runs[1].run if len(state.runs) > 1 else None
    return table_for(state.runs[0].run, second, state.annotations)


def table_for(first: Run, second: Run | None, annotations: Annotations) -> Table:
    """The table of a run's probe, with the columns of a second one that shows the same points.

    The same object for the same runs and labels, and the same fields for as long as these say the same.
    """
    if second is not None and (second.probe is first.probe or len(second.probe) != len(first.probe)):
        second = None
    key = (None if second is None else ref(second.probe), annotations)
    known = _tables.get(first.probe)
    if known is not None and known[0] == key:
        return known[1]
    own = _own(first)
    blocks = [own]
    if second is not None and (further := _further(first, own, second)):
        blocks.append(further)
    for columns, where in ((annotations.columns, "added"), (annotations.beyond, "B")):
        taken = tuple(field for block in blocks for field in block.fields)
        if columns.cells and (added := _added(first, taken, columns, where)):
            blocks.append(added)
    if len(annotations):
        blocks.append(_by_hand(first, annotations))
    table = Table(tuple(blocks))
    _tables[first.probe] = key, table
    return table


def source_labels(run: Run) -> tuple[str, ...]:
    """The name of each point's own label; empty where it has none."""
    names = (*run.classes, "")  # -1, which is no label, finds the last
    return tuple(names[label] for label in run.probe.labels.tolist())


def source_label(run: Run, row: int) -> str:
    """The name of one point's own label; empty where it has none."""
    return class_name(run.classes, int(run.probe.labels[row]))


def relabelled(run: Run, annotations: Annotations, rows: Iterable[int], label: str) -> Annotations:
    """The labels by hand after these points got one; a point whose own it is needs none, and an empty one takes it."""
    text = " ".join(label.split())
    wanted = {run.probe.ids[row]: "" if source_label(run, row) == text else text for row in rows}
    kept = annotations.with_labels([name for name, new in wanted.items() if new], text)
    return kept.with_labels([name for name, new in wanted.items() if not new], "")


def figures(name: str, values: NDArray[Any]) -> Field:
    """A field of numbers that are known as such, (N,), NaN where there is none."""
    made = Field(name, tuple("" if value != value else f"{value:.6g}" for value in values.tolist()))
    vars(made)["numbers"] = np.asarray(values, np.float64)  # not read back from what was written
    return made


def natural(text: str) -> str:
    """A key that sorts as people count: test-9 before test-10, large and small letters alike."""
    return _DIGITS.sub(_padded, text.casefold())


def sorted_naturally(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts in their natural order; many are sorted part by part, so that other threads come to their turn."""
    keys = [natural(text) for text in texts]
    limits = sorted(keys[:: len(keys) // PARTS]) if len(keys) > SMALL else []
    parts: list[list[int]] = [[] for _ in range(len(limits) + 1)]
    for place, key in enumerate(keys):
        parts[bisect_right(limits, key)].append(place)
    return tuple(texts[place] for part in parts for place in sorted(part, key=keys.__getitem__))


_own_blocks: WeakKeyDictionary[Sample, Block] = WeakKeyDictionary()
_further_blocks: "WeakKeyDictionary[Sample, tuple[ref[Sample], Block | None]]" = WeakKeyDictionary()
_added_blocks: "WeakKeyDictionary[Columns, tuple[ref[Sample], tuple[Field, ...], Block | None]]" = WeakKeyDictionary()
_tables: "WeakKeyDictionary[Sample, tuple[tuple[ref[Sample] | None, Annotations], Table]]" = WeakKeyDictionary()


def _own(run: Run) -> Block:
    """Id, label where there are any, and the metadata of a run's probe."""
    block = _own_blocks.get(run.probe)
    if block is None:
        fields = [Field(ID, run.probe.ids)]
        if (run.probe.labels >= 0).any():
            fields.append(Field(LABEL, source_labels(run)))
        fields += _renamed(run.probe.metadata.items(), RESERVED, "table")
        block = _own_blocks[run.probe] = Block(tuple(fields))
    return block


def _further(first: Run, own: Block, second: Run) -> Block | None:
    """The metadata of a second run that the first does not have, or has otherwise; the same while both are the same."""
    known = _further_blocks.get(first.probe)
    if known is not None and known[0]() is second.probe:
        return known[1]
    ours = {field.name: field.cells for field in own.fields}
    theirs = [(field.name, field.cells) for field in _own(second).fields if field.name not in (ID, LABEL)]
    news = [pair for pair in theirs if ours.get(pair[0]) != pair[1]]
    block = Block(tuple(_renamed(news, frozenset(ours), "B"))) if news else None
    _further_blocks[first.probe] = ref(second.probe), block
    return block


def _added(run: Run, taken: tuple[Field, ...], columns: Columns, where: str) -> Block | None:
    """The columns that a person added, without those that are there; the same while nothing of it changes."""
    known = _added_blocks.get(columns)
    if known is not None and known[0]() is run.probe and known[1] == taken:
        return known[2]
    there = {field.name: field.cells for field in taken}
    news = [(name, cells) for name, cells in columns.in_order(run.probe.ids).cells.items() if there.get(name) != cells]
    block = Block(tuple(_renamed(news, RESERVED | set(there), where))) if news else None
    _added_blocks[columns] = ref(run.probe), taken, block
    return block


def _by_hand(run: Run, annotations: Annotations) -> Block:
    """Every point's label after editing, and whether it was edited."""
    own = next((field.cells for field in _own(run).fields if field.name == LABEL), ("",) * len(run.probe))
    labels = annotations.labels
    rows = run.probe.rows
    places = np.fromiter((rows.get(name, -1) for name in labels), np.int64, len(labels))
    known = places >= 0  # the others are of points that this run does not have
    after, edited = np.array(own, object), np.full(len(own), "no", object)
    after[places[known]] = np.array([*labels.values()], object)[known]
    edited[places[known]] = "yes"
    return Block((Field(BY_HAND, tuple(after.tolist())), Field(EDITED, tuple(edited.tolist()))))


def _renamed(columns: Iterable[tuple[str, Sequence[str]]], taken: frozenset[str], where: str) -> Iterable[Field]:
    """Fields of these columns; a name that is taken says where its column is from."""
    names = set(taken)
    for name, cells in columns:
        free = name if name and name not in names else f"{name or 'column'} ({where})"
        while free in names:
            free += "'"
        names.add(free)
        yield Field(free, tuple(cells))


def _padded(digits: "re.Match[str]") -> str:
    return digits[0].zfill(_PLACES)


def _number(cell: str) -> float:
    """A finite number; ValueError where it is none that people write."""
    if "_" in cell:
        raise ValueError(cell)
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(cell)
    return value
