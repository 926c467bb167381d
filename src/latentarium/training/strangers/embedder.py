"""Layers from a file of their own that stand on a network: what metric learning calls the embedder."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.errors import LatentariumError
from latentarium.training.strangers.fitting import fit, listed
from latentarium.training.strangers.python_file import network_of
from latentarium.training.weights import read_weights


def build_embedder(plan: EmbeddingPlan) -> tuple[nn.Module | None, tuple[str, ...]]:
    """The plan's embedder, filled, and what was taken for granted; None where there is none.

    Raises LatentariumError where its keys do not fit, or are not those of linear layers and no network is named.
    """
    if plan.embedder is None:
        if plan.embedder_network:
            raise LatentariumError("An embedder's network was named, but no file with its weights.")
        return None, ()
    tensors = read_weights(plan.embedder)
    if plan.embedder_network:
        made = network_of(plan.embedder_network)
        given = fit(made, tensors)
        if given.unfilled:
            raise given.refusal(Path(plan.embedder_network).name, plan.embedder.name)
        return made.eval(), ()
    guessed, count = linear_layers(tensors, plan.embedder.name)
    words = "one linear layer" if count == 1 else f"{count} linear layers with ReLU between them"
    return guessed.eval(), (f"{plan.embedder.name} was taken for {words}.",)


def linear_layers(tensors: Mapping[str, Tensor], source: str) -> tuple[nn.Module, int]:
    """Linear layers in the order of the file, with ReLU between; LatentariumError where the file is not that."""
    refusal = LatentariumError(
        f"{source} does not look like linear layers one after the other ({listed(tuple(tensors))}); "
        "name its network as FILE.py:FUNCTION."
    )
    weights = {name: value for name, value in tensors.items() if name.split(".")[-1] == "weight" and value.ndim == 2}
    biases = {name: name.removesuffix("weight") + "bias" for name in weights}
    left = set(tensors) - set(weights) - set(biases.values())
    if not weights or left:
        raise refusal
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    before: int | None = None
    for place, (name, weight) in enumerate(weights.items()):
        width, inputs = weight.shape
        if before not in (None, inputs):
            raise refusal
        layer = nn.Linear(inputs, width, bias=biases[name] in tensors)
        state = {"weight": weight, **({"bias": tensors[biases[name]]} if biases[name] in tensors else {})}
        if layer.bias is not None and state["bias"].shape != layer.bias.shape:
            raise refusal
        layer.load_state_dict(state)
        if place:
            layers[f"relu{place}"] = nn.ReLU()
        layers[f"linear{place}"] = layer
        before = width
    return nn.Sequential(layers), len(weights)
