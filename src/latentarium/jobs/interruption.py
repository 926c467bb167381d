"""Code of somebody else, such as a network of theirs that never comes to an end, interrupted in the midst of it."""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled

PERIOD = 0.1  # seconds between two looks whether it is wanted still
NAME = "interruption"  # of the thread that looks
AGAIN = 10  # looks before code that went on all the same is interrupted anew


class _InterruptedError(BaseException):
    """Raised in the midst of somebody else's code, which catches Exception where it likes."""


@contextmanager
def interruptible(
    cancelled: IsCancelled, sentence: str, theirs: Callable[[str], bool] = lambda file: False
) -> Iterator[None]:
    """Raise CancelledError with `sentence` within the block soon after `cancelled` says so, though it never asks.

    Only code of Python's own is interrupted: one call into a library is waited for, and so is its import, since half
    a library cannot be imported again. The import of a module is left in the midst where its file is one of `theirs`.
    """
    thread, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch() -> None:
        wait = 0
        while not over.wait(PERIOD):
            wait -= 1
            if wait < 0 and cancelled() and not _imports(sys._current_frames().get(thread), theirs):
                wait = AGAIN
                with lock:
                    if not over.is_set():
                        _raise(thread, _InterruptedError)

    def end() -> None:
        with lock:
            over.set()
            _raise(thread, None)  # what is on its way is called back

    watcher = threading.Thread(target=watch, name=NAME, daemon=True)
    try:
        try:
            watcher.start()
            yield
        finally:
            end()
    except _InterruptedError:
        end()
        raise CancelledError(sentence) from None


def _imports(frame: FrameType | None, theirs: Callable[[str], bool]) -> bool:
    """Whether a module is being imported there that is none of theirs."""
    module = ""  # the file of the module within which the frames before are; none while it is looked for
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            module = frame.f_code.co_filename
        elif frame.f_code.co_name == "_find_and_load" and not theirs(module):
            return True
        frame = frame.f_back
    return False


def _raise(thread: int, kind: type[BaseException] | None) -> None:
    """Let that thread raise this at its next step of Python; None calls back what was not raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind))
