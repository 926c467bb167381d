"""The order in which dots are drawn."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=4)
def random_order(count: int) -> NDArray[np.uint32]:
    """A random order of so many dots, always the same: (N,), read-only.

    Its beginning is a fair sample, and where dots lie upon one another no class covers the others.
    """
    order: NDArray[np.uint32] = np.random.default_rng(0).permutation(count).astype(np.uint32)
    order.flags.writeable = False
    return order
