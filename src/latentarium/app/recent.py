"""The menu of what was opened lately."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from latentarium.app.settings import Settings


class RecentMenu(QMenu):
    """Filled whenever it opens."""

    chosen = Signal(Path)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__("Open recent", parent)
        self._settings = settings
        self.aboutToShow.connect(self._on_open)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def _on_open(self) -> None:
        self.clear()
        for path in self._settings.recent():
            action = self.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.setData(path)
        self.addSeparator()
        self.addAction("Forget these")

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() is None:
            self._settings.forget_recent()
        else:
            self.chosen.emit(action.data())
