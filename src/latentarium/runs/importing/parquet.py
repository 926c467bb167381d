"""Parquet tables, row by row as text, through pyarrow where it is installed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError
from latentarium.runs.archive import LARGEST_RATIO, SMALL
from latentarium.runs.importing.arrays import check_regular
from latentarium.runs.importing.found import FEW
from latentarium.runs.importing.tables import MOST_ROWS, MOST_VALUES, Head
from latentarium.runs.layout import LARGEST_COLUMNS

SUFFIXES = (".parquet", ".pq")
BATCH = 1024  # rows at most
FEW_VALUES, MOST_PACKED = 8_000_000, 8  # values that may be in any file, and in a byte of a larger one
VALUES = 1 << 20  # in a batch at most
LARGEST_TEXT = 16 << 20  # bytes of the file's own description of itself


def read_head(path: Path) -> Head:
    """The columns, the first rows, and how many there are."""
    with opened_table(path, FEW) as (columns, rows):
        few = []
        for row in rows:
            few.append(tuple(row))
            if len(few) == FEW:
                break
    return Head(columns, tuple(few), _opened(path).metadata.num_rows)


def read_vectors(path: Path, names: Sequence[str], width: int) -> Iterator[tuple[Floats | None, list[list[str]]]]:
    """Block by block the vectors float32 (n, `width`) in the columns `names`, and the other columns as texts.

    None instead of the vectors of a block where one of them is no vector of `width` numbers.
    """
    file = _opened(path)
    columns = tuple(str(name) for name in file.schema_arrow.names)
    theirs = [columns.index(name) for name in names]
    own = [place for place in range(len(columns)) if place not in set(theirs)]
    for batch in _batches(file, path, max(1, min(BATCH, VALUES // max(width, 1)))):
        vectors = _vectors([batch.column(place) for place in theirs], width)
        yield vectors, [_texts(batch.column(place), path) for place in own]


def numeric(path: Path, names: Sequence[str]) -> bool:
    """Whether these columns hold numbers, or lists of numbers, and no text of them."""
    import pyarrow as arrow

    schema = _opened(path).schema_arrow
    kinds = [schema.types[schema.names.index(name)] for name in names]
    kinds = [kind.value_type if _is_list(kind) else kind for kind in kinds]
    return all(arrow.types.is_floating(kind) or arrow.types.is_integer(kind) for kind in kinds)


@contextmanager
def opened_table(path: Path, size: int = BATCH) -> Iterator[tuple[tuple[str, ...], Iterator[list[str]]]]:
    """The columns' names and the rows; a cell that holds a list is its numbers, parted by spaces.

    `size` rows are read at a time.
    """
    file = _opened(path)
    columns = tuple(str(name) for name in file.schema_arrow.names)
    yield columns, _rows(file, path, size)


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
            path,
            thrift_string_size_limit=LARGEST_TEXT,
            thrift_container_size_limit=1_000_000,
            memory_map=False,
            page_checksum_verification=True,
        )
        about = file.metadata
        rows, width = about.num_rows, len(file.schema_arrow.names)
        groups = [about.row_group(number) for number in range(about.num_row_groups)]
        values = sum(group.column(place).num_values for group in groups for place in range(group.num_columns))
        grown = sum(group.total_byte_size for group in groups)
    except (OSError, ValueError, OverflowError, MemoryError, NotImplementedError) as error:
        raise _damaged(path) from error
    if not 0 < width < LARGEST_COLUMNS or not 0 <= rows <= MOST_ROWS or not 0 <= values <= MOST_VALUES:
        raise LatentariumError(
            f"{path} is not read: it says that it has {rows:,} rows, {width:,} columns and {values:,} values; a table "
            f"may have {MOST_ROWS:,} rows and {MOST_VALUES:,} values. Larger vectors can be brought in as a .npy file."
        )
    swollen = values > max(FEW_VALUES, MOST_PACKED * size)
    if swollen or not 0 <= grown <= LARGEST_RATIO * max(size, SMALL):
        raise LatentariumError(f"{path} is not read: it would grow to many times its size.")
    return file


def _rows(file: Any, path: Path, size: int) -> Iterator[list[str]]:
    for batch in _batches(file, path, size):
        for row in zip(*(_texts(column, path) for column in batch.columns), strict=True):
            yield list(row)


def _vectors(columns: list[Any], width: int) -> Floats | None:
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told by its row
        return _floats(columns, width)


def _floats(columns: list[Any], width: int) -> Floats | None:
    if not _is_list(columns[0].type):
        return np.stack([column.to_numpy(zero_copy_only=False) for column in columns], 1).astype(np.float32)
    lengths = columns[0].value_lengths().to_numpy(zero_copy_only=False)
    if (lengths != width).any():  # NaN, for none, too
        return None
    values: Floats = columns[0].flatten().to_numpy(zero_copy_only=False)
    return values.reshape(len(lengths), width).astype(np.float32)


def _is_list(kind: Any) -> bool:
    import pyarrow as arrow

    return bool(arrow.types.is_list(kind) or arrow.types.is_large_list(kind) or arrow.types.is_fixed_size_list(kind))


def _batches(file: Any, path: Path, size: int) -> Iterator[Any]:
    try:
        yield from file.iter_batches(batch_size=size, use_threads=False)
    except (OSError, ValueError, OverflowError, MemoryError, NotImplementedError, UnicodeDecodeError) as error:
        raise _damaged(path) from error


def _texts(column: Any, path: Path) -> list[str]:
    try:
        return [_text(value) for value in column.to_pylist()]
    except (ValueError, OverflowError) as error:  # bytes that are no text, times that are no day
        raise _damaged(path) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | np.ndarray):
        return " ".join(map(repr, value))
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _damaged(path: Path) -> LatentariumError:
    return LatentariumError(f"{path} is damaged: it is no whole Parquet file.")
