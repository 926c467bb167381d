"""Which points are shown: of classes that are not hidden, and among those that a search left."""

import numpy as np

from latentarium.core.arrays import Bools
from latentarium.runs.run import Run
from latentarium.scene.state import Selection, State


def shown_points(run: Run, state: State) -> Bools:
    """Which points of a run's probe are shown, as far as classes and the filter decide: (N,)."""
    shown: Bools = ~np.isin(run.probe.labels, list(state.hidden))
    return shown if state.filtered is None else shown & passing(state.filtered, len(shown))


def passing(filtered: Selection, count: int) -> Bools:
    """Which of `count` points a filter lets through."""
    through = np.zeros(count, bool)
    through[filtered.rows[(filtered.rows >= 0) & (filtered.rows < count)]] = True
    return through


def filter_words(state: State) -> str:
    """That not all is shown, and why."""
    if state.filtered is None:
        return ""
    return f"only “{state.filtered.name}”" if state.filtered.name else "filtered"
