"""The folder where runs go by default, and what lies in it."""

import os
import re
import stat
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.runs.archive import BROKEN, opened, run_members
from latentarium.runs.description import Description, read_description
from latentarium.runs.disk import read_inside
from latentarium.runs.groups import SWEEP, is_group, read_group
from latentarium.runs.layout import DESCRIPTION, HOLDER, LARGEST_DESCRIPTION, LARGEST_MANIFEST, MANIFEST
from latentarium.runs.manifest import Glimpse, glimpse

LESSONS = "lessons"  # in the library's folder: what is made for lessons, and belongs to nobody
YOUNG = 10.0  # seconds, for which what was changed may not be whole yet
MOST_NAMED = 4  # of several runs with one title
MOST_PARTS = 3  # of a run's name: the person's group, the sweep, the run


@dataclass(frozen=True)
class Summary:
    """One run of a library, as far as its run.json and its manifest tell it.

    `points` counts the probe. `created` is ISO 8601 in UTC, `scalars` are those of the last frame, `result`
    is empty until training came to its end. `group` names the folder of the sweep that the run is one of, `shelf`
    the folder that the person put it in, `origin` the format of what was not trained here; each is empty for none.
    `dataset` and `sample` are the fingerprints of the data set and of the probe, empty where they are not known.
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
    shelf: str = ""
    origin: str = ""
    dataset: str = ""
    sample: str = ""


Known = dict[Path, tuple[tuple[tuple[int, int], ...], Summary]]  # by the run's place: its files' times and lengths


@dataclass
class Surroundings:
    """What is met in a library besides whole runs, while it is read.

    `unread` has a sentence for each folder of a run that cannot be read. `folders` are those that were looked into,
    where runs may come and go; `unfinished` are folders of runs that cannot be read, have no frame yet or are being
    written. It is `young` where a run, or what may become one, was changed a few seconds ago.
    """

    unread: list[str] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    unfinished: list[Path] = field(default_factory=list)
    young: bool = False

    def look_at(self, *paths: Path) -> None:
        """Notice what was changed, or came here, a few seconds ago; what was copied may have kept its older time."""
        for path in () if self.young else paths:
            with suppress(OSError):
                status, now = path.stat(), time.time()
                self.young |= min(abs(now - status.st_mtime), abs(now - status.st_ctime)) < YOUNG


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


def find_run(name: str) -> Path | None:
    """The run of the library that a name means, as `latentarium ls` gives it ("run" or "group/run"), or None."""
    parts = name.split("/")
    if not 0 < len(parts) <= MOST_PARTS or not all(part and part not in (".", "..") for part in parts):
        return None
    path = library_folder().joinpath(*parts)
    return next((found for found in (path, path.with_name(f"{path.name}.zip")) if found.exists()), None)


def find_titled(title: str) -> Path | None:
    """The run of the library with this title, or else this name in whatever group; None where there is none.

    Raises LatentariumError where it means several.
    """
    runs = list_runs(library_folder())
    for found in ([run.path for run in runs if run.title == title], [run.path for run in runs if run.name == title]):
        if len(found) > 1:
            names = ", ".join(path.relative_to(library_folder()).as_posix() for path in found[:MOST_NAMED])
            more = ", …" if len(found) > MOST_NAMED else ""
            raise LatentariumError(f"{len(found)} runs of the library are called {title}; name one: {names}{more}.")
        if found:
            return found[0]
    return None


def place_of(path: Path) -> Path:
    """Where the run lies that a person named: at `path`, or in the library under this name or title; else `path`."""
    try:
        found = path if path.is_absolute() or path.exists() else find_run(str(path))
    except (OSError, ValueError):  # a title that no file can have for its name
        found = None
    return found or find_titled(str(path)) or path


def list_runs(folder: Path) -> list[Summary]:
    """The runs that lie in `folder`, newest first; what is none, or cannot be read, is left out. Checks no hash.

    Those of a sweep stand together in the order of its values, where the newest of them is.
    """
    found = filter(None, find_runs(folder))
    newest = sorted(found, key=lambda runs: max((run.created, run.name) for run in runs), reverse=True)
    return [run for runs in newest for run in runs]


def find_runs(
    folder: Path, known: Known | None = None, shelf: str = "", around: Surroundings | None = None
) -> Iterator[list[Summary]]:
    """What `list_runs` lists as it is found, in no order: a run alone, those of a sweep, or none for what is neither.

    A folder that holds neither a run nor a sweep is a group that the person made; it is looked into, and no deeper.
    `known` keeps what was found, so that what has not changed until the next time need not be read again; `around`
    learns what else is there.
    """
    known = {} if known is None else known
    around = Surroundings() if around is None else around
    around.folders.append(folder)
    try:
        paths = list(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        if not shelf:
            raise
        return
    for path in paths:
        with suppress(LatentariumError, OSError):
            if path.suffix == ".zip" and path.is_file():
                around.look_at(path)
                yield [replace(_again(path, known), shelf=shelf)]
            elif (path / DESCRIPTION).is_file():
                yield [replace(run, shelf=shelf) for run in _read_or_tell(path, known, around)]
            elif is_group(path):
                around.look_at(path)
                around.folders.append(path)
                if found := [replace(run, shelf=shelf) for run in _members(path, known, around)]:
                    yield found
            elif not shelf and path.name != LESSONS and not path.name.startswith(".") and path.is_dir():
                around.look_at(path)
                yield from find_runs(path, known, path.name, around)
            else:
                yield []  # so that whoever waits can lose patience


def _again(path: Path, known: Known, group: str = "") -> Summary:
    """The summary of a run, read only where its files are not those that were read before."""
    files = (path,) if path.suffix == ".zip" and path.is_file() else (path / DESCRIPTION, path / MANIFEST)
    stamp = tuple((file.stat().st_mtime_ns, file.stat().st_size) if file.exists() else (0, 0) for file in files)
    if path not in known or known[path][0] != stamp:
        known[path] = stamp, _of_zip(path) if len(files) == 1 else summarise(path, group)
    return known[path][1]


def summarise(folder: Path, group: str = "") -> Summary:
    """The summary of one run folder; its manifest is only glanced at."""
    description, recipe = read_description(folder, _read(folder, DESCRIPTION, LARGEST_DESCRIPTION))
    lines = _read(folder, MANIFEST, LARGEST_MANIFEST) if (folder / MANIFEST).exists() else b""
    return _summary(folder, description, recipe, glimpse(lines), group)


def _read(folder: Path, name: str, limit: int) -> bytes:
    """As `read_inside`, which resolves the path, and which an ordinary file does without."""
    path = folder / name
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        return read_inside(folder, name, limit)  # a link, or something that it has a sentence about
    with path.open("rb") as file:
        return file.read(limit)


def _read_or_tell(path: Path, known: Known, around: Surroundings, group: str = "") -> list[Summary]:
    """The run in a folder; none, and a sentence in `around.unread`, where it cannot be read."""
    around.look_at(path, path / MANIFEST)
    found = []
    try:
        found.append(_again(path, known, group))
    except LatentariumError as error:
        around.unread.append(str(error))
    except OSError as error:
        around.unread.append(f"{path} cannot be read: {error.strerror}.")
    if not found or not found[0].frames or (path / HOLDER).exists():
        around.unfinished.append(path)
    return found


def _members(folder: Path, known: Known, around: Surroundings) -> list[Summary]:
    """The runs of a sweep that were begun, in the order of its values."""
    runs = []
    for path in read_group(folder).members:
        with suppress(OSError):
            if (path / DESCRIPTION).is_file():
                runs += _read_or_tell(path, known, around, folder.name)
    return runs


def read_recipe(path: Path) -> Recipe:
    """The recipe of the run in a folder or a zip, of which nothing else is read or unpacked."""
    return read_description(path, None if path.is_dir() else _zipped(path, DESCRIPTION)[DESCRIPTION])[1]


def _of_zip(path: Path) -> Summary:
    texts = _zipped(path, DESCRIPTION, MANIFEST)
    description, recipe = read_description(path, texts[DESCRIPTION])
    found = _summary(path, description, recipe, glimpse(texts[MANIFEST]))
    return replace(found, title=found.name)  # what a person may call it without packing it anew


def _zipped(path: Path, *names: str) -> dict[str, bytes]:
    """These files of the run in a zip, as far as they may be long."""
    limits = {DESCRIPTION: LARGEST_DESCRIPTION, MANIFEST: LARGEST_MANIFEST}
    texts = {}
    try:
        with opened(path) as archive:
            members = run_members(archive, path)
            for name in names:
                with archive.open(members[name]) as file:
                    texts[name] = file.read(limits[name])
    except (*BROKEN, KeyError) as error:
        raise LatentariumError(f"{path} cannot be read: it is no zip of a run.") from error
    return texts


def _summary(path: Path, description: Description, recipe: Recipe, seen: Glimpse, group: str = "") -> Summary:
    return Summary(
        path=path,
        name=path.name.removesuffix(".zip"),
        id=description.id,
        title=recipe.title,
        created=description.created,
        frames=seen.frames,
        points=description.probe.count,
        dimensions=description.dimensions,
        classes=description.classes,
        scalars=seen.scalars,
        result=seen.result,
        group=group,
        origin=recipe.origin.format if recipe.origin is not None else "",
        dataset=description.dataset.fingerprint,
        sample=description.probe.fingerprint,
    )
