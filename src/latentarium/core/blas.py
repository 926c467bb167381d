"""How many threads numpy's linear algebra may use."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Let small products and decompositions run on one thread.

    The library's threads wait for each other, busily, after each of their many steps. While a training has the
    cores, that makes a quarter of a second of what one thread does in a millisecond (`eigh` of 128 dimensions), and
    14 ms of a product of 1,500 x 3 and 3 x 1,000 that takes a tenth of one (both measured on 2 cores).
    """
    with _turn, _libraries().limit(limits=1, user_api="blas"):
        yield


_turn = threading.Lock()  # two that save and restore the number of threads by turns would restore the wrong one


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
