"""What comes out of a layer inside a network, and which of its parts that took."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from torch import Tensor, nn

from latentarium.core.errors import LatentariumError

OUTPUT = "output"
USUAL = (10, 100, 1000)  # classes of the usual data sets
NAMED = 8  # layers in a sentence


@dataclass(eq=False)
class Caught:
    """What hooks saw of one pass: `embedding` and `logits` where there were any."""

    embedding: Tensor | None = None
    logits: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Tap:
    """Where a network's embedding is taken: what the module `layer` gives, or what goes into it, where `before`.

    An empty `layer` is the whole network. `head` names its class head, if it has one.
    """

    layer: str
    before: bool
    head: str
    words: str  # for people


@dataclass(eq=False)
class Pass:
    """One pass through a network: its modules in the order in which they began, its linear layers as they ended."""

    began: list[str] = field(default_factory=list)
    linear: list[str] = field(default_factory=list)
    output: Any = None


def watched(network: nn.Module, run: Callable[[], Any]) -> Pass:
    """Let `run` pass something through `network`, and tell what was called."""
    seen = Pass()
    handles = []
    for name, module in network.named_modules():
        handles.append(module.register_forward_pre_hook(lambda _m, _i, name=name: seen.began.append(name)))
        if isinstance(module, nn.Linear):
            handles.append(module.register_forward_hook(lambda _m, _i, _o, name=name: seen.linear.append(name)))
    try:
        seen.output = run()
    finally:
        for handle in handles:
            handle.remove()
    return seen


def choose_tap(network: nn.Module, seen: Pass, layer: str, classes: int, pretrained: bool) -> Tap:
    """Where to take the embedding: from `layer` where it is named, else from what goes into the class head.

    The class head is the last linear layer, where it has as many outputs as there are `classes`, or as the usual data
    sets have, or where the network is of a collection of classifiers. Without one it is what the network gives.
    Raises LatentariumError for a layer that the network does not have.
    """
    names = dict(network.named_modules())
    head = ""
    if seen.linear:
        last = names[seen.linear[-1]]
        assert isinstance(last, nn.Linear)
        if pretrained or last.out_features in (classes, *USUAL):
            head = seen.linear[-1]
    if layer == OUTPUT and OUTPUT not in names:
        return Tap("", False, head, "the output")
    if layer:
        if layer not in names:
            named = [name for name in names if name]
            near = dict.fromkeys([*get_close_matches(layer, named, n=3), *named])  # the likeliest first
            told = ", ".join([*near][:NAMED]) + " and others" * (len(near) > NAMED)
            raise LatentariumError(f"The network has no layer {layer}; there are {told or 'none'}.")
        if layer not in seen.began:
            raise LatentariumError(f"Nothing passes through the layer {layer} of the network; name another.")
        return Tap(layer, False, head, f"what {layer} gives")
    if head:
        return Tap(head, True, head, f"what goes into {head}")
    return Tap("", False, "", "the output")


def needed(network: nn.Module, seen: Pass, tap: Tap) -> frozenset[str]:
    """The keys of the network's state that the embedding depends on: of all modules that began before it was there."""
    end = seen.began.index(tap.layer) + (not tap.before) if tap.layer else len(seen.began)
    # A module's children begin after it, so what it gives is there only when the last of them is done.
    inner = [
        i for i, name in enumerate(seen.began) if tap.layer and not tap.before and name.startswith(f"{tap.layer}.")
    ]
    began = set(seen.began[: max([end, *(i + 1 for i in inner)])])
    modules = dict(network.named_modules())
    keys: set[str] = set()
    for name in began:
        own = (*modules[name]._parameters, *modules[name]._buffers)
        keys.update(f"{name}.{key}" if name else key for key in own)
    return frozenset(keys)


@contextmanager
def tapped(network: nn.Module, tap: Tap) -> Iterator[Caught]:
    """Catch the embedding and the class head's output of every pass within the block."""
    caught = Caught()
    modules, handles = dict(network.named_modules()), []

    def on_input(_module: nn.Module, inputs: tuple[Any, ...]) -> None:
        caught.embedding = vectors(inputs[0])

    def on_output(_module: nn.Module, _inputs: Any, output: Any) -> None:
        caught.embedding = vectors(output)

    def on_head(_module: nn.Module, _inputs: Any, output: Any) -> None:
        caught.logits = output.detach()

    if tap.layer and tap.before:
        handles.append(modules[tap.layer].register_forward_pre_hook(on_input))
    else:
        handles.append(modules[tap.layer].register_forward_hook(on_output))
    if tap.head:
        handles.append(modules[tap.head].register_forward_hook(on_head))
    try:
        yield caught
    finally:
        for handle in handles:
            handle.remove()


def vectors(output: Any) -> Tensor:
    """One row an image: maps (B, C, H, W) are averaged over their places, tokens (B, T, C) over the tokens."""
    while isinstance(output, (tuple, list)) and output:
        output = output[0]
    if isinstance(output, dict) and output:
        output = next(iter(output.values()))
    if not isinstance(output, Tensor) or output.ndim < 2 or output.is_complex() or not output[:1].numel():
        raise LatentariumError("The layer gives no vectors: it must give one tensor with a row for each image.")
    values = output.detach().float()
    if values.ndim == 4:
        return values.mean((2, 3))
    return values.mean(1) if values.ndim == 3 else values.flatten(1)
