"""Keeping a library in order: runs are renamed and put into groups, also while they are open."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.runs.description import description_bytes, read_description
from latentarium.runs.disk import flush_folder, write_whole
from latentarium.runs.groups import is_group, read_group, title_group
from latentarium.runs.layout import DESCRIPTION
from latentarium.runs.library import LESSONS
from latentarium.runs.lock import held, holder
from latentarium.runs.run import MOVING, Run

LONGEST_NAME = 80  # characters; systems take 255 bytes
_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')  # by one system or another
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # names that Windows keeps for itself


def folder_name(name: str) -> str:
    """A name as one that every file system takes: signs that some refuse become "-"; LatentariumError for an empty one.

    It begins with no dot, for what does is hidden, and is none of a library's own names.
    """
    plain = _REFUSED.sub("-", " ".join(name.split())).strip("- .")[:LONGEST_NAME].rstrip("- .")
    if not plain:
        raise LatentariumError("Give it a name of letters or digits.")
    return f"{plain} 1" if _DEVICES.fullmatch(plain) or plain.lower() == LESSONS else plain


def rename(path: Path, name: str, opened: Sequence[Run] = ()) -> Path:
    """Call a run, a sweep or a group of the library `name`: its folder or zip and, inside, its title; the new path.

    The folder of a sweep's run keeps its name, which sweep.json knows. Runs of `opened` that lie there read on from
    the new place. Raises LatentariumError, and leaves all as it was, where one is being written or the name is none.
    """
    name = " ".join(name.split())
    folder = folder_name(name)
    _require_rest(path)
    target = path
    if not is_group(path.parent):
        target = _moved(path, path.parent, folder, opened)
    try:
        _entitle(target, name)
    except OSError as error:
        raise LatentariumError(f"{target} keeps its title, which cannot be written: {error.strerror}.") from error
    for run in opened:
        with suppress(LatentariumError):
            if run.folder.is_relative_to(target):
                run.description, run.recipe = read_description(run.folder)
    return target


def move(path: Path, shelf: Path, opened: Sequence[Run] = ()) -> Path:
    """Put a run or a sweep into the folder `shelf`, made where it is missing; the new path.

    An empty group that it leaves behind is taken away. Raises LatentariumError for a run of a sweep.
    """
    if is_group(path.parent):
        raise LatentariumError(f"{path.name} is one of the runs of a sweep, which stay together; move the sweep.")
    if path.parent == shelf:
        return path
    _require_rest(path)
    try:
        shelf.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LatentariumError(f"The group {shelf.name} cannot be made: {error.strerror}.") from error
    before = path.parent
    target = _moved(path, shelf, path.name.removesuffix(".zip"), opened)
    if before.parent == shelf:
        with suppress(OSError):
            before.rmdir()  # only where nothing is in it
    return target


def runs_in(path: Path) -> list[Path]:
    """The folders of runs that lie at `path`: itself, those of a sweep, or those of a group of either."""
    if not path.is_dir() or (path / DESCRIPTION).is_file():
        return [path]
    if is_group(path):
        return [member for member in read_group(path).members if member.is_dir()]
    below = [child for child in path.iterdir() if child.suffix == ".zip" or (child / DESCRIPTION).is_file()]
    groups = [child for child in path.iterdir() if is_group(child)]
    return below + [run for group in groups for run in runs_in(group)]


def _require_rest(path: Path) -> None:
    """Raise LatentariumError where nothing lies there, or where a run or sweep there is being written."""
    if not path.exists():
        raise LatentariumError(f"There is nothing at {path} any more.")
    for run in (path, *runs_in(path)):
        if run.is_dir() and held(run):
            raise LatentariumError(f"{run.name} is being written by {holder(run)}; wait for it or stop it.")


def _moved(path: Path, parent: Path, stem: str, opened: Sequence[Run]) -> Path:
    """Rename `path`, and tell those that read from it; a name that is taken gets a number."""
    ending = ".zip" if path.is_file() else ""
    target, count = parent / f"{stem}{ending}", 1
    while target != path and target.exists() and not target.samefile(path):
        count += 1
        target = parent / f"{stem} {count}{ending}"
    if target == path:
        return path
    with MOVING:
        try:
            os.rename(path, target)
        except OSError as error:
            raise LatentariumError(f"{path} cannot be renamed to {target.name}: {error.strerror}.") from error
        for run in opened:
            _follow(run, path, target)
    for folder in {path.parent, target.parent}:
        with suppress(OSError):
            flush_folder(folder)
    return target


def _follow(run: Run, before: Path, after: Path) -> None:
    """Have a run read from `after` where it read from `before`, or from inside of it."""
    if run.path.absolute().is_relative_to(before.absolute()):
        inner = run.path.absolute().relative_to(before.absolute())
        if run.folder == run.path:
            run.folder = after / inner
        run.path = after / inner
        run.name = run.path.name.removesuffix(".zip")
    if run.whole is not None:
        _follow(run.whole, before, after)


def _entitle(path: Path, title: str) -> None:
    """Give what lies at `path` a title, where it has one; a zip and a group have only their name."""
    if is_group(path):
        before = title_group(path, title)
        for member in runs_in(path):
            with suppress(LatentariumError):
                _entitle_run(member, title, before)
    elif path.is_dir() and (path / DESCRIPTION).is_file():
        _entitle_run(path, title)


def _entitle_run(folder: Path, title: str, before: str = "") -> None:
    """Write a run's title; of a sweep's run only the beginning, which was `before`."""
    description, _ = read_description(folder)
    recipe = json.loads(json.dumps(description.recipe))
    old = str(recipe.get("title", ""))
    recipe["title"] = title + old.removeprefix(before) if before and old.startswith(before) else title
    write_whole(folder / DESCRIPTION, description_bytes(description.model_copy(update={"recipe": recipe})))
