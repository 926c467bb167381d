"""A person asks a space about digits that it was never trained on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from latentarium.core.recipe import Augment, Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.training import train_and_record
from latentarium.scene.scene import Flag
from latentarium.training.control import Control

from .conftest import Pilot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three digits learned in a second or two, three more only shown."""
    recipe = Recipe(
        title="Unseen digits",
        data=Data(classes=("0", "1", "2"), held_out=("3", "7", "8"), per_class=120, probe=150, reference=90),
        network=Network(name="conv-small", embedding=8, classifier="none", normalise=True),
        objective=({"name": "dcl"},),
        optimiser=Optimiser(steps=24, batch=90),
        augment=Augment(shift=1),
        frames=Frames(count=5),
    )
    path = tmp_path_factory.mktemp("unseen") / "run"
    train_and_record(recipe, path, Control())
    return path


def test_unseen_digits_are_told_apart_by_distance(take_off: Callable[..., Pilot], folder: Path) -> None:
    pilot = take_off(folder)
    window, panel = pilot.window, pilot.window.panels.verification
    pilot.wait(lambda: pilot.frames() == 5)
    run, last = pilot.run, pilot.run.frame(4)

    # Dots of the three unseen digits are hollow in both views, each with a star; the legend says which they are.
    for view in (0, 1):
        pilot.wait(lambda view=view: pilot.state.runs[0].projections[view] is not None)
        scene = pilot.scene(view)
        np.testing.assert_array_equal((scene.dots.flags & Flag.HELD_OUT) != 0, run.probe.labels >= 3)
        stars = {label.text for label in scene.labels if label.kind == "prototype"}
        assert {"3", "7", "8"} <= stars

    # The panel is put away at first; the menu brings it to the front.
    assert not panel.isVisible()
    window.actions_table["dock verification"].trigger()
    pilot.wait(lambda: panel.isVisible() and panel.plot.shown is not None)
    best, words = panel.threshold, panel.plot.shown.words
    assert f"accuracy {last.scalars['verification_accuracy']:.3f}" in words

    # Drag the line away from the best place: the accuracy follows; a double-click takes the line back.
    plot, height = panel.plot, panel.plot.height() // 2
    QTest.mousePress(plot, LEFT, pos=QPoint(round(plot.place_of(best)), height))
    QTest.mouseMove(plot, QPoint(round(plot.place_of(0)), height))
    QTest.mouseRelease(plot, LEFT, pos=QPoint(round(plot.place_of(0)), height))
    assert panel.threshold == pytest.approx(0, abs=0.02)
    assert plot.shown.words.endswith("accuracy 0.500")  # all are different: right for half of the pairs
    QTest.mouseDClick(plot, LEFT, pos=QPoint(round(plot.place_of(best)), height))
    assert panel.threshold == best

    # A click on one dot, the pointer on another: the verdict.
    first = pilot.loneliest(1)
    pilot.click(1, first)
    pilot.wait(lambda: pilot.state.focus == first)
    places = pilot.places(1)[:, :2]
    second = int(np.argmax(np.hypot(*(places - places[first]).T)))
    pilot.point_at(1, second)
    pilot.wait(lambda: pilot.state.hovered not in (None, first))
    other = pilot.state.hovered
    pilot.wait(lambda: panel.verdict.text().startswith("Verdict"))
    distance = float(np.linalg.norm(last.embeddings[first] - last.embeddings[other]))
    pilot.wait(lambda: f"distance {distance:.2f}" in panel.verdict.text())
    assert ("same" if distance <= best else "different") in panel.verdict.text()

    # The figures stand beside raw pixels and step 0, at whichever frame is shown; a linear probe joins them.
    pilot.press("Figures", panel)
    pilot.wait(panel.figures.isVisible)
    shown = panel.figures.texts()["5-shot k-NN"]
    name = "knn_accuracy_5_shot"
    expected = (last.scalars[name], run.baselines[f"pixels_{name}"], run.frame(0).scalars[name])
    assert shown == tuple(f"{value:.3f}" for value in expected)
    pilot.press("Linear probe", panel)
    pilot.wait(lambda: "unseen linear probe" in panel.figures.texts())
    assert float(panel.figures.texts()["linear probe"][0]) > 0.8
    pilot.scrub(0.0)
    pilot.wait(lambda: pilot.state.frame == 0)
    pilot.wait(lambda: panel.figures.texts()["5-shot k-NN"][0] == shown[2])
    assert "linear probe" not in panel.figures.texts()
    pilot.close()
