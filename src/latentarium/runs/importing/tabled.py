"""What a table with a row for each point says of them, whatever holds their vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.thumbnails import Thumbnails
from latentarium.runs.importing.columns import ids_of, roles_of
from latentarium.runs.importing.found import FEW, PICTURES, Found, Hints
from latentarium.runs.importing.illustrated import image_files, said_of_images
from latentarium.runs.importing.pictures import few_of, thumbnails_from
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tables import Head

LONGEST_CELL = 1 << 17  # characters of a cell that holds no vector


def described(found: Found, head: Head, hints: Hints, source: Path, illustrated: bool = False) -> Found:
    """What was found, with what the table `source` adds; `illustrated`: its images are known from elsewhere."""
    roles = roles_of(head.columns, hints, source)
    few = {name: tuple(row[place] for row in head.rows) for place, name in enumerate(head.columns)}
    missing = list(found.missing)
    pictured, pictures = found.pictured, found.pictures
    if not illustrated:
        files = image_files(few, roles, hints, source.parent, min(FEW, found.points))
        if hints.images is not None and not files:  # the files may go with the points by their number alone
            files = image_files({}, roles, hints, source.parent, found.points)
        missing += said_of_images(roles, hints, files)
        pictured, pictures = bool(files), few_of(files, PICTURES)
    if not roles.labels:
        missing.append("No column is called label or class: name one to colour by, if there is one.")
    if not roles.ids:
        missing.append("No column is called id: points are numbered.")
    return replace(
        found,
        columns=head.columns,
        rows=head.rows,
        id_field=roles.ids,
        label_field=roles.labels,
        image_field=roles.images,
        pictured=pictured,
        pictures=pictures,
        missing=tuple(missing),
    )


def space_of(
    moments: tuple[Moment, ...],
    columns: Mapping[str, tuple[str, ...]],
    found: Found,
    hints: Hints,
    source: Path,
    tell: Progress,
    cancelled: IsCancelled,
    thumbnails: Thumbnails | None = None,
) -> tuple[Space, tuple[str, ...]]:
    """The space with the ids, labels, images and further columns of its table, and what is missing besides."""
    for name, texts in columns.items():
        if max(map(len, texts), default=0) > LONGEST_CELL:
            raise LatentariumError(
                f"{source} is not read: a cell of column {name[:80]} has more than {LONGEST_CELL:,} characters."
            )
    roles = roles_of(tuple(columns), hints, source)
    missing: tuple[str, ...] = ()
    if thumbnails is None:
        files: Sequence[Path | None] = image_files(columns, roles, hints, source.parent, found.points)
        thumbnails, missing = thumbnails_from(files, tell, cancelled) if files else (None, ())
    ids = ids_of(columns, roles.ids, bool(hints.id_field), found.points)
    metadata = {name: values for name, values in columns.items() if values is not ids}
    named = any(values is ids for values in columns.values())
    return Space(moments, ids, columns.get(roles.labels), metadata, thumbnails, numbered=not named), missing


def numbered(points: int) -> tuple[str, ...]:
    """The ids of points that have none: their row numbers."""
    return tuple(map(str, range(points)))
