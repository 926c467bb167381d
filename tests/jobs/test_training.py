"""Training and recording together, as window and command line do."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.recipe import Data, Recipe
from latentarium.data.parts import divide, sample
from latentarium.data.sources import load
from latentarium.jobs.training import continue_run, pixel_accuracy, train_and_record
from latentarium.runs.archive import pack
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.run import Run
from latentarium.training.control import Control
from latentarium.training.memory import unpack
from latentarium.training.schedule import frame_steps

ARCHIVE = Path(__file__).parents[1] / "archive"


def changed(recipe: Recipe, table: str, **values: Any) -> Recipe:
    return recipe.model_copy(update={table: getattr(recipe, table).model_copy(update=values)})


def frame_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "frames").iterdir())}


def test_a_training_from_its_start_to_its_end(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    heard = notes()
    outcome = train_and_record(recipe, tmp_path / "run", Control(), heard)
    run = Run.open(tmp_path / "run")
    steps = list(frame_steps(recipe, 40))

    assert [entry.step for entry in run.entries] == steps
    assert (outcome.run, outcome.frames, outcome.steps) == (tmp_path / "run", 12, 40)
    assert not outcome.stopped
    assert outcome.accuracy == run.result["accuracy"] > 0.9
    assert outcome.knn_accuracy == run.result["knn_accuracy"] > 0.9
    assert outcome.seconds == run.result["seconds"] > 0
    assert run.recipe == recipe
    assert run.check() == []
    assert not run.writer_alive()

    kinds = [event[0] for event in heard.events]
    assert kinds.index("opened") < kinds.index("committed")
    assert kinds.count("opened") == 1
    assert heard.named("committed") == list(enumerate(steps))
    assert heard.named("warned") == []
    ((path, files),) = heard.named("opened")
    assert path == tmp_path / "run"
    assert {"run.json", "probe.safetensors", "manifest.jsonl"} <= set(files)
    texts = [text for text, _ in heard.named("stage")]
    assert texts[0] == "Reading the images"
    assert texts[-1] == "Measuring on the whole test split"
    assert all(name != threading.current_thread().name for name in heard.threads)
    for index, frame in enumerate(heard.frames):
        assert np.array_equal(run.frame(index).embeddings, frame.embeddings)
        assert dict(run.frame(index).scalars) == dict(frame.scalars)


def test_the_same_recipe_gives_the_same_bytes(recipe: Recipe, tmp_path: Path) -> None:
    for name in ("a", "b"):
        train_and_record(recipe, tmp_path / name, Control())
    assert frame_files(tmp_path / "a") == frame_files(tmp_path / "b")


def test_the_baseline_is_that_of_raw_pixels(recipe: Recipe, tmp_path: Path) -> None:
    recipe = changed(recipe, "data", classes=("3", "5"), held_out=("8",))
    train_and_record(recipe, tmp_path / "run", Control())
    run = Run.open(tmp_path / "run")
    assert run.classes == ("3", "5", "8")
    right = shown = 0
    for image, label in zip(run.probe.images, run.probe.labels, strict=True):
        if label < run.trained:
            distances = [((image.astype(float) - other) ** 2).sum() for other in run.reference.images]
            right += bool(run.reference.labels[int(np.argmin(distances))] == label)
            shown += 1
    assert shown < len(run.probe)
    assert run.baselines["pixels_knn_accuracy"] == right / shown
    parts = divide(recipe, load(recipe.data))
    probe, reference = sample(parts, "probe"), sample(parts, "reference")
    assert pixel_accuracy(probe, reference, parts.trained) == right / shown


def test_stopped_and_continued_is_never_having_stopped(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    train_and_record(recipe, tmp_path / "whole", Control())
    control = Control()
    heard = notes(lambda index: control.stop() if index == 4 else None)
    outcome = train_and_record(recipe, tmp_path / "stopped", control, heard)
    assert outcome.stopped
    assert (outcome.accuracy, outcome.knn_accuracy) == (None, None)
    assert 5 <= outcome.frames < 12
    assert outcome.steps < 40
    run = Run.open(tmp_path / "stopped")
    assert run.result == {}
    assert run.check() == []
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "stopped" / "frames").iterdir()}

    outcome = continue_run(tmp_path / "stopped", Control(), notes())
    assert (outcome.frames, outcome.steps, outcome.stopped) == (12, 40, False)
    assert frame_files(tmp_path / "stopped") == frame_files(tmp_path / "whole")
    assert all(path.stat().st_mtime_ns == moment for path, moment in times.items())
    whole, stopped = Run.open(tmp_path / "whole"), Run.open(tmp_path / "stopped")
    assert [dict(entry.scalars) for entry in whole.entries] == [dict(entry.scalars) for entry in stopped.entries]
    assert whole.result["accuracy"] == stopped.result["accuracy"]


def test_a_run_without_a_checkpoint_is_trained_from_its_start(recipe: Recipe, tmp_path: Path) -> None:
    train_and_record(recipe, tmp_path / "run", Control())
    whole = frame_files(tmp_path / "run")
    manifest = tmp_path / "run" / "manifest.jsonl"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(lines[:5]) + lines[5][:50])
    for path in sorted((tmp_path / "run" / "frames").iterdir())[5:]:
        path.unlink()
    assert continue_run(tmp_path / "run", Control()).frames == 12
    assert frame_files(tmp_path / "run") == whole


def test_steps_are_added(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    first = train_and_record(recipe, tmp_path / "run", Control())
    whole = frame_files(tmp_path / "run")
    with pytest.raises(LatentariumError, match="came to its end at step 40; say how many steps to add"):
        continue_run(tmp_path / "run", Control())
    heard = notes()
    outcome = continue_run(tmp_path / "run", Control(), heard, steps=20)
    assert (outcome.steps, outcome.stopped) == (60, False)
    assert outcome.frames > first.frames
    assert heard.named("warned") == [("The schedule of the learning rate is laid out anew for steps 40 to 60.",)]
    run = Run.open(tmp_path / "run")
    assert run.recipe.optimiser.steps == 60
    assert [entry.step for entry in run.entries][:13] == [*frame_steps(recipe, 40), 41]
    assert whole.items() <= frame_files(tmp_path / "run").items()
    assert run.result["accuracy"] == outcome.accuracy
    assert run.check() == []


def test_added_steps_that_were_stopped_go_on(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    for name in ("a", "b"):
        train_and_record(recipe, tmp_path / name, Control())
    continue_run(tmp_path / "a", Control(), steps=20)
    control = Control()
    outcome = continue_run(tmp_path / "b", control, notes(lambda index: control.stop()), steps=20)
    assert outcome.stopped
    assert Run.open(tmp_path / "b").result == {}
    outcome = continue_run(tmp_path / "b", Control())
    assert (outcome.steps, outcome.stopped) == (60, False)
    assert frame_files(tmp_path / "a") == frame_files(tmp_path / "b")


def test_added_steps_come_after_the_end_of_a_stopped_run(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    train_and_record(recipe, tmp_path / "a", Control())
    continue_run(tmp_path / "a", Control(), steps=10)
    control = Control()
    train_and_record(recipe, tmp_path / "b", control, notes(lambda index: control.stop()))
    outcome = continue_run(tmp_path / "b", Control(), steps=10)
    assert (outcome.steps, outcome.stopped) == (50, False)
    assert frame_files(tmp_path / "a") == frame_files(tmp_path / "b")


def test_stopped_before_the_first_frame_nothing_is_left(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    control = Control()
    control.stop()
    with pytest.raises(CancelledError):
        train_and_record(recipe, tmp_path / "run", control)
    assert list(tmp_path.iterdir()) == []

    control = Control()
    heard = notes()
    heard.opened = lambda path: control.stop()
    outcome = train_and_record(recipe, tmp_path / "run", control, heard)
    assert (outcome.frames, outcome.stopped) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_is_said_before_anything_is_written(recipe: Recipe, tmp_path: Path) -> None:
    for bad, sentence in (
        (changed(recipe, "data", classes=("0", "x")), "data.classes names x"),
        (changed(recipe, "data", name="folder", classes=(), root=str(tmp_path / "nowhere")), "nowhere"),
    ):
        with pytest.raises(LatentariumError, match=sentence):
            train_and_record(bad, tmp_path / "run", Control())
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_said_beforehand(recipe: Recipe, tmp_path: Path) -> None:
    huge = changed(recipe, "network", embedding=4096)
    huge = changed(huge, "frames", count=10_000)
    huge = changed(huge, "optimiser", steps=10_000_000)
    huge = Recipe.model_validate({**huge.model_dump(), "data": Data(probe=1500, reference=3000).model_dump()})
    with pytest.raises(LatentariumError, match=r"The run needs 7\d\d\.\d\d GB, and the disk of .* has"):
        train_and_record(huge, tmp_path / "run", Control())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_taken_stays_as_it_is(recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(b"x")
    with pytest.raises(LatentariumError, match="exists and is not empty"):
        train_and_record(recipe, tmp_path / "photos", Control())
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.png"]


def test_continuing_needs_the_same_images_and_a_folder(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    control = Control()
    train_and_record(recipe, tmp_path / "run", control, notes(lambda index: control.stop()))
    pack(tmp_path / "run", tmp_path / "run.zip")
    with pytest.raises(LatentariumError, match="is a zip; unpack it"):
        continue_run(tmp_path / "run.zip", Control())
    values = json.loads((tmp_path / "run" / "run.json").read_text())
    values["dataset"]["fingerprint"] = "0" * 64
    (tmp_path / "run" / "run.json").write_text(json.dumps(values))
    with pytest.raises(LatentariumError, match="The images have changed since"):
        continue_run(tmp_path / "run", Control())


def test_half_precision_reads_back_as_it_was_shown(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    heard = notes()
    train_and_record(changed(recipe, "frames", half=True), tmp_path / "run", Control(), heard)
    run = Run.open(tmp_path / "run")
    for index, frame in enumerate(heard.frames):
        assert np.array_equal(run.frame(index).embeddings, frame.embeddings)
        assert np.array_equal(run.frame(index).probabilities, frame.probabilities)


def test_a_listener_that_fails_ends_the_training_and_keeps_the_run(recipe: Recipe, tmp_path: Path, notes: Any) -> None:
    def fail(index: int) -> None:
        if index == 2:
            raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        train_and_record(recipe, tmp_path / "run", Control(), notes(fail))
    run = Run.open(tmp_path / "run")
    assert len(run) >= 3
    assert not run.writer_alive()
    assert continue_run(tmp_path / "run", Control()).frames == 12


def test_the_checkpoint_of_an_old_run_can_be_unpacked() -> None:
    run = Run.open(ARCHIVE / "v1" / "shapes")
    assert unpack(last_checkpoint(run.folder)).state["progress"]["step"] == 80


def test_the_jobs_are_loaded_without_torch() -> None:
    code = "import sys, latentarium.jobs.training; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
