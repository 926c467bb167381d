"""A linear probe of a recorded run: what a straight cut through the frozen embedding tells apart."""

import numpy as np

from latentarium.analysis.linear_probe import linear_probe
from latentarium.core.arrays import Ints
from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.jobs.zero_shot import Compared
from latentarium.runs.run import Run

TRAINED, UNSEEN = "linear_probe", "linear_probe_unseen"


def probe_linearly(
    run: Run, index: int, progress: Progress = ignore, cancelled: IsCancelled = never
) -> tuple[Compared, ...]:
    """Linear probes of frame `index`, of raw pixels and of the first frame.

    On trained classes: fitted to the reference, measured on the probe. On classes held out, where there are two with
    two images each: fitted to one half of each class's probe images, measured on the other. Raises CancelledError.
    """
    frame, first, probe, reference = run.frame(index), run.frame(0), run.probe, run.reference
    spaces = {"learned": (frame.embeddings, frame.reference_embeddings)}
    if probe.pixels is not None and reference.pixels is not None:
        spaces["pixels"] = probe.pixels, reference.pixels
    spaces["first"] = first.embeddings, first.reference_embeddings
    shown = np.flatnonzero((probe.labels >= 0) & (probe.labels < run.trained))
    known, asked = _halves(probe.labels, run.trained)
    figures: dict[str, dict[str, float]] = {TRAINED: {}, UNSEEN: {}}
    for place, (name, (points, others)) in enumerate(spaces.items()):
        if cancelled():
            raise CancelledError("The linear probe was cancelled.")
        progress("Fitting linear classifiers", place / len(spaces))
        figures[TRAINED][name] = linear_probe(others, reference.labels, points[shown], probe.labels[shown])
        figures[UNSEEN][name] = linear_probe(points[known], probe.labels[known], points[asked], probe.labels[asked])
    known_figures = {name: values for name, values in figures.items() if np.isfinite(values["learned"])}
    return tuple(
        Compared(name, values["learned"], values.get("pixels"), values["first"])
        for name, values in known_figures.items()
    )


def _halves(labels: Ints, trained: int) -> tuple[Ints, Ints]:
    """Rows of held-out classes by turns, class by class: those to fit, and those to measure."""
    rows = [np.flatnonzero(labels == label) for label in range(trained, int(labels.max(initial=-1)) + 1)]
    nothing = np.empty(0, np.int64)
    return np.concatenate([nothing, *(some[::2] for some in rows)]), np.concatenate(
        [nothing, *(some[1::2] for some in rows)]
    )
