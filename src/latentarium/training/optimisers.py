"""How the weights move."""

from collections.abc import Iterable, Sequence

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from latentarium.core.objectives import Objective
from latentarium.core.recipe import Optimiser

MOMENTUM = 0.9  # of sgd


def build_optimiser(settings: Optimiser, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """The recipe's optimiser; fused, which is the same mathematics in one pass over the weights."""
    if settings.name == "sgd":
        return SGD(parameters, settings.rate, MOMENTUM, weight_decay=settings.weight_decay, fused=True)
    kind = AdamW if settings.name == "adamw" else Adam
    return kind(parameters, settings.rate, weight_decay=settings.weight_decay, fused=True)


def set_rate(optimiser: Optimizer, rate: float) -> None:
    """Give all weights the learning rate of this step."""
    for group in optimiser.param_groups:
        group["lr"] = rate


def turning_steps(objectives: Sequence[Objective], per_epoch: int) -> frozenset[int]:
    """The steps at which an objective leaves the layout that it starts from, and the optimiser begins anew.

    The moments of a start's loss would hold back a loss whose gradients are a thousand times smaller.
    """
    starts = (getattr(one, "start_epochs", 0) * per_epoch for one in objectives if one.weight > 0)
    return frozenset(starts) - {0}
