"""Recipes as text: TOML in and out, single settings, presets, and sentences for what is wrong."""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ValidationError

from latentarium.core.errors import LatentariumError
from latentarium.core.objectives import Objective
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_errors import explain
from latentarium.core.table import Table
from latentarium.resources import resource

LARGEST = 2**20  # bytes of a recipe file
# Presets in the order of teaching: how to read a simplex, metric learning, neighbours, unseen classes; others by name.
FIRST = (
    *("triangle", "tetrahedron", "ten-digits", "cartoon", "same-loss", "clusters"),
    *("springs", "triplet-voronoi", "contrastive-fast", "contrastive", "contrastive-conv", "supcon", "arcface"),
    *("hybrid", "tsne-parametric", "umap-parametric", "zero-shot", "dimensions", "digits-best"),
)
OBJECTIVES: dict[str, type[Table]] = {
    kind.model_fields["name"].default: kind for kind in get_args(get_args(Objective)[0])
}

__all__ = ["OBJECTIVES", "assign", "explain", "preset", "preset_names", "read_recipe", "write_recipe"]


def read_recipe(text: str) -> Recipe:
    """The recipe that TOML text describes. Raises LatentariumError naming each wrong field, its value and its range."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LatentariumError(f"The recipe is not valid TOML: {error}.") from error
    return _validated(tables)


def write_recipe(recipe: Recipe) -> str:
    """TOML that `read_recipe` turns into an equal recipe; what is None is left out."""
    fields = recipe.model_dump(mode="json", exclude_none=True)
    if not recipe.sweep.field:
        del fields["sweep"]
    plain = {name: value for name, value in fields.items() if not isinstance(value, (dict, list))}
    texts = [tomli_w.dumps(plain)]
    for name, value in fields.items():  # one by one: tomli_w would write a short objective as an inline table
        if isinstance(value, dict):
            texts.append(f"[{name}]\n{tomli_w.dumps(value)}")
        elif isinstance(value, list):
            texts += [f"[[{name}]]\n{tomli_w.dumps(item)}" for item in value]
    return "\n".join(texts)


def assign(recipe: Recipe, path: str, value: object) -> Recipe:
    """The recipe with one field set: `data.probe`, `objective.triplet.margin`, `objective` (names of objectives).

    A text is read as the field needs it: `3,5,8` or a TOML list for a list, a number, true or false.
    Setting one of optimiser.steps and optimiser.epochs clears the other. Raises LatentariumError for a
    field that does not exist and a value that is not allowed.
    """
    return assign_all(recipe, {path: value})


def assign_all(recipe: Recipe, settings: Mapping[str, object]) -> Recipe:
    """The recipe with several fields set, as `assign` does, and checked once: they may depend on each other."""
    tables: dict[str, Any] = recipe.model_dump()
    # Which objectives there are comes first: other settings are of one of them.
    for path, value in sorted(settings.items(), key=lambda setting: setting[0] != "objective"):
        if path == "objective":
            tables["objective"] = _objectives(tables["objective"], value)
            continue
        table, model, name = _place(tables, path)
        table[name] = _read(value, model.model_fields[name].annotation)
        if path in ("optimiser.steps", "optimiser.epochs") and table[name] is not None:
            table["epochs" if name == "steps" else "steps"] = None
    return _validated(tables)


def preset(name_or_path: str) -> Recipe:
    """A recipe that comes with the program, by its name, or any recipe file, by its path."""
    path = Path(os.path.expanduser(name_or_path))  # Path.expanduser raises where it knows no such user
    if not (path.suffix == ".toml" or path.is_file()):
        names = preset_names()
        if name_or_path not in names and path.is_dir():
            raise LatentariumError(
                f"{name_or_path} is a folder, not a recipe; to train on images in it, name a recipe and set "
                "data.name to folder, data.root to the folder, and data.classes to some of its classes or to nothing."
            )
        if name_or_path not in names:
            raise LatentariumError(
                f"There is no recipe called {name_or_path}, and no such file; the recipes are {', '.join(names)}."
            )
        path = resource("recipes", f"{name_or_path}.toml")
    try:
        if path.stat().st_size > LARGEST:
            raise LatentariumError(f"{path} is too large for a recipe; give a TOML file of at most 1 MB.")
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise LatentariumError(f"{path} is not a recipe: it is not UTF-8 text.") from error
    except OSError as error:
        raise LatentariumError(f"The recipe {path} cannot be read: {error.strerror or error}.") from error
    try:
        return read_recipe(text)
    except LatentariumError as error:
        raise LatentariumError(f"{path}: {error}") from error


def preset_names() -> tuple[str, ...]:
    """The names of the recipes that come with the program, in the order of teaching."""
    names = {path.stem for path in resource("recipes").glob("*.toml")}
    return (*(name for name in FIRST if name in names), *sorted(names.difference(FIRST)))


def _validated(tables: dict[str, Any]) -> Recipe:
    try:
        return Recipe.model_validate(tables)
    except ValidationError as error:
        raise LatentariumError(" ".join(explain(error).values())) from error


def _place(tables: dict[str, Any], path: str) -> tuple[dict[str, Any], type[BaseModel], str]:
    """The table that holds the field, the model that describes it, and the field's own name."""
    *parents, name = path.split(".")
    table: dict[str, Any] = tables
    model: type[BaseModel] = Recipe
    if parents[:1] == ["objective"]:
        present = [objective["name"] for objective in tables["objective"]]
        if len(parents) != 2 or parents[1] not in OBJECTIVES:
            raise LatentariumError(
                f"{path} is no field of a recipe; write objective.NAME.FIELD with NAME one of {', '.join(OBJECTIVES)}."
            )
        if parents[1] not in present:
            raise LatentariumError(
                f"{path} cannot be set: the recipe's objectives are {', '.join(present)}; "
                f"add it with objective={','.join([*present, parents[1]])} first."
            )
        table, model = tables["objective"][present.index(parents[1])], OBJECTIVES[parents[1]]
    else:
        for parent in parents:
            inner = model.model_fields[parent].annotation if parent in model.model_fields else None
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                raise LatentariumError(_unknown(path))
            table, model = table[parent], inner
    if name not in model.model_fields or (model in OBJECTIVES.values() and name == "name"):
        raise LatentariumError(_unknown(path))
    return table, model, name


def _unknown(path: str) -> str:
    near = get_close_matches(path, _paths(Recipe), n=1)
    return f"{path} is no field of a recipe{f'; did you mean {near[0]}?' if near else '.'}"


def _paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    """All settable fields below a table, as dotted paths."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += _paths(field.annotation, f"{prefix}{name}.")
        elif prefix + name == "objective":
            found += [
                f"objective.{key}.{inner}"
                for key, kind in OBJECTIVES.items()
                for inner in kind.model_fields
                if inner != "name"
            ]
        else:
            found.append(prefix + name)
    return found


def _objectives(current: Any, value: object) -> list[Any]:
    """Objectives by name, those already there with their settings; anything but text is taken as it is."""
    if not isinstance(value, str):
        return list(value) if isinstance(value, (list, tuple)) else [value]
    known = {objective["name"]: objective for objective in current}
    names = _read(value, tuple[str, ...])
    return [known.get(name, {"name": name}) for name in names]  # type: ignore[attr-defined]


def _read(value: object, annotation: Any) -> object:
    """A text as the field's type needs it; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    kinds = _kinds(annotation)
    if tuple in kinds:
        inner = get_args(next(kind for kind in _members(annotation) if get_origin(kind) is tuple))[0]
        listed = _literal(value) if value.strip().startswith("[") else None
        items = listed if isinstance(listed, list) else [part.strip() for part in value.split(",") if part.strip()]
        return [str(item) for item in items] if inner is str else items
    if int in kinds or float in kinds or bool in kinds:
        if type(None) in kinds and value.strip().lower() in ("", "none"):
            return None
        literal = _literal(value)
        return value if literal is None else literal
    return value


def _literal(text: str) -> object:
    """What the text means as a TOML value, or None."""
    try:
        tables = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return None
    return tables["value"] if tables.keys() == {"value"} else None


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, without their annotations."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(member for part in get_args(annotation) for member in _members(part))
    return (annotation,)


def _kinds(annotation: Any) -> set[Any]:
    return {get_origin(member) or member for member in _members(annotation)}
