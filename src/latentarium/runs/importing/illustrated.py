"""Where the images of a table's points lie."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.columns import Roles
from latentarium.runs.importing.found import Hints
from latentarium.runs.importing.pictures import images_in, locate, locate_by_id

USUAL = ("images", "imgs")  # folders of images beside a table


def image_files(
    table: Mapping[str, Sequence[str]], roles: Roles, hints: Hints, beside: Path, points: int
) -> list[Path | None]:
    """The image file of each point, None where there is none; empty where no point has one.

    By the column that names them, in the folder the hints name, or else `beside` or in a usual folder there; without
    such a column by id, and where that finds nothing, the files of the folder in the order of their names where there
    are as many as points.
    """
    folder = image_folder(hints) or beside
    named = table.get(roles.images, ()) if roles.images else ()
    files: list[Path | None] = []
    for place in (folder,) if hints.images is not None else (beside, *(beside / name for name in USUAL)):
        files = [locate(place, name) if name else None for name in named]
        if any(files):
            break
    if hints.images is not None and not any(files):
        ids = table.get(roles.ids) or tuple(map(str, range(points)))
        files = [locate_by_id(folder, name) for name in ids]
        if not any(files):
            inside = images_in(folder)
            files = list(inside) if len(inside) == points else []
    return files if any(files) else []


def image_folder(hints: Hints) -> Path | None:
    """The folder of images that the hints name; LatentariumError where it is none."""
    if hints.images is not None and not hints.images.is_dir():
        raise LatentariumError(f"There is no folder of images at {hints.images}.")
    return hints.images


def said_of_images(roles: Roles, hints: Hints, few: Sequence[Path | None]) -> tuple[str, ...]:
    """What is missing for the points to have images, judged by the first few."""
    if any(few):
        return ()
    if roles.images:
        where = hints.images or "beside the table"
        return (f"The files that column {roles.images} names were not found ({where}); name the folder of images.",)
    if hints.images is not None:
        return (f"No file in {hints.images} goes with a point; name the column that holds the images' file names.",)
    return ("The files name no images: points are shown without.",)
