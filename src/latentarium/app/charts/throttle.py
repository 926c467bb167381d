"""Work that is wanted more often than it need be done."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

PAUSE = 100  # ms: ten figures a second are more than anyone reads


class Throttle(QObject):
    """Does a widget's work at once, but then at most every `PAUSE` ms, and always once after the last wish.

    A widget that is out of sight does none; `want` it again in its showEvent.
    """

    def __init__(self, widget: QWidget, work: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._work = work
        self._wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._on_timeout)

    def want(self) -> None:
        """Have the work done, now or soon."""
        self._wanted = True
        if not self._timer.isActive():
            self._on_timeout()

    @property
    def pending(self) -> bool:
        """Whether a wish has not been done yet."""
        return self._wanted

    @Slot()
    def _on_timeout(self) -> None:
        if self._wanted and self._widget.isVisible():
            self._wanted = False
            self._timer.start()
            self._work()
