"""What a recipe can ask training to make small: one table an objective, told apart by its name."""

from typing import Annotated, Any, Literal

from pydantic import Field

from latentarium.core.table import ADVANCED, Table


def weight() -> Any:
    """The field that every objective has."""
    return Field(1.0, ge=0, le=1e6, title="Weight", description="Its share in the sum of the objectives")


def positives() -> Any:
    """Which images belong together, for the objectives that can do without labels."""
    return Field(
        "labels",
        title="Positives",
        description="Which images belong together: those of a class, or two augmentations of the same image",
        json_schema_extra=ADVANCED,
    )


Positives = Literal["labels", "augmentations"]


class CrossEntropy(Table):
    """Minus the logarithm of the probability of the label."""

    name: Literal["cross-entropy"] = "cross-entropy"
    weight: float = weight()


class Contrastive(Table):
    """Springs: images of a class attract each other, others repel within a margin."""

    name: Literal["contrastive"] = "contrastive"
    weight: float = weight()
    margin: float = Field(1.0, gt=0, le=1e4, title="Margin", description="Distance beyond which nothing repels")
    positives: Positives = positives()


class Triplet(Table):
    """An anchor is to be nearer to its own class than to another, by a margin."""

    name: Literal["triplet"] = "triplet"
    weight: float = weight()
    margin: float = Field(1.0, gt=0, le=1e4, title="Margin", description="Of the squared Euclidean distances")
    mining: Literal["random", "semi-hard", "batch-hard"] = Field(
        "random", title="Mining", description="Which positive and negative each anchor gets"
    )


class InfoNCE(Table):
    """NT-Xent: among all others, the positive is to be the most alike."""

    name: Literal["info-nce"] = "info-nce"
    weight: float = weight()
    temperature: float = Field(0.1, gt=0, le=100, title="Temperature", description="Divides the cosine similarity")
    positives: Positives = positives()


class Decoupled(Table):
    """Decoupled contrastive loss: the positive is not in the denominator."""

    name: Literal["dcl"] = "dcl"
    weight: float = weight()
    temperature: float = Field(0.07, gt=0, le=100, title="Temperature", description="Divides the cosine similarity")
    positives: Positives = positives()


class SupCon(Table):
    """Supervised contrastive loss: the mean over a class stands outside the logarithm."""

    name: Literal["supcon"] = "supcon"
    weight: float = weight()
    temperature: float = Field(0.1, gt=0, le=100, title="Temperature", description="Divides the cosine similarity")
    positives: Positives = positives()


class ArcFace(Table):
    """Softmax over the angles to learnt class centres, with a margin added to the angle of the label."""

    name: Literal["arcface"] = "arcface"
    weight: float = weight()
    margin: float = Field(
        0.5, ge=0, lt=1.58, title="Margin", description="Added to the angle", json_schema_extra={"unit": "rad"}
    )
    scale: float = Field(64.0, gt=0, le=1e4, title="Scale", description="Multiplies the cosines")


class Prototype(Table):
    """Softmax over minus the squared distances to the classes' means in the batch."""

    name: Literal["prototype"] = "prototype"
    weight: float = weight()
    temperature: float = Field(1.0, gt=0, le=1e4, title="Temperature", description="Divides the squared distance")


def start_epochs() -> Any:
    """How long a relation objective first learns a fixed layout."""
    return Field(
        0,
        ge=0,
        le=1000,
        title="Start",
        description="Epochs at first towards the layout it starts from",
        json_schema_extra={**ADVANCED, "unit": "epochs"},
    )


class TSNE(Table):
    """Parametric t-SNE: images that are near in pixels are to be near in the embedding."""

    name: Literal["tsne"] = "tsne"
    weight: float = weight()
    perplexity: float = Field(30.0, gt=1, le=1000, title="Perplexity", description="Neighbours of about so many")
    start_epochs: int = start_epochs()  # towards the first principal components


class UMAP(Table):
    """Parametric UMAP: edges of the neighbourhood graph attract, random pairs repel."""

    name: Literal["umap"] = "umap"
    weight: float = weight()
    neighbours: int = Field(30, ge=2, le=1000, title="Neighbours", description="Of each image in the graph")
    min_dist: float = Field(0.01, ge=0, le=10, title="Least distance", description="At which neighbours may lie")
    spread: float = Field(
        1.0, gt=0, le=100, title="Spread", description="Scale of the distances", json_schema_extra=ADVANCED
    )
    negatives: int = Field(
        5, ge=1, le=100, title="Negatives", description="Random pairs an edge", json_schema_extra=ADVANCED
    )
    start_epochs: int = start_epochs()  # towards the spectral layout of the graph


Objective = Annotated[
    CrossEntropy | Contrastive | Triplet | InfoNCE | Decoupled | SupCon | ArcFace | Prototype | TSNE | UMAP,
    Field(discriminator="name"),
]
