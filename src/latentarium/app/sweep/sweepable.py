"""Which fields of a recipe a sweep may go over."""

from latentarium.app.form.fields import FieldSpec, Kind, describe_fields, objective_models, recipe_fields
from latentarium.core.recipe import Recipe

KINDS = (Kind.WHOLE, Kind.NUMBER, Kind.CHOICE, Kind.SWITCH, Kind.WIDTHS)
UNSWEPT = ("frames.", "data.name")  # what is recorded is no property of the run; other images need other classes


def sweepable(recipe: Recipe) -> tuple[str, ...]:
    """The paths of the fields that can be given several values: those of the recipe's objectives first."""
    models = objective_models()
    specs: list[FieldSpec] = []
    for objective in recipe.objective:
        specs += describe_fields(models[objective.name], f"objective.{objective.name}")
    specs += recipe_fields()
    return tuple(spec.path for spec in specs if spec.kind in KINDS and not _fixed(spec))


def _fixed(spec: FieldSpec) -> bool:
    """Whether a sweep leaves it alone; an objective's name is what tells it apart."""
    own_name = spec.path.startswith("objective.") and spec.name == "name"
    return own_name or spec.path.startswith(UNSWEPT)
