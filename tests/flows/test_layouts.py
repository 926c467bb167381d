"""t-SNE of the frame shown, asked for, refreshed, given up and followed; and how far to trust it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from latentarium.app.trainer import Phase
from latentarium.app.views.layout_chip import FOLLOWING
from latentarium.core.recipe_text import assign, preset
from latentarium.projections.layouts.layout import Layout
from latentarium.scene.state import ColourBy

from .conftest import Pilot

EMBEDDING = 1


def train(pilot: Pilot) -> None:
    recipe = preset("triangle")
    for field, value in {
        "data.probe": 60,
        "data.reference": 40,
        "network.embedding": 6,
        "optimiser.steps": 60,
        "frames.count": 6,
        "frames.pace": 0.0,
    }.items():
        recipe = assign(recipe, field, value)
    pilot.window.panels.form.set_recipe(recipe)
    pilot.press("Train")
    pilot.wait(lambda: pilot.frames() >= 6 and pilot.window.parts.trainer.status.phase is Phase.IDLE)
    pilot.wait(lambda: pilot.state.moment == pilot.frames() - 1)


def layout(pilot: Pilot) -> Layout:
    shown = pilot.state.runs[0].projections[EMBEDDING]
    assert isinstance(shown, Layout)
    return shown


def choose(pilot: Pilot, chip: str, text: str) -> None:
    """Choose an entry of a chip's menu in the header of the embedding."""
    controls = pilot.view(EMBEDDING).controls
    (button,) = [one for one in (getattr(controls, f"_{chip}"),) if one.isVisible()]
    (action,) = [action for action in button.menu().actions() if action.text() == text]
    assert action.isEnabled()
    action.trigger()


def note(pilot: Pilot) -> str:
    return pilot.view(EMBEDDING)._note.text()


def test_tsne_beside_the_window(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    train(pilot)
    layouts = pilot.window.parts.layouts
    last = pilot.run.entries[-1].step

    # Chosen, it is laid out while principal components stand in for it; the window goes on.
    choose(pilot, "dimensions", "2-D")
    choose(pilot, "method", "t-SNE")
    pilot.wait(lambda: layouts.busy)
    assert "not laid out yet" in note(pilot)
    pilot.wait(lambda: not layouts.busy)
    assert layout(pilot).steps == (last,)
    assert f"laid out at this step, {last}" in note(pilot)
    assert "mean little" in note(pilot)
    there = pilot.scene(EMBEDDING).dots.start
    assert there.shape == (60, 3)
    assert not there[:, 2].any()

    # Another frame is shown by the layout that there is, and says so; U lays it out, from that one.
    pilot.key(Qt.Key.Key_Home)
    pilot.wait(lambda: pilot.state.frame == 0)
    np.testing.assert_array_equal(pilot.scene(EMBEDDING).dots.start, there)
    assert f"laid out at step {last}, not at this one" in note(pilot)
    pilot.view(EMBEDDING).cloud.setFocus()
    pilot.key(Qt.Key.Key_U)
    pilot.wait(lambda: layout(pilot).steps == (0, last) and not layouts.busy)
    assert [placed.begun for placed in layout(pilot).laid] == [f"its layout at step {last}", ""]
    pilot.key(Qt.Key.Key_Right)
    pilot.wait(lambda: "between the layouts" in note(pilot))

    # Kept up to date, each frame that is looked at is laid out.
    choose(pilot, "laid_out", FOLLOWING)
    pilot.wait(lambda: pilot.run.entries[1].step in layout(pilot).steps)
    choose(pilot, "laid_out", FOLLOWING)
    assert not pilot.state.views[EMBEDDING].following

    # Its trust: figures in the panel, and a colour.
    pilot.window.parts.docks.reveal("trust")
    pilot.window.parts.session.ask({"colour_by": ColourBy.TRUST})
    pilot.wait(lambda: "trustworthiness" in pilot.window.panels.trust.texts()[EMBEDDING])
    assert "all 60 points" in pilot.window.panels.trust.texts()[EMBEDDING]
    assert "the space itself" in pilot.window.panels.trust.texts()[0], "three classes lie in the simplex as they are"
    scale = pilot.scene(EMBEDDING).scale
    assert scale is not None
    assert scale[0] == "neighbours kept"

    # Cancelled before there is any, the view shows principal components again.
    choose(pilot, "dimensions", "3-D")
    pilot.wait(lambda: layouts.busy)
    strips = pilot.window.parts.notices

    def offered() -> list[QPushButton]:
        return [b for b in strips.findChildren(QPushButton) if b.text() == "Cancel" and b.isVisible()]

    pilot.wait(lambda: not layouts.busy or bool(offered()))
    for button in offered():  # none where it was done sooner than a strip is worth
        button.click()
        pilot.wait(lambda: pilot.state.views[EMBEDDING].method in ("pca", "tsne"))
    pilot.wait(lambda: not layouts.busy)

    # With the window the process ends, if it was not ended by Cancel already.
    pilot.close()
    assert not layouts._workshop.running
