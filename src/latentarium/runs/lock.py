"""One writer a run: the second is refused at once, and told who holds it."""

import contextlib
import json
import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import inside, read_inside, write_whole
from latentarium.runs.layout import HOLDER, LOCK


class WriterLock:
    """The lock of one run folder, freed by the system when its process dies."""

    def __init__(self, folder: Path) -> None:
        """Take the lock, or raise LatentariumError that names the holder."""
        self._folder = folder
        self._lock = FileLock(inside(folder, LOCK), thread_local=False)
        try:
            self._lock.acquire(timeout=0.2, poll_interval=0.02)  # a reader's look lasts some microseconds
        except Timeout as error:
            raise LatentariumError(f"{folder} is being written by {holder(folder)}; wait for it or stop it.") from error
        except OSError as error:
            raise LatentariumError(f"{folder} cannot be written: {error.strerror}.") from error
        text = json.dumps({"pid": os.getpid(), "host": socket.gethostname()})
        try:
            write_whole(folder / HOLDER, text.encode())
        except OSError as error:
            self._lock.release()
            raise LatentariumError(f"{folder} cannot be written: {error.strerror}.") from error

    def release(self) -> None:
        """Give the lock back."""
        (self._folder / HOLDER).unlink(missing_ok=True)
        self._lock.release()


def holder(folder: Path) -> str:
    """Who writes the run, as "process 123 on host X"."""
    try:
        values = json.loads(read_inside(folder, HOLDER, 4096))
        return f"process {int(values['pid'])} on host {str(values['host'])[:100]}"
    except (LatentariumError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"


def held(folder: Path) -> bool:
    """Whether a process holds the lock now. Looks without writing, so it works on read-only folders too."""
    try:
        path = inside(folder, LOCK)
        if not path.is_file():
            return False
        file = path.open("rb")
    except (OSError, LatentariumError):
        return False
    with file:
        return _locked(file.fileno())


if os.name == "nt":

    def _locked(handle: int) -> bool:
        try:
            os.read(handle, 1)  # a locked byte cannot be read there
        except OSError:
            return True
        return False

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)
        return False
