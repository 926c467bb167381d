"""What the window's process and the one that lays out say to each other."""

from dataclasses import dataclass

from latentarium.core.arrays import Floats

METHODS = ("umap", "tsne", "pca-umap")
NAMES = {"umap": "UMAP", "tsne": "t-SNE", "pca-umap": "PCA to 50, then UMAP"}
COMPONENTS = 50  # principal components that pca-umap keeps


@dataclass(frozen=True, eq=False)
class Task:
    """Lay out `points` (P, D), finite, in 2 or 3 dimensions by one of METHODS.

    `start` (P, dimensions) is the layout to go on from, with few steps; None: from nothing.
    """

    method: str
    dimensions: int
    points: Floats
    start: Floats | None = None


@dataclass(frozen=True)
class Told:
    """How far the task is, 0 to 1."""

    fraction: float


@dataclass(frozen=True, eq=False)
class Done:
    """Where the points lie: (P, dimensions) float32."""

    places: Floats


@dataclass(frozen=True)
class Failed:
    """Why the task could not be done: a sentence, and the traceback."""

    sentence: str
    details: str


@dataclass(frozen=True)
class Stopped:
    """The task was given up, as was asked."""


CANCEL, WARM, END = "cancel", "warm", "end"  # what the window's process says beside tasks
