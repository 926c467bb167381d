"""Notices what other programs do to the folders of a library."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from latentarium.runs.layout import MANIFEST
from latentarium.runs.library import Surroundings

SETTLING = 400  # ms after a change, for several come together
WHILE_CHANGING = 2000  # ms, where changes do not end
MOST = 200  # folders and files


class FolderWatch(QObject):
    """Tells when something came into folders, left them or was renamed there, and when something is written to files.

    It tells once of changes that come together, and now and then while they go on.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        self._watcher.fileChanged.connect(self._on_file_changed)
        self._soon, self._later = QTimer(self), QTimer(self)
        for timer, wait in ((self._soon, SETTLING), (self._later, WHILE_CHANGING)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(self._on_timeout)

    @property
    def paths(self) -> list[str]:
        """What is looked at."""
        return [*self._watcher.directories(), *self._watcher.files()]

    def watch(self, paths: Iterable[Path], again: bool = False) -> None:
        """Look at these folders and files, at the folder around one that is not there, and at no others.

        The first ones count where there are too many. `again`: tell of a change in a while in any case.
        """
        wanted = list(dict.fromkeys(str(_there(path)) for path in paths))[:MOST]
        known = self.paths
        if gone := [path for path in known if path not in wanted]:
            self._watcher.removePaths(gone)
        if news := [path for path in wanted if path not in known]:
            self._watcher.addPaths(news)
        if again and not self._later.isActive():
            self._later.start()

    @Slot()
    def _on_directory_changed(self) -> None:
        self._soon.start()
        self._on_file_changed()

    @Slot()
    def _on_file_changed(self) -> None:
        if not self._later.isActive():
            self._later.start()

    @Slot()
    def _on_timeout(self) -> None:
        self._soon.stop()
        self._later.stop()
        self.changed.emit()


def paths_of(around: Surroundings) -> list[Path]:
    """What may change a library's list: the folders that runs come into, and runs that are not whole yet."""
    return [*around.folders, *(part for run in around.unfinished for part in (run, run / MANIFEST))]


def _there(path: Path) -> Path:
    return next((one for one in (path, *path.parents) if one.exists()), path)
