"""What training makes small. One file an idea; `OBJECTIVES` names them as the recipe does."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from latentarium.core.objectives import Objective as Settings
from latentarium.training.objectives.arcface import arcface
from latentarium.training.objectives.batch import Batch, Objective, Problem
from latentarium.training.objectives.contrastive import contrastive
from latentarium.training.objectives.cross_entropy import cross_entropy
from latentarium.training.objectives.decoupled import decoupled
from latentarium.training.objectives.info_nce import info_nce
from latentarium.training.objectives.prototype import prototype
from latentarium.training.objectives.supcon import supcon
from latentarium.training.objectives.triplet import triplet
from latentarium.training.objectives.tsne import tsne
from latentarium.training.objectives.umap import umap

# The recipe's settings of an objective, and what it is built for -> the objective.
OBJECTIVES: dict[str, Callable[[Any, Problem], Objective]] = {
    "cross-entropy": cross_entropy,
    "contrastive": contrastive,
    "triplet": triplet,
    "info-nce": info_nce,
    "dcl": decoupled,
    "supcon": supcon,
    "arcface": arcface,
    "prototype": prototype,
    "tsne": tsne,
    "umap": umap,
}

__all__ = ["OBJECTIVES", "Batch", "Objective", "Problem", "WeightedSum"]


class WeightedSum(nn.Module):
    """The recipe's objectives, each times its weight, as one; a weight of 0 leaves an objective out.

    Parameters of an objective's own (ArcFace's centres) are this module's.
    """

    def __init__(self, settings: Sequence[Settings], problem: Problem) -> None:
        super().__init__()
        self._terms = [(one.weight, OBJECTIVES[one.name](one, problem)) for one in settings if one.weight > 0]
        for one, (_, term) in zip((one for one in settings if one.weight > 0), self._terms, strict=True):
            if isinstance(term, nn.Module):
                self.add_module(one.name, term)

    def forward(self, batch: Batch) -> Tensor:
        """The sum for one batch, a scalar."""
        return torch.stack([weight * objective(batch) for weight, objective in self._terms]).sum()
