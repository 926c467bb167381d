"""Reading: frames, following, checkpoints, what a reader tolerates, and that it never writes."""

import gc
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.cache import FrameCache
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run, parse_reference


def edit(folder: Path, change: Callable[[dict], object]) -> None:
    """Change run.json by hand."""
    values = json.loads((folder / "run.json").read_text())
    change(values)
    (folder / "run.json").write_text(json.dumps(values))


def test_frames_by_index(run_folder: Path) -> None:
    run = Run.open(run_folder)
    assert [run.frame(index).step for index in range(len(run))] == [0, 10, 20, 30, 40, 50]
    assert run.frame(-1) is run.frame(5)
    for index in (6, -7):
        with pytest.raises(IndexError):
            run.frame(index)
    assert run.result == {"accuracy": 0.9, "knn_accuracy": 0.8, "seconds": 1.5}
    assert (run.name, run.path) == ("run", run_folder)


def test_the_same_frame_for_as_long_as_it_is_in_use(header: Header, made: SimpleNamespace) -> None:
    frames = [made.frame(header, step) for step in range(4)]
    size = sum(getattr(frames[0], name).nbytes for name in ("embeddings", "probabilities")) * 2
    cache = FrameCache(limit=size)
    held = cache.put(0, frames[0])
    cache.put(1, frames[1])
    cache.put(2, frames[2])
    assert cache.get(0) is held  # long gone from the cache, but in use
    assert cache.put(0, made.frame(header, 0)) is held
    del held, frames
    gc.collect()
    known = [index for index in range(3) if cache.get(index) is not None]
    assert known == [0]
    cache.clear()
    assert cache.get(0) is None


def test_a_frame_just_committed_need_not_be_read(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    recording = record((made.frame(header, step) for step in (0, 1)), tmp_path / "run", header)
    first = next(recording)
    run = Run.open(tmp_path / "run")
    run.remember(0, first)
    list(recording)
    assert run.refresh()
    assert run.frame(0) is first
    assert run.frame(1).step == 1


def test_refresh_reads_whole_lines_only(write_run: Callable[..., Path]) -> None:
    folder = write_run()
    manifest = folder / "manifest.jsonl"
    text = manifest.read_bytes()
    manifest.write_bytes(text[:-10])
    run = Run.open(folder)
    assert (len(run), run.result) == (6, {})
    assert not run.refresh()
    entries = run.entries
    manifest.write_bytes(text)
    assert run.refresh()
    assert run.result["accuracy"] == 0.9
    assert run.entries == entries
    assert not run.refresh()


def test_opening_never_writes(write_run: Callable[..., Path]) -> None:
    folder = write_run()
    with (folder / "manifest.jsonl").open("ab") as file:
        file.write(b'{"kind": "fra')
    (folder / "frames" / "00000070.safetensors.part").write_bytes(b"x")

    def state() -> list[tuple[str, int, int]]:
        return sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*"))

    before = state()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        run = Run.open(folder)
        assert len(run) == 6
        assert run.frame(5).step == 50
        assert last_checkpoint(run.folder).step == 50
        assert run.check() == []
        assert not run.refresh()
        assert not run.writer_alive()
        run.close()
    finally:
        for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
            path.chmod(0o755)
    assert state() == before


def test_the_last_checkpoint_that_is_whole(run_folder: Path, made: SimpleNamespace) -> None:
    run = Run.open(run_folder)
    checkpoint = last_checkpoint(run.folder)
    assert (checkpoint.step, checkpoint.epoch, checkpoint.files) == (50, 50 / 7, made.checkpoint(50).files)
    assert checkpoint.result["accuracy"] == 0.9
    weights = run_folder / "checkpoints" / "00000050" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    assert last_checkpoint(run.folder).step == 30
    assert run.check() == [f"{weights} is damaged: its hash is not the one that the run gives."]
    (run_folder / "checkpoints" / "00000030" / "training.pt").unlink()
    assert last_checkpoint(run.folder) is None
    assert Run.open(run_folder).frame(5).step == 50


def test_unknown_keys_and_kinds_are_passed_over(run_folder: Path) -> None:
    edit(run_folder, lambda values: values.update(future=1, probe={**values["probe"], "later": 2}))
    edit(run_folder, lambda values: values["recipe"].update(later=True))
    edit(run_folder, lambda values: values["recipe"]["objective"][0].update(sharpness=3))
    with (run_folder / "manifest.jsonl").open("a") as file:
        file.write('{"kind": "map", "path": "maps/1", "step": 50, "epoch": 1, "more": []}\n')
        file.write('{"kind": "frame", "path": "frames/00000050.safetensors", "step": 50, "epoch": 1}\n')
        file.write("not a line\n")
    run = Run.open(run_folder)
    assert len(run) == 6
    assert run.result["accuracy"] == 0.9
    manifest = run_folder / "manifest.jsonl"
    assert run.check() == [
        f"{manifest} names step 50 after step 50; it is left out.",
        f"{manifest} has a line that cannot be read: b'not a line'; what it names is left out.",
    ]


def test_a_newer_format_is_refused_in_one_sentence(run_folder: Path) -> None:
    edit(run_folder, lambda values: values.update(version=2))
    with pytest.raises(LatentariumError, match="is a run of format 2, and this program reads formats up to 1; open it"):
        Run.open(run_folder)


def test_a_recipe_that_this_program_cannot_read_is_named(run_folder: Path) -> None:
    edit(run_folder, lambda values: values["recipe"]["network"].update(name="transformer"))
    with pytest.raises(LatentariumError, match=r"cannot read the recipe: network\.name"):
        Run.open(run_folder)


def test_what_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "text.txt").write_text("text")
    for name, sentence in (
        ("nothing", "There is no run at"),
        ("photos", "is no run: it has no run.json"),
        ("text.txt", "cannot be unpacked: it is no zip"),
    ):
        with pytest.raises(LatentariumError, match=sentence):
            Run.open(tmp_path / name)


def test_its_run_json_opens_a_run(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Run.open(run_folder / "run.json").path == run_folder
    monkeypatch.chdir(run_folder)
    assert Run.open(".").name == "run"


def test_references_to_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_reference("runs/a@-1") == (Path("runs/a"), -1)
    assert parse_reference("runs/a@0") == (Path("runs/a"), 0)
    assert parse_reference("runs/a") == (Path("runs/a"), None)
    assert parse_reference("me@home/a") == (Path("me@home/a"), None)
    assert parse_reference("a@b@12") == (Path("a@b"), 12)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a@1").mkdir()
    assert parse_reference("a@1") == (Path("a@1"), None)


def test_threads_share_frames(run_folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    run = Run.open(run_folder)
    with ThreadPoolExecutor(8) as pool:
        frames = list(pool.map(run.frame, [index % 6 for index in range(600)]))
    for index in range(6):
        assert len({id(frame) for frame in frames[index::6]}) == 1


def test_no_file_stays_open(run_folder: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    before = len(os.listdir("/proc/self/fd"))
    run = Run.open(run_folder)
    run.frame(0)
    last_checkpoint(run.folder)
    run.refresh()
    run.writer_alive()
    assert len(os.listdir("/proc/self/fd")) == before


def test_empty_samples(tmp_path: Path, made: SimpleNamespace) -> None:
    header = made.header(reference=0)

    def items() -> Iterator:
        yield made.frame(header, 0)

    list(record(items(), tmp_path / "run", header))
    run = Run.open(tmp_path / "run")
    assert run.frame(0).reference_embeddings.shape == (0, 5)
    assert np.array_equal(run.reference.labels, [])
