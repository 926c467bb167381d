"""The parts of the Sweep workspace that can be looked at by themselves."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from latentarium.app.sweep.chart_view import ChartView, spread
from latentarium.app.sweep.panel import SweepPanel
from latentarium.app.sweep.sweepable import sweepable
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.core.sweep import Sweep, plan
from latentarium.scene.chart import Chart
from latentarium.scene.state import OpenSweep, State, SweepCell


def test_every_field_that_is_offered_can_be_swept() -> None:
    recipe = Recipe()
    offered = sweepable(recipe)
    assert offered[0] == "objective.cross-entropy.weight"
    assert "seed" in offered
    assert not any(name.startswith(("frames.", "sweep", "known")) or name.endswith(".name") for name in offered[:1])
    for field in ("objective.cross-entropy.weight", "optimiser.rate", "network.embedding", "seed"):
        assert field in offered
        assert len(plan(recipe, field, "1, 2").values) == 2


def test_names_at_the_ends_of_curves_keep_their_order_and_do_not_meet() -> None:
    places = [50.0, 51.0, 90.0, 50.5]
    given = spread(places, 10, 0, 100)
    order = np.argsort(places)
    assert list(np.argsort(given)) == list(order)
    assert np.diff(np.array(given)[order]).min() >= 10 - 1e-9
    assert max(spread([99.0, 99.5], 10, 0, 100)) <= 100
    assert spread([], 10, 0, 100) == []


def test_the_chart_can_be_heard(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    values = np.array([0.5, np.nan], np.float32)
    view.show_chart(Chart("Accuracy over w", (0, 500), {"test accuracy": values}, "objective.tsne.weight"), True)
    view.show()
    qtbot.waitExposed(view)
    assert view.accessibleDescription() == "test accuracy: 0 0.500"
    assert view.grab().toImage().pixelColor(5, 5).isValid()


@pytest.fixture
def panel(qtbot: QtBot) -> SweepPanel:
    made = SweepPanel()
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show_state(State())
    return made


def test_the_recipes_own_sweep_is_offered(panel: SweepPanel) -> None:
    recipe = assign_all(preset("triangle"), {"sweep.field": "optimiser.rate", "sweep.values": [0.1, 0.01]})
    panel.show_recipe(recipe)
    assert (panel.field.currentText(), panel.values.text()) == ("optimiser.rate", "0.1, 0.01")
    planned = panel.planned()
    assert planned is not None
    assert [made.optimiser.rate for made in planned.recipes()] == [0.1, 0.01]


def test_what_cannot_be_trained_is_said(panel: SweepPanel) -> None:
    panel.show_recipe(None)
    assert panel.planned() is None
    panel.show_recipe(preset("triangle"))
    panel.field.setEditText("optimiser.rat")
    assert panel.planned() is None
    assert panel.note.text()
    assert not panel.start.isEnabled()


def test_an_unfinished_sweep_can_be_continued(panel: SweepPanel) -> None:

    sweep = OpenSweep(Sweep(Recipe(), "seed", (0, 1)), Path("g"), (SweepCell(0, "done"), SweepCell(1, "stopped")))
    panel.show_state(State(sweep=sweep))
    assert not panel.resume.isHidden()
    assert panel.start.isHidden()
    assert panel._queue.texts() == [("seed = 0", "done"), ("seed = 1", "stopped")]
    done = OpenSweep(sweep.sweep, sweep.path, (SweepCell(0, "done"), SweepCell(1, "done")))
    panel.show_state(State(sweep=done))
    assert panel.resume.isHidden()
