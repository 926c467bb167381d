"""Arrays in safetensors files, read with distrust."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from latentarium.core.errors import LatentariumError
from latentarium.runs.layout import LARGEST_TENSOR_HEADER

Array = NDArray[Any]


def tensor_bytes(arrays: Mapping[str, Array]) -> bytes:
    """The file of `arrays`: the same arrays give the same bytes."""
    return bytes(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


def read_tensors(data: bytes, source: object) -> dict[str, Array]:
    """The arrays of a file, read-only; LatentariumError names `source` where its header lies."""
    if int.from_bytes(data[:8], "little") > min(LARGEST_TENSOR_HEADER, len(data)):
        raise LatentariumError(f"{source} is damaged: its header is longer than the file may have.")
    try:
        arrays = load(data)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError) as error:
        raise LatentariumError(f"{source} is damaged: it is no whole safetensors file.") from error
    for array in arrays.values():
        array.flags.writeable = False
    return dict(arrays)


def take(
    arrays: Mapping[str, Array], name: str, dtypes: tuple[type, ...], shape: tuple[int | None, ...], source: object
) -> Array:
    """One array of the dtype and shape expected (None: any length), or LatentariumError that names `source`."""
    if name not in arrays:
        raise LatentariumError(f"{source} is damaged: it holds no {name}.")
    array = arrays[name]
    fits = len(array.shape) == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    if array.dtype.type not in dtypes or not fits:
        wanted = " × ".join("any" if length is None else str(length) for length in shape)
        raise LatentariumError(
            f"{source} does not belong to this run: {name} is {array.dtype} {array.shape}, not {wanted}."
        )
    return array
