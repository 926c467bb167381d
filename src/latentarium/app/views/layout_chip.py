"""The control of a view that t-SNE or UMAP lays out: this frame, or always the newest."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from latentarium.projections.layouts.layout import Layout
from latentarium.scene.state import OpenRun, State, ViewSettings

ABOUT = "How up to date the layout is"
THIS, FOLLOWING = "Lay out this frame", "Keep up to date"


def freshness(open_run: OpenRun | None, state: State, view: int) -> bool | None:
    """Whether the frame shown is laid out; None where the view needs no layout."""
    projection = open_run.projections[view] if open_run is not None else None
    if open_run is None or open_run.count == 0 or not isinstance(projection, Layout):
        return None
    index = min(max(state.frame_in(open_run), 0), open_run.count - 1)
    return open_run.run.entries[index].step in projection.steps


def asking(state: State) -> dict[str, Any]:
    """The change of the state that has the frame shown laid out, in every view that has layouts."""
    views = list(state.views)
    for shown in state.runs[:1]:
        for view in range(len(views)):
            if freshness(shown, state, view) is False:
                views[view] = replace(views[view], laid_out=state.frame_in(shown))
    return {"views": tuple(views)}


def toggling(state: State) -> dict[str, Any]:
    """The change of the state that begins or ends keeping the layouts up to date."""
    wanted = not any(settings.following for settings in state.views)
    kept = (replace(settings, following=wanted and settings.kind == "embedding") for settings in state.views)
    return {"views": tuple(kept)}


class LayoutChip(QToolButton):
    """A small menu; its text says how the view stands."""

    wanted = Signal(object)  # changes of ViewSettings, a dict

    def __init__(self) -> None:
        super().__init__()
        self.frame = 0  # the one that is shown now
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(ABOUT)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._this = menu.addAction(THIS)
        self._following = menu.addAction(FOLLOWING)
        self._following.setCheckable(True)
        self._following.setToolTip("While training, and where the replay stands: from the last layout, aligned")
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def show_settings(self, fresh: bool | None, settings: ViewSettings) -> None:
        """Say whether the frame shown is laid out; None hides the control."""
        self.setVisible(fresh is not None)
        self._this.setEnabled(fresh is False)
        self._following.setChecked(settings.following)
        words = "follows" if settings.following else "current" if fresh else "older"
        self.setText(f"{words} ▾")
        self.setAccessibleName(f"{ABOUT}: {words}")

    def _on_triggered(self, action: QAction) -> None:
        if action is self._following:
            self.wanted.emit({"following": action.isChecked()})
        else:
            self.wanted.emit({"laid_out": self.frame})
