"""What opens over the window: the command palette, and the points as a table."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.actions import Actions
from latentarium.app.command_palette import Choice, CommandPalette
from latentarium.app.inspector.points_table import PointsTable
from latentarium.app.session import Session
from latentarium.scene.state import State


class Overlays(QObject):
    """Makes them when they are first asked for."""

    def __init__(self, session: Session, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._actions = actions
        self._window = window
        self._points: PointsTable | None = None

    def show_state(self, state: State) -> None:
        """Bring what is open up to date."""
        if self._points is not None:
            self._points.show_state(state)

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

    @Slot()
    def open_points(self) -> None:
        """Show the table of points, in front."""
        if self._points is None:
            self._points = PointsTable()
            self._points.setParent(self._window, Qt.WindowType.Dialog)
            self._points.setWindowTitle("Points")
            self._points.asked.connect(self._session.ask)
            self._points.resize(720, 560)
            self._points.show_state(self._session.state)
        self._points.show()
        self._points.raise_()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._actions[name].trigger()
