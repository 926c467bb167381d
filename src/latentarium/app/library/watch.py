"""Notices what other programs do to the folders of a library."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

SETTLING = 400  # ms after a change, for several come together
MOST = 200  # folders


class FolderWatch(QObject):
    """Tells when something came into folders, left them or was renamed there; not what is written in files."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLING)
        self._timer.timeout.connect(self.changed)

    def watch(self, folders: Iterable[Path]) -> None:
        """Look at these folders, as far as they are there, and at no others."""
        wanted = [str(folder) for folder in sorted(set(folders))[:MOST] if folder.is_dir()]
        known = self._watcher.directories()
        if gone := [folder for folder in known if folder not in wanted]:
            self._watcher.removePaths(gone)
        if news := [folder for folder in wanted if folder not in known]:
            self._watcher.addPaths(news)

    @Slot()
    def _on_changed(self) -> None:
        self._timer.start()
