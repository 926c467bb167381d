"""A table that holds the vectors itself: one column of vectors, or a column a dimension. CSV, TSV or Parquet."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing import parquet
from latentarium.runs.importing.arrays import floats_of
from latentarium.runs.importing.columns import roles_of
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tabled import described, space_of
from latentarium.runs.importing.tables import MOST_VALUES, SUFFIXES, Head, opened_table, read_head
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
    vectors = _vectors(_head(path), hints, path)
    if vectors is None:
        raise LatentariumError(f"{path} is another file now.")
    values = np.empty((found.points, vectors.dimensions), np.float32)
    kept: list[list[str]] = []
    if path.suffix.lower() in parquet.SUFFIXES and parquet.numeric(path, vectors.columns):
        return _straight(found, vectors, hints, tell, cancelled)
    with _opened(path) as (columns, rows):
        theirs = [columns.index(name) for name in vectors.columns]
        own = [place for place, name in enumerate(columns) if name not in vectors.columns]
        for number, row in enumerate(rows):
            if number % 1024 == 0:
                tell("Reading the table", number / max(found.points, 1))
                if cancelled():
                    raise CancelledError("Nothing was brought in.")
            if number >= found.points:
                raise LatentariumError(f"{path} has changed while it was read.")
            values[number] = _numbers([row[place] for place in theirs], vectors, path, number)
            kept.append([row[place] for place in own])
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


def _head(path: Path, cancelled: IsCancelled = never) -> Head:
    return parquet.read_head(path) if path.suffix.lower() in parquet.SUFFIXES else read_head(path, True, cancelled)


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
        if name not in spoken_for and len(_split(cell)) > 1:
            return Vectors((name,), True, len(_split(cell)))
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


def _split(cell: str) -> list[float]:
    """The numbers of a cell such as "[0.1, -2]" or "0.1 -2"; none where it is anything else."""
    try:
        found = [float(part) for part in cell.strip().strip("[](){}").replace(",", " ").replace(";", " ").split()]
    except ValueError:
        return []
    return found if len(found) <= LARGEST_DIMENSIONS else []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(cells: Sequence[str], vectors: Vectors, path: Path, row: int) -> Floats | list[float]:
    try:
        numbers = _split(cells[0]) if vectors.cells else [float(cell) for cell in cells]
    except ValueError:
        numbers = []
    if len(numbers) != vectors.dimensions:
        what = f"column {vectors.columns[0]}" if vectors.cells else "its columns of numbers"
        raise LatentariumError(f"{path}: row {row} has no vector of {vectors.dimensions} numbers in {what}.")
    return numbers
