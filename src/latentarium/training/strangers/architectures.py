"""Networks by name, as large as a file of weights says: this program's, torchvision's, timm's, a person's own."""

import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor, nn

from latentarium.core.embedding import is_python
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Network, NetworkName, Recipe
from latentarium.training.memory import OBJECTIVE
from latentarium.training.networks import build_network
from latentarium.training.strangers.fitting import common_prefix
from latentarium.training.strangers.python_file import network_of

OURS = get_args(NetworkName)
TIMM, TORCHVISION = "timm:", "torchvision:"


@dataclass(frozen=True, eq=False)
class Architecture:
    """A network that is not filled yet.

    `ours`: it is an EmbeddingNetwork. `pretrained`: of a collection whose weights want ImageNet's pixels, and whose
    last linear layer is a class head, however many classes it has.
    """

    network: nn.Module
    title: str
    ours: bool = False
    pretrained: bool = False


def build(named: str, tensors: Mapping[str, Tensor], recipe: Recipe) -> Architecture:
    """The network that `named` means, with the widths and the number of classes of `tensors`, on the CPU.

    One of this program's takes from the tensors what they tell, and from recipe.network what they do not: activation
    and L2 norm. Raises LatentariumError where there is no such network.
    """
    with torch.random.fork_rng(devices=[]):
        if is_python(named):
            return Architecture(network_of(named), Path(named).name)
        if named.startswith(TIMM):
            return Architecture(_timm(named.removeprefix(TIMM), tensors), named, pretrained=True)
        if named in OURS and (not named.startswith("resnet") or _is_ours(tensors)):
            return Architecture(_own(named, tensors, recipe), named, ours=True)
        return Architecture(_torchvision(named.removeprefix(TORCHVISION), tensors), named, pretrained=True)


def _is_ours(tensors: Mapping[str, Tensor]) -> bool:
    return any(name.startswith("trunk.body.") for name in tensors)


def _own(name: str, tensors: Mapping[str, Tensor], recipe: Recipe) -> nn.Module:
    """This program's network of that name, as wide as the tensors say, without the statistics of its pixels yet."""
    settings = recipe.network.model_copy(update={"name": name, "weights": "", **_told(name, tensors, recipe.network)})
    shape = (1, 28, 28, 1)
    first = tensors.get("trunk.0.weight" if name == "conv-small" else "trunk.1.weight")
    if first is not None and name == "conv-small" and first.ndim == 4:
        shape = (1, 28, 28, first.shape[1])
    elif first is not None and first.ndim == 2:
        shape = (1, 1, first.shape[1], 1)
    elif (stem := tensors.get("trunk.body.conv1.weight")) is not None:
        shape = (1, 96, 96, 3) if stem.shape[-1] > 3 else (1, 32, 32, 3)
    head = tensors.get("classifier.weight")
    classes = len(head) if head is not None else 1
    network = build_network(recipe.model_copy(update={"network": settings}), np.zeros(shape, np.uint8), classes)
    for statistic in ("mean", "deviation"):
        if (known := tensors.get(statistic)) is not None and known.shape in ((1,), (3,)):
            network.register_buffer(statistic, torch.ones_like(known))
    return network


def _told(name: str, tensors: Mapping[str, Tensor], settings: Network) -> dict[str, Any]:
    """What the shapes of the tensors say of the network's settings."""
    told: dict[str, Any] = {}
    embedding, head = tensors.get("embedding.weight"), tensors.get("classifier.weight")
    if embedding is not None and embedding.ndim == 2:
        told["embedding"] = len(embedding)
        told["classifier"] = "none"
        if head is not None and head.ndim == 2:
            told["classifier"] = "embedding" if head.shape[1] == len(embedding) else "trunk"
            if embedding.shape[0] == embedding.shape[1]:  # both are as wide: what the recipe says
                told["classifier"] = "trunk" if settings.classifier == "trunk" else "embedding"
    if name == "mlp":
        layers = (tensors.get(f"trunk.{place}.weight") for place in range(1, 100, 2))
        hidden = tuple(len(layer) for layer in layers if layer is not None)
        told |= {"hidden": hidden} if hidden else {}
    return told


def _torchvision(name: str, tensors: Mapping[str, Tensor]) -> nn.Module:
    import torchvision.models  # here, because it takes 3 s

    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        near = get_close_matches(name, [*OURS, *known], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise LatentariumError(
            f"There is no network {name or 'named'}; name one of {', '.join(OURS)}, a model of torchvision, "
            f"timm:NAME, or FILE.py:FUNCTION.{hint}"
        )

    def made(classes: int | None) -> nn.Module:
        network: nn.Module = torchvision.models.get_model(
            name, weights=None, **({} if classes is None else {"num_classes": classes})
        )
        return network

    network = _sized(made, tensors)
    stem = getattr(network, "conv1", None)
    given = _given(tensors, network).get("conv1.weight")
    if name.startswith("resn") and isinstance(stem, nn.Conv2d) and given is not None and given.shape[-1] == 3:
        network.conv1 = nn.Conv2d(3, stem.out_channels, 3, padding=1, bias=False)  # the usual one for CIFAR
        network.maxpool = nn.Identity()
    return network


def _timm(name: str, tensors: Mapping[str, Tensor]) -> nn.Module:
    try:
        timm = importlib.import_module("timm")
    except ImportError as error:
        raise LatentariumError("timm is not installed here; install it, or name another network.") from error
    if not timm.is_model(name):
        near = get_close_matches(name, timm.list_models(), n=1)
        raise LatentariumError(f"timm has no model {name}{f'; did you mean {near[0]}?' if near else '.'}")

    def made(classes: int | None) -> nn.Module:
        network: nn.Module = timm.create_model(
            name, pretrained=False, **({} if classes is None else {"num_classes": classes})
        )
        return network

    return _sized(made, tensors)


def _sized(made: Any, tensors: Mapping[str, Tensor]) -> nn.Module:
    """The network with as many classes as the file's class head has rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of weights that will be drawn otherwise some day: they are replaced
        network: nn.Module = made(None)
        given = _given(tensors, network)
        counts = {
            len(given[name])
            for name, value in network.state_dict().items()
            if name in given
            and given[name].ndim == value.ndim > 0
            and given[name].shape[1:] == value.shape[1:]
            and len(given[name]) != len(value)
        }
        return made(counts.pop()) if len(counts) == 1 else network


def _given(tensors: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    prefix = common_prefix(tensors, network.state_dict())
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def without_objective(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a network alone, where a run's checkpoint keeps those of its objectives beside them."""
    return {name: value for name, value in tensors.items() if not name.startswith(OBJECTIVE)}
