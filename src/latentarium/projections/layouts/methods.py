"""One task done. Only the process that lays out imports this; it loads no more than the task's method needs."""

import numpy as np
from sklearn.decomposition import PCA

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.projections.layouts.lines import Tell
from latentarium.projections.layouts.settings import FEWEST
from latentarium.projections.layouts.task import COMPONENTS, Task


def lay_out(task: Task, tell: Tell) -> Floats:
    """The task's points in its dimensions, (P, d) float32."""
    points = np.nan_to_num(task.points, nan=0.0, posinf=0.0, neginf=0.0)
    if len(points) < FEWEST:
        return frozen_floats(_principal(points, task.dimensions))
    if task.method == "tsne":
        from latentarium.projections.layouts import by_tsne

        return frozen_floats(by_tsne.lay_out(points, task.dimensions, task.start, tell))
    from latentarium.projections.layouts import by_umap

    if task.method == "pca-umap" and points.shape[1] > COMPONENTS:
        points = _principal(points, COMPONENTS)
    return frozen_floats(by_umap.lay_out(points, task.dimensions, task.start, tell))


def warm() -> None:
    """Load UMAP, and compile what it compiles at its first use."""
    points = frozen_floats(np.random.default_rng(0).normal(size=(64, 4)))
    lay_out(Task("umap", 2, points), _ignore)


def _principal(points: Floats, dimensions: int) -> Floats:
    """The leading principal components, with zeros where there are fewer: (P, dimensions)."""
    kept = min(dimensions, *points.shape)
    places = np.zeros((len(points), dimensions), np.float32)
    if kept:
        places[:, :kept] = PCA(kept, random_state=0).fit_transform(points)
    return places


def _ignore(fraction: float) -> None:
    """Nobody watches."""
