"""Two trained runs compared in the real window, from opening them to the figure and the table."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from latentarium.analysis.overlap import jaccard
from latentarium.app.compare.figure_dialog import FigureDialog
from latentarium.app.views.column import Column
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.runs.run import Run
from latentarium.scene.scene import Flag
from latentarium.scene.state import ColourBy
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 30, "frames.count": 6, "data.probe": 120, "data.reference": 90, "frames.pace": 0}


def trained(folder: Path, **changes: object) -> Path:
    train_and_record(assign_all(preset("triangle"), {**SHORT, **changes}), folder, Control())
    return folder


def nearest(points: np.ndarray, k: int) -> np.ndarray:
    """Each point's k nearest others by the cosine, the slow obvious way."""
    units = points.astype(np.float64) / np.linalg.norm(points.astype(np.float64), axis=1, keepdims=True)
    distances = 1 - units @ units.T
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


def closest(run: Run, step: int) -> int:
    """The recorded step next to `step`, to the eye of the clock: half way counts as the later."""
    moment = np.interp(step, [entry.step for entry in run.entries], range(len(run)))
    return run.entries[int(moment + 0.5)].step


def brushed(pilot: Pilot, tenth: int) -> None:
    """Click a bar of the histogram."""
    plot = pilot.window.panels.overlap.plot
    place = QPoint(round(plot.place_of((tenth + 0.5) / 10)), plot.height() // 2)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def dots(column: Column, view: int = 1) -> np.ndarray:
    """Where a column draws its dots."""
    drawn = column.views[view].cloud.scene_shown.dots
    return drawn.start + np.float32(drawn.blend) * (drawn.end - drawn.start)


def flagged(column: Column, flag: Flag) -> list[int]:
    return np.flatnonzero(column.views[1].cloud.scene_shown.dots.flags & flag).tolist()


def test_two_runs_from_opening_to_the_figure(
    take_off: Callable[..., Pilot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = trained(tmp_path / "one"), trained(tmp_path / "two", **{"optimiser.rate": 1e-2, "optimiser.steps": 60})
    pilot = take_off()
    window, session = pilot.window, pilot.window.parts.session
    window.take_all([Path(f"{one}@-1"), two])
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.result is not None)
    assert pilot.state.workspace == "compare"
    assert pilot.state.colour_by is ColourBy.OVERLAP
    assert [shown.run.name for shown in pilot.state.runs] == ["one", "two"]
    assert window.panels.compare.matched.text() == "120 points matched by id"
    a, b = window.centre.column, window.centre.second
    pilot.wait(lambda: b is not None and b.isVisible() and b.views[1].cloud.scene_shown is not None)
    assert a.mapToGlobal(QPoint(0, 0)).x() < b.mapToGlobal(QPoint(0, 0)).x()
    assert (a.head.title.text(), b.head.title.text()) == ("A · one", "B · two")
    assert [view.isVisible() for column in (a, b) for view in column.views] == [False, True, False, True]

    # The numbers are those of the frames shown: A's last, and B's of the same step.
    compared = pilot.state.compared
    frames = compared.run_a.frame(compared.frame_a), compared.run_b.frame(compared.frame_b)
    assert (frames[0].step, frames[1].step) == (30, closest(compared.run_b, 30))
    near = [nearest(frame.embeddings, 10) for frame in frames]
    slow = [len(set(x) & set(y)) / len(set(x) | set(y)) for x, y in zip(*map(np.ndarray.tolist, near), strict=True)]
    np.testing.assert_allclose(compared.result.overlap, slow, atol=1e-12)
    np.testing.assert_array_equal(jaccard(*near), compared.result.overlap)

    # Brush the lowest bin that holds any; its points are marked in both columns.
    tenth = next(place for place, share in enumerate(compared.result.histogram) if share)
    plot = window.panels.overlap.plot
    pilot.wait(lambda: plot.isVisible() and plot.bars is not None)
    brushed(pilot, tenth)
    rows = np.flatnonzero(np.minimum((compared.result.overlap * 10 + 1e-9).astype(int), 9) == tenth).tolist()
    assert pilot.state.selection.rows.tolist() == rows
    pilot.wait(lambda: flagged(a, Flag.SELECTED) == rows and flagged(b, Flag.SELECTED) == rows)

    # The least alike, in focus: the three groups are the numbers'.
    query = window.panels.query
    pilot.wait(lambda: query.steps["least"].isVisible() and query.steps["least"].isEnabled())
    QTest.mouseClick(query.steps["least"], Qt.MouseButton.LeftButton)
    least = min(rows, key=lambda row: (compared.result.overlap[row], row))
    assert pilot.state.focus == least
    ours, theirs = set(near[0][least].tolist()), set(near[1][least].tolist())
    pilot.wait(lambda: query.query is not None and query.query.row == least)
    groups = [set(group.rows.tolist()) for group in (query.query.shared, query.query.only_a, query.query.only_b)]
    assert groups == [ours & theirs, ours - theirs, theirs - ours]
    pilot.wait(lambda: set(flagged(a, Flag.NEIGHBOUR)) == ours and set(flagged(b, Flag.NEIGHBOUR)) == theirs)

    # What is pointed at in B is ringed in A; a camera moves both, until they are unlinked.
    session.ask({"hovered": 7})
    pilot.wait(lambda: flagged(a, Flag.HOVERED) == [7] and flagged(b, Flag.HOVERED) == [7])
    b.views[1].cloud.setFocus()
    pilot.key(Qt.Key.Key_Return)
    pilot.wait(lambda: pilot.state.cameras[1] is not None)
    assert a.views[1].cloud.scene_shown.camera == b.views[1].cloud.scene_shown.camera
    QTest.mouseClick(b.head.cameras, Qt.MouseButton.LeftButton)
    pilot.key(Qt.Key.Key_F)
    pilot.wait(lambda: pilot.state.runs[1].cameras == (None, None))
    assert pilot.state.cameras[1] is not None
    assert a.views[1].cloud.scene_shown.camera != b.views[1].cloud.scene_shown.camera
    QTest.mouseClick(b.head.cameras, Qt.MouseButton.LeftButton)
    pilot.wait(lambda: pilot.state.runs[1].cameras is None)

    # Morph: the dots of A go to where B shows them, and back.
    start, goal = dots(a), dots(b)
    slider = window.panels.compare.morph.slider
    slider.setValue(slider.maximum() // 2)
    pilot.wait(lambda: np.allclose(dots(a), (start + goal) / 2, atol=1e-4))
    a.views[1].cloud.setFocus()
    pilot.wait(a.views[1].cloud.hasFocus)
    pilot.key(Qt.Key.Key_M)
    pilot.wait(lambda: pilot.state.morph in (0.0, 1.0), 10)
    slider.setValue(slider.maximum())
    pilot.wait(lambda: np.allclose(dots(a), goal, atol=1e-4))
    slider.setValue(0)
    pilot.wait(lambda: np.array_equal(dots(a), start))

    # The figure and the table, as the person asks for them.
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda parent, heading, suggested, kinds, kind: (str(tmp_path / "it"), kinds)
    )

    def fill_in() -> None:
        dialog = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, FigureDialog))
        dialog.kind.setCurrentIndex(dialog.kind.findData(".png"))
        dialog.save.click()

    QTimer.singleShot(300, fill_in)
    window.actions_table["export comparison"].trigger()
    pilot.wait(lambda: (tmp_path / "it.png").exists() and not window.parts.errands.busy)
    with Image.open(tmp_path / "it.png") as image:
        assert image.width > 1000
    window.actions_table["export comparison table"].trigger()
    pilot.wait(lambda: (tmp_path / "it.csv").exists() and not window.parts.errands.busy)
    table = list(csv.DictReader((tmp_path / "it.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["overlap"]) for row in table] == pytest.approx(compared.result.overlap.tolist(), abs=1e-9)


def test_time_frames_and_places_of_two_runs(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    """By step, by fraction and alone; another frame of A; swapped and closed; a drop opens B."""
    one, two = trained(tmp_path / "one", seed=1), trained(tmp_path / "two", **{"data.probe": 90, "optimiser.steps": 60})
    pilot = take_off(one)
    window, session, panel = pilot.window, pilot.window.parts.session, pilot.window.panels.compare
    window.actions_table["workspace compare"].trigger()
    assert window.compare.takes_drop(two, 0.8)
    pilot.wait(lambda: len(pilot.state.runs) > 1)
    second = window.centre.second
    assert "points matched by id" in panel.matched.text()
    assert len(pilot.run.probe) < 120, "only what both have is compared"
    second = window.centre.second
    pilot.wait(second.isVisible)

    def steps() -> tuple[int, int]:
        first, other = pilot.state.runs
        return tuple(shown.run.entries[pilot.state.frame_in(shown)].step for shown in (first, other))

    assert steps() == (30, closest(pilot.state.runs[1].run, 30))
    panel.link.setCurrentIndex(panel.link.findData("fraction"))
    panel.link.activated.emit(panel.link.currentIndex())
    assert steps() == (30, 60)
    session.ask({"moment": 0.0, "following": False})
    assert steps() == (0, 0)
    panel.link.setCurrentIndex(panel.link.findData("alone"))
    panel.link.activated.emit(panel.link.currentIndex())
    pilot.wait(second.head.slider.isVisible)
    second.head.slider.setValue(second.head.slider.maximum())
    assert steps() == (0, 60)
    last = pilot.state.runs[1].count - 1
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.frame_b == last)

    QTest.mouseClick(panel.swap, Qt.MouseButton.LeftButton)
    assert [shown.run.name for shown in pilot.state.runs] == ["two", "one"]
    assert "points matched by id" in panel.matched.text()
    assert steps() == (60, 0)
    QTest.mouseClick(panel.frame, Qt.MouseButton.LeftButton)
    pilot.wait(lambda: pilot.state.runs[1].run is pilot.state.runs[0].run)
    assert steps() == (60, 0)
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.result is not None)
    assert pilot.state.compared.run_a is pilot.state.compared.run_b

    # Both views in one column, one in the other.
    first = window.centre.column
    first.head.shows.wanted.emit({"shows": "both"})
    pilot.wait(lambda: all(view.isVisible() for view in first.views))
    assert [view.isVisible() for view in second.views] == [False, True]
    window.actions_table["close second"].trigger()
    pilot.wait(lambda: not second.isVisible() and len(pilot.state.runs) == 1)
    assert pilot.state.compared is None
    assert pilot.run.whole is None
    window.actions_table["workspace train"].trigger()
    assert pilot.state.colour_by is ColourBy.CLASS


def test_a_live_run_beside_a_recorded_one(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    """What is trained in this workspace comes as B; swapped it is A, and another run can be set beside it."""
    one = trained(tmp_path / "one")
    pilot = take_off(one)
    window, panel = pilot.window, pilot.window.panels.compare
    changed = {**SHORT, "optimiser.rate": 1e-2, "optimiser.steps": 60, "frames.pace": 4}
    window.panels.form.set_recipe(assign_all(preset("triangle"), changed))
    window.actions_table["workspace compare"].trigger()
    window.actions_table["train"].trigger()
    pilot.wait(lambda: len(pilot.state.runs) > 1 and pilot.state.runs[1].count > 1)
    recorded, live = pilot.state.runs
    assert recorded.run.name == "one"
    assert live.run is window.parts.trainer.live
    pilot.wait(lambda: pilot.state.compared is not None and pilot.state.compared.result is not None)
    QTest.mouseClick(panel.swap, Qt.MouseButton.LeftButton)
    assert pilot.state.runs[0].run is live.run
    pilot.wait(lambda: not window.parts.trainer.status.busy)
    assert not pilot.state.runs[0].live
    assert pilot.state.runs[0].count == len(live.run)
    window.actions_table["live"].trigger()
    pilot.wait(lambda: pilot.state.moment == len(live.run) - 1 and not window.clock.running)
    pilot.wait(lambda: pilot.state.compared.frame_a == len(live.run) - 1 and not window.compare.comparer.busy)
    frames = pilot.state.compared.run_a.frame(-1), pilot.state.compared.run_b.frame(pilot.state.compared.frame_b)
    np.testing.assert_array_equal(
        pilot.state.compared.result.overlap, jaccard(*(nearest(frame.embeddings, 10) for frame in frames))
    )
    aligned = pilot.state.runs[1].aligned[1]
    assert aligned is not None
