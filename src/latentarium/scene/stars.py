"""Where the stars stand: the mean of each class."""

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.probabilities import prototypes
from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.known import known_labels, known_places
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment, moment_of
from latentarium.scene.morphing import Morphed, goal
from latentarium.scene.state import OpenRun, State


def stars(projection: Projection, moment: Moment, open_run: OpenRun, state: State, view: int) -> Floats:
    """Each class's mean in a view: (C, 3), NaN without one; as far on its way to the second column as the dots are.

    Classes are the same by name; the star of one that the second column does not have stays.
    """
    ours = projection.inner if isinstance(projection, Morphed) else projection
    begins = _at(open_run.run, ours, moment)
    if goal(open_run, state, view) is None:
        return begins
    second = state.runs[1]
    theirs, then = second.seen(view), moment_of(second, state.moment_in(second))
    if theirs is None or then is None:
        return begins
    found = dict(zip(second.run.classes, _at(second.run, theirs, then), strict=True))
    ends = np.array([found.get(name, begin) for name, begin in zip(open_run.run.classes, begins, strict=True)])
    ends = np.where(np.isfinite(ends), ends, begins).reshape(begins.shape)
    return frozen_floats(begins + np.float32(state.morph) * (ends - begins))


def _at(run: Run, projection: Projection, moment: Moment) -> Floats:
    return moment.between(*(_means(run, projection, frame) for frame in (moment.start, moment.end)))


def _means(run: Run, projection: Projection, frame: Frame) -> NDArray[np.float64]:
    """Where each class's known points lie on average, a held-out class's in the probe: (C, 3); NaN without one."""
    classes = len(run.classes)

    def place() -> NDArray[np.float64]:
        means = prototypes(known_places(run, projection, frame), known_labels(run), classes)
        if run.trained < classes:
            unseen = prototypes(projection.place(frame), run.probe.labels, classes)
            means[run.trained :] = unseen[run.trained :]
        return means

    return kept(projection, ("means", frame.step), place)
