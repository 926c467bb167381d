"""What is compared over the values of a sweep: a run's figures, and the chart of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import ACCURACY, KNN10_ACCURACY, KNN_ACCURACY, SECONDS, TRAIN_ACCURACY
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, label
from latentarium.runs.run import Run
from latentarium.scene.chart import Chart

TRUSTWORTHINESS = "trustworthiness"  # of the embedding, for the pixels' neighbourhoods, on the probe; 0 to 1

NAMES = {
    TRAIN_ACCURACY: "train accuracy",
    ACCURACY: "test accuracy",
    KNN_ACCURACY: "1-NN accuracy",
    KNN10_ACCURACY: "10-NN accuracy",
    TRUSTWORTHINESS: "trustworthiness",
}


def measures(run: Run) -> Mapping[str, float]:
    """The figures of a run that a sweep compares, by name: those of its result, else of its last frame.

    Train and test accuracy always; figures of the embedding only where something trains it.
    """
    if not len(run):
        return MappingProxyType({})
    last = run.entries[-1].scalars
    known = {name: value for name, value in {**last, **run.result}.items() if name != SECONDS}
    names = [TRAIN_ACCURACY, ACCURACY]
    if embedding_is_trained(run.recipe):
        names += [KNN_ACCURACY, KNN10_ACCURACY, TRUSTWORTHINESS]
    return MappingProxyType({name: known[name] for name in names if name in known})


def embedding_is_trained(recipe: Recipe) -> bool:
    """Whether any objective reaches the embedding: cross-entropy does only where the class head stands on it."""
    return recipe.network.classifier == "embedding" or any(
        objective.weight > 0 and objective.name != "cross-entropy" for objective in recipe.objective
    )


def chart_of(sweep: Sweep, measured: Sequence[Mapping[str, float]]) -> Chart:
    """The chart of figures over the swept values; `measured` holds one mapping a value, empty where none is known."""
    names = [name for name in NAMES if any(name in figures for figures in measured)]
    series = {NAMES[name]: frozen_floats([figures.get(name, np.nan) for figures in measured]) for name in names}
    return Chart(f"Accuracy over {label(sweep.field)}", sweep.values, series, sweep.field)
