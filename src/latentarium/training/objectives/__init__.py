"""What training makes small. One file an idea; `OBJECTIVES` names them as the recipe does."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from latentarium.core.objectives import Objective as Settings
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.cross_entropy import cross_entropy
from latentarium.training.objectives.decoupled import decoupled
from latentarium.training.objectives.triplet import triplet

# The recipe's settings of an objective, and what it is built for -> the objective.
OBJECTIVES: dict[str, Callable[[Any, Problem], Objective]] = {
    "cross-entropy": cross_entropy,
    "dcl": decoupled,
    "triplet": triplet,
}

__all__ = ["OBJECTIVES", "Batch", "Objective", "Problem", "WeightedSum"]


class WeightedSum(nn.Module):
    """The recipe's objectives, each times its weight, as one; a weight of 0 leaves an objective out.

    Parameters of an objective's own (ArcFace's centres) are this module's.
    """

    def __init__(self, settings: Sequence[Settings], problem: Problem) -> None:
        super().__init__()
        self._terms = [(one.weight, OBJECTIVES[one.name](one, problem)) for one in settings if one.weight > 0]
        self._modules_of_terms = nn.ModuleList([term for _, term in self._terms if isinstance(term, nn.Module)])

    def forward(self, batch: Batch) -> Tensor:
        """The sum for one batch, a scalar."""
        return torch.stack([weight * objective(batch) for weight, objective in self._terms]).sum()
