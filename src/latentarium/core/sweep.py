"""A sweep: one recipe with one field given several values, a run for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe, SweepOver
from latentarium.core.recipe_text import assign, assign_all

Value = float | int | str

MOST = 200  # runs of one sweep
_NAMES = {"weight": "w", "embedding": "dimensions"}  # where the field's own name is long, or says too little
_FIXED = ("title", "about", "known", "teaching", "sweep")  # what tells no run from another


@dataclass(frozen=True)
class Sweep:
    """A recipe, the field that is swept (such as objective.tsne.weight), and its values in the order of training."""

    recipe: Recipe
    field: str
    values: tuple[Value, ...]

    def recipes(self) -> tuple[Recipe, ...]:
        """The recipe of each run, titled by its value; raises LatentariumError where a value is not allowed."""
        return tuple(
            assign_all(
                self.recipe,
                {self.field: value, "title": f"{self.recipe.title} · {name_of(self.field, value)}", "sweep": {}},
            )
            for value in self.values
        )


def plan(recipe: Recipe, field: str | None = None, values: str | None = None) -> Sweep:
    """The sweep of `field` over `values`, a text such as "0, 5, 20"; what is None is taken from the recipe's own sweep.

    Each value is read as the field needs it. Commas in brackets part no values: "[100, 50], [200]" are two.
    Raises LatentariumError where there is no field, no value, a value that is not allowed, or the same one twice.
    """
    if recipe.teaching:
        raise LatentariumError(
            f"{recipe.title} shows made points, which nobody trains; there is nothing to sweep over."
        )
    own = recipe.sweep
    if field is None and values is None and not own.field:
        raise LatentariumError("The recipe sweeps over nothing; name a field and its values, such as seed=0,1,2.")
    swept = (own.field if field is None else field).strip()
    if not swept:
        raise LatentariumError("Name the field to sweep over, such as objective.triplet.margin.")
    if swept.partition(".")[0] in _FIXED:
        raise LatentariumError(f"{swept} makes no difference to a training; sweep over another field.")
    given: Iterable[Value] = own.values if values is None and swept == own.field else _parts(values or "")
    plain = recipe.model_copy(update={"sweep": SweepOver()})
    known: dict[Recipe, Value] = {}
    for value in given:
        changed = assign(plain, swept, value)
        if changed in known:
            raise LatentariumError(f"{swept} is to be {text_of(value)} twice; name each value once.")
        known[changed] = _read(changed, swept, value)
    if not known:
        raise LatentariumError(f"Say which values {swept} is to have, such as 1,2,3.")
    if len(known) > MOST:
        raise LatentariumError(f"{len(known)} values are more than the {MOST} that one sweep may have.")
    return Sweep(plain, swept, tuple(known.values()))


def label(field: str) -> str:
    """A short name for a field: "w" for a weight, else the last part of its path."""
    last = field.rpartition(".")[2]
    return _NAMES.get(last, last.replace("_", " "))


def name_of(field: str, value: Value) -> str:
    """One value with the field's short name: "w = 5"."""
    return f"{label(field)} = {text_of(value)}"


def text_of(value: Value) -> str:
    """A value as people write it: 5, 0.001, resnet18."""
    return value if isinstance(value, str) else f"{value:.12g}"


def values_text(values: Iterable[Value]) -> str:
    """Values as `plan` reads them: "0, 5, 20"."""
    return ", ".join(text_of(value) for value in values)


def _parts(text: str) -> list[str]:
    """What stands between the commas that lie in no brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "[{(") - (sign in ")}]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def _read(recipe: Recipe, field: str, value: Value) -> Value:
    """The value as a number where the field holds one, else as it was given."""
    place: Any = recipe
    for name in field.split("."):
        place = next(item for item in place if item.name == name) if isinstance(place, tuple) else getattr(place, name)
    if isinstance(place, bool) or not isinstance(place, int | float):
        return value
    return int(place) if float(place).is_integer() else place
