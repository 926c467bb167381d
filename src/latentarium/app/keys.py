"""Single keys are shortcuts only where they steal nothing: no letter from a text, no arrow from a list."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QPushButton, QScrollArea, QToolButton, QWidget

from latentarium.app.timeline import Track

REPLAY = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End})
CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def is_view(widget: QWidget | None) -> bool:
    """Whether `widget` is, or lies in, what shows a cloud (a widget whose property "view" is true)."""
    while widget is not None:
        if widget.property("view"):
            return True
        widget = widget.parentWidget()
    return False


def keeps(widget: QWidget, key: Qt.Key) -> bool:
    """Whether `widget`, which has the focus, needs this single key for itself."""
    if is_view(widget):
        return False
    if key not in REPLAY:
        return True  # letters and digits are shortcuts in a view alone
    if type(widget) in (QPushButton, QToolButton):
        return key == Qt.Key.Key_Space
    if isinstance(widget, QAbstractButton):
        return True  # images and legend entries move with the arrows
    return not (isinstance(widget, QMainWindow | QScrollArea | Track) or type(widget) is QWidget)


class KeyGuard(QObject):
    """Watches the widget that has the focus, and keeps its keys for it."""

    def __init__(self, app: QApplication, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)
        app.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and old is not self._window:
            old.removeEventFilter(self)
        # A dock that floats is a window of its own, where the program's shortcuts are heard all the same.
        if new is not None and new is not self._window and self._window in (new.window(), new.window().parent()):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            single = not event.modifiers() & CHORDS and _is_single(event.key())
            if single and isinstance(watched, QWidget) and keeps(watched, Qt.Key(event.key())):
                event.accept()
                return True
        return False


def _is_single(key: int) -> bool:
    return key in REPLAY or Qt.Key.Key_0 <= key <= Qt.Key.Key_9 or Qt.Key.Key_A <= key <= Qt.Key.Key_Z
