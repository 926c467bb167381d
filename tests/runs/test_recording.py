"""What is written, in which order, and what is left when things end early."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import load_file

from latentarium.core.arrays import frozen_floats
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Checkpoint, Frame
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.runs.writer import Writer

ARRAYS = ("embeddings", "probabilities", "reference_embeddings", "reference_probabilities")


def drain(items: Iterator[Frame | Checkpoint]) -> list[Frame | Checkpoint]:
    return list(items)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def test_what_was_recorded_reads_back_equal(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    frames = [made.frame(header, step) for step in (0, 3, 40)]
    passed_on = drain(record(iter(frames), tmp_path / "run", header))
    assert passed_on == frames
    run = Run.open(tmp_path / "run")
    assert len(run) == 3
    for index, frame in enumerate(frames):
        back = run.frame(index)
        assert (back.step, back.epoch, dict(back.scalars)) == (frame.step, frame.epoch, dict(frame.scalars))
        for name in ARRAYS:
            assert np.array_equal(getattr(back, name), getattr(frame, name))
            assert getattr(back, name).dtype == np.float32
            assert not getattr(back, name).flags.writeable
    for back, sample in ((run.probe, header.probe), (run.reference, header.reference)):
        assert np.array_equal(back.images, sample.images)
        assert np.array_equal(back.labels, sample.labels)
        assert (back.ids, back.split, back.metadata) == (sample.ids, sample.split, sample.metadata)
        assert not back.images.flags.writeable
    assert (run.recipe, run.classes, run.trained) == (header.recipe, header.classes, header.trained)
    assert (run.threads, run.device, dict(run.baselines)) == (1, "cpu", dict(header.baselines))


def test_the_same_frames_give_the_same_bytes(write_run: Callable[..., Path]) -> None:
    first, second = write_run("first"), write_run("second")
    files = sorted(path.relative_to(first) for path in first.glob("*/**/*") if path.is_file())
    assert len(files) == 6 + 2 * 2
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in files)


def test_a_frame_is_called_committed_once_file_and_line_are_there(
    tmp_path: Path, header: Header, made: SimpleNamespace
) -> None:
    seen = []

    def committed(index: int, frame: Frame) -> None:
        line = lines(tmp_path / "run")[-1]
        assert line["step"] == frame.step
        assert (tmp_path / "run" / str(line["path"])).exists()
        seen.append((index, frame.step, threading.current_thread() is threading.main_thread()))

    drain(record((made.frame(header, step) for step in (0, 5)), tmp_path / "run", header, committed))
    assert seen == [(0, 0, False), (1, 5, False)]


def test_when_an_item_was_passed_on_the_one_before_it_is_committed(
    tmp_path: Path, header: Header, made: SimpleNamespace
) -> None:
    recorded = record((made.frame(header, step) for step in range(20)), tmp_path / "run", header)
    for before, _ in enumerate(recorded):
        assert before == 0 or len(lines(tmp_path / "run")) >= before
    assert len(lines(tmp_path / "run")) == 20


def test_closing_early_commits_what_was_passed_on_and_closes_the_training(
    tmp_path: Path, header: Header, made: SimpleNamespace
) -> None:
    ended = []

    def training() -> Iterator[Frame]:
        try:
            for step in range(1000):
                yield made.frame(header, step)
        finally:
            ended.append(threading.current_thread())

    with closing(record(training(), tmp_path / "run", header)) as recorded:
        for frame in recorded:
            if frame.step == 4:
                break
    assert ended == [threading.current_thread()]
    assert [entry.step for entry in Run.open(tmp_path / "run").entries] == [0, 1, 2, 3, 4]
    assert not Run.open(tmp_path / "run").writer_alive()


def test_a_training_that_fails_keeps_its_frames(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    def training() -> Iterator[Frame]:
        yield made.frame(header, 0)
        yield made.frame(header, 1)
        raise LatentariumError("The loss is not finite at step 2.")

    with pytest.raises(LatentariumError, match="not finite at step 2"):
        drain(record(training(), tmp_path / "run", header))
    assert len(Run.open(tmp_path / "run")) == 2


def test_a_run_without_a_frame_leaves_nothing(tmp_path: Path, header: Header) -> None:
    def training() -> Iterator[Frame]:
        raise LatentariumError("No.")
        yield

    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        with pytest.raises(LatentariumError, match="No"):
            drain(record(training(), tmp_path / name, header))
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    assert list((tmp_path / "empty").iterdir()) == []


def test_numbers_that_are_not_finite_end_the_recording(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    bad = replace(made.frame(header, 1), embeddings=frozen_floats(np.full((30, 5), np.nan)))
    with pytest.raises(LatentariumError, match="At step 1 the network's embeddings are not finite"):
        drain(record(iter([made.frame(header, 0), bad]), tmp_path / "run", header))
    assert len(Run.open(tmp_path / "run")) == 1


def test_a_frame_of_another_shape_is_a_bug(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    other = made.frame(made.header(probe=29), 1)
    with pytest.raises(ValueError, match="embeddings has shape"):
        drain(record(iter([made.frame(header, 0), other]), tmp_path / "run", header))


def test_starting_never_overwrites(run_folder: Path, header: Header, made: SimpleNamespace, tmp_path: Path) -> None:
    before = sorted(run_folder.rglob("*"))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(b"x")
    (tmp_path / "file").write_bytes(b"x")
    for place in (run_folder, tmp_path / "photos", tmp_path / "file"):
        with pytest.raises(LatentariumError, match="exists and is not empty"):
            drain(record(iter([made.frame(header, 0)]), place, header))
    assert sorted(run_folder.rglob("*")) == before
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.png"]


def test_half_keeps_embeddings_in_16_bits_and_passes_on_what_will_be_read(
    tmp_path: Path, made: SimpleNamespace
) -> None:
    header = made.header(half=True)
    frame = made.frame(header, 0)
    (passed_on,) = drain(record(iter([frame]), tmp_path / "run", header))
    arrays = load_file(tmp_path / "run" / "frames" / "00000000.safetensors")
    assert {name: array.dtype.name for name, array in arrays.items()} == {
        "embeddings": "float16",
        "probabilities": "float32",
        "reference_embeddings": "float16",
        "reference_probabilities": "float32",
    }
    back = Run.open(tmp_path / "run").frame(0)
    for name in ARRAYS:
        assert np.array_equal(getattr(back, name), getattr(passed_on, name))
        assert getattr(back, name).dtype == np.float32
    assert np.array_equal(back.probabilities, frame.probabilities)
    huge = replace(made.frame(header, 1), embeddings=frozen_floats(np.full((30, 5), 1e6)))
    with pytest.raises(LatentariumError, match=r"switch frames\.half off"):
        drain(record(iter([huge]), tmp_path / "huge", header))


def test_metrics_are_a_table(run_folder: Path) -> None:
    rows = [line.split(",") for line in (run_folder / "metrics.csv").read_text().splitlines()]
    assert rows[0][:5] == ["step", "epoch", "seconds", "loss", "probe_loss"]
    assert [row[0] for row in rows[1:]] == ["0", "10", "20", "30", "40", "50"]
    assert [row[3] for row in rows[1:3]] == ["", repr(0.1 + 0.2)]


def test_scalars_that_are_not_finite_are_kept(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    frame = replace(made.frame(header, 0), scalars={"loss": float("inf"), "probe_loss": float("nan"), "accuracy": 1})
    drain(record(iter([frame]), tmp_path / "run", header))
    scalars = Run.open(tmp_path / "run").entries[0].scalars
    assert scalars["loss"] == float("inf")
    assert np.isnan(scalars["probe_loss"])
    assert json.loads((tmp_path / "run" / "manifest.jsonl").read_text())["scalars"]["loss"] == "inf"


def test_the_files_of_the_last_two_checkpoints_stay(run_folder: Path) -> None:
    named = [line["path"] for line in lines(run_folder) if line["kind"] == "checkpoint"]
    assert named == ["checkpoints/00000010", "checkpoints/00000030", "checkpoints/00000050"]
    assert sorted(path.name for path in (run_folder / "checkpoints").iterdir()) == ["00000030", "00000050"]
    assert Run.open(run_folder).check() == []


def test_continuing_tidies_up_and_writes_no_committed_frame_again(
    write_run: Callable[..., Path], header: Header, made: SimpleNamespace
) -> None:
    folder = write_run(finished=False)
    whole = (folder / "manifest.jsonl").read_bytes()
    (folder / "manifest.jsonl").write_bytes(whole + b'{"kind": "frame", "path": "frames/00000060.safe')
    (folder / "metrics.csv").write_text("torn")
    strays = [folder / "run.json.part", folder / "frames" / "00000060.safetensors.part"]
    for stray in strays:
        stray.write_bytes(b"half")
    (folder / "checkpoints" / "00000060.part").mkdir()
    (folder / "checkpoints" / "00000060.part" / "weights.safetensors").write_bytes(b"half")
    times = {path: path.stat().st_mtime_ns for path in (folder / "frames").glob("*.safetensors")}

    committed = []
    items = [made.frame(header, 40), made.checkpoint(50), made.frame(header, 50), made.frame(header, 60)]
    drain(record(iter(items), folder, None, lambda index, frame: committed.append((index, frame.step))))

    assert committed == [(6, 60)]
    assert all(path.stat().st_mtime_ns == moment for path, moment in times.items())
    assert (folder / "manifest.jsonl").read_bytes().startswith(whole)
    assert not list(folder.rglob("*.part"))
    run = Run.open(folder)
    assert [entry.step for entry in run.entries] == [0, 10, 20, 30, 40, 50, 60]
    assert [entry.seconds for entry in run.entries] == sorted(entry.seconds for entry in run.entries)
    assert run.check() == []
    rows = (folder / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["step", "0", "10", "20", "30", "40", "50", "60"]


def test_a_checkpoint_whose_line_was_lost_is_written_again(
    write_run: Callable[..., Path], made: SimpleNamespace
) -> None:
    folder = write_run(finished=False)
    (folder / "checkpoints" / "00000060").mkdir()
    (folder / "checkpoints" / "00000060" / "other").write_bytes(b"of a killed writer")
    drain(record(iter([made.checkpoint(60)]), folder, None))
    assert sorted(path.name for path in (folder / "checkpoints" / "00000060").iterdir()) == [
        "training.pt",
        "weights.safetensors",
    ]


def test_a_result_may_come_after_its_checkpoint(write_run: Callable[..., Path], made: SimpleNamespace) -> None:
    folder = write_run(finished=False)
    assert Run.open(folder).result == {}
    drain(record(iter([made.checkpoint(50, accuracy=0.75, seconds=2.0)]), folder, None))
    run = Run.open(folder)
    assert run.result == {"accuracy": 0.75, "seconds": 2.0}
    assert last_checkpoint(run.folder).files == made.checkpoint(50).files
    assert run.check() == []


def test_steps_are_added_and_unknown_keys_kept(run_folder: Path) -> None:
    values = json.loads((run_folder / "run.json").read_text())
    values["recipe"]["optimiser"] |= {"steps": None, "epochs": 8.0}
    values["recipe"]["data"]["of the future"] = [1]
    values["future"] = {"a": [1, 2]}
    (run_folder / "run.json").write_text(json.dumps(values))
    with Writer(run_folder) as writer:
        recipe = writer.extend(50, 30)
    assert (recipe.optimiser.steps, recipe.optimiser.epochs) == (80, None)
    run = Run.open(run_folder)
    assert run.recipe == recipe
    assert run.result == {}
    after = json.loads((run_folder / "run.json").read_text())
    assert after["future"] == {"a": [1, 2]}
    assert after["recipe"]["data"]["of the future"] == [1]
    assert after["extensions"] == [{"start": 50, "steps": 30}]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import make_frame, make_header
from latentarium.core.errors import LatentariumError
from latentarium.runs.recording import record
header = make_header(probe=3000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def frames():
    for step in range(3):
        if step == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
        yield make_frame(header, step)
try:
    for _ in record(frames(), Path(sys.argv[2]), header):
        pass
except LatentariumError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_full_disk_is_a_sentence_and_keeps_the_frames_before(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", FULL_DISK, here, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "The frame of step 2 could not be written to" in done.stdout
    assert "File too large" in done.stdout
    run = Run.open(tmp_path / "run")
    assert len(run) == 2
    assert run.check() == []
    assert not list((tmp_path / "run").rglob("*.part"))
