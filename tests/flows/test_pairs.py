"""A person asks what trains an image: its triplets, its springs, its probabilities, and what was hard when."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentarium.app.charts.pairs import NO_FOCUS, question_of
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.scene.state import Selection
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 30, "frames.count": 8, "data.probe": 150, "data.reference": 100, "frames.pace": 0.0}


def test_the_triplets_and_springs_of_a_dot(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triplet-voronoi"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, panel = pilot.window, pilot.window.panels.pairs
    pilot.wait(lambda: pilot.frames() == 8 and pilot.state.runs[0].projections[1] is not None)
    assert not panel.isVisible()
    window.actions_table["dock pairs"].trigger()
    pilot.wait(lambda: panel.isVisible() and panel.empty.text() == NO_FOCUS)

    def answered() -> bool:
        question = question_of(pilot.state)
        return question is not None and panel.answered(question)

    # A click on a dot: its triplets come, all of them with the dot as their anchor.
    row = pilot.loneliest(1)
    pilot.click(1, row)
    pilot.wait(answered)
    shown = panel.triplets.shown()
    assert shown
    label = pilot.run.probe.labels[row]
    margin = pilot.run.recipe.objective[0].margin
    frame = pilot.run.frame(7)
    for one in shown:
        anchor, positive, negative = one.tiles.tiles
        assert anchor.row == row
        assert pilot.run.reference.labels[positive.row] == label != pilot.run.reference.labels[negative.row]
        near, far = (
            np.square(frame.embeddings[row].astype(float) - frame.reference_embeddings[tile.row]).sum()
            for tile in (positive, negative)
        )
        assert one.verdict.text().startswith("active" if near - far + margin > 0 else "inactive")

    # Another frame, other distances; its springs are on the other page.
    before = [tile.figure for tile in shown[0].tiles.tiles]
    pilot.scrub(0.0)
    pilot.wait(lambda: pilot.state.frame == 0 and answered())
    assert [tile.figure for tile in panel.triplets.shown()[0].tiles.tiles] != before
    pilot.press("Springs", panel)
    pilot.wait(panel.springs.isVisible)
    springs = panel.springs
    assert all(pilot.run.reference.labels[tile.row] == label for tile in springs.attraction.tiles)
    assert all(pilot.run.reference.labels[tile.row] != label for tile in springs.repulsion.tiles)
    assert springs.attraction.tiles

    # As many as the view says that it draws.
    words = pilot.view(1).cloud.scene_shown.note
    counts = [heading.text().split("</span> ")[1].split()[0] for heading in springs.headings]
    assert f"{counts[0]} pull" in words
    assert f"{counts[1]} push" in words

    # Selected images have bars; the hardest examples of other moments lead there.
    window.actions_table["dock bars"].trigger()
    window.parts.session.ask({"selection": Selection(np.arange(4, dtype=np.int64), "four")})
    pilot.wait(lambda: window.panels.bars.isVisible() and window.panels.bars.rows == (0, 1, 2, 3))
    window.parts.docks.reveal("hardest")
    hardest = window.panels.hardest
    pilot.wait(hardest.isVisible)
    pilot.press("over time", hardest)
    pilot.wait(lambda: len(hardest.times.rows) == 8 and hardest.times.complete)
    QTest.mouseClick(hardest.times.rows[1].step, Qt.MouseButton.LeftButton)
    assert pilot.state.moment == 1
    pilot.close()
