"""Columns that a person added to a run's metadata, in a file beside what was recorded, which stays as it is."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock, Timeout

from latentarium.core.annotations import NO_COLUMNS, Columns
from latentarium.core.errors import LatentariumError
from latentarium.runs.annotations import PATIENCE
from latentarium.runs.columns import columns_of
from latentarium.runs.disk import inside, read_inside, write_whole
from latentarium.runs.importing.arrays import check_regular
from latentarium.runs.importing.tables import read_columns
from latentarium.runs.layout import ADDED_COLUMNS, ANNOTATIONS_LOCK, LARGEST_COLUMNS, LARGEST_TABLE
from latentarium.runs.run import Run

LARGEST_ADDED = 256 << 20  # bytes of a table that columns are taken from


def match_columns(run: Run, path: Path, id_field: str = "") -> tuple[Columns, int]:
    """The columns of a table (CSV or TSV) for the points of a run's probe, and how many of these it knows.

    Rows are matched by id: by the column `id_field`, else by the one that names the most points. Raises
    LatentariumError where it cannot be read, names none of the points, or a point twice.
    """
    if check_regular(path, LARGEST_ADDED) == 0:
        raise LatentariumError(f"{path} is empty.")
    table = read_columns(path)
    if id_field and id_field not in table:
        raise LatentariumError(f"{path} has no column “{id_field}”.")
    known = run.probe.rows
    found = {name: sum(cell in known for cell in table[name]) for name in ([id_field] if id_field else table)}
    chosen = max(found, key=found.__getitem__, default="")
    if not found.get(chosen):
        raise LatentariumError(f"{path} names no point of {run.name}: a column must hold ids such as {_example(run)}.")
    rows: dict[str, int] = {}
    for row, name in enumerate(table[chosen]):
        if name in known and name in rows:
            raise LatentariumError(f"{path} names the point {name} twice, in its column “{chosen}”.")
        rows[name] = row
    places = [rows.get(name, -1) for name in run.probe.ids]
    cells = {name: (*column, "") for name, column in table.items() if name != chosen}
    if not cells:
        raise LatentariumError(f"{path} has no column beside the ids in “{chosen}”.")
    taken = {name: tuple(column[place] for place in places) for name, column in cells.items()}
    return Columns(run.probe.ids, MappingProxyType(taken)), found[chosen]


def load_columns(run: Run) -> Columns:
    """The columns that were added to this run; none where nobody added any. Writes nothing.

    Raises LatentariumError where their file is damaged.
    """
    path = inside(run.folder, ADDED_COLUMNS)
    if not path.exists():
        return NO_COLUMNS
    data = read_inside(run.folder, ADDED_COLUMNS, LARGEST_TABLE)
    damaged = LatentariumError(f"{path} is damaged: it is no table whose first column is id.")
    try:
        names, columns = columns_of(io.StringIO(data.decode(errors="surrogateescape"), newline=""), len(data))
    except csv.Error as error:
        raise LatentariumError(f"{path} is damaged: {error}.") from error
    except ValueError as error:
        raise damaged from error
    if names[:1] != ("id",):
        raise damaged
    if len(names) > LARGEST_COLUMNS:
        raise LatentariumError(f"{path} has more than the {LARGEST_COLUMNS:,} columns it may have.")
    return Columns(columns[0], MappingProxyType(dict(zip(names[1:], columns[1:], strict=True))))


def save_columns(run: Run, columns: Columns) -> Columns:
    """Write these columns beside those that were added before, over those of the same name; all there are then.

    Raises LatentariumError where the run is a zip or cannot be written, or the table would be too large.
    """
    if run.folder != run.path:
        raise LatentariumError(f"{run.path} is a zip, which takes no columns; unpack it and open the folder.")
    try:
        with FileLock(inside(run.folder, ANNOTATIONS_LOCK), timeout=PATIENCE):
            before = load_columns(run).in_order(run.probe.ids)
            cells = {**before.cells, **columns.in_order(run.probe.ids).cells}
            data = _table(run.probe.ids, cells)
            if len(data) > LARGEST_TABLE or len(cells) >= LARGEST_COLUMNS:
                raise LatentariumError(f"The columns of {run.name} would be too large to be kept beside it.")
            write_whole(inside(run.folder, ADDED_COLUMNS), data)
    except Timeout as error:
        raise LatentariumError(f"Another program is writing beside {run.folder}; try again.") from error
    except OSError as error:
        raise LatentariumError(f"The columns cannot be saved in {run.folder}: {error.strerror or error}.") from error
    return Columns(run.probe.ids, MappingProxyType(cells))


def _example(run: Run) -> str:
    return f"“{run.probe.ids[0]}”" if len(run.probe) else "none, for it has no points"


def _table(ids: tuple[str, ...], cells: Mapping[str, tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *cells])
    writer.writerows(zip(ids, *cells.values(), strict=True))
    return text.getvalue().encode(errors="surrogateescape")
