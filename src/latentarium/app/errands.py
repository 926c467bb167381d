"""Long work beside the window: each errand has a thread, a name, an estimate and Cancel."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, QTimer, Signal, Slot

from latentarium.app.notices import NoticeBar, Progress
from latentarium.app.worker import STACK, Failure, explained, keep_triton_out
from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell

PATIENCE = 400  # ms before an errand is worth a strip on the screen
ENDING = 10_000  # ms that the end of the program waits for errands
KINDNESS = 10  # what an errand adds to its niceness
Job = Callable[[Tell, IsCancelled], Any]


class Errand(QThread):
    """One piece of work. What it emits comes from its own thread."""

    told = Signal(object, str, float)  # itself, what it does, how far it is (-1: unknown)
    done = Signal(object, object)  # itself, its result
    failed = Signal(object, object)  # itself, Failure
    over = Signal(object)  # itself; the last that is heard of it

    def __init__(self, name: str, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setStackSize(STACK)
        self.name = name
        self._job = job
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @Slot()
    def cancel(self) -> None:
        """Ask it to end; what it still delivers is dropped."""
        self._cancelled.set()

    def run(self) -> None:
        _make_way()
        keep_triton_out()  # before what the job may load
        try:
            result = self._job(self._tell, self._cancelled.is_set)
        except CancelledError:
            pass
        except Exception as error:
            self.failed.emit(self, explained(error, self.name))
        else:
            self.done.emit(self, result)
        finally:  # even after what is no Exception
            self.over.emit(self)

    def _tell(self, text: str, fraction: float | None) -> None:
        self.told.emit(self, text, -1.0 if fraction is None else fraction)


def _make_way() -> None:
    """Let this thread, and those that it starts, compute when the window has nothing to draw, where the system can.

    On Linux each thread has a niceness of its own.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(os.getpriority(os.PRIO_PROCESS, thread) + KINDNESS, 19))


class Errands(QObject):
    """Starts errands, shows those that take long, and delivers their results on the window's thread."""

    failed = Signal(object)  # Failure

    def __init__(self, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._then: dict[Errand, Callable[[Any], None]] = {}
        self._afterwards: dict[Errand, Callable[[Errand], None]] = {}
        self._quiet: set[Errand] = set()
        self._strips: dict[Errand, Progress] = {}
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._on_patience)

    def begin(
        self,
        name: str,
        job: Job,
        then: Callable[[Any], None],
        afterwards: Callable[[Errand], None] | None = None,
        quiet: bool = False,
    ) -> Errand:
        """Do `job` in a thread, and hand its result to `then` on this one, unless it is cancelled.

        `afterwards` is called in any case, when the thread has ended. A quiet errand never has a strip on the screen.
        """
        errand = Errand(name, job, self)
        errand.told.connect(self._on_told)
        errand.done.connect(self._on_done)
        errand.failed.connect(self._on_failed)
        errand.over.connect(self._on_over)
        self._then[errand] = then
        if afterwards is not None:
            self._afterwards[errand] = afterwards
        if quiet:
            self._quiet.add(errand)
        errand.start()
        if not self._patience.isActive():
            self._patience.start(PATIENCE)
        return errand

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._then)

    def end(self) -> None:
        """Cancel everything and wait for it, for the end of the program; busy still where that did not end in time."""
        self._patience.stop()
        for errand in self._then:
            errand.cancel()
        deadline = QDeadlineTimer(ENDING)
        self._then = {errand: then for errand, then in self._then.items() if not errand.wait(deadline)}
        self._afterwards.clear()
        self._quiet.clear()

    @Slot()
    def _on_patience(self) -> None:
        for errand in self._then:
            if errand not in self._strips and errand not in self._quiet and not errand.cancelled:
                strip = self._notices.begin(errand.name)
                strip.cancelled.connect(errand.cancel)
                strip.cancelled.connect(self._on_cancelled)
                self._strips[errand] = strip

    @Slot()
    def _on_cancelled(self) -> None:
        for errand in tuple(self._strips):
            if errand.cancelled:
                self._notices.end(self._strips.pop(errand))

    @Slot(object, str, float)
    def _on_told(self, errand: Errand, text: str, fraction: float) -> None:
        if strip := self._strips.get(errand):
            strip.report(text, None if fraction < 0 else fraction)

    @Slot(object, object)
    def _on_done(self, errand: Errand, result: Any) -> None:
        then = self._then.get(errand)
        if then is not None and not errand.cancelled:
            then(result)

    @Slot(object, object)
    def _on_failed(self, errand: Errand, failure: Failure) -> None:
        if not errand.cancelled:
            self.failed.emit(failure)

    @Slot(object)
    def _on_over(self, errand: Errand) -> None:
        if self._then.pop(errand, None) is None:
            return
        errand.wait()
        if errand in self._strips:
            self._notices.end(self._strips.pop(errand))
        errand.setParent(None)  # Python's own now, and finished
        self._quiet.discard(errand)
        afterwards = self._afterwards.pop(errand, None)
        if afterwards is not None:
            afterwards(errand)
