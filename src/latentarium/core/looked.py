"""What a metric objective does with one image among others: the triplets it takes, the springs it stretches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints


@dataclass(frozen=True, eq=False)
class Mined:
    """The triplets (T,) of one anchor, the costliest first.

    `positive` and `negative` are rows of the points, `near` and `far` their squared Euclidean distances from the
    anchor, float64. A triplet is `active` where near − far + margin > 0: only these move anything.
    """

    positive: Ints
    negative: Ints
    near: NDArray[np.float64]
    far: NDArray[np.float64]
    active: NDArray[np.bool_]
    margin: float
    mining: str

    @property
    def hinge(self) -> NDArray[np.float64]:
        """What each triplet costs, max(0, near − far + margin): (T,)."""
        return np.maximum(self.near - self.far + self.margin, 0.0)


@dataclass(frozen=True, eq=False)
class Springs:
    """What pulls and pushes one anchor, (S,), the strongest first; points without a force are left out.

    `rows` are those of the points; `attraction` says whether anchor and point are pulled together; `force` is
    |∂L/∂d|, float64, of the loss L of the anchor's pairs by their distance d: Euclidean for springs and triplets,
    between the embeddings at length 1 for the objectives of cosines. `objective` is the one that acts.
    """

    rows: Ints
    attraction: NDArray[np.bool_]
    force: NDArray[np.float64]
    objective: str


@dataclass(frozen=True, eq=False)
class Looked:
    """Triplets and springs of one image, None where the recipe has none; `sentence` says why, where both are."""

    triplets: Mined | None
    springs: Springs | None
    sentence: str = ""
