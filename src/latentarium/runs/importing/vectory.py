"""A table with a row for each point, and an array of their vectors in the same order, as Vectory reads them."""

from dataclasses import replace
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing.arrays import SUFFIXES, find_array, floats_of, vectors_of
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tabled import described, numbered, space_of
from latentarium.runs.importing.tables import read_columns, read_head

FORMAT = "vectory"
TITLE = "table and array of vectors (Vectory)"


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What an array and its table hold; None where `path` is neither, nor a folder with one of each.

    Raises LatentariumError where they do not go together.
    """
    pair = _pair(path, hints)
    if pair is None:
        return None
    array, table = pair
    guessed = hints.table is None and not path.is_dir() and table is not None and table.stem != array.stem
    try:
        stored = find_array(array)
        points, dimensions = vectors_of(stored)
    except LatentariumError:
        if guessed and path == table:
            return None  # whatever that is beside it, the table may hold its own vectors
        raise
    taken = f"Of the {stored.among} arrays in {array.name}, {stored.member.removesuffix('.npy')[:80]} is taken."
    told = (taken,) if stored.among > 1 else ()
    found = Found(path, FORMAT, TITLE, _name(path, array), points, dimensions, missing=told)
    if table is None:
        return replace(
            found,
            missing=(
                *told,
                "There is no table beside the array: points are numbered, without labels.",
            ),
        )
    head = read_head(table, True, cancelled)
    if head.count != points and guessed:
        if path == table:
            return None  # the array may be of something else, and the table hold its own vectors
        guess = f"{table.name} beside the array has {head.count:,} rows, and is not taken for its table"
        return replace(
            found,
            missing=(
                *told,
                f"{guess}: points are numbered, without labels.",
            ),
        )
    if head.count != points:
        raise LatentariumError(
            f"{table} has {head.count:,} rows, but {array} holds {points:,} vectors: they need the same points in the "
            "same order."
        )
    return described(found, head, hints, table)


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space, and what is missing in it besides."""
    pair = _pair(found.path, hints)
    if pair is None:
        raise LatentariumError(f"{found.path} has gone, or is another file now.")
    array, table = pair
    stored = find_array(array)
    moment = Moment(0, lambda: (floats_of(stored.read(), array), None))
    if table is None or not found.columns:
        return Space((moment,), numbered(found.points), numbered=True), ()
    return space_of((moment,), read_columns(table), found, hints, table, tell, cancelled)


def _pair(path: Path, hints: Hints) -> tuple[Path, Path | None] | None:
    """The array and the table that belong together."""
    if path.is_dir():
        arrays = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        tables = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        if len(arrays) != 1 or not (hints.table or len(tables) == 1):
            return None
        return arrays[0], hints.table or tables[0]
    if path.suffix.lower() in SUFFIXES:
        return path, hints.table or _beside(path, (".csv", ".tsv"))
    if path.suffix.lower() in (".csv", ".tsv") and hints.table is None:
        array = _beside(path, SUFFIXES)
        return (array, path) if array is not None else None
    return None


def _beside(path: Path, suffixes: tuple[str, ...]) -> Path | None:
    """A file of the same name with another ending, or else the only one with it in the folder."""
    for suffix in suffixes:
        if path.with_suffix(suffix).is_file():
            return path.with_suffix(suffix)
    others = [file for file in path.parent.iterdir() if file.suffix.lower() in suffixes and file.is_file()]
    same = [file for file in path.parent.iterdir() if file.suffix.lower() == path.suffix.lower() and file.is_file()]
    return others[0] if len(others) == len(same) == 1 else None


def _name(path: Path, array: Path) -> str:
    return path.name if path.is_dir() else array.stem
