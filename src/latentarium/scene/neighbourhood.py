"""The points nearest to one point, in the space of the embedding itself."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.neighbours import nearest
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.frame import Frame
from latentarium.scene.columns import comparing
from latentarium.scene.memory import kept
from latentarium.scene.moment import moment_of
from latentarium.scene.state import OpenRun, State

Found: TypeAlias = tuple[Ints, NDArray[np.float64]]  # rows and distances, nearest first


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """The neighbours of probe point `row`, nearest first: rows of the sample `among` (reference or probe).

    `indices` int64 (k,), `distances` float64 (k,) in the embedding and in `metric`, `labels` int64 (k,);
    `same` counts those of the point's own class.
    """

    row: int
    among: str
    metric: str
    indices: Ints
    distances: NDArray[np.float64]
    labels: Ints
    same: int

    def __len__(self) -> int:
        return len(self.indices)


def neighbours(open_run: OpenRun, state: State, row: int | None = None) -> Neighbourhood | None:
    """The k neighbours of probe point `row` (default: of the focus) in the frame nearest to the moment.

    None without a point or a frame. Asked again in the same frame, it answers with the very same object.
    """
    row = state.focus if row is None else row
    moment = moment_of(open_run, state.moment_in(open_run))
    if row is None or moment is None or not 0 <= row < len(open_run.run.probe):
        return None
    run, terms = open_run.run, _terms(open_run, state)
    labels = (run.probe if terms[2] == "probe" else run.reference).labels
    known = _known(open_run, state, moment.nearest, row)
    return _search(moment.nearest, row, int(run.probe.labels[row]), labels, terms, known)


def _known(open_run: OpenRun, state: State, frame: Frame, row: int) -> Found | None:
    """What the comparison has found already, where it is of this frame and by these settings."""
    compared = state.compared
    if not comparing(state) or compared is None or compared.result is None or compared.settings != state.comparison:
        return None
    second, found = open_run is state.runs[1], compared.result
    run, index = (compared.run_b, compared.frame_b) if second else (compared.run_a, compared.frame_a)
    if run is not open_run.run or run.entries[index].step != frame.step:
        return None
    rows, distances = (found.neighbours_b, found.distances_b) if second else (found.neighbours_a, found.distances_a)
    others = rows[row] != row  # of those that count themselves
    return rows[row][others], distances[row][others]


def _terms(open_run: OpenRun, state: State) -> tuple[int, str, str]:
    """How many neighbours, by which metric, and among what; where two spaces are compared, those that are compared.

    A run without a reference has neighbours in the probe only.
    """
    if not comparing(state):
        among = state.among if len(open_run.run.reference) else "probe"
        return state.k, state.metric, among
    settings = state.comparison
    metric = settings.metric_b if open_run is state.runs[1] else settings.metric_a
    return settings.k - settings.include_self, metric, "probe"


def _search(
    frame: Frame, row: int, label: int, labels: Ints, terms: tuple[int, str, str], known: Found | None
) -> Neighbourhood:
    k, metric, among = terms

    def search() -> Neighbourhood:
        points, skip = frame.reference_embeddings, None
        if among == "probe":
            points, skip = frame.embeddings, np.array([row])
        if known is not None:
            indices, distances = known
        else:
            indices, distances = (each[0] for each in nearest(frame.embeddings[row : row + 1], points, k, metric, skip))
        theirs = labels[indices]
        distances.flags.writeable = False
        return Neighbourhood(
            row, among, metric, frozen_ints(indices), distances, frozen_ints(theirs), int((theirs == label).sum())
        )

    return kept(frame, ("neighbours", row, k, metric, among), search)
