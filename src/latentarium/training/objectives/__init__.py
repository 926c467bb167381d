"""What training makes small. One file an idea; `OBJECTIVES` names them as the recipe does."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from latentarium.core.recipe import Objective as Settings
from latentarium.training.objectives.batch import Batch, Objective
from latentarium.training.objectives.cross_entropy import cross_entropy
from latentarium.training.objectives.decoupled import decoupled
from latentarium.training.objectives.triplet import triplet

# The recipe's settings of an objective -> the objective.
OBJECTIVES: dict[str, Callable[[Any], Objective]] = {
    "cross-entropy": cross_entropy,
    "dcl": decoupled,
    "triplet": triplet,
}

__all__ = ["OBJECTIVES", "Batch", "Objective", "weighted_sum"]


def weighted_sum(settings: Sequence[Settings]) -> Objective:
    """The recipe's objectives, each times its weight, as one; a weight of 0 leaves an objective out."""
    terms = [(one.weight, OBJECTIVES[one.name](one)) for one in settings if one.weight > 0]

    def total(batch: Batch) -> Tensor:
        return torch.stack([weight * objective(batch) for weight, objective in terms]).sum()

    return total
