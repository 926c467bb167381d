"""What a form needs to know about each field of the recipe, read off the pydantic models. Knows no widget."""

from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from latentarium.core.objectives import Objective
from latentarium.core.recipe import Recipe

# What the recipe's words are called in the window; a word that is not here is shown as it stands.
SPOKEN = {
    "mnist-5k": "MNIST 5k (built in)",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
    "folder": "Folder of images",
    "residual-mlp": "Residual MLP",
    "mlp": "Plain MLP",
    "conv-small": "Small convolutional",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "cross-entropy": "Cross-entropy",
    "contrastive": "Contrastive (springs)",
    "triplet": "Triplet",
    "info-nce": "InfoNCE (NT-Xent)",
    "dcl": "Decoupled contrastive",
    "supcon": "Supervised contrastive",
    "arcface": "ArcFace",
    "prototype": "Prototype softmax",
    "tsne": "Parametric t-SNE",
    "umap": "Parametric UMAP",
    "augmentations": "two views",
    "adamw": "AdamW",
    "adam": "Adam",
    "sgd": "SGD",
    "relu": "ReLU",
    "silu": "SiLU",
    "leaky-relu": "leaky ReLU",
}

# Under which heading a table or a field at the top of the recipe stands.
HEADINGS = {
    "data": "Data",
    "augment": "Data",
    "network": "Network",
    "prototypes": "Network",
    "objective": "Objective",
}
OTHERS = "Training"
UNSHOWN = frozenset({"sweep", "known", "teaching"})  # other places of the window are for these


class Kind(StrEnum):
    """What kind of value a field holds, and so which widget edits it."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    CLASSES = "class names"
    WIDTHS = "whole numbers"
    FOLDER = "folder"
    FILE = "file"


@dataclass(frozen=True)
class FieldSpec:
    """One field of the recipe, as a form shows it. `path` is as on the command line: "network.embedding"."""

    path: str
    kind: Kind
    title: str
    help: str
    unit: str = ""
    advanced: bool = False
    optional: bool = False  # may be left out altogether
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    default: Any = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def heading(self) -> str:
        """The part of the form where it stands."""
        return HEADINGS.get(self.path.partition(".")[0], OTHERS)


def spoken(word: str) -> str:
    """How the window says a word of the recipe: "mlp" -> "Plain MLP"."""
    return SPOKEN.get(word, word)


def describe_fields(model: type[BaseModel], path: str = "") -> tuple[FieldSpec, ...]:
    """Every field of `model` and of its tables, depth first; lists of tables (the objectives) are left out."""
    specs: list[FieldSpec] = []
    for name, info in model.model_fields.items():
        inner = f"{path}.{name}" if path else name
        if inner in UNSHOWN:
            continue
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            specs += describe_fields(info.annotation, inner)
        elif spec := _describe(inner, info):
            specs.append(spec)
    return tuple(specs)


def objective_models() -> dict[str, type[BaseModel]]:
    """The objectives that a recipe may name."""
    union = get_args(Objective)[0]
    return {model.model_fields["name"].default: model for model in get_args(union)}


def recipe_fields() -> tuple[FieldSpec, ...]:
    """Every field of a recipe but for its objectives; those of the recipe itself, such as the seed, come last."""
    return tuple(sorted(describe_fields(Recipe), key=lambda spec: "." not in spec.path))


def _describe(path: str, info: FieldInfo) -> FieldSpec | None:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    annotation, optional = _without_none(info.annotation)
    kind, choices = _kind(path, annotation)
    if kind is None:
        return None
    return FieldSpec(
        path=path,
        kind=kind,
        title=info.title or path.rpartition(".")[2].replace("_", " ").capitalize(),
        help=_help(info, kind),
        unit=str(extra.get("unit", "")),
        advanced=bool(extra.get("advanced", False)),
        optional=optional,
        choices=choices,
        low=_bound(info, "ge", "gt"),
        high=_bound(info, "le", "lt"),
        default=info.get_default(),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, UnionType):
        rest = [part for part in get_args(annotation) if part is not NoneType]
        if len(rest) == 1:
            return rest[0], True
    return annotation, False


def _kind(path: str, annotation: Any) -> tuple[Kind | None, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return Kind.CHOICE, get_args(annotation)
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        if get_origin(item) is Annotated:
            item = get_args(item)[0]
        return {str: Kind.CLASSES, int: Kind.WIDTHS}.get(item), ()
    if annotation is str:
        return {"data.root": Kind.FOLDER, "network.weights": Kind.FILE}.get(path, Kind.TEXT), ()
    return {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.NUMBER}.get(annotation), ()


def _help(info: FieldInfo, kind: Kind) -> str:
    """The description and, for numbers, the allowed range."""
    words = info.description or info.title or ""
    if kind not in (Kind.WHOLE, Kind.NUMBER):
        return words
    parts = []
    for bound in info.metadata:
        for attribute, phrase in (("ge", "from {}"), ("gt", "above {}"), ("le", "up to {}"), ("lt", "below {}")):
            value = _number(getattr(bound, attribute, None))
            if value is not None:
                parts.append(phrase.format(f"{value:,.12g}"))
    return f"{words}. {' '.join(parts).capitalize()}." if parts else words


def _bound(info: FieldInfo, *names: str) -> float | None:
    found = (_number(getattr(item, name, None)) for item in info.metadata for name in names)
    return next((value for value in found if value is not None), None)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
