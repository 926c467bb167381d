"""A sweep from its plan to its figure: started, watched, cancelled, continued, opened again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentarium.app.sweep.cell import CellView
from latentarium.app.trainer import Phase
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.runs.groups import read_group
from latentarium.runs.run import Run
from latentarium.scene.picking import screen_places
from latentarium.scene.scene import Flag
from latentarium.scene.state import OpenSweep

from .conftest import Pilot

FIELD = "objective.cross-entropy.weight"


def recipe() -> Recipe:
    """Three digits on a plane, small enough for a training of a second."""
    changes = {
        "title": "Tiny",
        "data.probe": 90,
        "data.reference": 60,
        "network.embedding": 2,
        "optimiser.steps": 60,
        "frames.count": 12,
        "frames.pace": 0,
    }
    return assign_all(preset("triangle"), changes)


def sweep_of(pilot: Pilot) -> OpenSweep:
    assert pilot.state.sweep is not None
    return pilot.state.sweep


def states(pilot: Pilot) -> list[str]:
    return [cell.state for cell in sweep_of(pilot).cells]


def cells(pilot: Pilot) -> list[CellView]:
    return pilot.window.centre.multiples.cells


def places(cell: CellView) -> np.ndarray:
    """Where a cell's dots stand on it, in logical pixels (N, 2)."""
    scene = cell.cloud.scene_shown
    assert scene is not None
    return screen_places(scene.dots, scene.camera, cell.cloud.width(), cell.cloud.height())[:, :2]


def lit(cell: CellView) -> list[int]:
    """The rows that a cell draws as pointed at."""
    assert cell.cloud.scene_shown is not None
    return np.flatnonzero(cell.cloud.scene_shown.dots.flags & Flag.HOVERED).tolist()


def enter_sweep(pilot: Pilot, values: str) -> None:
    """Go to the Sweep workspace and plan there with the small recipe."""
    pilot.window.panels.form.set_recipe(recipe())
    pilot.press("Sweep", within=pilot.window.bar.workspaces)
    panel = pilot.window.panels.sweep
    pilot.wait(panel.isVisible)
    panel.field.setEditText(FIELD)
    panel.values.clear()
    QTest.keyClicks(panel.values, values)


def test_a_sweep_is_trained_watched_and_opened(
    take_off: Callable[..., Pilot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = take_off()
    enter_sweep(pilot, "1, 2, 2")
    panel = pilot.window.panels.sweep
    assert not panel.start.isEnabled()
    assert "twice" in panel.note.text()
    panel.values.clear()
    QTest.keyClicks(panel.values, "0.5, 1, 2")
    assert panel.note.text() == "3 runs, one after the other"
    pilot.press("Start sweep")

    # While the first run trains the others wait, and show no figure; nothing else can be trained.
    pilot.wait(lambda: states(pilot)[0] == "training" and sweep_of(pilot).cells[0].shown is not None)
    assert states(pilot)[1:] == ["queued", "queued"]
    assert pilot.window.parts.trainer.status.busy
    assert not cells(pilot)[2].cloud.isVisible()
    assert not panel.new.isEnabled()
    pilot.wait(lambda: states(pilot) == ["done"] * 3)
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    assert panel._queue.texts() == [("w = 0.5", "done"), ("w = 1", "done"), ("w = 2", "done")]
    assert all(cell.cloud.isVisible() for cell in cells(pilot))
    assert all(cell.measures for cell in sweep_of(pilot).cells)
    assert [cell.shown.count for cell in sweep_of(pilot).cells if cell.shown] == [12, 12, 12]

    # One pointer for all: pointing at a dot in one cell lights the same row in each, and the inspector speaks of it.
    second = cells(pilot)[1]
    spots = places(second)
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + np.eye(len(spots)) * 1e9
    row = int(gaps.min(1).argmax())
    QTest.mouseMove(second.cloud, QPoint(2, 2))
    QTest.mouseMove(second.cloud, QPointF(*map(float, spots[row])).toPoint())
    pilot.wait(lambda: pilot.state.hovered == row, 5)
    assert [lit(cell) for cell in cells(pilot)] == [[row]] * 3
    shown = sweep_of(pilot).cells[1].shown
    assert shown is not None
    assert pilot.run is shown.run
    assert pilot.window.panels.inspector.badge.text().endswith(shown.run.probe.ids[row])

    # One camera for all: the wheel over one cell magnifies each as much.
    before = [cell.cloud.scene_shown.camera.extent for cell in cells(pilot) if cell.cloud.scene_shown]
    turn_wheel(cells(pilot)[0])
    after = [cell.cloud.scene_shown.camera.extent for cell in cells(pilot) if cell.cloud.scene_shown]
    ratios = np.array(after) / np.array(before)
    assert ratios.max() < 1
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-6)
    pilot.window.actions_table["frame all"].trigger()
    assert [cell.cloud.scene_shown.camera.extent for cell in cells(pilot) if cell.cloud.scene_shown] == before

    # One moment for all: scrubbing shows each run at that frame.
    pilot.scrub(0.0)
    pilot.wait(lambda: pilot.state.frame == 0)
    for cell, view in zip(sweep_of(pilot).cells, cells(pilot), strict=True):
        scene = view.cloud.scene_shown
        assert cell.shown is not None
        assert scene is not None
        assert np.allclose(scene.dots.start[:, :2], cell.shown.run.frame(0).embeddings, atol=1e-5)

    # The whole as one figure.
    for ending in (".png", ".pdf"):
        figure = tmp_path / f"sweep{ending}"
        monkeypatch.setattr(
            "latentarium.app.widgets.file_to_write.QFileDialog.getSaveFileName",
            lambda *args, name=figure: (str(name), ""),
        )
        pilot.press("Export figure…")
        pilot.wait(lambda name=figure: name.exists() and not pilot.window.parts.errands.busy)
        assert figure.stat().st_size > 4000

    # A click opens the run alone.
    QTest.mouseClick(cells(pilot)[2].cloud, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert pilot.state.workspace == "train"
    opened = sweep_of(pilot).cells[2].shown
    assert opened is not None
    assert pilot.run is opened.run
    pilot.wait(lambda: all(pilot.state.runs[0].projections))
    assert pilot.window.centre.column.isVisible()

    # The library has the sweep, and opens it.
    folder = sweep_of(pilot).path
    pilot.window.parts.session.update(sweep=None)
    pilot.window.actions_table["dock library"].trigger()
    library = pilot.window.panels.library
    pilot.wait(lambda: any(row.kind == "sweep" for row in library._model.rows))
    library.opened.emit(next(row.path for row in library._model.rows if row.kind == "sweep"))
    pilot.wait(lambda: pilot.state.sweep is not None)
    assert sweep_of(pilot).path == folder
    assert pilot.state.workspace == "sweep"
    assert states(pilot) == ["done"] * 3


def turn_wheel(cell: CellView) -> None:
    """One notch towards oneself's opposite: nearer."""
    middle = QPointF(cell.cloud.rect().center())
    event = QWheelEvent(
        middle,
        cell.cloud.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(cell.cloud, event)


def test_what_is_cancelled_is_continued(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    enter_sweep(pilot, "1, 2")
    pilot.press("Start sweep")
    pilot.window.bar.set_pace(30)
    pilot.wait(lambda: sweep_of(pilot).cells[0].shown is not None)
    panel = pilot.window.panels.sweep
    pilot.press("Pause", within=panel)
    pilot.wait(lambda: pilot.window.parts.trainer.status.phase is Phase.PAUSED)
    assert panel.pause.text() == "Resume"
    pilot.press("Resume", within=panel)
    pilot.press("Cancel rest")
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    assert states(pilot) == ["stopped", "queued"]
    pilot.window.bar.set_pace(0)
    pilot.press("Continue", within=panel)
    pilot.wait(lambda: states(pilot) == ["done", "done"])
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    group = read_group(sweep_of(pilot).path)
    assert [len(Run.open(member)) for member in group.members] == [12, 12]
