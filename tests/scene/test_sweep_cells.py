"""The cells of a sweep: one camera in units of each, one moment, one pointer, and the news of a run."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.state import OpenSweep, State, SweepCell
from latentarium.scene.sweep_cells import note_of, placed, progress_of, relative, told, with_cell

SWEEP = Sweep(Recipe(), "seed", (0, 1))


def test_a_camera_carried_to_another_cell_shows_the_same_part_of_it() -> None:
    """What lies a quarter of the frame right of the middle in one cell does so in the other, whatever their sizes."""
    one, other = Camera((1.0, 2.0, 0.0), 3.0), Camera((-5.0, 0.5, 0.0), 0.2)
    seen = replace(one, centre=(2.5, 2.75, 0.0), extent=1.5)
    carried = placed(relative(seen, one), other)
    place = np.array([0.7, -0.4, 0.0])
    ours = project(place * one.extent + np.array(one.centre), seen, 300, 200)
    theirs = project(place * other.extent + np.array(other.centre), carried, 300, 200)
    np.testing.assert_allclose(ours[:, :2], theirs[:, :2], atol=1e-3)


def test_a_camera_comes_back_to_its_own_cell_unchanged() -> None:
    base = Camera((1.0, 2.0, 0.5), 3.0, flat=False)
    seen = replace(base, centre=(0.5, 0.0, 0.5), extent=0.7, rotation=(0.8, 0.6, 0.0, 0.0))
    back = placed(relative(seen, base), base)
    assert back.centre == pytest.approx(seen.centre)
    assert (back.extent, back.rotation, back.flat) == (pytest.approx(seen.extent), seen.rotation, seen.flat)


def test_a_flat_cell_stays_flat_under_a_turned_camera() -> None:
    turned = Camera((0.0, 0.0, 0.0), 1.0, (0.8, 0.6, 0.0, 0.0), flat=False)
    assert placed(turned, Camera(flat=True)).flat


def test_a_cell_is_exchanged_and_the_others_are_the_very_same() -> None:
    sweep = OpenSweep(SWEEP, Path("group"), (SweepCell(0), SweepCell(1)))
    changed = with_cell(sweep, 1, state="training")
    assert changed.cells[0] is sweep.cells[0]
    assert [cell.state for cell in changed.cells] == ["queued", "training"]


def test_news_of_a_run_that_is_not_shown_change_nothing() -> None:
    state = State(sweep=OpenSweep(SWEEP, Path("group"), (SweepCell(0),)))
    assert told(state, object(), count=3) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "note", "progress"),
    [
        (SweepCell(0), "queued", "queued"),
        (SweepCell(0, "training"), "running, starting", "starting"),
        (SweepCell(0, "stopped"), "stopped", "stopped"),
        (SweepCell(0, "done", measures={"accuracy": 0.9145}), "test 0.914", "done"),
        (SweepCell(0, "done", measures={"knn_accuracy": 0.5}), "1-NN 0.500", "done"),
        (SweepCell(0, "failed", error="Too large."), "failed: Too large.", "failed"),
    ],
)
def test_a_cell_says_how_far_it_is(cell: SweepCell, note: str, progress: str) -> None:
    assert (note_of(cell), progress_of(cell)) == (note, progress)
