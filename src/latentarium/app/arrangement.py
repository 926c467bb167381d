"""Where the window and its docks stood, from one start of the program to the next."""

from PySide6.QtWidgets import QMainWindow

from latentarium.app.docks import WORKSPACES, Docks
from latentarium.app.settings import Settings

GEOMETRY = "geometry"


def restore_arrangement(window: QMainWindow, docks: Docks, settings: Settings) -> None:
    """Stand as at the end of the last session, in every workspace."""
    geometry = settings.layout(GEOMETRY)
    if geometry is not None:
        window.restoreGeometry(geometry)
    for workspace in WORKSPACES:
        docks.restore(settings.layout(_name(workspace)), workspace)


def store_arrangement(window: QMainWindow, docks: Docks, settings: Settings, presenting: bool) -> None:
    """Keep where everything stands; while `presenting`, the window stands nowhere that is worth keeping."""
    if not presenting:
        settings.store_layout(GEOMETRY, window.saveGeometry())
    for workspace in WORKSPACES:
        arrangement = docks.arrangement(workspace)
        if arrangement is not None:
            settings.store_layout(_name(workspace), arrangement)
    settings.write()


def _name(workspace: str) -> str:
    return "docks" if workspace == WORKSPACES[0] else f"docks {workspace}"
