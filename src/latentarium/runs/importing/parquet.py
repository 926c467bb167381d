"""Parquet tables, row by row as text, through pyarrow where it is installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latentarium.core.errors import LatentariumError
from latentarium.runs.archive import LARGEST_RATIO, SMALL
from latentarium.runs.importing.arrays import check_regular
from latentarium.runs.importing.found import FEW
from latentarium.runs.importing.tables import Head
from latentarium.runs.layout import LARGEST_COLUMNS, LARGEST_ROWS

SUFFIXES = (".parquet", ".pq")
BATCH = 1024
LARGEST_TEXT = 16 << 20  # bytes of the file's own description of itself


def read_head(path: Path) -> Head:
    """The columns, the first rows, and how many there are."""
    with opened_table(path) as (columns, rows):
        few = []
        for row in rows:
            few.append(tuple(row))
            if len(few) == FEW:
                break
    return Head(columns, tuple(few), _opened(path).metadata.num_rows)


@contextmanager
def opened_table(path: Path) -> Iterator[tuple[tuple[str, ...], Iterator[list[str]]]]:
    """The columns' names and the rows; a cell that holds a list is its numbers, parted by spaces."""
    file = _opened(path)
    columns = tuple(str(name) for name in file.schema_arrow.names)
    yield columns, _rows(file, path)


def _opened(path: Path) -> Any:
    try:
        import pyarrow.parquet as arrow
    except ImportError as error:
        raise LatentariumError(
            f"{path} is a Parquet file, and reading one needs pyarrow: pip install latentarium[parquet]."
        ) from error
    size = check_regular(path)
    try:
        file = arrow.ParquetFile(
            path, thrift_string_size_limit=LARGEST_TEXT, thrift_container_size_limit=1_000_000, memory_map=False
        )
        about = file.metadata
        rows, width = about.num_rows, len(file.schema_arrow.names)
        grown = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    except (OSError, ValueError, OverflowError, MemoryError, NotImplementedError) as error:
        raise _damaged(path) from error
    if not 0 < width < LARGEST_COLUMNS or not 0 <= rows <= LARGEST_ROWS:
        raise LatentariumError(f"{path} is not read: it says that it has {rows:,} rows and {width:,} columns.")
    if not 0 <= grown <= LARGEST_RATIO * max(size, SMALL):
        raise LatentariumError(f"{path} is not read: it would grow to more than {LARGEST_RATIO} times its size.")
    return file


def _rows(file: Any, path: Path) -> Iterator[list[str]]:
    try:
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
            columns = [_texts(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                yield list(row)
    except (OSError, ValueError, OverflowError, MemoryError, NotImplementedError, UnicodeDecodeError) as error:
        raise _damaged(path) from error


def _texts(column: Any) -> list[str]:
    return [_text(value) for value in column.to_pylist()]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | np.ndarray):
        return " ".join(map(repr, value))
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _damaged(path: Path) -> LatentariumError:
    return LatentariumError(f"{path} is damaged: it is no whole Parquet file.")
