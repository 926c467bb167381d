"""Every damaged or malicious run is refused in a sentence that names the file; nothing outside is touched."""

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from latentarium.core.errors import LatentariumError
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.disk import digest
from latentarium.runs.manifest import read_manifest
from latentarium.runs.recording import record
from latentarium.runs.run import Run

FRAME = "frames/00000050.safetensors"
Change = Callable[[Path], object]


def set_hash(folder: Path) -> None:
    """Let the manifest and run.json agree with the files as they are: hashes stop no liar."""
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    for line in lines:
        if line["kind"] == "frame" and (folder / line["path"]).is_file():
            line["sha256"] = digest((folder / line["path"]).read_bytes())
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    values = json.loads((folder / "run.json").read_text())
    values["files"] = {name: digest((folder / name).read_bytes()) for name in values["files"]}
    (folder / "run.json").write_text(json.dumps(values))


def cut(name: str, length: int) -> Change:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:length])


def flip(name: str, place: int) -> Change:
    def change(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[place] ^= 1
        (folder / name).write_bytes(data)

    return change


def tensors(name: str, **arrays: np.ndarray | None) -> Change:
    """Replace arrays of a safetensors file (None: leave out), and let all hashes agree."""

    def change(folder: Path) -> None:
        held = {**load_file(folder / name), **arrays}
        save_file({key: value for key, value in held.items() if value is not None}, folder / name)
        set_hash(folder)

    return change


def header_says(name: str, text: str | None = None, length: int | None = None) -> Change:
    """Write a safetensors header by hand, and let all hashes agree."""

    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        own = int.from_bytes(data[:8], "little")
        held = data[8 : 8 + own] if text is None else text.encode()
        (folder / name).write_bytes((length or len(held)).to_bytes(8, "little") + held + data[8 + own :])
        set_hash(folder)

    return change


def run_json(**changes: object) -> Change:
    def change(folder: Path) -> None:
        values = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**values, **changes}))

    return change


def line_says(**changes: object) -> Change:
    """Change the manifest's last frame line."""

    def change(folder: Path) -> None:
        lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
        next(line for line in reversed(lines) if line["kind"] == "frame").update(changes)
        (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    return change


def text(name: str, content: str) -> Change:
    return lambda folder: (folder / name).write_text(content)


def sparse(name: str, length: int) -> Change:
    return lambda folder: os.truncate(folder / name, length)


def link(name: str, target: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return change


def pipe(name: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return change


def wide_table(folder: Path) -> None:
    row = ",".join(["id", *(f"c{column}" for column in range(10_000))])
    (folder / "metadata.csv").write_text("\n".join([row] * 31))
    set_hash(folder)


def says(**offsets: list[int]) -> str:
    """A safetensors header with arrays of four floats at these offsets."""
    return json.dumps({name: {"dtype": "F32", "shape": [4], "data_offsets": place} for name, place in offsets.items()})


WRONG_OFFSETS = says(embeddings=[0, 99_999_999])
OVERLAP = says(a=[0, 16], b=[8, 24])
HUGE_SHAPE = says(embeddings=[0, 16]).replace("[4]", "[4611686018427387904, 4]")
DEEP = "[" * 200_000

FRAMES: dict[str, Change] = {
    "truncated": cut(FRAME, 1000),
    "empty": cut(FRAME, 0),
    "a bit flipped": flip(FRAME, 1500),
    "a bit flipped in the header": flip(FRAME, 30),
    "missing": lambda folder: (folder / FRAME).unlink(),
    "a folder": lambda folder: ((folder / FRAME).unlink(), (folder / FRAME).mkdir()),
    "a pipe": pipe(FRAME),
    "sparse and huge": sparse(FRAME, 50 << 30),
    "truncated, hash agrees": lambda folder: (cut(FRAME, 1000)(folder), set_hash(folder)),
    "empty, hash agrees": lambda folder: (cut(FRAME, 0)(folder), set_hash(folder)),
    "header longer than the file": header_says(FRAME, length=1 << 40),
    "header length negative": header_says(FRAME, length=(1 << 64) - 1),
    "header is no JSON": header_says(FRAME, "not JSON"),
    "header is deep JSON": header_says(FRAME, DEEP),
    "offsets beyond the file": header_says(FRAME, WRONG_OFFSETS),
    "offsets overlap": header_says(FRAME, OVERLAP),
    "shape overflows": header_says(FRAME, HUGE_SHAPE),
    "an array is missing": tensors(FRAME, probabilities=None),
    "fewer points": tensors(FRAME, embeddings=np.zeros((29, 5), np.float32)),
    "fewer dimensions": tensors(FRAME, embeddings=np.zeros((30, 4), np.float32)),
    "integers": tensors(FRAME, embeddings=np.zeros((30, 5), np.int64)),
    "probabilities in 16 bits": tensors(FRAME, probabilities=np.zeros((30, 3), np.float16)),
    "not finite": tensors(FRAME, embeddings=np.full((30, 5), np.nan, np.float32)),
    "a link outside": link(FRAME, "/etc/hostname"),
    "a link to itself": link(FRAME, "00000050.safetensors"),
    "an absolute path": line_says(path="/etc/hostname"),
    "a path outside": line_says(path="../other/frames/00000050.safetensors"),
    "a path outside after all": line_says(path="frames/../../secret"),
    "a Windows path": line_says(path="C:\\secret"),
    "no path": line_says(path=""),
    "a path with a zero byte": line_says(path="frames/\0"),
    "a path beyond all length": line_says(path="a" * 5000),
    "an unpaired surrogate": line_says(path="frames/\ud800"),
}

RUNS: dict[str, Change] = {
    "run.json is no JSON": text("run.json", "not JSON"),
    "run.json is deep": text("run.json", DEEP),
    "run.json is a list": text("run.json", "[]"),
    "run.json is huge": sparse("run.json", 50 << 30),
    "run.json is a pipe": pipe("run.json"),
    "run.json leads outside": link("run.json", "/etc/hostname"),
    "not our format": run_json(format="other"),
    "version is text": run_json(version="1"),
    "version is missing": run_json(version=None),
    "count is negative": run_json(probe={"count": -1}),
    "count is huge": run_json(probe={"count": 10**30}),
    "count is another": run_json(probe={"count": 29}),
    "no dimensions": run_json(dimensions=0),
    "classes are numbers": run_json(classes=[1, 2, 3]),
    "more trained than classes": run_json(trained=5),
    "recipe is a list": run_json(recipe=[]),
    "recipe is empty of sense": run_json(recipe={"seed": "x"}),
    "labels beyond the classes": run_json(classes=["a", "b"], trained=2),
    "probe is truncated": cut("probe.safetensors", 500),
    "probe is missing": lambda folder: (folder / "probe.safetensors").unlink(),
    "probe has a bit flipped": flip("probe.safetensors", 1000),
    "probe is sparse and huge": sparse("probe.safetensors", 50 << 30),
    "probe leads outside": link("probe.safetensors", "/etc/hostname"),
    "images are floats": tensors("probe.safetensors", images=np.zeros((30, 8, 8, 1), np.float32)),
    "images have two channels": tensors("probe.safetensors", images=np.zeros((30, 8, 8, 2), np.uint8)),
    "images have no pixels": tensors("probe.safetensors", images=np.zeros((30, 0, 8, 1), np.uint8)),
    "labels are negative": tensors("probe.safetensors", labels=np.full(30, -2)),
    "splits are unknown": tensors("probe.safetensors", split=np.full(30, 7, np.uint8)),
    "ids are missing": lambda folder: (folder / "metadata.csv").unlink(),
    "ids are too few": lambda folder: (text("metadata.csv", "id\na\n")(folder), set_hash(folder)),
    "ids are twice": lambda folder: (text("metadata.csv", "id\n" + "a\n" * 30)(folder), set_hash(folder)),
    "rows are ragged": lambda folder: (text("metadata.csv", "id\na,b\n")(folder), set_hash(folder)),
    "a quote never ends": lambda folder: (text("metadata.csv", 'id\n"a')(folder), set_hash(folder)),
    "a cell is huge": lambda folder: (text("metadata.csv", "id\n" + "a" * 999_999)(folder), set_hash(folder)),
    "too many columns": wide_table,
    "manifest is huge": sparse("manifest.jsonl", 50 << 30),
    "manifest is a folder": lambda folder: ((folder / "manifest.jsonl").unlink(), (folder / "manifest.jsonl").mkdir()),
    "manifest is a pipe": pipe("manifest.jsonl"),
    "manifest is noise": text("manifest.jsonl", "noise\n" * 1000),
    "manifest has too many lines": text("manifest.jsonl", '{"kind":"x","path":"a","step":1,"epoch":1}\n' * 50_001),
    "manifest leads outside": link("manifest.jsonl", "/etc/hostname"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_bad_frame_is_refused_and_the_others_are_read(name: str, run_folder: Path) -> None:
    FRAMES[name](run_folder)
    run = Run.open(run_folder)
    with pytest.raises(LatentariumError) as refusal:
        run.frame(5)
    assert len(str(refusal.value).splitlines()) <= 1
    assert str(run_folder) in str(refusal.value)
    assert run.frame(4).step == 40
    assert run.check() == [str(refusal.value)]


@pytest.mark.parametrize("name", RUNS)
def test_a_bad_run_is_refused(name: str, run_folder: Path) -> None:
    RUNS[name](run_folder)
    with pytest.raises(LatentariumError) as refusal:
        Run.open(run_folder)
    assert str(run_folder) in str(refusal.value)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    "line",
    [
        DEEP,
        '{"kind": "frame", "path": "frames/00000051.safetensors", "step": -1, "epoch": 1}',
        '{"kind": "frame", "path": "frames/00000051.safetensors", "step": 1e400, "epoch": 1}',
        '{"kind": "frame", "path": "frames/00000051.safetensors", "step": 51, "epoch": NaN}',
        '{"kind": "frame", "path": ["a"], "step": 51, "epoch": 1}',
        '{"kind": "frame", "path": "x", "step": 51, "epoch": 1, "sha256": "../../x"}',
        '{"kind": "frame", "path": "x", "step": 51, "epoch": 1, "scalars": {"a": {"b": 1}}}',
        '{"kind": "checkpoint", "path": "x", "step": 51, "epoch": 1, "files": {"a": {"sha256": "x", "bytes": -5}}}',
        '{"kind": "frame", "path": "' + "a" * (1 << 20) + '", "step": 51, "epoch": 1}',
        "9" * 10_000,
        "null",
        "",
        "\x00\xff",
    ],
    ids=lambda line: line[:40].encode("unicode_escape").decode() or "empty",
)
def test_a_bad_line_is_passed_over_and_named(line: str, run_folder: Path) -> None:
    with (run_folder / "manifest.jsonl").open("ab") as file:
        file.write(line.encode("latin-1") + b"\n")
    run = Run.open(run_folder)
    assert len(run) == 6
    (problem,) = run.check()
    assert "has a line that cannot be read" in problem
    assert len(problem) < 300


@pytest.mark.parametrize("place", ["../outside", "/etc", "checkpoints/../..", "checkpoints/00000050/.."])
def test_a_checkpoint_never_leads_outside(place: str, run_folder: Path) -> None:
    lines = [json.loads(line) for line in (run_folder / "manifest.jsonl").read_text().splitlines()]
    lines[-1]["path"] = place
    (run_folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert last_checkpoint(run_folder).step == 30


@pytest.mark.parametrize("name", ["frames", "checkpoints", "manifest.jsonl", "writer.lock"])
def test_continuing_never_writes_outside(name: str, run_folder: Path, tmp_path: Path, made: object) -> None:
    outside = tmp_path / "outside"
    if (run_folder / name).is_dir():
        (run_folder / name).rename(outside)
    else:
        outside.write_bytes((run_folder / name).read_bytes())
        (run_folder / name).unlink()
    (run_folder / name).symlink_to(outside)
    before = sorted((str(path), path.stat().st_mtime_ns) for path in [outside, *outside.rglob("*")])
    with pytest.raises(LatentariumError, match="outside of itself"):
        list(record(iter([made.frame(made.header(), 60)]), run_folder, None))
    assert sorted((str(path), path.stat().st_mtime_ns) for path in [outside, *outside.rglob("*")]) == before


def test_a_stray_part_that_is_a_link_is_removed_not_followed(run_folder: Path, tmp_path: Path, made: object) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    (run_folder / "frames" / "00000060.safetensors.part").symlink_to(tmp_path / "mine" / "letter.txt")
    (run_folder / "checkpoints" / "00000060.part").symlink_to(tmp_path / "mine")
    list(record(iter([made.frame(made.header(), 60), made.checkpoint(60)]), run_folder, None))
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    assert Run.open(run_folder).check() == []


def test_older_checkpoints_are_removed_only_where_this_program_puts_them(run_folder: Path, made: object) -> None:
    lines = [json.loads(line) for line in (run_folder / "manifest.jsonl").read_text().splitlines()]
    for line in lines:
        if line["path"] == "checkpoints/00000030":
            line["path"] = "frames"
    (run_folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    list(record(iter([made.checkpoint(60), made.checkpoint(70)]), run_folder, None))
    assert len(list((run_folder / "frames").iterdir())) == 6


LIMITED = """
import resource, sys
from pathlib import Path
from latentarium.core.errors import LatentariumError
from latentarium.runs.run import Run
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + (200 << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, size))
for path in sys.argv[1:]:
    try:
        run = Run.open(path)
        run.frame(-1)
    except (LatentariumError, IndexError):
        continue
    print(path)
print("seconds", resource.getrusage(resource.RUSAGE_SELF).ru_utime)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and limits of memory")
def test_refusing_takes_little_memory(write_run: Callable[..., Path], tmp_path: Path) -> None:
    changes = {
        "json": text("run.json", '{"format": "latentarium-run", "version": 1, "x": [' + "[]," * 1_390_000 + "1]}"),
        "lines": text("manifest.jsonl", "\n" * (16 << 20)),
        "line": text("manifest.jsonl", '{"kind": "frame", "scalars": [' + "[]," * 5_000_000 + "1]}\n"),
        "header": header_says(FRAME, '{"__metadata__": {"a": "' + "b" * (20 << 20) + '"}}'),
        "frame": sparse(FRAME, 50 << 30),
        "table": lambda folder: (text("metadata.csv", "id\n" + "\n" * (50 << 20))(folder), set_hash(folder)),
    }
    paths = []
    for name, change in changes.items():
        paths.append(write_run(name))
        change(paths[-1])
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.json", b" " * (60 << 20))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, paths), str(tmp_path / "bomb.zip")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:-1] == []


def test_the_manifest_is_read_to_its_limit_only(run_folder: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    os.truncate(run_folder / "manifest.jsonl", 2 << 40)
    with pytest.raises(LatentariumError, match="more than the"):
        read_manifest(run_folder)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
