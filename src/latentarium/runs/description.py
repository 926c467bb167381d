"""run.json: what a run is, known before its first frame."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.runs.disk import read_inside
from latentarium.runs.layout import (
    DESCRIPTION,
    FORMAT,
    LARGEST_DESCRIPTION,
    LARGEST_DIMENSIONS,
    LARGEST_ROWS,
    VERSION,
)


class _Table(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, ser_json_inf_nan="strings")


class Source(_Table):
    """The data set that the run was trained on."""

    name: str = ""
    fingerprint: str = ""


class Contents(_Table):
    """One of the two samples: how many images, and a fingerprint of images, labels and ids."""

    count: int = Field(ge=0, le=LARGEST_ROWS)
    fingerprint: str = ""


class Extension(_Table):
    """Steps that were added after the training had come to its end at `start`."""

    start: int = Field(ge=0)
    steps: int = Field(ge=1)


class Description(_Table):
    """run.json, validated; keys that it does not know are kept when it is written again."""

    format: str
    version: int
    id: str = Field(max_length=200)
    made_by: str = ""
    created: str = ""
    recipe: dict[str, Any]
    classes: tuple[str, ...]
    trained: int = Field(ge=0)
    dimensions: int = Field(ge=1, le=LARGEST_DIMENSIONS)
    probe: Contents
    reference: Contents
    files: dict[str, str] = {}
    dataset: Source = Source()
    threads: int = Field(1, ge=0)
    device: str = "cpu"
    baselines: dict[str, float] = {}
    extensions: tuple[Extension, ...] = ()


def read_description(folder: Path, data: bytes | None = None) -> tuple[Description, Recipe]:
    """run.json and its recipe; LatentariumError where it is not one that this program can read."""
    path = folder / DESCRIPTION
    if data is None:
        if not path.exists():
            raise LatentariumError(f"{folder} is no run: it has no {DESCRIPTION}.")
        data = read_inside(folder, DESCRIPTION, LARGEST_DESCRIPTION)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LatentariumError(f"{path} is damaged: it is not JSON.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT or not isinstance(values.get("version"), int):
        raise LatentariumError(f"{path} does not describe a run of Latentarium.")
    if values["version"] > VERSION:
        raise LatentariumError(
            f"{folder} is a run of format {values['version']}, and this program reads formats up to {VERSION}; "
            "open it with a newer Latentarium."
        )
    try:
        description = Description.model_validate(values)
    except ValidationError as error:
        raise LatentariumError(f"{path} is damaged: {_first(error)}.") from error
    if description.trained > len(description.classes):
        raise LatentariumError(f"{path} is damaged: it counts more trained classes than there are classes.")
    return description, read_recipe_table(description.recipe, path)


def description_bytes(description: Description) -> bytes:
    """run.json as it stands on disk."""
    return (description.model_dump_json(indent=2) + "\n").encode()


def read_recipe_table(values: Mapping[str, Any], path: Path) -> Recipe:
    """A recipe as `path` keeps it, without fields that this program does not know."""
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        unknown = [problem["loc"] for problem in error.errors() if problem["type"] == "extra_forbidden"]
    known = json.loads(json.dumps(values))
    for place in unknown:
        _without(known, place)
    try:
        return Recipe.model_validate(known)
    except ValidationError as error:
        raise LatentariumError(f"{path}: this program cannot read the recipe: {_first(error)}.") from error


def _without(values: Any, place: tuple[int | str, ...]) -> None:
    """Delete the field at `place`; parts that name a kind of objective, not a key, are passed over."""
    for key in place[:-1]:
        if isinstance(key, int) or (isinstance(values, dict) and key in values):
            values = values[key]
    values.pop(place[-1], None)


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}" if place else problem["msg"]
