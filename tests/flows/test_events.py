"""What happened in a run: listed, marked on the timeline, one click away."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from latentarium.analysis.events import FLIP, FORGOTTEN
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 40, "frames.count": 12, "data.probe": 200, "data.reference": 100, "frames.pace": 0}


def test_events_lead_to_their_frames(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triangle"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, panel = pilot.window, pilot.window.panels.events
    pilot.wait(lambda: window.state.events is not None and window.state.events.upto == pilot.run.entries.__len__())
    window.actions_table["dock events"].trigger()
    pilot.wait(lambda: panel.isVisible() and len(panel.listed()) == len(window.state.events.events))

    # Every flip of the list is one in the frames themselves.
    for event in panel.listed():
        if event.kind == FLIP:
            before, after = pilot.run.frame(event.frame - 1), pilot.run.frame(event.frame)
            np.testing.assert_array_equal(event.rows, np.flatnonzero(before.predictions != after.predictions))

    # A click goes there and selects.
    item = panel.list.topLevelItem(0)
    place = panel.list.visualItemRect(item).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    first = panel.listed()[0]
    pilot.wait(lambda: window.state.moment == first.frame)
    np.testing.assert_array_equal(window.state.selection.rows, first.rows)

    # A filter leaves the others.
    panel.chips[FLIP].click()
    assert all(event.kind != FLIP for event in panel.listed())
    panel.chips[FLIP].click()

    # A mark of the timeline does what its line in the list does.
    track = window.timeline.track
    x, y, marked = track.marks()[-1]
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    pilot.wait(lambda: window.state.moment == marked.frame)
    np.testing.assert_array_equal(window.state.selection.rows, marked.rows)

    # The inspector counts the flips of the point in focus, up to the frame shown.
    flips = [event for event in window.state.events.events if event.kind == FLIP]
    row = int(flips[0].rows[0])
    window.parts.session.ask({"focus": row, "moment": float(len(pilot.run) - 1), "hovered": None})
    line = window.panels.inspector.flips
    expected = str(sum(row in event.rows for event in flips))
    pilot.wait(lambda: line.isVisible() and line.count.text() == expected)
    assert int(expected) > 0
    window.parts.session.ask({"moment": float(flips[0].frame - 1)})
    pilot.wait(lambda: line.count.text() == "0")
    window.actions_table["dock events"].trigger()
    pilot.wait(lambda: not panel.isVisible())
    line.link.click()
    pilot.wait(panel.isVisible)
    assert FORGOTTEN in panel.chips
