"""Sweeps: several real trainings, one after the other."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ZERO_SHOT, Frame
from latentarium.core.objectives import CrossEntropy, Triplet
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, plan
from latentarium.jobs.measures import chart_of, measures
from latentarium.jobs.sweep import Cell, cells_of, continue_sweep, run_sweep
from latentarium.runs.groups import read_group
from latentarium.runs.lock import WriterLock
from latentarium.runs.run import Run
from latentarium.training.control import Control


class Ear:
    """A SweepListener that writes everything down, and calls `then` with each cell and after each frame."""

    def __init__(self, then: Any = None) -> None:
        self.cells: list[tuple[int, str]] = []
        self.opened_runs: list[tuple[int, str]] = []
        self.frames: list[tuple[int, int]] = []
        self.sentences: list[str] = []
        self.stages: set[str] = set()
        self._then = then or (lambda *what: None)

    def stage(self, text: str, fraction: float | None) -> None:
        self.stages.add(text)

    def changed(self, index: int, cell: Cell) -> None:
        self.cells.append((index, cell.state))
        self._then("cell", index, cell.state)

    def opened(self, index: int, path: Path) -> None:
        self.opened_runs.append((index, path.name))

    def committed(self, index: int, frame_index: int, frame: Frame) -> None:
        self.frames.append((index, frame_index))
        self._then("frame", index, frame_index)

    def warned(self, sentence: str) -> None:
        self.sentences.append(sentence)


@pytest.fixture
def sweep(recipe: Recipe) -> Sweep:
    return plan(recipe, "network.embedding", "2,3,8")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*/frames/*"))}


def test_every_value_is_a_run_of_its_own(sweep: Sweep, tmp_path: Path) -> None:
    ear = Ear()
    cells = run_sweep(sweep, tmp_path / "g", Control(), ear)
    names = ["01-dimensions-2", "02-dimensions-3", "03-dimensions-8"]
    assert [cell.state for cell in cells] == ["done"] * 3
    assert [cell.value for cell in cells] == [2, 3, 8]
    assert [cell.run and cell.run.name for cell in cells] == names
    for cell, width in zip(cells, (2, 3, 8), strict=True):
        run = Run.open(cell.run or "")
        assert run.recipe.network.embedding == run.frame(-1).embeddings.shape[1] == width
        assert run.recipe.title == f"Small · dimensions = {width}"
        assert cell.measures["accuracy"] == run.result["accuracy"] > 0.9
        assert cell.note == f"test {run.result['accuracy']:.3f}"
    assert ear.cells == [(row, "queued") for row in range(3)] + [
        (row, state) for row in range(3) for state in ("training", "done")
    ]
    assert ear.opened_runs == list(enumerate(names))
    assert ear.frames == [(row, frame) for row in range(3) for frame in range(12)]
    assert "Training" in ear.stages
    assert cells_of(read_group(tmp_path / "g")) == cells
    again = Ear()
    assert continue_sweep(tmp_path / "g", Control(), again) == cells
    assert again.frames == []


def test_cancelled_kept_and_continued(sweep: Sweep, tmp_path: Path) -> None:
    """A stop in the second run leaves it begun and the third queued; in the end nothing tells it from a whole one."""
    control = Control()
    ear = Ear(lambda *what: control.stop() if what == ("frame", 1, 4) else None)
    cells = run_sweep(sweep, tmp_path / "g", control, ear)
    assert [cell.state for cell in cells] == ["done", "stopped", "queued"]
    assert [cell.note for cell in cells][1:] == ["stopped", "queued"]
    assert cells[2].run is None
    assert cells[1].measures == {}
    assert cells_of(read_group(tmp_path / "g")) == cells
    before = bytes_of(tmp_path / "g")
    times = [path.stat().st_mtime_ns for path in (tmp_path / "g" / "01-dimensions-2" / "frames").iterdir()]

    ear = Ear()
    cells = continue_sweep(tmp_path / "g", Control(), ear)
    assert [cell.state for cell in cells] == ["done"] * 3
    assert ear.cells[:3] == [(0, "done"), (1, "stopped"), (2, "queued")]
    assert {row for row, _ in ear.frames} == {1, 2}
    assert times == [path.stat().st_mtime_ns for path in (tmp_path / "g" / "01-dimensions-2" / "frames").iterdir()]
    run_sweep(sweep, tmp_path / "whole", Control(), Ear())
    after = bytes_of(tmp_path / "g")
    assert after == bytes_of(tmp_path / "whole")
    assert {name: after[name] for name in before} == before


def test_a_stop_before_the_first_run_leaves_all_queued(sweep: Sweep, tmp_path: Path) -> None:
    control = Control()
    control.stop()
    cells = run_sweep(sweep, tmp_path / "g", control, Ear())
    assert [cell.state for cell in cells] == ["queued"] * 3
    assert sorted(path.name for path in (tmp_path / "g").iterdir() if path.is_dir()) == []


def test_a_pause_holds_the_queue_and_a_step_goes_on(recipe: Recipe, tmp_path: Path) -> None:
    control = Control()
    seen: list[tuple[int, int]] = []

    def then(kind: str, row: int, number: Any) -> None:
        if kind == "frame":
            seen.append((row, number))
            control.step()  # pauses at the next frame, on and on, across the end of the first run

    cells = run_sweep(plan(recipe, "seed", "0,1"), tmp_path / "g", control, Ear(then))
    assert [cell.state for cell in cells] == ["done", "done"]
    assert len(seen) == 24


def test_a_run_that_fails_does_not_stop_the_others(recipe: Recipe, tmp_path: Path) -> None:
    wild = recipe.model_copy(
        update={"optimiser": recipe.optimiser.model_copy(update={"name": "sgd", "schedule": "constant", "steps": 400})}
    )
    ear = Ear()
    cells = run_sweep(plan(wild, "optimiser.rate", "1e-3,10,2e-3"), tmp_path / "g", Control(), ear)
    assert [cell.state for cell in cells] == ["done", "failed", "done"]
    assert "no longer finite" in cells[1].error
    assert cells[1].note.startswith("failed: Training broke down")
    assert len(Run.open(cells[1].run or "")) > 0
    assert cells_of(read_group(tmp_path / "g")) == cells

    cells = run_sweep(plan(recipe, "data.classes", '["0", "1"], ["0", "nine"]'), tmp_path / "h", Control(), Ear())
    assert [(cell.state, cell.run is None) for cell in cells] == [("done", False), ("failed", True)]
    assert "nine" in cells[1].error
    assert continue_sweep(tmp_path / "h", Control(), Ear()) == cells  # tried again, and failed again


def test_a_folder_that_was_only_half_made_is_made_anew(sweep: Sweep, tmp_path: Path) -> None:
    run_sweep(sweep, tmp_path / "g", Control(), Ear())
    whole, half = bytes_of(tmp_path / "g"), tmp_path / "g" / "02-dimensions-3"
    for path in sorted(half.rglob("*"), reverse=True):
        if path.name not in ("probe.safetensors", "metadata.csv", "writer.lock"):
            path.rmdir() if path.is_dir() else path.unlink()
    (half / "reference.safetensors.part").write_bytes(b"torn")
    assert [cell.state for cell in continue_sweep(tmp_path / "g", Control(), Ear())] == ["done"] * 3
    assert bytes_of(tmp_path / "g") == whole


def test_what_a_person_put_there_is_left_alone(sweep: Sweep, tmp_path: Path) -> None:
    run_sweep(sweep, tmp_path / "g", (control := Control()), Ear(lambda *what: control.stop()))
    (tmp_path / "g" / "03-dimensions-8").mkdir()
    (tmp_path / "g" / "03-dimensions-8" / "letter.txt").write_text("mine")
    cells = continue_sweep(tmp_path / "g", Control(), Ear())
    assert [cell.state for cell in cells] == ["done", "done", "failed"]
    assert "not empty" in cells[2].error
    assert (tmp_path / "g" / "03-dimensions-8" / "letter.txt").read_text() == "mine"


def test_one_process_at_a_time(sweep: Sweep, tmp_path: Path) -> None:
    control = Control()
    control.stop()
    run_sweep(sweep, tmp_path / "g", control, Ear())
    lock = WriterLock(tmp_path / "g")
    with pytest.raises(LatentariumError, match="is being written by process"):
        continue_sweep(tmp_path / "g", Control(), Ear())
    lock.release()


def test_figures_of_the_embedding_only_where_something_trains_it(recipe: Recipe, tmp_path: Path) -> None:
    """As in the hybrid of classification and t-SNE: the class head on the trunk leaves the embedding alone."""
    unseen = recipe.data.model_copy(update={"held_out": ("8", "9"), "probe": 120})
    network = recipe.network.model_copy(update={"classifier": "trunk"})
    objectives = (CrossEntropy(), Triplet(weight=1))
    hybrid = recipe.model_copy(update={"data": unseen, "network": network, "objective": objectives})
    none, some = run_sweep(plan(hybrid, "objective.triplet.weight", "0,1"), tmp_path / "g", Control(), Ear())
    assert list(none.measures) == ["train_accuracy", "accuracy"]
    assert list(some.measures) == ["train_accuracy", "accuracy", "knn10_accuracy", "trustworthiness", *ZERO_SHOT]
    run = Run.open(some.run or "")
    result, last = run.result, run.entries[-1].scalars
    for name, value in some.measures.items():
        if name != "trustworthiness":
            assert value == (result if name in result else last)[name]
    assert some.measures["trustworthiness"] == slow_trust(run)


def slow_trust(run: Run, k: int = 10) -> Any:
    """Trustworthiness of the last embedding for the pixels' neighbourhoods, point by point."""
    space = run.probe.images.reshape(len(run.probe), -1).astype(float)
    picture, n, strangers = run.frame(-1).embeddings.astype(float), len(run.probe), 0
    for row in range(n):
        others = [other for other in range(n) if other != row]
        near = sorted(others, key=lambda other: float(((picture[other] - picture[row]) ** 2).sum()))[:k]
        order = sorted(others, key=lambda other: float(((space[other] - space[row]) ** 2).sum()))
        strangers += sum(max(0, order.index(other) + 1 - k) for other in near)
    return pytest.approx(1 - 2 / (n * k * (2 * n - 3 * k - 1)) * strangers, abs=1e-9)


def test_a_run_that_is_not_done_has_no_figures_yet(recipe: Recipe, tmp_path: Path) -> None:
    control = Control()
    cells = run_sweep(plan(recipe, "seed", "0"), tmp_path / "g", control, Ear(lambda *what: control.stop()))
    assert cells[0].state == "queued"  # stopped as soon as it was told of
    control = Control()
    stop = Ear(lambda *what: control.stop() if what[0] == "frame" else None)
    (cell,) = continue_sweep(tmp_path / "g", control, stop)
    assert measures(Run.open(cell.run or "")) == {}


def test_figures_over_the_values(sweep: Sweep, recipe: Recipe) -> None:
    chart = chart_of(sweep, [{"accuracy": 0.5, "seconds": 3.0}, {}, {"accuracy": 0.9, "train_accuracy": 1.0}])
    assert (chart.name, chart.axis, chart.values) == ("Accuracy over dimensions", "network.embedding", (2, 3, 8))
    assert list(chart.series) == ["train accuracy", "test accuracy"]
    np.testing.assert_array_equal(chart.series["test accuracy"], np.float32([0.5, np.nan, 0.9]))
    np.testing.assert_array_equal(chart.series["train accuracy"], np.float32([np.nan, np.nan, 1.0]))


def test_the_jobs_are_loaded_without_torch() -> None:
    code = "import sys, latentarium.jobs.sweep; print({'torch', 'sklearn', 'matplotlib'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
