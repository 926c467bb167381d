"""The program's start and end."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, QThread, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from latentarium import __version__
from latentarium.app.layouts import Layouts
from latentarium.app.widgets.icons import program_icon
from latentarium.app.window import Window
from latentarium.app.worker import STACK, explained
from latentarium.gl.surface import load_view, prepare_opengl

IDLE = 600  # ms after the first paint before the slow libraries are loaded
TURN = 0.001  # seconds that another thread may go on in Python while the window's waits; by default five times that


def dress(app: QApplication) -> None:
    """Give the application its name and icon."""
    app.setApplicationName("latentarium")
    app.setApplicationDisplayName("Latentarium")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("latentarium")
    app.setWindowIcon(program_icon())


class Alarm(QObject):
    """What comes from beside Qt's loop, an interrupt or an unforeseen exception, told on the window's thread."""

    interrupted = Signal()
    failed = Signal(object)  # Failure

    def __init__(self) -> None:
        super().__init__()
        ours, self._theirs = socket.socketpair()
        ours.setblocking(False)
        self._theirs.setblocking(False)
        self._ours = ours
        self._notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._before: dict[int, Any] = {}

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and what nobody caught."""
        signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if number := getattr(signal, name, None):
                self._before[number] = signal.signal(number, _ignore)
        sys.excepthook = self._excepted
        threading.excepthook = self._excepted_in_thread

    def end(self) -> None:
        """Listen no more."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    def _excepted(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self.failed.emit(explained(error, "Something in the program"))

    def _excepted_in_thread(self, failure: threading.ExceptHookArgs) -> None:
        error = failure.exc_value or failure.exc_type()
        self._excepted(failure.exc_type, error, failure.exc_traceback)

    @Slot()
    def _on_woken(self) -> None:
        self._ours.recv(64)
        self.interrupted.emit()


class Loading(QThread):
    """Imports what the views are drawn with, so that the window need not wait for it."""

    def run(self) -> None:
        load_view()


class Warming(QThread):
    """Loads the slow libraries while the window is idle, so that Train answers at once, and UMAP soon after."""

    def __init__(self, layouts: Layouts) -> None:
        super().__init__()
        self._layouts = layouts
        self.setStackSize(STACK)

    def run(self) -> None:
        import scipy.spatial  # noqa: F401  for Voronoi's cells

        import latentarium.training.loop  # noqa: F401  torch, after the first paint

        self._layouts.warm()


def run(paths: Sequence[Path] = ()) -> int:
    """Open the window with what lies at `paths`, and give the exit code when it is closed."""
    if sys.platform == "win32":
        import torch  # noqa: F401  on Windows its libraries must be loaded before Qt's (pytorch#166628)
    sys.setswitchinterval(TURN)
    prepare_opengl()
    app = QApplication(sys.argv[:1])
    dress(app)
    alarm = Alarm()
    window = Window()
    alarm.failed.connect(window.parts.notices.tell_failure)
    alarm.interrupted.connect(window.close)
    alarm.listen()
    window.show()
    window.offer_crashed()
    window.take_all(paths)
    loading, warming = Loading(), Warming(window.parts.layouts)
    loading.finished.connect(window.centre.prepare)
    QTimer.singleShot(IDLE // 3, loading.start)
    QTimer.singleShot(IDLE, warming.start)
    code = app.exec()
    alarm.end()
    busy = loading.isRunning() or warming.isRunning() or window.parts.errands.busy
    if busy or (window.parts.trainer.status.busy and not window.parts.trainer.end()):
        # Importing, or one long call into a library, cannot be interrupted; all that was recorded is on disk.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    bury(window)
    return code


def bury(window: Window) -> None:
    """Delete a closed window while the application still lives, for its views need OpenGL to tidy up."""
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def _ignore(number: int, frame: FrameType | None) -> None:
    """The socket wakes Qt, which does the rest."""
