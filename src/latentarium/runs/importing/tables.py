"""CSV and TSV files of other programs, row by row, read with distrust."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, never
from latentarium.runs.columns import rows_of
from latentarium.runs.importing.arrays import check_regular
from latentarium.runs.importing.found import FEW
from latentarium.runs.layout import LARGEST_COLUMNS, LARGEST_TABLE

SUFFIXES = (".csv", ".tsv", ".txt")
LARGEST_LINE = 1 << 22  # characters, also of a row that goes on over several lines
LARGEST_FILE = 8 << 30
MOST_ROWS = 1_000_000
MOST_KEPT = 2 * LARGEST_TABLE  # characters of columns, and 8 for each cell; what fits may still be too much for a run
MOST_VALUES = 50_000_000  # of vectors in a table: 200 MB of them
LONGEST_NAME = 200  # characters of a column's name
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Head:
    """The columns of a table, its first rows, and how many there are in all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int


@contextmanager
def opened_table(path: Path, named: bool = True) -> Iterator[tuple[tuple[str, ...], Iterator[list[str]]]]:
    """The columns' names and the rows, all of the same width; blank lines are passed over.

    Where the table is not `named`, its first line is a row already and the columns are called 0, 1 ….
    Raises LatentariumError, also while rows are taken, where it is no table, or a line of it is not like the others.
    """
    check_regular(path, LARGEST_FILE)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = _rows(file, path)
            first = next(rows, None)
            if first is None:
                raise LatentariumError(f"{path} is empty.")
            columns = _distinct(first) if named else tuple(map(str, range(len(first))))
            yield columns, _even(rows, None if named else first, len(first), path)
    except OSError as error:
        raise LatentariumError(f"{path} cannot be read: {error.strerror or error}.") from error


def read_head(path: Path, named: bool = True, cancelled: IsCancelled = never, most: int | None = None) -> Head:
    """Go through a table once, or through `most` rows of it, keeping the first rows only. Raises CancelledError."""
    with opened_table(path, named) as (columns, rows):
        few: list[tuple[str, ...]] = []
        count = 0
        for row in islice(rows, most):
            if count < FEW:
                few.append(tuple(row))
            if count % 4096 == 0 and cancelled():
                raise CancelledError("Nothing was looked at.")
            count += 1
    return Head(columns, tuple(few), count)


def read_columns(path: Path, named: bool = True, without: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """All columns but those in `without`, by name."""
    with opened_table(path, named) as (columns, rows):
        wanted = [place for place, name in enumerate(columns) if name not in without]
        kept = [[row[place] for place in wanted] for row in measured(rows, wanted, path)]
    values = zip(*kept, strict=True) if kept else [() for _ in wanted]
    return dict(zip([columns[place] for place in wanted], map(tuple, values), strict=True))


def measured(rows: Iterable[list[str]], kept: Sequence[int], path: Path) -> Iterator[list[str]]:
    """The rows, of which the cells at `kept` are to be kept. LatentariumError before these fill the memory."""
    size = 0
    for row in rows:
        size += sum(8 + len(row[place]) for place in kept)
        if size > MOST_KEPT:
            raise LatentariumError(
                f"The columns of {path} need more than {MOST_KEPT >> 20} MB; leave some of them out."
            )
        yield row


def _rows(file: TextIO, path: Path) -> Iterator[list[str]]:
    lines = _lines(file, path)
    first = next(lines, "").removeprefix("\ufeff")  # the mark of Windows
    separator = "\t" if path.suffix.lower() == ".tsv" else max(",\t;", key=first.count)
    quoted = separator != "\t"  # a tab needs no quotes, and TensorBoard writes none
    try:
        for line in chain([first], lines):
            if quoted and '"' in line:
                cells = next(rows_of(_record(line, lines, path), separator), [])
            else:  # most lines, and several times faster
                _check_width(line.count(separator) + 1, path)
                text = line.rstrip("\r\n")
                cells = text.split(separator) if text else []
            if cells:
                _check_width(len(cells), path)
                yield cells
    except csv.Error as error:
        raise LatentariumError(f"{path} is damaged: {error}.") from error


def _record(first: str, lines: Iterator[str], path: Path) -> Iterator[str]:
    """The lines that a row with quotes may go on over."""
    size = 0
    for line in chain([first], lines):
        size += len(line)
        if size >= LARGEST_LINE:
            raise LatentariumError(f"{path} has a row of more than {LARGEST_LINE:,} characters; it is no table.")
        yield line


def _check_width(cells: int, path: Path) -> None:
    if cells > LARGEST_COLUMNS:
        raise LatentariumError(f"{path} has more than the {LARGEST_COLUMNS:,} columns it may have.")


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    while line := file.readline(LARGEST_LINE):
        if len(line) == LARGEST_LINE:
            raise LatentariumError(f"{path} has a line of more than {LARGEST_LINE:,} characters; it is no table.")
        yield line


def _even(rows: Iterator[list[str]], first: list[str] | None, width: int, path: Path) -> Iterator[list[str]]:
    if first is not None:
        yield first
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise LatentariumError(
                f"{path} is not read: a table may have {MOST_ROWS:,} rows; leave some out of it, and of its vectors."
            )
        if width > 1 and len(row) == 1 and not row[0].strip():
            continue
        if len(row) != width:
            raise LatentariumError(f"{path} is damaged: row {number} has {len(row)} cells, the first line has {width}.")
        yield row


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names that are all different, none empty and none long, each in one line."""
    taken: dict[str, None] = {}
    for place, given in enumerate(names):
        name = _CONTROL.sub(" ", given).strip()[:LONGEST_NAME] or f"column {place}"
        again, count = name, 1
        while again in taken:
            count += 1
            again = f"{name} ({count})"
        taken[again] = None
    return tuple(taken)
