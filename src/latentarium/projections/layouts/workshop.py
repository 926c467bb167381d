"""The one process that lays out, seen from the window's: started when it is first needed, ended with its owner."""

import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from latentarium.core.arrays import Floats
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress
from latentarium.projections.layouts.child import serve
from latentarium.projections.layouts.task import CANCEL, NAMES, WARM, Done, Failed, Stopped, Task, Told

LOOKING = 0.05  # seconds between two looks at whether a task is still wanted
GRACE = 1.0  # seconds that a task that is given up may take to stop; then the process is ended


class Workshop:
    """Lays out in a spawned process of its own, one task at a time.

    Numba's threads abort a process in which two threads call it, and UMAP holds the interpreter while it moves
    points: neither may happen to a window. All methods may be called from any thread.
    """

    def __init__(self, cache: Path) -> None:
        """`cache` is a folder for what numba compiles."""
        self._cache = cache
        self._process: SpawnProcess | None = None
        self._ours: Connection[Any, Any] | None = None
        self._ended = False
        self._turn = threading.Lock()  # who has it speaks with the process
        self._door = threading.Lock()  # the process is started or ended

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        process = self._process
        with suppress(ValueError):  # it is being closed
            return process is not None and process.is_alive()
        return False

    def warm(self) -> None:
        """Start the process, and let it compile what UMAP needs while nobody waits. Returns at once."""
        if self._turn.acquire(blocking=False):
            try:
                if not self.running:
                    with suppress(CancelledError, OSError):  # it is being ended
                        self._reached().send(WARM)
            finally:
                self._turn.release()

    def lay_out(self, task: Task, tell: Progress, cancelled: IsCancelled) -> Floats:
        """Do a task, (P, dimensions); waits for its turn and for the result.

        Raises CancelledError where it was given up, LatentariumError where it cannot be done.
        """
        name = NAMES[task.method]
        while not self._turn.acquire(timeout=LOOKING):
            if cancelled():
                raise CancelledError
        try:
            connection = self._reached()
            connection.send(task)
            tell(f"{name} is made ready", None)
            while True:
                if connection.poll(LOOKING):
                    answer = connection.recv()
                    if isinstance(answer, Done):
                        return answer.places
                    if isinstance(answer, Failed):
                        raise LatentariumError(f"{name} could not lay out the points: {answer.sentence}.")
                    if isinstance(answer, Told):
                        tell(f"{name} lays out {len(task.points):,} points", answer.fraction)
                elif not self.running:
                    raise EOFError
                if cancelled():
                    self._give_up(connection)
                    raise CancelledError
        except (EOFError, OSError) as error:
            if self._ended:
                raise CancelledError from error
            self._close()
            raise LatentariumError(f"The process that computes {name} ended unexpectedly. Please try again.") from error
        finally:
            self._turn.release()

    def end(self) -> None:
        """End the process at once, whatever it does; nothing is laid out afterwards."""
        self._ended = True
        self._close()

    def _reached(self) -> "Connection[Any, Any]":
        """The way to the process, which is started where there is none."""
        with self._door:
            if self._ended:
                raise CancelledError
            if self._ours is not None and self.running:
                return self._ours
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, str(self._cache)), name="layouts", daemon=True)
            process.start()
            theirs.close()
            self._process, self._ours = process, ours
            return ours

    def _give_up(self, connection: "Connection[Any, Any]") -> None:
        """Ask the process to stop its task; one that does not hear is ended."""
        connection.send(CANCEL)
        while connection.poll(GRACE):
            if isinstance(connection.recv(), Done | Failed | Stopped):
                return
        self._close()

    def _close(self) -> None:
        with self._door:
            process, ours = self._process, self._ours
            self._process = self._ours = None
            if process is None or ours is None:
                return
            process.terminate()
            process.join(GRACE)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
            ours.close()
