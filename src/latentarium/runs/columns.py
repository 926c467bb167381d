"""A table in a text file, row by row and column by column."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice

from latentarium.runs.layout import LARGEST_TABLE

PART = 500  # rows read at a time: what reads them lets no other thread run, and the window's must not wait for all
csv.field_size_limit(LARGEST_TABLE)  # of the whole process, and set nowhere else: a cell may hold a whole vector


def rows_of(lines: Iterable[str], separator: str = ",") -> Iterator[list[str]]:
    """The rows of a CSV table; raises csv.Error where its quotes are amiss."""
    return csv.reader(lines, delimiter=separator, strict=True)


def columns_of(lines: Iterable[str], most: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of a CSV table and the cells below each; no further than one row beyond `most`.

    Raises csv.Error where its quotes are amiss, ValueError where a row is longer or shorter than the headings.
    """
    reader = rows_of(lines)
    headings = tuple(next(reader, ()))
    columns: list[list[str]] = [[] for _ in headings]
    left = most + 1
    while left > 0 and (rows := list(islice(reader, min(PART, left)))):
        if any(len(row) != len(headings) for row in rows):
            raise ValueError("rows of different lengths")
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(cells)
        left -= len(rows)
    return headings, [tuple(column) for column in columns]
