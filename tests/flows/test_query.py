"""The same query in two moments of a run, asked with mouse and keys in the real window."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from latentarium.app.compare.exports import ComparisonExports
from latentarium.app.compare.figure_dialog import FigureWish
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.scene.columns import frame_beside
from latentarium.scene.scene import Flag
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 30, "frames.count": 6, "data.probe": 90, "data.reference": 60, "frames.pace": 0}


def test_ask_both_spaces_and_leave_with_what_was_found(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triangle"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, panel = pilot.window, pilot.window.panels.query
    window.actions_table["workspace compare"].trigger()
    window.parts.session.ask(frame_beside(pilot.state, 0))
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.result is not None)
    assert pilot.state.compared is not None
    found = pilot.state.compared.result
    assert found is not None
    assert panel.isVisible()
    order = np.argsort(found.overlap, kind="stable").tolist()

    # The least alike point: its three groups are the numbers, and each column marks its own neighbours.
    pilot.wait(panel.steps["least"].isEnabled)
    QTest.mouseClick(panel.steps["least"], Qt.MouseButton.LeftButton)
    row = order[0]
    assert pilot.state.focus == row
    a, b = (set(values[row].tolist()) for values in (found.neighbours_a, found.neighbours_b))
    shown = {name: {tile.row for tile in group.tiles.tiles} for name, group in panel.groups.items()}
    assert shown == {"shared": a & b, "only A": a - b, "only B": b - a}
    columns = window.centre.column, window.centre.second
    for column, near in zip(columns, (a, b), strict=True):
        assert column is not None
        view = next(view for view in column.views if view.isVisible())
        pilot.wait(lambda view=view, near=near: flagged(view, Flag.NEIGHBOUR) == near)

    # A tile lights its dot in both columns.
    group = next(group for group in panel.groups.values() if group.tiles.tiles)
    QTest.mouseMove(group.tiles, QPoint(1, group.tiles.height() - 1))
    QTest.mouseMove(group.tiles, QPoint(20, 20))
    lit = group.tiles.tiles[0].row
    pilot.wait(lambda: pilot.state.hovered == lit)
    for column in columns:
        assert column is not None
        view = next(view for view in column.views if view.isVisible())
        pilot.wait(lambda view=view: flagged(view, Flag.HOVERED) == {lit})

    # From one point to the next with the keys of a view.
    view = next(view for view in window.centre.column.views if view.isVisible())
    view.cloud.setFocus()
    pilot.key(Qt.Key.Key_Period)
    assert pilot.state.focus == order[1]
    pilot.key(Qt.Key.Key_Comma)
    assert pilot.state.focus == order[0]
    pilot.key(Qt.Key.Key_R)
    assert pilot.state.focus not in (None, order[0])

    # The inspector behind the panel's tab draws nothing, and all once it is in front.
    inspector, asked = window.panels.inspector, f"probe · {pilot.run.probe.ids[pilot.state.focus]}"
    assert inspector.badge.text() != asked
    window.parts.docks.reveal("inspector")
    pilot.wait(lambda: inspector.badge.text() == asked)
    window.parts.docks.reveal("query")

    # The table of what is asked, copied; the figure of the whole.
    pilot.press("table", panel)
    pilot.press("Copy", panel)
    copied = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    rows = [pilot.run.probe.rows[line["id"]] for line in copied]
    assert set(rows) == {
        *found.neighbours_a[pilot.state.focus].tolist(),
        *found.neighbours_b[pilot.state.focus].tolist(),
    }
    exports = window.findChildren(ComparisonExports)[0]
    with pilot.qtbot.waitSignal(window.parts.exporter.written, timeout=20_000):
        exports.export_figure(tmp_path / "figure.svg", FigureWish(".svg", 89, view=1))
    text = (tmp_path / "figure.svg").read_text("utf-8")
    assert f">{found.mean:.3f}<" in text
    assert "N = 90" in text


def flagged(view: object, flag: Flag) -> set[int]:
    """The rows that a view draws with a flag."""
    scene = view.cloud.scene_shown  # type: ignore[attr-defined]
    return set(np.flatnonzero(scene.dots.flags & flag).tolist())
