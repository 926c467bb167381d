"""Which columns of a table are the ids, the labels and the images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.found import Hints

IDS = ("id", "_id", "ids", "uid", "uuid", "key")
LABELS = ("label", "labels", "class", "class_name", "target", "category", "species", "y", "true_label")
IMAGES = ("image", "image_path", "img", "img_path", "image_file", "file", "filename", "file_name", "filepath", "path")


@dataclass(frozen=True)
class Roles:
    """The columns for ids, labels and images; empty for none."""

    ids: str = ""
    labels: str = ""
    images: str = ""


def roles_of(columns: Sequence[str], hints: Hints, source: Path) -> Roles:
    """What the hints name, else what a usual name tells. LatentariumError where a named column is not there."""
    for field, name in (("id", hints.id_field), ("label", hints.label_field), ("image", hints.image_field)):
        if name and name not in columns:
            some = ", ".join(column[:40] for column in columns[:12]) + ("…" if len(columns) > 12 else "")
            raise LatentariumError(f"{source} has no column {name} for the {field}s; its columns are {some}.")
    return Roles(
        hints.id_field or _usual(columns, IDS),
        hints.label_field or _usual(columns, LABELS),
        hints.image_field or _usual(columns, IMAGES),
    )


def ids_of(table: Mapping[str, tuple[str, ...]], field: str, asked: bool, points: int) -> tuple[str, ...]:
    """The ids of the points: a column where it has a different text for each, else the row numbers.

    LatentariumError where somebody `asked` for a column that cannot be it.
    """
    values = table.get(field)
    if values is not None and len(set(values)) == points and all(values):
        return values
    if asked and values is not None:
        seen: set[str] = set()
        twice = next((value for value in values if value in seen or seen.add(value)), "")  # type: ignore[func-returns-value]
        what = f"{twice!r} stands in it twice" if twice else "some of its cells are empty"
        raise LatentariumError(f"Column {field} cannot be the id: {what}; every point needs an id of its own.")
    return tuple(map(str, range(points)))


def _usual(columns: Sequence[str], names: Sequence[str]) -> str:
    plain = {column.strip().lower().replace(" ", "_"): column for column in reversed(columns)}
    return next((plain[name] for name in names if name in plain), "")
