"""What opens over the window: the command palette."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.actions import Actions
from latentarium.app.command_palette import Choice, CommandPalette


class Overlays(QObject):
    """Makes it when it is asked for, of what can be done then."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window

    @Slot()
    def open_palette(self) -> None:
        """Offer everything that can be done now."""
        choices = [
            Choice(
                entry.name,
                action.text().rstrip("…"),
                entry.menu,
                action.shortcut().toString(action.shortcut().SequenceFormat.NativeText),
                entry.words,
            )
            for entry, action in self._actions.offered()
        ]
        palette = CommandPalette(choices, self._window)
        palette.chosen.connect(self._on_chosen)
        palette.open_over(self._window)

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._actions[name].trigger()
