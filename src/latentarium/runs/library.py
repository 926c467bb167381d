"""The folder where runs go by default, and what lies in it."""

import os
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.runs.archive import opened, run_members
from latentarium.runs.description import Description, read_description
from latentarium.runs.groups import SWEEP, is_group, read_group
from latentarium.runs.layout import DESCRIPTION, LARGEST_DESCRIPTION, LARGEST_MANIFEST, MANIFEST
from latentarium.runs.manifest import Manifest, parse_manifest, read_manifest


@dataclass(frozen=True)
class Summary:
    """One run of a library, as far as its run.json and its manifest tell it.

    `points` counts the probe. `created` is ISO 8601 in UTC, `scalars` are those of the last frame, `result`
    is empty until training came to its end. `group` names the folder of the sweep that the run is one of, or is
    empty.
    """

    path: Path
    name: str
    id: str
    title: str
    created: str
    frames: int
    points: int
    dimensions: int
    classes: tuple[str, ...]
    scalars: Mapping[str, float]
    result: Mapping[str, float]
    group: str = ""


def library_folder() -> Path:
    """$LATENTARIUM_LIBRARY, or `runs` in the user's data folder."""
    named = os.environ.get("LATENTARIUM_LIBRARY")
    return Path(os.path.expanduser(named)) if named else user_data_path("latentarium") / "runs"


def fresh_folder(recipe: Recipe, parent: Path | None = None) -> Path:
    """A folder of the library (or of `parent`) that does not exist yet: title, day and time."""
    parent = parent or library_folder()
    plain = unicodedata.normalize("NFKD", recipe.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "run"
    stem = f"{words}-{datetime.now():%Y-%m-%d-%H%M}"
    folder, count = parent / stem, 1
    while folder.exists():
        count += 1
        folder = parent / f"{stem}-{count}"
    return folder


def find_group(name: str) -> Path | None:
    """The folder of the sweep that a name means, a path or that of one in the library; None where it means none."""
    path = Path(name)
    for folder in (path, path.parent if path.name == SWEEP else path, library_folder() / name):
        if is_group(folder):
            return folder
    return None


def list_runs(folder: Path) -> list[Summary]:
    """The runs that lie in `folder`, newest first; what is none, or cannot be read, is left out. Checks no hash.

    Those of a sweep stand together in the order of its values, where the newest of them is.
    """
    if not folder.is_dir():
        return []
    found: list[list[Summary]] = []  # a run alone, or those of a sweep
    for path in folder.iterdir():
        try:
            if path.suffix == ".zip" and path.is_file():
                found.append([_of_zip(path)])
            elif (path / DESCRIPTION).is_file():
                found.append([summarise(path)])
            elif is_group(path):
                found.append(_members(path))
        except (LatentariumError, OSError):
            continue
    newest = sorted(filter(None, found), key=lambda runs: max((run.created, run.name) for run in runs), reverse=True)
    return [run for runs in newest for run in runs]


def summarise(folder: Path, group: str = "") -> Summary:
    """The summary of one run folder."""
    description, recipe = read_description(folder)
    return _summary(folder, description, recipe, read_manifest(folder), group)


def _members(folder: Path) -> list[Summary]:
    """The runs of a sweep that were begun, in the order of its values."""
    runs = []
    for path in read_group(folder).members:
        with suppress(LatentariumError, OSError):
            if (path / DESCRIPTION).is_file():
                runs.append(summarise(path, folder.name))
    return runs


def _of_zip(path: Path) -> Summary:
    texts = {}
    try:
        with opened(path) as archive:
            members = run_members(archive, path)
            for name, limit in ((DESCRIPTION, LARGEST_DESCRIPTION), (MANIFEST, LARGEST_MANIFEST)):
                with archive.open(members[name]) as file:
                    texts[name] = file.read(limit)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise LatentariumError(f"{path} cannot be read: it is no zip of a run.") from error
    description, recipe = read_description(path, texts[DESCRIPTION])
    return _summary(path, description, recipe, parse_manifest(Manifest(), texts[MANIFEST], path))


def _summary(path: Path, description: Description, recipe: Recipe, manifest: Manifest, group: str = "") -> Summary:
    return Summary(
        path=path,
        name=path.name.removesuffix(".zip"),
        id=description.id,
        title=recipe.title,
        created=description.created,
        frames=len(manifest.entries),
        points=description.probe.count,
        dimensions=description.dimensions,
        classes=description.classes,
        scalars=manifest.entries[-1].scalars if manifest.entries else {},
        result=manifest.checkpoints[-1].result if manifest.checkpoints else {},
        group=group,
    )
