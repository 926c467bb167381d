"""Weights from a file that somebody else wrote."""

import pickle
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from latentarium.core.errors import LatentariumError

WRAPPERS = ("state_dict", "model", "model_state_dict")  # names under which training scripts keep the weights
PREFIX = "module."  # of DataParallel
LARGEST_PICKLE = 64 << 20  # bytes of names and shapes in a PyTorch file; the numbers lie beside them
MOST_MEMBERS = 200_000


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file, or of a PyTorch file with a state dict, on the CPU, by name.

    No code of the file is ever run. Raises LatentariumError where it cannot be read or holds anything but tensors.
    """
    if path.is_dir():
        raise LatentariumError(f"{path} is a folder; name a file of weights.")
    try:
        if path.suffix == ".safetensors":
            content: Any = safetensors.torch.load_file(path)
        else:
            content = _loaded(path)
    except LatentariumError:
        raise
    except FileNotFoundError as error:
        raise LatentariumError(f"There is no file of weights at {path}.") from error
    except pickle.UnpicklingError as error:
        raise LatentariumError(
            f"{path} holds more than weights, and its code is not run; save the state dict alone, best as .safetensors."
        ) from error
    except Exception as error:  # what the readers raise for damaged files is not one kind of error
        raise LatentariumError(f"{path} cannot be read as a file of weights; is it whole?") from error
    for name in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            content = content[name]
    if isinstance(content, Mapping) and not any(isinstance(value, Tensor) for value in content.values()):
        states = {
            str(name): value for name, value in content.items() if isinstance(value, Mapping) and _is_state(value)
        }
        if len(states) > 1:
            names = ", ".join([*states][:4]) + " and others" * (len(states) > 4)
            raise LatentariumError(f"{path} holds several state dicts ({names}); save each in a file of its own.")
        content = next(iter(states.values())) if states else content
    if not isinstance(content, Mapping) or not content:
        raise LatentariumError(f"{path} holds no state dict; save the model's state_dict().")
    tensors = {str(name).removeprefix(PREFIX): value for name, value in content.items() if isinstance(value, Tensor)}
    if len(tensors) < len(content):
        raise LatentariumError(f"{path} holds more than the tensors of a state dict; save the model's state_dict().")
    for name, tensor in tensors.items():
        _check_tensor(name, tensor, path)
    return tensors


def _is_state(values: Mapping[Any, Any]) -> bool:
    return bool(values) and all(isinstance(value, Tensor) for value in values.values())


def _loaded(path: Path) -> Any:
    """What a PyTorch file holds, with tensors alone of all that a pickle could make."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        if any("/code/" in member.filename for member in members[:MOST_MEMBERS]):
            raise LatentariumError(f"{path} is a scripted module, and its code is not run; save its state_dict().")
        # PyTorch stores its numbers as they are: what is packed could grow a thousandfold.
        if any(member.compress_type != zipfile.ZIP_STORED for member in members) or len(members) > MOST_MEMBERS:
            raise LatentariumError(f"{path} is not read: it is packed otherwise than PyTorch packs.")
        if any(member.file_size > LARGEST_PICKLE for member in members if member.filename.endswith(".pkl")):
            raise LatentariumError(f"{path} is not read: it describes more than a state dict has.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old formats, which are read all the same
        return torch.load(path, map_location="cpu", weights_only=True)


def _check_tensor(name: str, tensor: Tensor, path: Path) -> None:
    """Refuse what is no plain array, or claims more numbers than the file has."""
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        raise LatentariumError(f"{path} cannot be read: {name} is no plain array of numbers.")
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise LatentariumError(f"{path} is damaged: {name} claims more numbers than the file has.")
