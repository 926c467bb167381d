"""Everything that the screen depends on. Replaced, never edited."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from latentarium.core.arrays import Ints
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera


class ColourBy(StrEnum):
    """What the colour of a dot says."""

    CLASS = "class"
    PREDICTION = "prediction"
    CORRECTNESS = "right or wrong"
    LOSS = "loss"
    PROBABILITIES = "probabilities"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows of the probe, sorted, int64 and read-only; compared by identity."""

    rows: Ints
    name: str = ""

    def __len__(self) -> int:
        return len(self.rows)


NOTHING = Selection(np.empty(0, np.int64))


@dataclass(frozen=True)
class ViewSettings:
    """What one view of a column shows.

    `kind` is "simplex" or "embedding". For a simplex, `layout` is equilateral, article or axes, and
    `poles` names the classes at the poles (empty: all, up to four), `rest` whether the others count as
    one more pole or the chosen ones are renormalised. For an embedding, `method` is raw, pca or svd.
    """

    kind: str
    method: str = "pca"
    dimensions: int = 3
    layout: str = "equilateral"
    poles: tuple[int, ...] = ()
    rest: bool = True
    boundaries: bool = True
    counts: bool = False
    loss_lines: bool = False
    prototypes: bool = True
    grid: bool = True


SIMPLEX = ViewSettings("simplex", dimensions=2, prototypes=False)
EMBEDDING = ViewSettings("embedding")


@dataclass(frozen=True, eq=False)
class OpenRun:
    """One run on the desk, with as many frames as it had when this was made.

    `projections` holds one entry a view, in the order of `State.views`; None while it is being made.
    """

    run: Run
    count: int
    projections: tuple[Projection | None, ...]
    live: bool = False  # it is being written now, here or by another process


@dataclass(frozen=True)
class State:
    """Everything that the screen depends on."""

    runs: tuple[OpenRun, ...] = ()
    moment: float = 0.0  # in frames: 2.5 is half way from frame 2 to frame 3
    following: bool = True  # stays at the newest frame as frames arrive ("Live")
    playing: bool = False
    speed: float = 1.0
    loop: bool = False
    hovered: int | None = None  # a row of the probe
    focus: int | None = None
    selection: Selection = NOTHING
    isolated: bool = False  # all but the selection stays as grey context
    hidden: frozenset[int] = frozenset()  # classes
    colour_by: ColourBy = ColourBy.CLASS
    k: int = 12
    metric: str = "cosine"
    among: str = "reference"  # where neighbours are looked for: reference or probe
    show_neighbours: bool = True
    views: tuple[ViewSettings, ...] = (SIMPLEX, EMBEDDING)
    cameras: tuple[Camera | None, ...] = (None, None)  # None: frame all
    dark: bool = True
    presenting: bool = False
    lasso: bool = False  # the next drag draws a lasso
    dot_size: float = 0.0  # logical pixels across; 0: by the number of points

    @property
    def frame(self) -> int:
        """The frame that numbers and charts speak of: the one nearest to the moment."""
        return int(self.moment + 0.5)

    def with_view(self, index: int, **changes: Any) -> "State":
        """The same with one view's settings changed, seen afresh."""
        views = list(self.views)
        views[index] = replace(views[index], **changes)
        cameras = list(self.cameras)
        cameras[index] = None
        return replace(self, views=tuple(views), cameras=tuple(cameras))
