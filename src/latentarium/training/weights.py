"""Weights from a file that somebody else wrote."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from latentarium.core.errors import LatentariumError

WRAPPERS = ("state_dict", "model")  # names under which training scripts keep the weights
PREFIX = "module."  # of DataParallel


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file, or of a PyTorch file with a state dict, on the CPU, by name.

    No code of the file is ever run. Raises LatentariumError where it cannot be read or holds anything but tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load_file(path)
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise LatentariumError(f"There is no file of weights at {path}.") from error
    except pickle.UnpicklingError as error:
        raise LatentariumError(
            f"{path} holds more than weights, and its code is not run; save the state dict alone, best as .safetensors."
        ) from error
    except (OSError, EOFError, RuntimeError, ValueError, safetensors.SafetensorError) as error:
        raise LatentariumError(f"{path} cannot be read as a file of weights; is it whole?") from error
    for name in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
    if not isinstance(content, Mapping) or not content:
        raise LatentariumError(f"{path} holds no state dict; save the model's state_dict().")
    tensors = {str(name).removeprefix(PREFIX): value for name, value in content.items() if isinstance(value, Tensor)}
    if len(tensors) < len(content):
        raise LatentariumError(f"{path} holds more than the tensors of a state dict; save the model's state_dict().")
    return tensors
