"""All that a run depends on, validated.

The form in the window and `--set table.field=value` on the command line come from these fields:
`description` is the help text; `json_schema_extra` may carry `unit`, `advanced` (folded away) and
`title`. An objective is addressed by its name, as in `objective.triplet.margin`.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from latentarium.core.objectives import CrossEntropy, Objective
from latentarium.core.origin import Origin
from latentarium.core.table import ADVANCED, Table

MOST_SHOWN = 10_000  # images of the probe, and of the reference

DatasetName = Literal["mnist-5k", "mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100", "folder"]


class Data(Table):
    """Which images, which classes, and how many of them are shown."""

    name: DatasetName = Field("mnist-5k", title="Data set", description="The images to learn from")
    root: str = Field("", title="Folder", description="Where the images lie on disk; empty: the data folder")
    classes: tuple[str, ...] = Field((), title="Classes", description="Which classes take part; none chosen: all")
    held_out: tuple[str, ...] = Field(
        (), title="Held out", description="Classes never trained on, but shown all the same", json_schema_extra=ADVANCED
    )
    per_class: int = Field(
        0, ge=0, title="Per class", description="Training images a class; 0: all", json_schema_extra=ADVANCED
    )
    train: str = Field(
        "", title="Train part", description="A slice such as train[:5000]; empty: as it is", json_schema_extra=ADVANCED
    )
    test: str = Field(
        "", title="Test part", description="A slice such as train[5000:]; empty: as it is", json_schema_extra=ADVANCED
    )
    size: int = Field(
        0,
        ge=0,
        le=512,
        title="Image size",
        description="Side to resize to; 0: as it is (folders: 64)",
        json_schema_extra={**ADVANCED, "unit": "px"},
    )
    probe: int = Field(1500, ge=1, le=MOST_SHOWN, title="Probe", description="Test images shown as dots")
    reference: int = Field(
        1000,
        ge=1,
        le=MOST_SHOWN,
        title="Reference",
        description="Training images kept for neighbours and prototypes",
        json_schema_extra=ADVANCED,
    )


NetworkName = Literal["residual-mlp", "mlp", "conv-small", "resnet18", "resnet50"]


class Network(Table):
    """What turns an image into an embedding."""

    name: NetworkName = Field("mlp", title="Network", description="The network's architecture")
    embedding: int = Field(3, ge=1, le=65_536, title="Embedding dimensions", description="Length of the embedding")
    normalise: bool = Field(
        False, title="L2 norm", description="Scale every embedding to length 1", json_schema_extra=ADVANCED
    )
    classifier: Literal["embedding", "trunk", "none"] = Field(
        "embedding",
        title="Class head",
        description="What the class head reads; none: probabilities come from class prototypes",
        json_schema_extra=ADVANCED,
    )
    hidden: tuple[Annotated[int, Field(ge=1, le=65_536)], ...] = Field(
        (256, 128), title="Hidden layers", description="Widths of the plain MLP", json_schema_extra=ADVANCED
    )
    activation: Literal["relu", "softplus", "silu", "leaky-relu"] = Field(
        "relu", title="Activation", description="Of the plain MLP", json_schema_extra=ADVANCED
    )
    pixels: Literal["standard", "0-1"] = Field(
        "standard",
        title="Pixels",
        description="What the network sees: about 0 with deviation 1, or 0 to 1",
        json_schema_extra=ADVANCED,
    )
    weights: str = Field(
        "", title="Weights", description="A file of weights for a ResNet's trunk", json_schema_extra=ADVANCED
    )


class Optimiser(Table):
    """How the weights move."""

    name: Literal["adamw", "adam", "sgd"] = Field(
        "adamw", title="Optimiser", description="How the weights move", json_schema_extra=ADVANCED
    )
    rate: float = Field(2e-3, gt=0, le=10, title="Learning rate", description="The schedule's highest value")
    weight_decay: float = Field(
        1e-2, ge=0, le=1, title="Weight decay", description="Pull of the weights to 0", json_schema_extra=ADVANCED
    )
    schedule: Literal["constant", "step", "one-cycle", "cosine"] = Field(
        "one-cycle",
        title="Schedule",
        description="How the rate changes; step: times 0.5^(epoch/10), epochs counted from 1",
        json_schema_extra=ADVANCED,
    )
    batch: int = Field(256, ge=1, le=65_536, title="Batch", description="Images a step", json_schema_extra=ADVANCED)
    steps: int | None = Field(
        None,
        ge=1,
        le=10_000_000,
        title="Stop after",
        description="Length of the training in batches",
        json_schema_extra={"unit": "steps"},
    )
    epochs: float | None = Field(
        None,
        gt=0,
        le=100_000,
        title="Stop after",
        description="Length of the training in passes over the training images",
        json_schema_extra={"unit": "epochs"},
    )
    patience: int = Field(
        0,
        ge=0,
        title="Patience",
        description="Stop after so many batches without a better validation loss; 0: off",
        json_schema_extra={**ADVANCED, "unit": "batches"},
    )

    @model_validator(mode="after")
    def _one_length(self) -> "Optimiser":
        if (self.steps is None) == (self.epochs is None):
            raise PydanticCustomError("recipe", "give exactly one of steps and epochs", {"field": "optimiser.steps"})
        return self


class Prototypes(Table):
    """Probabilities of a network without a class head."""

    temperature: float = Field(
        1.0,
        gt=0,
        le=1e12,
        title="Temperature",
        description="T in p ∝ exp(−‖z − μ‖²/T), from class prototypes",
        json_schema_extra=ADVANCED,
    )


class Augment(Table):
    """Random changes to training images: shift, flip and jitter to whole batches, turn and scale to each image."""

    shift: int = Field(
        0, ge=0, le=64, title="Shift", description="Largest shift", json_schema_extra={**ADVANCED, "unit": "px"}
    )
    flip: bool = Field(False, title="Flip", description="Mirror left and right", json_schema_extra=ADVANCED)
    jitter: float = Field(
        0.0, ge=0, le=1, title="Jitter", description="Of brightness and contrast", json_schema_extra=ADVANCED
    )
    turn: float = Field(
        0.0,
        ge=0,
        le=180,
        title="Turn",
        description="Largest turn, each image its own",
        json_schema_extra={**ADVANCED, "unit": "°"},
    )
    scale: float = Field(
        0.0, ge=0, le=0.9, title="Scale", description="Largest change of size, a share", json_schema_extra=ADVANCED
    )
    until: float = Field(
        1.0,
        gt=0,
        le=1,
        title="Until",
        description="Share of the training after which images stay as they are, in a cycle of the rate of their own",
        json_schema_extra=ADVANCED,
    )


class Frames(Table):
    """What is recorded, and how fast it is shown."""

    count: int = Field(
        200, ge=2, le=10_000, title="Frames", description="Recorded moments of the run", json_schema_extra=ADVANCED
    )
    half: bool = Field(
        False, title="Half precision", description="Keep embeddings in 16 bits", json_schema_extra=ADVANCED
    )
    pace: float = Field(
        0.0,
        ge=0,
        le=3600,
        title="Pace",
        description="Seconds that live training should at least take; changes no frame",
        json_schema_extra={"unit": "s"},
    )


class Known(Table):
    """A figure that the source of an experiment reports, shown beside ours."""

    name: str = Field(title="Figure", description="One of a run's figures, such as knn_accuracy")
    value: float = Field(title="Value", description="As the source reports it")
    note: str = Field("", title="Note", description="Where and how it was measured")


class SweepOver(Table):
    """One field given several values: a run for each."""

    field: str = Field("", title="Field", description="Such as objective.tsne.weight")
    values: tuple[float | int | str, ...] = Field((), title="Values", description="One run for each")


Teaching = Literal["cartoon", "same-loss", "clusters"]


class Recipe(Table):
    """All that a run depends on. The same recipe, seed and number of threads give the same frames on a CPU."""

    title: str = Field("Untitled", title="Title", description="A name for people", json_schema_extra=ADVANCED)
    about: str = Field("", title="About", description="What it teaches, in a few sentences")
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="Of every random choice")
    data: Data = Data()
    network: Network = Network()
    objective: tuple[Objective, ...] = Field((CrossEntropy(),), description="None where nothing was trained here")
    optimiser: Optimiser = Optimiser(steps=400)
    prototypes: Prototypes = Prototypes()
    augment: Augment = Augment()
    frames: Frames = Frames()
    teaching: Teaching | None = Field(
        None, title="Teaching data", description="Made points instead of training", json_schema_extra=ADVANCED
    )
    sweep: SweepOver = SweepOver()
    known: tuple[Known, ...] = ()
    origin: Origin | None = Field(
        None, title="Origin", description="Of a space that was made elsewhere", json_schema_extra=ADVANCED
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        names = [objective.name for objective in self.objective]
        if len(set(names)) < len(names):
            raise PydanticCustomError(
                "recipe", "each objective can be named once; give it a larger weight instead", {"field": "objective"}
            )
        if "cross-entropy" in names and self.network.classifier == "none":
            raise PydanticCustomError(
                "recipe",
                "cross-entropy needs a class head: set network.classifier to embedding or trunk",
                {"field": "network.classifier"},
            )
        if not names and self.origin is None:
            raise PydanticCustomError("recipe", "give at least 1 objective", {"field": "objective"})
        if names and not any(objective.weight > 0 for objective in self.objective):
            raise PydanticCustomError("recipe", "at least one objective needs a weight above 0", {"field": "objective"})
        return self
