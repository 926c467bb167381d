"""What a training must remember in order to go on as if it had never stopped, and its form in a checkpoint."""

import io
import math
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Generator, Tensor, nn
from torch.optim import Optimizer

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Checkpoint
from latentarium.training.networks import EmbeddingNetwork

WEIGHTS, STATE = "weights.safetensors", "training.pt"
OBJECTIVE = "objective."  # before the names of what the objectives learn, such as class centres


@dataclass
class Progress:
    """How far a training has come. The only thing that the loop changes besides the tensors.

    `begin` and `end` are the steps between which the present schedule runs; `framed` is the last step with a frame.
    `order` is this epoch's order of the training rows, `losses` are those since the last frame, scalars on the device.
    """

    begin: int
    end: int
    step: int = 0
    framed: int = -1
    seconds: float = 0.0
    best_loss: float = math.inf
    best_step: int = 0
    out_of_patience: bool = False
    order: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.int64))
    losses: list[Tensor] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Memory:
    """A training's whole state at one moment, on the CPU, apart from the training itself.

    `weights` are the network's, and those of the objectives by names that begin with "objective.".
    """

    weights: Mapping[str, Tensor]
    state: Mapping[str, Any]

    @property
    def step(self) -> int:
        """The step at which the memory was taken."""
        return int(self.state["progress"]["step"])

    @property
    def network(self) -> dict[str, Tensor]:
        """The state of the network alone."""
        return {name: value for name, value in self.weights.items() if not name.startswith(OBJECTIVE)}

    @property
    def objective(self) -> dict[str, Tensor]:
        """The state of the objectives alone; empty where they learn nothing."""
        own = {name: value for name, value in self.weights.items() if name.startswith(OBJECTIVE)}
        return {name.removeprefix(OBJECTIVE): value for name, value in own.items()}


def remember(
    network: EmbeddingNetwork,
    objective: nn.Module,
    optimiser: Optimizer | None,
    generator: Generator,
    progress: Progress,
) -> Memory:
    """Copy the state of a training; before its first batch it has no optimiser."""
    numbers = {name: value for name, value in vars(progress).items() if name not in ("order", "losses")}
    losses = torch.stack(progress.losses) if progress.losses else torch.empty(0)
    state = {
        "progress": numbers,
        "order": progress.order,
        "losses": losses,
        "optimiser": optimiser.state_dict() if optimiser else None,
        "generator": generator.get_state(),
    }
    own = {OBJECTIVE + name: value for name, value in objective.state_dict().items()}
    return Memory(_copied({**network.state_dict(), **own}), _copied(state))


def recall(
    memory: Memory, rows: int, objective: nn.Module, optimiser: Optimizer, generator: Generator, device: str
) -> Progress:
    """Put a training on `rows` images, whose network has the memory's weights, back where `memory` was taken.

    Raises LatentariumError where the memory is of another training.
    """
    try:
        if len(memory.state["order"]) not in (0, rows):
            raise ValueError("another number of training images")
        objective.load_state_dict(memory.objective)
        if memory.state["optimiser"]:
            optimiser.load_state_dict(_copied(memory.state["optimiser"]))
        generator.set_state(memory.state["generator"])
        losses = list(memory.state["losses"].to(device).unbind())
        return Progress(**memory.state["progress"], order=memory.state["order"].clone(), losses=losses)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise LatentariumError("The checkpoint belongs to another recipe; training cannot go on from it.") from error


def pack(memory: Memory, epoch: float, result: Mapping[str, float] = MappingProxyType({})) -> Checkpoint:
    """Turn a memory into the bytes of files; the same memory gives the same bytes."""
    buffer = io.BytesIO()
    torch.save(dict(memory.state), buffer)
    weights = {name: tensor.contiguous() for name, tensor in memory.weights.items()}  # channels first, as elsewhere
    files = {WEIGHTS: safetensors.torch.save(weights), STATE: buffer.getvalue()}
    return Checkpoint(memory.step, epoch, MappingProxyType(files), MappingProxyType(dict(result)))


def unpack(checkpoint: Checkpoint) -> Memory:
    """Read the files of a checkpoint; no code of theirs is run. Raises LatentariumError for damaged ones."""
    try:
        weights = safetensors.torch.load(checkpoint.files[WEIGHTS])
        state = torch.load(io.BytesIO(checkpoint.files[STATE]), map_location="cpu", weights_only=True)
    except (KeyError, ValueError, RuntimeError, EOFError, pickle.UnpicklingError, SafetensorError) as error:
        raise LatentariumError(
            f"The checkpoint of step {checkpoint.step} is damaged; training cannot go on from it."
        ) from error
    return Memory(weights, state)


def _copied(value: Any) -> Any:
    """A nested state with its tensors copied to the CPU."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
