"""How the weights move."""

from collections.abc import Iterable

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

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
