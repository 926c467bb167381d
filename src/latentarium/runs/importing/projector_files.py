"""The files that TensorBoard's projector reads: tensors, metadata and sprites."""

from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError
from latentarium.core.thumbnails import Thumbnails
from latentarium.data.pictures import MOST_PIXELS, UnreadableError, read_whole
from latentarium.runs.importing.arrays import Stored, check_regular, find_array, floats_of, vectors_of
from latentarium.runs.importing.found import FEW
from latentarium.runs.importing.numbers import numbers_in, rows_at_a_time
from latentarium.runs.importing.pictures import cells_of
from latentarium.runs.importing.tables import MOST_KEPT, Head, measured, opened_table
from latentarium.runs.layout import LARGEST_DIMENSIONS, LARGEST_ROWS

LARGEST_CELL = 8192  # pixels a side
LONGEST_VECTOR = 1 << 21  # bytes of a line of numbers
LONGEST_LINE = 1 << 16  # characters of metadata of one column
MOST_BLANK = 1000  # lines after the last point

T = TypeVar("T")


@dataclass(frozen=True)
class Tensor:
    """N vectors of D dimensions in a file: lines of numbers, raw float32, or an array of numpy."""

    path: Path
    points: int
    dimensions: int
    stored: Stored | None = None

    def read(self) -> Floats:
        """The vectors, (N, D)."""
        if self.stored is not None:
            return floats_of(self.stored.read(), self.path)
        if self.path.suffix.lower() == ".bytes":
            data = self.path.read_bytes()[: 4 * self.points * self.dimensions]
            return floats_of(np.frombuffer(data, "<f4").reshape(self.points, self.dimensions), self.path)
        vectors = np.full((self.points, self.dimensions), np.nan, np.float32)  # a row that is missing is refused
        with opened_table(self.path, named=False) as (_, rows):
            rows, begun = islice(rows, self.points), 0
            while block := list(islice(rows, rows_at_a_time(self.dimensions))):
                vectors[begun : begun + len(block)] = numbers_in(block, self.dimensions, partial(self._wrong, begun))
                begun += len(block)
        return floats_of(vectors, self.path)

    def _wrong(self, begun: int, place: int) -> str:
        return f"{self.path} is damaged: row {begun + place} is no vector of {self.dimensions} numbers."


def find_tensor(path: Path, shape: tuple[int, ...]) -> Tensor:
    """A tensor's size; `shape` is what the config says, which raw bytes need. Raises LatentariumError."""
    size = check_regular(path)
    if path.suffix.lower() in (".npy", ".npz"):
        stored = find_array(path)
        return Tensor(path, *vectors_of(stored), stored)
    if path.suffix.lower() != ".bytes":
        return Tensor(path, *_counted(path))
    if len(shape) != 2:
        raise LatentariumError(f"{path} holds raw numbers, and no tensorShape says of how many points.")
    points, dimensions = shape
    if not (0 < points <= LARGEST_ROWS and 0 < dimensions <= LARGEST_DIMENSIONS):
        raise LatentariumError(f"{path} cannot hold {points:,} points of {dimensions:,} dimensions.")
    if size != 4 * points * dimensions:
        raise LatentariumError(
            f"{path} has {size:,} bytes, but {points:,} points of {dimensions:,} dimensions are "
            f"{4 * points * dimensions:,}: it is another file, or is not whole."
        )
    return Tensor(path, points, dimensions)


def _counted(path: Path) -> tuple[int, int]:
    """How many lines of numbers a file has, and how many are on the first; the others are looked at when read."""
    points = width = 0
    with path.open("rb") as file:
        while line := file.readline(LONGEST_VECTOR):
            if len(line) == LONGEST_VECTOR:
                raise LatentariumError(f"{path} has a line of more than {LONGEST_VECTOR:,} bytes; it is no tensor.")
            if line.strip():
                width = width or line.count(b"\t") + 1
                points += 1
    if not points or points > LARGEST_ROWS or width > LARGEST_DIMENSIONS:
        raise LatentariumError(f"{path} is no tensor: it has {points:,} lines of {width:,} numbers.")
    return points, width


def metadata_head(path: Path, points: int) -> Head:
    """The columns and first rows of metadata for `points` points. Raises LatentariumError where they are not as many.

    Metadata has a header only if it has more than one column; a single column is called label.
    """
    columns = read_metadata(path, points)
    rows = tuple(tuple(column[row] for column in columns.values()) for row in range(min(FEW, points)))
    return Head(tuple(columns), rows, points)


def count_points(path: Path, size: int) -> int:
    """How many points a table of metadata is for, where their vectors take `size` bytes of float32; 0 where it cannot.

    With one column it may have a header or not.
    """
    with opened_table(path, named=False) as (names, rows):
        count = sum(1 for _ in rows)
        choices = (count - 1,) if len(names) > 1 else (count, count - 1)
    return next((points for points in choices if points > 0 and size and size % (4 * points) == 0), 0)


def read_metadata(path: Path, points: int) -> dict[str, tuple[str, ...]]:
    """The columns of metadata by name. Raises LatentariumError where there are not `points` rows."""
    with opened_table(path, named=False) as (names, rows):
        width = len(names)
        table = list(islice(measured(rows, range(width), path), points + 2)) if width > 1 else []
    if width == 1:
        check_regular(path, MOST_KEPT)
        lines = _lines(path, points + MOST_BLANK)
        while len(lines) > points and not lines[-1].strip():
            lines.pop()
        header = lines.pop(0).strip() if len(lines) == points + 1 else ""
        return {header or "label": tuple(_checked(lines, points, path))}
    header_row, *rest = table
    _checked(rest, points, path)
    named = [name if name and header_row.index(name) == at else f"{name} {at}" for at, name in enumerate(header_row)]
    return {name: tuple(row[at] for row in rest) for at, name in enumerate(named)}


def _lines(path: Path, most: int) -> list[str]:
    """The lines of a file of one column, where a blank one is an empty cell."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return [line.rstrip("\n") for line in islice(iter(lambda: file.readline(LONGEST_LINE), ""), most)]


def read_sprite(path: Path, cell: tuple[int, int], count: int) -> Thumbnails:
    """The first `count` images of a sprite whose cells are `cell` (width, height) pixels. Raises LatentariumError."""
    if not (0 < cell[0] <= LARGEST_CELL and 0 < cell[1] <= LARGEST_CELL):
        raise LatentariumError(f"{path} cannot be cut into images of {cell[0]} × {cell[1]} pixels.")
    try:
        sprite = read_whole(path, MOST_PIXELS)
    except UnreadableError as error:
        raise LatentariumError(f"The sprite {path} cannot be read: {error}.") from error
    return cells_of(sprite, cell, count)


def _checked(rows: list[T], points: int, path: Path) -> list[T]:
    if len(rows) != points:
        more = "more" if len(rows) > points else f"{len(rows):,}"
        raise LatentariumError(f"{path} has {more} rows, but the tensor holds {points:,} points.")
    return rows
