"""Reads a library beside the window, and tells what it finds as it finds it."""

import time
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from latentarium.runs.library import Known, Summary, Surroundings, find_runs

EVERY = 0.15  # seconds at least between two helpings, each at least twice the last


class Reader(QThread):
    """Lists a folder's runs once, with what is `known` of them. What it emits comes from its own thread."""

    found = Signal(object)  # list[Summary], all until then

    def __init__(self, folder: Path, known: Known, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("library reader")
        self._folder, self._seen = folder, known
        self.runs: list[Summary] = []
        self.problem = ""
        self.around = Surroundings()

    def run(self) -> None:
        told, count = time.monotonic(), 0
        try:
            for runs in find_runs(self._folder, self._seen, around=self.around):
                self.runs += runs
                if time.monotonic() - told > EVERY and len(self.runs) >= 2 * count:
                    self.found.emit(list(self.runs))
                    told, count = time.monotonic(), len(self.runs)
                if self.isInterruptionRequested():
                    return
        except OSError as error:
            self.problem = f"The library {self._folder} cannot be read ({error.strerror})."
