"""Spaces that lack what every trained run has: labels, images, a reference, probabilities."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latentarium.app.views.view_controls import ToggleChip
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.scene.scene import Flag
from latentarium.scene.state import ColourBy

from .conftest import Pilot

POINTS = 60
CHANGES: tuple[dict[str, object], ...] = (
    {"prototypes": True},
    {"counts": True, "loss_lines": True},
    {"background": "prototypes", "dimensions": 2},
    {"background": "head"},
    {"background": "voronoi"},
)
PANELS = (
    "confusion",
    "similarity",
    "hardest",
    "bars",
    "over time",
    "verification",
    "trust",
    "events",
    "pairs",
    "table",
)
VECTORS = np.random.default_rng(0).normal(size=(POINTS, 5)).astype(np.float32)


def bare(folder: Path) -> Path:
    """Vectors, and nothing else."""
    np.save(folder / "vectors.npy", VECTORS)
    return folder / "vectors.npy"


def half_labelled(folder: Path) -> Path:
    """A label for every second point, and one class with a single point."""
    with (folder / "vectors.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "size"])
        writer.writerows(["" if row % 2 else "rare" if row == 4 else f"k{row % 3}", row] for row in range(POINTS))
    return bare(folder)


@pytest.mark.parametrize("write", [bare, half_labelled])
def test_everything_shows_them_sensibly(
    write: Callable[[Path], Path], take_off: Callable[..., Pilot], tmp_path: Path
) -> None:
    pilot = take_off(bring(recognise(write(tmp_path)), Hints(), tmp_path / "run"))
    pilot.wait(lambda: all(pilot.state.runs[0].projections), 20)
    ask, run = pilot.window.parts.session.ask, pilot.run
    assert pilot.view(0).isVisible() == (run.trained > 0)
    assert pilot.view(1).isVisible()
    assert pilot.view(1).controls.findChild(ToggleChip).isVisible() <= (len(run.classes) > 0)
    ask({"focus": 5, "hovered": 7})
    near = np.linalg.norm(VECTORS - VECTORS[5], axis=1).argsort(kind="stable")[1:6]
    ask({"metric": "euclidean", "k": 5})  # among the points themselves: there is no reference
    flags = pilot.scene(1).dots.flags
    assert sorted(np.flatnonzero(flags & Flag.NEIGHBOUR)) == sorted(near)
    inspector = pilot.window.panels.inspector
    pilot.wait(lambda: len(inspector.neighbours.tiles.tiles) == 5, 5)
    assert not any(tile.odd for tile in inspector.neighbours.tiles.tiles)
    assert inspector.point.label.text() == "no label"
    assert not inspector.point.mark.isVisible()
    for by in ColourBy:
        ask({"colour_by": by})
        dots = pilot.scene(1).dots
        assert dots.colours.max() < len(dots.palette)
    ask({"colour_by": ColourBy.CLASS})
    for change in CHANGES:
        ask({"views": tuple(replace(view, **change) for view in pilot.state.views)})
        pilot.scene(1)
    for name in PANELS:
        pilot.window.parts.docks.reveal(name)
        pilot.window.grab()
