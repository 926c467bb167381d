"""Two moments of a run in two columns."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from latentarium.app.charts.matrices import SimilarityPanel
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 30, "frames.count": 6, "data.probe": 120, "data.reference": 90, "frames.pace": 0}


def test_any_two_frames_stand_side_by_side(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triangle"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, centre, last = pilot.window, pilot.window.centre, len(pilot.run) - 1
    pilot.wait(lambda: window.actions_table["before after"].isEnabled() and pilot.view(0).cloud.isVisible())
    pilot.view(0).cloud.setFocus()
    pilot.wait(pilot.view(0).cloud.hasFocus)
    pilot.key(Qt.Key.Key_B)
    pilot.wait(lambda: centre.second is not None and centre.second.isVisible())
    before, after = centre.second, centre.column
    assert before.mapToGlobal(before.rect().topLeft()).x() < after.mapToGlobal(after.rect().topLeft()).x()
    assert (before.head.title.text(), after.head.title.text()) == ("Before", "After")

    def shown(column) -> list[np.ndarray]:
        return [view.cloud.scene_shown.dots.end for view in column.views]

    def expected(index: int) -> list[np.ndarray]:
        return [projection.place(pilot.run.frame(index)) for projection in window.state.runs[0].projections]

    def equal(column, index: int) -> bool:
        if None in window.state.runs[0].projections:
            return False
        return all(np.array_equal(a, b) for a, b in zip(shown(column), expected(index), strict=True))

    pilot.wait(lambda: equal(before, 0) and equal(after, last))

    # The timeline moves the one, the head's field the other.
    window.parts.session.ask({"moment": 3.0, "following": False})
    pilot.wait(lambda: equal(before, 0) and equal(after, 3))
    before.head.frame.setValue(2)
    pilot.wait(lambda: equal(before, 1) and equal(after, 3))
    assert "step" in after.head.moment.text()

    # What is pointed at in one is ringed in the other.
    window.parts.session.ask({"focus": 7})
    pilot.wait(lambda: all(view.cloud.scene_shown.dots.flags[7] & 2 for c in (before, after) for view in c.views))

    # Both moments' matrices, and another view of both.
    panel = window.findChild(SimilarityPanel)
    pilot.wait(lambda: panel.before.isVisible() and panel.matrix.isVisible())
    window.parts.session.ask({"views": window.state.with_view(1, method="pca").views})
    pilot.wait(lambda: equal(before, 1) and equal(after, 3))

    assert window.state.runs[0].projections == window.state.runs[1].projections
    before.head.close_button.click()
    pilot.wait(lambda: not before.isVisible() and len(window.state.runs) == 1)
    pilot.wait(lambda: not panel.before.isVisible())
