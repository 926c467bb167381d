"""How many threads numpy's linear algebra may use."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Let products and decompositions run on one thread; for as long as any caller wants that, they all do.

    The library's threads wait for each other, busily, after each of their many steps. While a training has the
    cores, that makes a quarter of a second of what one thread does in a millisecond (`eigh` of 128 dimensions), and
    14 ms of a product of 1,500 x 3 and 3 x 1,000 that takes a tenth of one (both measured on 2 cores).
    """
    with _turn:
        if not _inside:
            _inside.append(_libraries().limit(limits=1, user_api="blas"))
        _inside.append(_inside[0])
    try:
        yield
    finally:
        with _turn:
            before = _inside.pop()
            if len(_inside) == 1:
                _inside.pop()
                before.restore_original_limits()


_turn = threading.Lock()
_inside: list[Any] = []  # what knows how many threads there were before, and the same again for each caller


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
