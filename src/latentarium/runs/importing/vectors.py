"""A table that holds the vectors itself: one column of vectors, or a column a dimension. CSV, TSV or Parquet."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing import parquet
from latentarium.runs.importing.arrays import floats_of
from latentarium.runs.importing.columns import roles_of
from latentarium.runs.importing.found import FEW, Found, Hints
from latentarium.runs.importing.numbers import numbers_in, rows_at_a_time
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tabled import described, space_of
from latentarium.runs.importing.tables import MOST_VALUES, SUFFIXES, Head, measured, opened_table, read_head
from latentarium.runs.layout import LARGEST_DIMENSIONS

FORMAT = "table"
TITLE = "table with vectors (CSV, TSV or Parquet)"

_NUMBERED = re.compile(r"(.*?)[ _.\-\[]?(\d{1,6})\]?")
_TOLD = 200  # characters of a cell that is shown


@dataclass(frozen=True)
class Vectors:
    """The columns of a table that hold the vectors: one with a vector in each cell, or one for each dimension."""

    columns: tuple[str, ...]
    cells: bool
    dimensions: int
    remark: str = ""


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What a table of vectors holds; None where `path` is no table, or there is an array that it goes with."""
    if path.suffix.lower() not in (*SUFFIXES, *parquet.SUFFIXES) or not path.is_file() or hints.table is not None:
        return None
    head = _head(path, cancelled)
    vectors = _vectors(head, hints, path)
    if vectors is None:
        raise LatentariumError(
            f"{path} has no vectors: it needs a column with a vector in each cell, columns numbered by dimension, or "
            "an array (.npy or .npz) beside it."
        )
    if head.count * vectors.dimensions > MOST_VALUES:
        raise LatentariumError(
            f"{path} holds {head.count:,} vectors of {vectors.dimensions:,} dimensions, more than the {MOST_VALUES:,} "
            "numbers a table may have; keep the vectors in a .npy file beside it."
        )
    others = tuple(name for name in head.columns if name not in vectors.columns)
    places = [head.columns.index(name) for name in others]
    rows = tuple(tuple(row[place][:_TOLD] for place in places) for row in head.rows)
    found = Found(path, FORMAT, TITLE, path.stem, head.count, vectors.dimensions)
    found = described(found, Head(others, rows, head.count), hints, path)
    return replace(found, missing=(vectors.remark, *found.missing)) if vectors.remark else found


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space, and what is missing in it besides."""
    path = found.path
    vectors = _vectors(_head(path, most=FEW), hints, path)
    if vectors is None:
        raise LatentariumError(f"{path} is another file now.")
    if path.suffix.lower() in parquet.SUFFIXES and parquet.numeric(path, vectors.columns):
        return _straight(found, vectors, hints, tell, cancelled)
    values = np.empty((found.points, vectors.dimensions), np.float32)
    kept: list[list[str]] = []
    with _opened(path) as (columns, rows):
        theirs = [columns.index(name) for name in vectors.columns]
        own = [place for place, name in enumerate(columns) if name not in vectors.columns]
        cells_of, rows = itemgetter(*theirs), measured(rows, own, path)
        while block := list(islice(rows, rows_at_a_time(vectors.dimensions))):
            begun = len(kept)
            tell("Reading the table", begun / max(found.points, 1))
            if cancelled():
                raise CancelledError("Nothing was brought in.")
            if begun + len(block) > found.points:
                raise LatentariumError(f"{path} has changed while it was read.")
            cells = [_split(row[theirs[0]]) for row in block] if vectors.cells else list(map(cells_of, block))
            values[begun : begun + len(block)] = numbers_in(
                cells, vectors.dimensions, partial(_wrong, vectors, path, begun)
            )
            kept += ([row[place] for place in own] for row in block)
    if len(kept) < found.points:
        raise LatentariumError(f"{path} has changed while it was read.")
    table = {columns[place]: tuple(row[at] for row in kept) for at, place in enumerate(own)}
    made = floats_of(values, path)
    moment = Moment(0, lambda: (made, None))
    return space_of((moment,), table, found, hints, path, tell, cancelled)


def _straight(
    found: Found, vectors: Vectors, hints: Hints, tell: Progress, cancelled: IsCancelled
) -> tuple[Space, tuple[str, ...]]:
    """The space of a Parquet table whose vectors are numbers already."""
    path, row = found.path, 0
    values = np.empty((found.points, vectors.dimensions), np.float32)
    names = [name for name in parquet.read_head(path).columns if name not in vectors.columns]
    table: dict[str, list[str]] = {name: [] for name in names}
    for block, others in parquet.read_vectors(path, vectors.columns, vectors.dimensions):
        tell("Reading the table", row / max(found.points, 1))
        if cancelled():
            raise CancelledError("Nothing was brought in.")
        if block is None:
            raise LatentariumError(
                f"{path}: a row after row {row - 1 if row else 0} has no vector of {vectors.dimensions} numbers in "
                f"column {vectors.columns[0]}."
            )
        if row + len(block) > found.points:
            raise LatentariumError(f"{path} has changed while it was read.")
        values[row : row + len(block)] = block
        row += len(block)
        for name, texts in zip(names, others, strict=True):
            table[name] += texts
    if row < found.points:
        raise LatentariumError(f"{path} has changed while it was read.")
    made = floats_of(values, path)
    kept = {name: tuple(texts) for name, texts in table.items()}
    return space_of((Moment(0, lambda: (made, None)),), kept, found, hints, path, tell, cancelled)


def _head(path: Path, cancelled: IsCancelled = never, most: int | None = None) -> Head:
    whole = path.suffix.lower() in parquet.SUFFIXES
    return parquet.read_head(path) if whole else read_head(path, True, cancelled, most)


def _opened(path: Path) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[list[str]]]]:
    return parquet.opened_table(path) if path.suffix.lower() in parquet.SUFFIXES else opened_table(path)


def _vectors(head: Head, hints: Hints, path: Path) -> Vectors | None:
    """Where the vectors are, judged by the columns' names and the first rows."""
    if not head.rows:
        raise LatentariumError(f"{path} has no row below its header.")
    roles = roles_of(head.columns, hints, path)
    spoken_for = {roles.ids, roles.labels, roles.images}
    first = dict(zip(head.columns, head.rows[0], strict=True))
    for name, cell in first.items():
        parts = _split(cell)
        if name not in spoken_for and 1 < len(parts) <= LARGEST_DIMENSIONS and all(map(_is_number, parts)):
            return Vectors((name,), True, len(parts))
    numeric = [
        name
        for place, name in enumerate(head.columns)
        if name not in spoken_for and all(_is_number(row[place]) for row in head.rows)
    ]
    families: dict[str, list[tuple[int, str]]] = {}
    for name in numeric:
        match = _NUMBERED.fullmatch(name.strip())
        if match:
            families.setdefault(match[1], []).append((int(match[2]), name))
    best = max(families.values(), key=len, default=[])
    if len(best) > 1:
        return Vectors(tuple(name for _, name in sorted(best)), False, len(best))
    if len(numeric) > 1:
        names = ", ".join(numeric[:4]) + ("…" if len(numeric) > 4 else "")
        return Vectors(
            tuple(numeric),
            False,
            len(numeric),
            f"No column says that it holds vectors: the {len(numeric)} columns of numbers are taken ({names}).",
        )
    return None


def _split(cell: str) -> list[str]:
    """The numbers, as texts, of a cell such as "[0.1, -2]" or "0.1 -2"; whatever else stands there, too."""
    return cell.strip().strip("[](){}").replace(",", " ").replace(";", " ").split()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _wrong(vectors: Vectors, path: Path, begun: int, place: int) -> str:
    what = f"column {vectors.columns[0]}" if vectors.cells else "its columns of numbers"
    return f"{path}: row {begun + place} has no vector of {vectors.dimensions} numbers in {what}."
