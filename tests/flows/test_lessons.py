"""The article's first half: lessons that open at once, and a dot that a hand drags about."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from latentarium.app.views.headline import Headline
from latentarium.scene.cameras import project

from .conftest import Pilot


def loose_place(view) -> QPoint:
    """Where the loose dot is drawn."""
    label = next(label for label in view.scene_shown.labels if label.kind == "loose")
    x, y, _ = project(np.array([label.position]), view.scene_shown.camera, view.width(), view.height())[0]
    return QPoint(round(float(x)), round(float(y)))


def test_same_loss_opens_with_both_figures_large(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    window = pilot.window
    window.centre.welcome.chosen.emit("same-loss")
    pilot.wait(lambda: bool(window.state.runs) and window.state.runs[0].run.recipe.teaching == "same-loss")
    headline = window.centre.findChild(Headline)
    pilot.wait(lambda: headline.isVisible() and headline.accuracy.text() == "100 %")
    before = float(headline.loss.text())
    window.parts.session.ask({"moment": 1.0})
    pilot.wait(lambda: headline.accuracy.text() == "0 %")
    assert float(headline.loss.text()) == pytest.approx(before, rel=0.15)
    window.centre.welcome.chosen.emit("cartoon")
    pilot.wait(lambda: window.state.runs[0].run.recipe.teaching == "cartoon")
    assert not headline.isVisible()


def test_a_dragged_dot_tells_its_probabilities(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    window = pilot.window
    window.centre.welcome.chosen.emit("cartoon")
    pilot.wait(lambda: bool(window.state.runs) and window.state.runs[0].count == 11)
    window.actions_table["loose dot"].trigger()
    view, panel = window.centre.column.views[0].cloud, window.panels.inspector.loose
    pilot.wait(lambda: any(label.kind == "loose" for label in view.scene_shown.labels))
    assert window.state.loose == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    start = loose_place(view)
    pole = next(label for label in view.scene_shown.labels if label.kind == "pole" and label.text == "B")
    x, y, _ = project(np.array([pole.position]), view.scene_shown.camera, view.width(), view.height())[0]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.2, 0.5, 0.8, 1.3):  # beyond the pole: the dot stays on the simplex
        QTest.mouseMove(view, start + (QPoint(round(float(x)), round(float(y))) - start) * share)
        if share == 0.5:
            pilot.wait(lambda: window.state.loose[1] == pytest.approx(2 / 3, abs=0.05))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    pilot.wait(lambda: window.state.loose[1] > 0.97)
    pilot.wait(lambda: panel.isVisible() and panel.prediction.text() == "predicted B")
    assert panel.colour.text().startswith("RGB")
    assert window.state.cameras[0] is None  # the drag turned and moved nothing else
    window.actions_table["loose dot"].trigger()
    pilot.wait(lambda: not panel.isVisible())
