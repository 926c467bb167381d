"""Everything that the screen depends on. Replaced, never edited."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.arrays import Ints
from latentarium.core.comparison import ComparisonSettings
from latentarium.core.sweep import Sweep, Value
from latentarium.projections.aligned import Aligned
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.assessment import Assessed
from latentarium.scene.camera import Camera
from latentarium.scene.compared import Compared
from latentarium.scene.happenings import Happenings
from latentarium.scene.link import linked_moment


class ColourBy(StrEnum):
    """What the colour of a dot says."""

    CLASS = "class"
    PREDICTION = "prediction"
    CORRECTNESS = "right or wrong"
    LOSS = "loss"
    PROBABILITIES = "probabilities"
    CONFIDENCE = "confidence"
    TRUST = "trust"  # which share of a dot's neighbours in the space are its neighbours in the picture
    OVERLAP = "overlap"  # which share of a dot's neighbours two compared spaces have in common
    COLUMN = "column"  # what the metadata column `State.column` says


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
    one more pole or the chosen ones are renormalised. For an embedding, `method` is raw, pca, svd, tsne, umap or
    pca-umap; the last three are laid out on request, and `following` keeps them up to date while training.
    `background` is what lies under the dots of a 2-D embedding: none, voronoi (cells of `examples` a class; 0: all),
    head (regions of the class head) or prototypes (regions of the nearest).
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
    background: str = "none"
    examples: int = 0
    following: bool = False
    laid_out: int = -1  # the frame whose layout was asked for last
    springs: bool = True  # of the focus, where the run has some: attraction and repulsion as lines


SIMPLEX = ViewSettings("simplex", dimensions=2)
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
    moment: float | None = None  # in frames; None: as `State.link` says. A second column may stand still ("before")
    aligned: tuple[Aligned | None, ...] = ()  # of each view, where it is laid over the first column's
    shows: str = "both"  # simplex, embedding or both: which of the views a column of two shows
    cameras: tuple[Camera | None, ...] | None = None  # its own; None: those of the state, as the first column

    matched: str = ""  # how its points were found in the first run: "1,200 points matched by id"

    def seen(self, view: int) -> Projection | None:
        """How the column places its dots: the projection, laid over the first column's where it is aligned."""
        projection = self.projections[view]
        aligned = self.aligned[view] if view < len(self.aligned) else None
        return aligned if aligned is not None and aligned.inner is projection else projection


@dataclass(frozen=True, eq=False)
class SweepCell:
    """One value of a sweep: `state` is queued, training, done, stopped or failed; `shown` has one projection.

    `measures` are figures by their names once the run is done; `error` says why it failed.
    """

    value: Value
    state: str = "queued"
    path: Path | None = None
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    error: str = ""
    shown: OpenRun | None = None


@dataclass(frozen=True, eq=False)
class OpenSweep:
    """The sweep whose runs stand side by side, a cell for each value.

    `camera` is the one of all cells, in units of what each shows when it frames all: `centre` is how far its middle
    has moved and `extent` its half-height, both by the half-height then. None: each frames all.
    """

    sweep: Sweep
    path: Path
    cells: tuple[SweepCell, ...]
    camera: Camera | None = None


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
    filtered: Selection | None = None  # only these are shown, of the classes that are not hidden; None: all
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
    trail: int = 0  # frames behind a hovered, focused or selected dot that are drawn as its trail; 0: none
    loose: tuple[float, ...] | None = None  # class probabilities of a dot that is dragged about the simplex
    headline: bool = False  # accuracy and loss are written large above the views
    workspace: str = "train"  # train, compare or sweep: which arrangement the window shows
    comparison: ComparisonSettings = field(default_factory=ComparisonSettings)
    compared: Compared | None = None  # what was found, or is being looked for, of the first two runs
    morph: float = 0.0  # how far the first column's dots have moved on to where the second shows them, 0 to 1
    gliding: float | None = None  # where `morph` goes by itself; None: nowhere
    link: str = "step"  # how the second column follows the first's moment: step, fraction or alone
    align: str = "similarity"  # how the second is laid over the first: similarity, rotation (the size stays) or none
    anchor: tuple[int, int] | None = None  # the frames of both by which it is; None: the newest
    column: str = ""  # the metadata column that colours, with ColourBy.COLUMN
    tag: str = ""  # the metadata column whose text stands beside some dots; empty: none
    annotations: Annotations = NO_ANNOTATIONS  # labels by hand, of the first run
    sweep: OpenSweep | None = None
    trusts: tuple[Assessed, ...] = ()  # how far the views' pictures were found to be trusted, where anyone asks
    events: Happenings | None = None  # of the first run, as far as they are known
    dot_size: float = 0.0  # logical pixels across; 0: by the number of points

    @property
    def frame(self) -> int:
        """The frame that numbers and charts speak of: the one nearest to the moment."""
        return int(self.moment + 0.5)

    def moment_in(self, shown: OpenRun) -> float:
        """The moment that an open run's column shows: its own, or what belongs to the first column's."""
        if shown.moment is not None:
            return shown.moment
        first = self.runs[0] if self.runs else shown
        if first.run is shown.run:
            return self.moment
        return linked_moment((first.run, first.live), self.moment, (shown.run, shown.live), shown.count, self.link)

    def frame_in(self, shown: OpenRun) -> int:
        """The frame that the numbers of an open run's column speak of."""
        return int(self.moment_in(shown) + 0.5)

    def with_view(self, index: int, **changes: Any) -> "State":
        """The same with one view's settings changed, seen afresh."""
        views = list(self.views)
        views[index] = replace(views[index], **changes)
        cameras = list(self.cameras)
        cameras[index] = None
        return replace(self, views=tuple(views), cameras=tuple(cameras))
