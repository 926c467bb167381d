"""Runs on the desk: which projections their views have."""

import weakref
from contextlib import suppress
from typing import cast

from latentarium.core.annotations import NO_ANNOTATIONS
from latentarium.core.errors import LatentariumError
from latentarium.projections.chain import Chain, Frames
from latentarium.projections.layouts.layout import Atlas, Layout
from latentarium.projections.layouts.task import METHODS as LAID_OUT
from latentarium.projections.linear import METHODS
from latentarium.projections.projection import Projection
from latentarium.projections.simplex import LAYOUTS, MOST, Simplex, corners
from latentarium.runs.run import Run
from latentarium.scene.alike import alike
from latentarium.scene.furniture import REST
from latentarium.scene.memory import kept
from latentarium.scene.metadata import table_for
from latentarium.scene.state import EMBEDDING, SIMPLEX, OpenRun, ViewSettings

CORNER, APART = 0.99, 0.05  # where a dot lies under a corner, and the share that must not for a simplex to be seen
OVER_TIME = ", aligned over time"  # in a title, where there are several frames


def open_run(run: Run, views: tuple[ViewSettings, ...] = (SIMPLEX, EMBEDDING), live: bool = False) -> OpenRun:
    """Put a run on the desk, with a projection for each view. Cheap: nothing is placed yet.

    Projections are kept with the run, so asking again with other views costs only what is new. Placing a frame
    of PCA, SVD or raw sees all earlier frames first; `Projection.extend` does that on a thread that may wait.
    """
    return OpenRun(run, len(run), tuple(project(run, settings) for settings in views), live)


def foresee(run: Run) -> None:
    """Find what the window asks of a run that is opened, in a thread that may wait; it is kept with the run."""
    has_simplex(run)
    table_for(run, None, NO_ANNOTATIONS)
    if len(run):
        with suppress(LatentariumError):  # a damaged frame is told where it is shown
            alike(run, run.frame(-1))


def is_of(shown: OpenRun, run: Run) -> bool:
    """Whether it shows `run`, or a part of its points."""
    return shown.run is run or shown.run.whole is run


def default_views(run: Run) -> tuple[ViewSettings, ViewSettings]:
    """The simplex, and the embedding as it is where it has at most three dimensions, by PCA where it has more.

    Triplets on a plane are seen as Voronoi cells.
    """
    width = run.recipe.network.embedding
    if width > 3:
        return SIMPLEX, EMBEDDING
    triplets = any(objective.name == "triplet" for objective in run.recipe.objective)
    background = "voronoi" if triplets and width == 2 else "none"
    return SIMPLEX, ViewSettings("embedding", method="raw", dimensions=max(2, width), background=background)


def seen_views(run: Run) -> tuple[ViewSettings, ...]:
    """The default views in which there is something to see."""
    return default_views(run) if has_simplex(run) else default_views(run)[1:]


def has_simplex(run: Run) -> bool:
    """Whether there is something to see in the simplex: there are classes, and dots outside of their corners.

    Probabilities that were made of the means of a space from elsewhere may all be 0 or 1. Reads its last frame once.
    """
    if not run.trained or run.recipe.origin is None or run.recipe.network.classifier != "none" or not run.entries:
        return run.trained > 0
    return kept(run, ("outside the corners",), lambda: _outside(run)) >= APART


def _outside(run: Run) -> float:
    """The share of a run's dots outside of the simplex's corners in its last frame; 1 where that cannot be read."""
    try:
        probabilities = run.frame(-1).probabilities
    except LatentariumError:
        return 1.0
    return float((probabilities.max(1) < CORNER).mean())


def methods(run: Run) -> tuple[str, ...]:
    """The ways of looking at this run's embedding: raw only where it has room, laid out only where there is none."""
    width = run.recipe.network.embedding
    straight = METHODS if width <= 3 else tuple(name for name in METHODS if name != "raw")
    return straight if width < 3 else (*straight, *(name for name in LAID_OUT if name != "pca-umap" or width > 50))


def project(run: Run, settings: ViewSettings) -> Projection:
    """The projection that a view's settings ask for. Settings that do not fit this run come as near as they can."""
    if settings.kind == "simplex":
        chosen, rest = poles(run.trained, settings)
        layout = settings.layout if settings.layout in LAYOUTS and len(chosen) + rest == 3 else LAYOUTS[0]
        return kept(run, ("simplex", chosen, rest, layout), lambda: _simplex(run, chosen, rest, layout))
    method = settings.method if settings.method in methods(run) else "pca"
    if method in LAID_OUT:
        return atlas(run, settings).newest
    dimensions = 3 if settings.dimensions == 3 else 2
    # The chain is kept with the run, and would keep it alive if it held it.
    frames = cast(Frames, weakref.proxy(run))
    title = _embedding_title(run, method, dimensions, settings.method == "raw")
    return kept(run, ("chain", method, dimensions, title), lambda: Chain(frames, method, dimensions, title))


def atlas(run: Run, settings: ViewSettings) -> Atlas:
    """The layouts of `run` by the method and in the dimensions of a view; until there is one, PCA stands in."""
    method, dimensions, width = settings.method, 3 if settings.dimensions == 3 else 2, run.recipe.network.embedding
    before = project(run, ViewSettings("embedding", method="pca", dimensions=dimensions))
    return kept(run, ("atlas", method, dimensions), lambda: Atlas(Layout(method, dimensions, width, before)))


def poles(trained: int, settings: ViewSettings) -> tuple[tuple[int, ...], bool]:
    """The classes at the poles, and whether the others share one more.

    None chosen: all, up to four; of more the first three and the rest. With a rest at most three can be chosen,
    without at most four; a single one always faces the rest.
    """
    chosen = tuple(dict.fromkeys(pole for pole in settings.poles if 0 <= pole < trained))
    if not chosen:
        return (tuple(range(trained)), False) if trained <= MOST else (tuple(range(MOST - 1)), True)
    rest = (settings.rest or len(chosen) == 1) and len(chosen) < trained
    return chosen[: MOST - rest], rest


def _simplex(run: Run, chosen: tuple[int, ...], rest: bool, layout: str) -> Simplex:
    names = ", ".join(run.classes[pole] for pole in chosen)
    if not run.trained:
        return Simplex(corners(1, layout), (), False, layout, "no classes, so there is no simplex")
    if run.trained == 1:
        what = f"one trained class, {names}: every point has probability 1"
    elif rest:
        what = f"{names} and {REST} ({run.trained - len(chosen)} classes as one)"
    elif len(chosen) < run.trained:
        what = f"only {names} of {run.trained} classes, renormalised"
    else:
        what = f"{len(chosen)} classes"
    source = "class probabilities"
    if run.recipe.network.classifier == "none":
        source = f"prototype probabilities, T = {run.recipe.prototypes.temperature:g}"
    return Simplex(corners(len(chosen) + rest, layout), chosen, rest, layout, f"{what} · {source}")


def _embedding_title(run: Run, method: str, dimensions: int, raw_wanted: bool) -> str:
    width = run.recipe.network.embedding
    if method == "raw":
        shown = min(width, dimensions)
        what = "as the network made it" if shown == width else f"the first {shown} of {width} dimensions"
        return f"{shown}-D, {what}"
    name = {"pca": "PCA", "svd": "SVD, not centred"}[method]
    title = f"{name}, {dimensions}-D of {width}{OVER_TIME}"
    return f"{title} (raw shows at most 3 dimensions)" if raw_wanted else title
