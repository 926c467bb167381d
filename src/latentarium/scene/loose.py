"""A dot that belongs to no image: dragged about the simplex, it shows what probabilities mean."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.projections.simplex import Simplex
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Colour, Label

LOOSE = "loose"  # the kind of its label


def loose_label(simplex: Simplex, probabilities: Sequence[float], dark: bool) -> Label:
    """The dot at its place, in the colour of its probabilities (K,)."""
    x, y, z = (float(part) for part in (simplex.weights(np.array([probabilities])) @ simplex.corners)[0])
    return Label("", (x, y, z), mixture(probabilities, dark), LOOSE)


def mixture(probabilities: Sequence[float], dark: bool) -> Colour:
    """Of three classes the probabilities as red, green and blue, as the article has them; else their colours mixed."""
    shares = np.asarray(probabilities, float)
    if len(shares) == 3:
        red, green, blue = (round(255 * share) for share in shares)
    else:
        red, green, blue = (round(tone) for tone in shares @ class_colours(len(shares), dark)[:, :3])
    return red, green, blue, 255


def probabilities_at(simplex: Simplex, place: Sequence[float], trained: int) -> tuple[float, ...]:
    """The probabilities (trained,) of the point of the simplex that is nearest to a place (3,) of the world.

    What the rest's pole draws with is shared by the classes without a pole.
    """
    weights = nearest_weights(simplex.corners, np.asarray(place, float))
    shares = np.zeros(trained)
    shares[list(simplex.poles)] = weights[: len(simplex.poles)]
    if simplex.rest:
        others = np.setdiff1d(np.arange(trained), simplex.poles)
        shares[others] = weights[-1] / len(others)
    return tuple(float(share) for share in shares / shares.sum())


def nearest_weights(corners: NDArray[Any], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights (P,) >= 0 with sum 1 whose mean of the corners (P, 3) is nearest to the place (3,).

    Of every face the foot of the perpendicular is looked at; the nearest that lies within its face is the answer.
    """
    count, corners = len(corners), np.asarray(corners, float)
    best, least = np.eye(count)[0], np.inf
    for size in range(1, count + 1):
        for face in combinations(range(count), size):
            first, others = corners[face[0]], corners[list(face[1:])]
            parts = np.linalg.lstsq((others - first).T, place - first, rcond=None)[0] if size > 1 else np.empty(0)
            weights = np.zeros(count)
            weights[list(face)] = [1 - parts.sum(), *parts]
            distance = float(np.linalg.norm(weights @ corners - place))
            if weights.min() >= -1e-9 and distance < least - 1e-12:
                best, least = np.clip(weights, 0, 1), distance
    return np.asarray(best / best.sum())
