"""The workspace that compares, in a small window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDockWidget

from .conftest import Pilot
from .test_compare import trained


def test_two_runs_fit_a_small_window(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    run = trained(tmp_path / "one")
    pilot = take_off(run)
    window = pilot.window
    window.resize(1280, 720)
    pilot.wait(lambda: pilot.frames() > 1)
    window.compare.show_frame()
    panel, tabs = window.panels.compare, window.panels.tabs
    pilot.wait(lambda: len(pilot.state.runs) == 2 and panel.isVisible() and panel.height() > tabs.height())
    least = window.minimumSizeHint()
    assert least.width() <= 1280
    assert least.height() <= 720
    pilot.wait(lambda: tabs.mapTo(window, QPoint(0, tabs.height())).y() <= window.timeline.mapTo(window, QPoint()).y())
    assert panel.width() <= tabs.width()
    area = panel.parentWidget().parentWidget()
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum())
    below = panel.exports.mapTo(area, QPoint(0, panel.exports.height()))
    assert below.y() <= area.height()

    # Further panels share a place, and their tabs have short names.
    docks = {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}
    for name in ("over k", "along"):
        window.parts.docks.reveal(name)
    sharing = {dock.objectName() for dock in window.tabifiedDockWidgets(docks["overlap"])}
    assert sharing == {"over k", "along"}
    assert (docks["overlap"].windowTitle(), docks["along"].windowTitle()) == ("Overlap", "Along")
