"""Where training computes, and with how many threads."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from latentarium.core.errors import LatentariumError


def thread_count() -> int:
    """The number of threads that training uses: cores − 1, at least 1, with and without a window.

    Another number of threads gives other bytes, so the window's core stays free even where there is no window.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def choose_device(name: str = "auto") -> str:
    """The device to train on: "cuda", "mps" or "cpu"; "auto" takes the first that is there.

    Raises LatentariumError for one that is not.
    """
    import torch  # here, so that the window can ask for `thread_count` before torch is loaded

    there = [torch.cuda.is_available() and "cuda", torch.backends.mps.is_available() and "mps", "cpu"]
    devices = [device for device in there if device]
    if name != "auto" and name not in devices:
        raise LatentariumError(f"There is no device {name} here to train on; choose auto, or of {', '.join(devices)}.")
    return devices[0] if name == "auto" else name


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Let torch compute with `count` threads within the block, and as before after it.

    The number is one for the whole process. Where blocks of several threads overlap, that which began last counts, and
    what was before the first comes back after the last.
    """
    import torch  # as above

    mine = object()
    with _turn:
        _asked.setdefault(_BEFORE, torch.get_num_threads())
        _asked[mine] = count
        torch.set_num_threads(count)
    try:
        yield
    finally:
        with _turn:
            del _asked[mine]
            torch.set_num_threads(next(reversed(_asked.values())))
            if len(_asked) == 1:
                _asked.clear()


_BEFORE = object()
_asked: dict[object, int] = {}  # by block, in the order in which they began
_turn = threading.Lock()
