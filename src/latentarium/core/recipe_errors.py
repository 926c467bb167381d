"""What is wrong with a recipe, in sentences that name the field, its value and what is allowed."""

from difflib import get_close_matches
from typing import Any, get_args

import annotated_types
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from latentarium.core.objectives import Objective
from latentarium.core.recipe import Recipe

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "string": "text in quotes",
    "tuple": "a list in brackets",
    "model": "a table",
}
_ENOUGH = 60  # characters of a wrong value that are repeated


def explain(error: ValidationError) -> dict[str, str]:
    """One sentence for each wrong field, by its path: {"data.probe": "data.probe is 0, but must be from 1 to 10000."}.

    An objective's field is `objective.<name>.<field>`; what concerns several fields stands at the one to change.
    """
    sentences: dict[str, str] = {}
    details = error.errors(include_url=False)
    for detail in details:
        path, model, field = _find(detail["loc"])
        if detail["type"] == "too_short" and any(_find(other["loc"])[0].startswith(f"{path}.") for other in details):
            continue  # a list is short because one of its items is wrong
        if detail["type"] == "recipe":  # a check of our own, which says itself where it belongs
            path = str(detail["ctx"]["field"])
            sentence = f"{path}: {detail['msg']}."
        else:
            sentence = _sentence(path, detail, model, field)
        sentences.setdefault(path, sentence)
    return sentences


def _find(place: tuple[int | str, ...]) -> tuple[str, type[BaseModel] | None, FieldInfo | None]:
    """The dotted path of an error's place, the table that it lies in, and the field's description."""
    names: list[str] = []
    model: type[BaseModel] | None = Recipe
    field: FieldInfo | None = None
    parts = list(place)
    while parts:
        part = parts.pop(0)
        if isinstance(part, int):  # which one of a list; an objective is told by its name, which comes next
            continue
        names.append(part)
        if names == ["objective"] or model is None:
            continue
        if len(names) == 2 and names[0] == "objective":
            kinds = get_args(get_args(Objective)[0])
            model = next((kind for kind in kinds if kind.model_fields["name"].default == part), None)
            continue
        field = model.model_fields.get(part)
        if field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            model = field.annotation
    return ".".join(names) or "recipe", model, field


def _sentence(path: str, detail: ErrorDetails, model: type[BaseModel] | None, field: FieldInfo | None) -> str:
    kind = detail["type"]
    value = repr(detail["input"])
    value = value if len(value) <= _ENOUGH else value[: _ENOUGH - 1] + "…"
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "extra_forbidden":
        fields = tuple(model.model_fields) if model is not None else ()
        near = get_close_matches(path.rpartition(".")[2], fields, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the fields here are {', '.join(fields)}."
        return f"{path} is no field of a recipe; {hint}"
    if kind == "union_tag_invalid":
        return f"{path}.name is {context['tag']!r}, but must be one of {_plain(context['expected_tags'])}."
    if kind == "union_tag_not_found":
        return f"{path} needs a name, such as cross-entropy."
    if kind == "literal_error":
        return f"{path} is {value}, but must be one of {_plain(context['expected'])}."
    if kind == "missing":
        return f"{path} is missing."
    if kind in ("too_short", "too_long"):
        bound = "at least" if kind == "too_short" else "at most"
        return f"{path} is {value}, but needs {bound} {context.get('min_length', context.get('max_length'))}."
    wanted = _KINDS.get(kind.partition("_")[0])
    allowed = _range(field)
    if wanted is None and not allowed:
        return f"{path} is {value}: {detail['msg']}."
    return f"{path} is {value}, but must be {' '.join(filter(None, (wanted, allowed)))}."


def _plain(expected: str) -> str:
    """pydantic's "'a', 'b' or 'c'" as "a, b, c"."""
    return expected.replace(" or ", ", ").replace("'", "")


def _range(field: FieldInfo | None) -> str:
    """What numbers a field allows: "from 1 to 10000", "above 0 and at most 10", or nothing."""
    if field is None:
        return ""
    low = high = ""
    strict = False
    for bound in _bounds(field):
        if isinstance(bound, annotated_types.Ge):
            low = _number(bound.ge)
        elif isinstance(bound, annotated_types.Gt):
            low, strict = _number(bound.gt), True
        elif isinstance(bound, annotated_types.Le):
            high = _number(bound.le)
    if strict:
        return f"above {low} and at most {high}" if high else f"above {low}"
    if low and high:
        return f"from {low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


def _number(value: Any) -> str:
    return f"{value:.0f}" if float(value).is_integer() else str(value)


def _bounds(field: FieldInfo) -> list[Any]:
    """The limits in a field's description, and those of a list's items."""
    found = list(field.metadata)
    for argument in get_args(field.annotation):
        found += [item for part in getattr(argument, "__metadata__", ()) for item in getattr(part, "metadata", [part])]
    return found
