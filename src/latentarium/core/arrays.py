"""Arrays that threads may share."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Floats64 = NDArray[np.float64]


def frozen_floats(values: ArrayLike) -> Floats:
    """Copy `values` into a read-only float32 array."""
    array = np.array(values, dtype=np.float32, order="C")
    array.flags.writeable = False
    return array


def frozen_ints(values: ArrayLike) -> Ints:
    """Copy `values` into a read-only int64 array."""
    array = np.array(values, dtype=np.int64, order="C")
    array.flags.writeable = False
    return array


def frozen_bytes(values: ArrayLike) -> Bytes:
    """Copy `values` into a read-only uint8 array."""
    array = np.array(values, dtype=np.uint8, order="C")
    array.flags.writeable = False
    return array
