"""The panels below two compared moments of a run, used with mouse and keys in the real window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTabBar, QWidget

from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.scene.columns import frame_beside
from latentarium.scene.scene import Flag
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 30, "frames.count": 6, "data.probe": 120, "data.reference": 90, "frames.pace": 0}


def press_at(widget: QWidget, x: float) -> None:
    place = QPoint(round(x), widget.height() // 2)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def flagged(column, flag: Flag) -> list[list[int]]:
    """Which rows a column's visible views draw with a flag."""
    scenes = [view.cloud.scene_shown for view in column.views if view.isVisible()]
    return [np.flatnonzero(scene.dots.flags & flag).tolist() for scene in scenes]


def test_brush_select_and_follow_the_curves(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triangle"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, panels, ask = pilot.window, pilot.window.panels, pilot.window.parts.session.ask
    window.actions_table["workspace compare"].trigger()
    ask(frame_beside(pilot.state, 0))
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.result is not None)
    found = pilot.state.compared.result
    plot = panels.overlap.plot
    pilot.wait(lambda: plot.isVisible() and plot.bars is not None and plot.bars.shares == found.histogram)
    columns = window.centre.column, window.centre.second

    # The lowest bin that holds any: its points, in both columns.
    tenth = next(place for place, share in enumerate(found.histogram) if share)
    press_at(plot, plot.place_of((tenth + 0.5) / 10))
    rows = np.flatnonzero((found.overlap >= tenth / 10) & (found.overlap < (tenth + 1) / 10)).tolist()
    assert pilot.state.selection.rows.tolist() == rows
    pilot.wait(lambda: all(seen == rows for column in columns for seen in flagged(column, Flag.SELECTED)))

    # Esc lets go of them, though the window has an Esc of its own; the keys take them again.
    plot.setFocus()
    pilot.wait(lambda: plot.bars.brushed == (tenth, tenth))
    pilot.key(Qt.Key.Key_Escape)
    assert len(pilot.state.selection) == 0
    pilot.wait(lambda: plot.bars.brushed is None)

    # A drag takes all bins that it passes, and is undone as a whole.
    left, none, middle = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, plot.height() // 2
    ends = [QPoint(round(plot.place_of(share)), middle) for share in ((tenth + 0.5) / 10, 0.95)]
    QTest.mousePress(plot, left, none, ends[0])
    QTest.mouseMove(plot, ends[1])
    QTest.mouseRelease(plot, left, none, ends[1])
    assert len(pilot.state.selection) == len(found.overlap)
    window.parts.session.undo()
    assert len(pilot.state.selection) == 0
    press_at(plot, plot.place_of((tenth + 0.5) / 10))
    assert pilot.state.selection.rows.tolist() == rows

    # They fill the list; the first of them, clicked, is in focus in both columns.
    tiles = panels.alike.tiles
    pilot.wait(lambda: bool(tiles.tiles) and {tile.row for tile in tiles.tiles} <= set(rows))
    pilot.wait(lambda: tiles.childAt(10, 10) is not None)  # laid out
    QTest.mouseClick(tiles.childAt(10, 10), Qt.MouseButton.LeftButton)
    least = min(rows, key=lambda row: (found.overlap[row], row))
    assert pilot.state.focus == least
    pilot.wait(lambda: all(seen == [least] for column in columns for seen in flagged(column, Flag.FOCUSED)))

    # Each of the four cells counts what it selects.
    counts = 0
    for name, cell in panels.agreement.right_in.cells.items():
        if cell.isEnabled():
            QTest.mouseClick(cell, Qt.MouseButton.LeftButton)
            assert f"{len(pilot.state.selection):,}" == cell.count.text(), name
            counts += len(pilot.state.selection)
    assert counts == 120

    # The curves, found from the figures: one goes to a frame, the other to another k.
    pilot.wait(lambda: not window.parts.errands.busy)
    QTest.mouseClick(panels.agreement.findChild(QPushButton, "along"), Qt.MouseButton.LeftButton)
    along = panels.along.plot
    pilot.wait(lambda: along.isVisible() and along.shown is not None)
    press_at(along, along.place_of(2))
    pilot.wait(lambda: pilot.state.moment == 2 and pilot.state.compared.frame_a == 2)
    QTest.mouseClick(panels.agreement.findChild(QPushButton, "over k"), Qt.MouseButton.LeftButton)
    over_k = panels.over_k.plot
    pilot.wait(lambda: over_k.isVisible() and over_k.shown is not None)
    press_at(over_k, over_k.place_of(39))
    k = pilot.state.comparison.k
    assert 35 <= k <= 45  # so far to the right a pixel stands for more than one
    pilot.wait(lambda: pilot.state.compared.settings.k == k and pilot.state.compared.result is not None)
    assert pilot.state.compared.result.neighbours_a.shape == (120, k)


def test_tab_goes_only_to_what_is_in_sight(take_off: Callable[..., Pilot]) -> None:
    """Docks that share no place have tabs all the same, which stand beyond the window."""
    pilot = take_off()
    pilot.window.actions_table["workspace compare"].trigger()
    pilot.window.panels.overlap.plot.setFocus()
    pilot.wait(lambda: bool(pilot.window.findChildren(QTabBar)))
    seen = set()
    for _ in range(80):
        pilot.key(Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        assert not (isinstance(widget, QTabBar) and widget.visibleRegion().isEmpty())
        seen.add(widget)
    assert len(seen) > 10
