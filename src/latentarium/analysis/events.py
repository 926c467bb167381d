"""What happens to points from one recorded moment to the next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.blas import one_thread
from latentarium.core.frame import Frame

FLIP, FORGOTTEN, JUMP, MOVER = "flip", "forgotten", "jump", "mover"
KINDS = {
    FLIP: "another prediction than in the frame before",
    FORGOTTEN: "right in the frame before, wrong in this one",
    JUMP: "the highest probability changed by more than .5",
    MOVER: "moved farther than the mean and two deviations of all, after alignment",
}
LEAP = 0.5  # of the confidence
DEVIATIONS = 2.0


@dataclass(frozen=True, eq=False)
class Event:
    """At the run's frame `frame` something of this kind happened to `rows` of the probe, sorted int64, never empty."""

    frame: int
    kind: str
    rows: Ints


def events_between(before: Frame, after: Frame, labels: Ints, frame: int) -> tuple[Event, ...]:
    """What happened on the way to frame number `frame`, at most one event of each kind, in the order of `KINDS`.

    Only points of trained classes can be forgotten.
    """
    old, new = before.predictions, after.predictions
    trained = (labels >= 0) & (labels < before.probabilities.shape[1])
    far = distances_moved(before.embeddings, after.embeddings)
    limit = far.mean() + DEVIATIONS * far.std() if len(far) else 0.0
    found = {
        FLIP: old != new,
        FORGOTTEN: trained & (old == labels) & (new != labels),
        JUMP: np.abs(after.probabilities.max(1) - before.probabilities.max(1)) > LEAP,
        MOVER: far > max(limit, 1e-12),
    }
    return tuple(Event(frame, kind, frozen_ints(np.flatnonzero(rows))) for kind, rows in found.items() if rows.any())


def distances_moved(before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.float64]:
    """How far each point moved, (N, D), (N, D) -> (N,), after the second cloud was shifted and turned onto the first.

    The turn is the orthogonal Procrustes solution (Schönemann 1966): U·Vᵀ of the singular vectors of AᵀB. What is no
    finite number counts as 0.
    """
    if not len(before):
        return np.empty(0)
    clouds = (np.nan_to_num(np.asarray(cloud, float), posinf=0.0, neginf=0.0) for cloud in (after, before))
    a, b = (cloud - cloud.mean(0) for cloud in clouds)
    with one_thread():
        left, _, right = np.linalg.svd(a.T @ b)
        turned = a @ (left @ right)
    lengths: NDArray[np.float64] = np.linalg.norm(turned - b, axis=1)
    return lengths
