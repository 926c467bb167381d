"""Triplets on a plane, seen as Voronoi cells: trained, replayed, changed and pointed at in the real window."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from latentarium.core.recipe_text import assign, preset
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Scene

from .conftest import Pilot

EMBEDDING = 1


def seen_at(pilot: Pilot, places: list[tuple[float, float, int]]) -> list[np.ndarray]:
    """The colours on the screen at some places of the view, in logical pixels."""
    cloud = pilot.view(EMBEDDING).cloud
    picture, ratio = cloud.grab_picture(), cloud.devicePixelRatioF()
    colours = [picture.pixelColor(round(x * ratio), round(y * ratio)) for x, y, _ in places]
    return [np.array([colour.red(), colour.green(), colour.blue()]) for colour in colours]


def lonely_places(pilot: Pilot) -> list[tuple[float, float, int]]:
    """Places in the view that are far from all dots and borders but surely in one cell, with the cell's class."""
    cloud, dots = pilot.view(EMBEDDING).cloud, pilot.places(EMBEDDING)[:, :2]
    labels = pilot.run.probe.labels
    found = []
    for x in range(30, cloud.width() - 30, 12):
        for y in range(30, cloud.height() - 30, 12):
            away = np.hypot(*(dots - (x, y)).T)
            mine = labels[away.argmin()]
            if away.min() > 25 and away[labels != mine].min() > away.min() + 25:
                found.append((float(x), float(y), int(mine)))
    return found


def choose(pilot: Pilot, chip: str, text: str) -> None:
    """Choose an entry of the menu of the chip whose name begins with `chip`."""
    chips = pilot.view(EMBEDDING).controls.findChildren(QToolButton)
    menu = next(found for found in chips if found.isVisible() and found.accessibleName().startswith(chip)).menu()
    next(action for action in menu.actions() if action.text() == text and action.isVisible()).trigger()


def shown(pilot: Pilot) -> Scene:
    scene = pilot.view(EMBEDDING).cloud.scene_shown
    assert scene is not None
    return scene


def test_triplets_are_watched_as_cells(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    recipe = preset("triplet-voronoi")
    for field, value in {
        "data.probe": 200,
        "data.reference": 200,
        "optimiser.steps": 120,
        "frames.count": 30,
        "frames.pace": 0.0,
    }.items():
        recipe = assign(recipe, field, value)
    pilot.window.panels.form.set_recipe(recipe)
    pilot.window.bar.set_pace(0)
    pilot.press("Train")
    pilot.wait(lambda: pilot.frames() > 3)

    # The preset opens with cells, and they move with the dots while training goes on.
    assert pilot.state.views[EMBEDDING].background == "voronoi"
    pilot.wait(lambda: shown(pilot).regions is not None)
    first = shown(pilot).regions
    pilot.wait(lambda: shown(pilot).regions is not first)
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    pilot.wait(lambda: pilot.state.moment == pilot.frames() - 1)

    # What is seen is the class of the nearest example, in its colour.
    pilot.window.show_theme("dark")
    ground = np.array(rgba(THEMES["dark"].canvas)[:3])
    places = lonely_places(pilot)
    assert len(places) >= 5
    for (_, _, label), seen in zip(places, seen_at(pilot, places), strict=True):
        tint = shown(pilot).regions.palette[label].astype(float)
        wanted = ground + (tint[:3] - ground) * tint[3] / 255
        assert np.abs(seen - wanted).max() < 45  # a faint border within the class may cross it
        others = [
            np.abs(seen - (ground + (other[:3] - ground) * other[3] / 255)).sum()
            for other in shown(pilot).regions.palette[:5]
        ]
        assert int(np.argmin(others)) == label

    # Fewer examples, and other regions, by the chips.
    choose(pilot, "Examples shown of each class", "5 a class")
    pilot.wait(lambda: len(shown(pilot).regions.colours) == 25)
    assert shown(pilot).status.startswith("25 of 200 shown")
    choose(pilot, "Examples shown of each class", "all")
    choose(pilot, "Regions under the dots", "nearest prototype")
    pilot.wait(lambda: len(shown(pilot).regions.colours) == 5)
    assert "nearest prototype" in shown(pilot).note
    choose(pilot, "Regions under the dots", "no regions")
    pilot.wait(lambda: shown(pilot).regions is None)
    choose(pilot, "Regions under the dots", "Voronoi")

    # The dots above the cells are pointed at as ever, and T draws where the focus came from.
    row = pilot.loneliest(EMBEDDING)
    pilot.point_at(EMBEDDING, row)
    assert pilot.state.hovered == row
    pilot.click(EMBEDDING, row)
    pilot.wait(lambda: pilot.state.focus == row)
    before = len(shown(pilot).lines)  # its springs, those that are taut
    pilot.view(EMBEDDING).cloud.setFocus()
    pilot.key(Qt.Key.Key_T)
    pilot.wait(lambda: pilot.state.trail > 0, 5)
    ends = np.vstack([lines.end for lines in shown(pilot).lines[before:]])
    assert (np.abs(ends - shown(pilot).dots.end[row]).max(1) < 1e-6).any()

    # The replay moves the cells too.
    pilot.scrub(0.4)
    there = shown(pilot).regions
    pilot.wait(lambda: 0 < pilot.state.frame < pilot.frames() - 2)
    pilot.view(EMBEDDING).cloud.setFocus()
    pilot.key(Qt.Key.Key_Space)
    pilot.wait(lambda: shown(pilot).regions is not there)
