"""The runs of a sweep in one folder: sweep.json, and a run folder for each value."""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latentarium.core.errors import LatentariumError
from latentarium.core.sweep import MOST, Sweep, Value, label, text_of
from latentarium.runs.description import read_recipe_table
from latentarium.runs.disk import inside, read_inside, write_whole
from latentarium.runs.layout import LARGEST_DESCRIPTION

SWEEP = "sweep.json"
FORMAT = "latentarium-sweep"
VERSION = 1


class _Stored(BaseModel):
    """sweep.json, validated; keys that it does not know are kept when it is written again."""

    model_config = ConfigDict(extra="allow", frozen=True)
    format: str
    version: int
    name: str = ""
    field: str
    values: tuple[Value, ...] = Field(min_length=1, max_length=MOST)
    recipe: dict[str, Any]
    members: tuple[str, ...]
    errors: dict[str, str] = {}


@dataclass(frozen=True)
class Group:
    """A sweep on disk: its folder, and the run folder of each value, which may not be there yet.

    `errors` says by the member's name why its training broke off.
    """

    path: Path
    sweep: Sweep
    members: tuple[Path, ...]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name


def is_group(path: Path) -> bool:
    """Whether a folder holds the runs of a sweep; its sweep.json is not read."""
    return (path / SWEEP).is_file()


def create_group(folder: Path, sweep: Sweep) -> Group:
    """Make the folder of a sweep, with no run in it yet; it must be new or empty."""
    sweep.recipes()  # what cannot be is said before anything is written
    width = max(2, len(str(len(sweep.values))))
    members = tuple(
        f"{row:0{width}}-{_slug(label(sweep.field))}-{_slug(text_of(value))}"
        for row, value in enumerate(sweep.values, start=1)
    )
    stored = _Stored(
        format=FORMAT,
        version=VERSION,
        name=sweep.recipe.title,
        field=sweep.field,
        values=sweep.values,
        recipe=sweep.recipe.model_dump(mode="json", exclude_none=True),
        members=members,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise LatentariumError(f"{folder} exists and is not empty; choose another folder, or continue it.")
        _write(folder, stored)
    except FileExistsError as error:
        raise LatentariumError(f"{folder} is a file; name a folder.") from error
    except OSError as error:
        raise LatentariumError(f"A sweep cannot be written to {folder}: {error.strerror}.") from error
    return read_group(folder)


def read_group(path: Path) -> Group:
    """The sweep in a folder, or of its sweep.json. Raises LatentariumError where there is none that can be read."""
    folder = path.parent if path.name == SWEEP else path
    stored = _read(folder)
    recipe = read_recipe_table(stored.recipe, folder / SWEEP)
    members = tuple(inside(folder, name) for name in stored.members)
    return Group(folder, Sweep(recipe, stored.field, stored.values), members, dict(stored.errors))


def note_error(group: Group, member: Path, sentence: str) -> None:
    """Write down why the training of `member` broke off; an empty sentence takes that back."""
    stored = _read(group.path)
    errors = {name: text for name, text in stored.errors.items() if name != member.name}
    if sentence:
        errors[member.name] = sentence
    if errors != stored.errors:
        _write(group.path, stored.model_copy(update={"errors": errors}))


def title_group(folder: Path, title: str) -> str:
    """Give a sweep another title; the one that it had."""
    stored = _read(folder)
    before = str(stored.recipe.get("title", ""))
    _write(folder, stored.model_copy(update={"name": title, "recipe": {**stored.recipe, "title": title}}))
    return before


def _read(folder: Path) -> _Stored:
    path = folder / SWEEP
    if not path.exists():
        raise LatentariumError(f"{folder} holds no sweep: it has no {SWEEP}.")
    try:
        values = json.loads(read_inside(folder, SWEEP, LARGEST_DESCRIPTION))
    except (ValueError, RecursionError) as error:
        raise LatentariumError(f"{path} is damaged: it is not JSON.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT or not isinstance(values.get("version"), int):
        raise LatentariumError(f"{path} does not describe a sweep of Latentarium.")
    if values["version"] > VERSION:
        raise LatentariumError(
            f"{folder} is a sweep of format {values['version']}, and this program reads formats up to {VERSION}; "
            "open it with a newer Latentarium."
        )
    try:
        stored = _Stored.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise LatentariumError(f"{path} is damaged: {place}: {problem['msg']}.") from error
    if len(stored.members) != len(stored.values) or len(set(stored.members)) < len(stored.members):
        raise LatentariumError(f"{path} is damaged: it does not name one folder for each value.")
    return stored


def _write(folder: Path, stored: _Stored) -> None:
    write_whole(folder / SWEEP, (stored.model_dump_json(indent=2) + "\n").encode())


def _slug(text: str) -> str:
    """A text as a part of a folder's name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain)[:40].strip(".-") or "x"
