"""The thread that trains: it runs one job, and its news reach the window through one door."""

import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from latentarium.app.mailbox import Mailbox
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.desk import is_of
from latentarium.scene.state import OpenRun
from latentarium.training.control import Control

STACK = 16 << 20  # bytes: torch's autograd may need more than a thread's default (facts of macOS)


@dataclass(frozen=True, eq=False)
class Failure:
    """Why a job ended: a sentence for the person, and the details behind a button."""

    sentence: str
    details: str = ""
    error: BaseException | None = None


def explained(error: BaseException, doing: str) -> Failure:
    """The sentence for `error`; of an unforeseen one the traceback is kept as details."""
    if isinstance(error, LatentariumError):
        return Failure(str(error), error.details, error)
    details = "".join(traceback.format_exception(error))
    return Failure(f"{doing} failed: {type(error).__name__}: {error}", details, error)


def keep_triton_out() -> None:
    """Refuse `import triton` in this process, where it is not loaded yet; to be called before torch is imported.

    torch's optimisers look for it. It brings an LLVM of its own, and loading that after Mesa's (llvmpipe,
    radeonsi) kills the process: measured with triton 3.8 and Mesa 22.3. The program compiles nothing with it.
    """
    modules: dict[str, Any] = sys.modules
    modules.setdefault("triton", None)


Job = Callable[[Control, Any], Any]  # (control, listener) -> jobs.training.Outcome


class Worker(QThread):
    """Runs a training job, once. All signals are emitted on the worker's side: connect @Slot methods only."""

    staged = Signal(str, float)  # what it does, and how far it is (0 to 1; -1: unknown)
    opened = Signal(object)  # the Run, before its first new frame
    arrived = Signal()  # the mailbox holds something new
    warned = Signal(str)
    done = Signal(object)  # jobs.training.Outcome, or None where it was stopped before there was a run
    failed = Signal(object)  # Failure

    def __init__(self, job: Job, control: Control, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training")
        self.setStackSize(STACK)
        self.control = control
        self.mailbox: Mailbox[tuple[Run, int]] = Mailbox()  # a run, and how many frames of it there are
        self._job = job
        self._listener = _Listener(self)

    def run(self) -> None:
        """The job, from its start to its end; called by Qt on the new thread."""
        keep_triton_out()
        try:
            outcome = self._job(self.control, self._listener)
        except CancelledError:
            self.done.emit(None)
        except Exception as error:
            self.failed.emit(explained(error, "Training"))
        else:
            self.done.emit(outcome)

    def watch(self, opened: Iterable[OpenRun]) -> None:
        """Prepare new frames for these OpenRuns' projections."""
        self._listener.watched = tuple(opened)

    def end(self, milliseconds: int) -> bool:
        """Stop after the current batch, and wait for the thread; False where it did not end in time."""
        self.control.stop()
        self.quit()
        return self.wait(milliseconds)


class _Listener:
    """What the job tells, on whichever thread, passed on as signals."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._run: Run | None = None
        self.watched: tuple[OpenRun, ...] = ()

    def stage(self, text: str, fraction: float | None) -> None:
        self._worker.staged.emit(text, -1.0 if fraction is None else fraction)

    def opened(self, path: Path) -> None:
        # Read here, where waiting for the disk costs the window nothing.
        self._run = Run.open(path)
        self._worker.opened.emit(self._run)

    def committed(self, index: int, frame: Frame) -> None:
        if self._run is None:
            return
        self._run.remember(index, frame)
        self._run.refresh()
        for shown in self.watched:
            for projection in shown.projections if is_of(shown, self._run) else ():
                if projection is not None:  # placed once here, so that the window finds it ready
                    projection.place(shown.run.frame(index))
        if self._worker.mailbox.put((self._run, index + 1)):
            self._worker.arrived.emit()

    def warned(self, sentence: str) -> None:
        self._worker.warned.emit(sentence)
