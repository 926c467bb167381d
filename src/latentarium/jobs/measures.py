"""What is compared over the values of a sweep: a run's figures, and the chart of them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from latentarium.analysis.trust import sample_rows, trustworthiness
from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import (
    ACCURACY,
    KNN10_ACCURACY,
    PROTOTYPE_SHOTS,
    TRAIN_ACCURACY,
    VERIFICATION,
    ZERO_SHOT,
)
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, label
from latentarium.runs.run import Run
from latentarium.scene.chart import Chart

TRUSTWORTHINESS = "trustworthiness"  # of the embedding, for the pixels' neighbourhoods, on the probe; 0 to 1

# What the chart shows, and how it is called there.
NAMES = {
    TRAIN_ACCURACY: "train accuracy",
    ACCURACY: "test accuracy",
    KNN10_ACCURACY: "10-NN accuracy",
    TRUSTWORTHINESS: "trustworthiness",
    VERIFICATION: "verification, unseen",
    PROTOTYPE_SHOTS[5]: "5-shot, unseen",
}


def measures(run: Run) -> Mapping[str, float]:
    """The figures of a finished run that a sweep compares, by name; empty before its end.

    Train and test accuracy are of the whole splits. Where something trains the embedding, 10-NN accuracy is of the
    whole splits too, trustworthiness of the probe's images in the last frame, and there are the figures on unseen
    classes, if any. Reads the last frame, and takes up to a second for 1,500 images.
    """
    if not len(run) or not run.result:
        return MappingProxyType({})
    figures = {name: run.result[name] for name in (TRAIN_ACCURACY, ACCURACY) if name in run.result}
    if embedding_is_trained(run.recipe):
        if KNN10_ACCURACY in run.result:
            figures[KNN10_ACCURACY] = run.result[KNN10_ACCURACY]
        figures[TRUSTWORTHINESS] = _trust(run)
        last = run.entries[-1].scalars
        figures |= {name: last[name] for name in ZERO_SHOT if name in last}
    return MappingProxyType({name: value for name, value in figures.items() if np.isfinite(value)})


def _trust(run: Run) -> float:
    """How far neighbours in the embedding are neighbours in pixels: of at most 2,000 images of the probe, k 10."""
    rows = sample_rows(len(run.probe))
    pixels = run.probe.pixels
    return trustworthiness(pixels[rows], run.frame(-1).embeddings[rows]) if pixels is not None else np.nan


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
