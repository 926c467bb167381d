"""The process that lays out: it waits for tasks, and answers one after the other."""

import os
import sys
import threading
import traceback
import warnings
from multiprocessing.connection import Connection
from typing import Any

from latentarium.projections.layouts.task import CANCEL, END, WARM, Done, Failed, Stopped, Task, Told

KINDNESS = 5  # steps that this process stands behind the window and its training


class Given(Exception):  # noqa: N818  no error: the way out of a library's loop
    """The task was given up."""


def serve(connection: "Connection[Any, Any]", cache: str) -> None:
    """Answer tasks until the other end says END or is gone. `cache` is the folder for what numba compiles."""
    os.environ.setdefault("NUMBA_CACHE_DIR", cache)
    if hasattr(os, "nice"):
        os.nice(KINDNESS)
    warnings.simplefilter("ignore")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  libraries chat
    try:
        _lock_within()
        while (asked := connection.recv()) != END:
            if isinstance(asked, Task):
                _answer(connection, asked)
            elif asked == WARM:
                _warm()
    except (EOFError, OSError, KeyboardInterrupt):
        pass  # nobody is there any more


def _lock_within() -> None:
    """Let progress bars lock threads only: their lock between processes would outlive a process that is ended."""
    from tqdm import tqdm

    tqdm.set_lock(threading.RLock())


def _warm() -> None:
    from latentarium.projections.layouts.methods import warm

    warm()


def _answer(connection: "Connection[Any, Any]", task: Task) -> None:
    from latentarium.projections.layouts.methods import lay_out

    def tell(fraction: float) -> None:
        if connection.poll() and connection.recv() in (CANCEL, END):
            raise Given
        connection.send(Told(fraction))

    try:
        connection.send(Done(lay_out(task, tell)))
    except Given:
        connection.send(Stopped())
    except (EOFError, OSError):
        raise
    except Exception as error:
        connection.send(Failed(f"{type(error).__name__}: {error}", traceback.format_exc()))
