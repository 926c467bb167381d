"""t-SNE itself, scikit-learn's. Only the process that lays out imports this."""

import contextlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from latentarium.core.arrays import Floats
from latentarium.projections.layouts.lines import Lines, Tell
from latentarium.projections.layouts.settings import (
    EXAGGERATION,
    ITERATIONS,
    REFRESHING_ITERATIONS,
    SEED,
    perplexity_of,
    rate_of,
)


def lay_out(points: Floats, dimensions: int, start: Floats | None, tell: Tell) -> NDArray[Any]:
    """Barnes-Hut t-SNE from exact neighbours: (P, D) -> (P, dimensions), P > 3.

    A layout to go on from lies apart already: nothing is exaggerated then.
    """
    iterations = ITERATIONS if start is None else REFRESHING_ITERATIONS
    made = TSNE(
        dimensions,
        perplexity=perplexity_of(len(points)),
        early_exaggeration=EXAGGERATION if start is None else 1.0,
        learning_rate=rate_of(len(points)),
        max_iter=iterations,
        init="pca" if start is None else np.array(start),
        random_state=SEED,
        verbose=2,
    )
    # Beside a training its threads would mostly wait for one another: 78 s instead of 9 for 2,500 points on 2 cores.
    alone = threadpool_limits(limits=1)
    with alone, contextlib.redirect_stdout(Lines(r"Iteration (\d+):", iterations, tell)):
        return np.asarray(made.fit_transform(points))
