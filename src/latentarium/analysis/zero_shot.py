"""How well an embedding tells apart classes that it was never trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.few_shot import Draws, draw_examples, few_shot
from latentarium.analysis.verification import (
    Pairs,
    best_threshold,
    draw_pairs,
    pair_distances,
    roc_auc,
    threshold_accuracy,
)
from latentarium.core.arrays import Ints
from latentarium.core.frame import KNN_SHOTS, PROTOTYPE_SHOTS, VERIFICATION, VERIFICATION_AUC


@dataclass(frozen=True, eq=False)
class Trials:
    """What is asked of every space, always the same: pairs of unseen classes, and draws of labelled examples.

    `draws` is None where an unseen class has a single image.
    """

    pairs: Pairs
    draws: Draws | None

    def measure(self, points: NDArray[Any]) -> dict[str, float]:
        """The figures of a space, (N, D), by their names in a frame's scalars; each 0 to 1."""
        pairs, half = self.pairs, self.pairs.half
        distances = pair_distances(points, pairs.first, pairs.second)
        threshold = best_threshold(distances[:half], pairs.same[:half])
        figures = {
            VERIFICATION: threshold_accuracy(distances[half:], pairs.same[half:], threshold),
            VERIFICATION_AUC: roc_auc(distances, pairs.same),
        }
        if self.draws is not None:
            for shots, shares in few_shot(points, self.draws).items():
                figures[PROTOTYPE_SHOTS[shots]], figures[KNN_SHOTS[shots]] = shares
        return figures


def draw_trials(labels: Ints, trained: int) -> Trials | None:
    """The trials of a probe's labels, (N,), of which those below `trained` were trained on; the same for the same.

    None where the probe does not show two unseen classes with two images in one of them.
    """
    rows = np.flatnonzero(labels >= trained)
    pairs = draw_pairs(labels, rows)
    return None if pairs is None else Trials(pairs, draw_examples(labels, rows))
