"""Runs as zips: out, in, and the zips that are refused."""

import stat
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.archive import pack, unpack
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.layout import DESCRIPTION
from latentarium.runs.library import list_runs
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.runs.selections import load_selections, save_selection


def test_out_and_in_again(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    save_selection(Run.open(run_folder), "odd ones", np.array([1, 3]))
    (run_folder / "frames" / "00000099.safetensors").write_bytes(b"named by no line")
    pack(run_folder, tmp_path / "small.zip")
    with zipfile.ZipFile(tmp_path / "small.zip") as archive:
        names = archive.namelist()
    assert all(name.startswith("small/") for name in names)
    assert not any("writer" in name or "00000099" in name for name in names)

    run, original = Run.open(tmp_path / "small.zip"), Run.open(run_folder)
    assert (run.name, run.path, run.id) == ("small", tmp_path / "small.zip", original.id)
    assert len(run) == 6
    assert np.array_equal(run.frame(5).embeddings, original.frame(5).embeddings)
    assert last_checkpoint(run.folder).files == last_checkpoint(original.folder).files
    assert run.check() == []
    assert list(load_selections(run)) == ["odd ones"]
    assert len(list(room.iterdir())) == 1
    run.close()
    assert list(room.iterdir()) == []

    assert unpack(tmp_path / "small.zip", tmp_path / "again") == tmp_path / "again"
    assert Run.open(tmp_path / "again").check() == []
    with pytest.raises(LatentariumError, match="exists already"):
        unpack(tmp_path / "small.zip", tmp_path / "again")


def test_a_run_that_is_forgotten_takes_its_room_with_it(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    pack(run_folder, tmp_path / "small.zip")
    run = Run.open(tmp_path / "small.zip")
    assert list(room.iterdir())
    del run
    assert list(room.iterdir()) == []


def test_the_same_run_gives_the_same_zip(run_folder: Path, tmp_path: Path) -> None:
    pack(run_folder, tmp_path / "a.zip")
    first = (tmp_path / "a.zip").read_bytes()
    pack(run_folder, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == first


def test_a_run_that_is_being_written_can_be_packed(tmp_path: Path, header: Header, made: SimpleNamespace) -> None:
    recording = record((made.frame(header, step) for step in range(9)), tmp_path / "run", header)
    for _ in range(4):
        next(recording)
    pack(tmp_path / "run", tmp_path / "now.zip")
    recording.close()
    run = Run.open(tmp_path / "now.zip")
    assert len(run) >= 3
    assert run.check() == []
    run.close()


def test_a_run_from_the_top_of_a_zip(run_folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "top.zip", "w") as archive:
        for path in sorted(run_folder.rglob("*")):
            archive.write(path, path.relative_to(run_folder))
    run = Run.open(tmp_path / "top.zip")
    assert run.check() == []
    run.close()


def member(name: str, data: bytes = b"x", mode: int = stat.S_IFREG | 0o644, **fields: int) -> Callable[[], object]:
    def add(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, data)

    return add


HOSTILE = {
    "leads up": (member("../evil"), "leads outside"),
    "leads up in the middle": (member("run/../../evil"), "leads outside"),
    "absolute": (member("/tmp/evil"), "leads outside"),
    "a drive": (member("C:/evil"), "leads outside"),
    "backslashes": (member("run\\..\\..\\evil"), "leads outside"),
    "a link": (member("run/link", b"/etc/passwd", stat.S_IFLNK | 0o777), "is a link or no ordinary file"),
    "a device": (member("run/device", b"", stat.S_IFCHR | 0o777), "is a link or no ordinary file"),
    "a bomb": (member("run/bomb", b"\0" * (30 << 20), compress_type=zipfile.ZIP_DEFLATED), "would grow to more than"),
    "unusual compression": (member("run/a", b"\0" * 999, compress_type=zipfile.ZIP_LZMA), "compressed in an unusual"),
    "twice": (lambda archive: (member("hostile/a")(archive), member("hostile/a")(archive)), "a file twice"),
    "a file as a folder": (lambda archive: (member("hostile/a")(archive), member("hostile/a/b")(archive)), "cannot be"),
    "two runs": (member("other/run.json"), "holds no run: it needs one run.json"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_zips_are_refused_and_leave_nothing(
    name: str, run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, sentence = HOSTILE[name]
    room = tmp_path / "deep" / "room"
    room.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    source = tmp_path / "hostile.zip"
    pack(run_folder, source)
    with zipfile.ZipFile(source, "a") as archive:
        add(archive)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LatentariumError, match=sentence):
        Run.open(source)
    with pytest.raises(LatentariumError, match=sentence):
        unpack(source, tmp_path / "target")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("offset", "value", "sentence"),
    [
        (24, struct.pack("<I", 5), "cannot be unpacked"),  # says it is smaller than it is
        (20, struct.pack("<I", 5), "cannot be unpacked"),  # says fewer bytes are packed
        (16, struct.pack("<I", 0), "cannot be unpacked"),  # another checksum
        (8, struct.pack("<H", 1), "is encrypted"),
        (42, struct.pack("<I", 7), "cannot be unpacked"),  # points into the middle of another
        (24, struct.pack("<I", 0xFFFFFFF0), "would grow to more than"),
    ],
)
def test_lying_directories_are_refused(
    offset: int, value: bytes, sentence: str, run_folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "lying.zip"
    pack(run_folder, source)
    data = bytearray(source.read_bytes())
    directory = int.from_bytes(data[-6:-2], "little")
    place = data.index(b"manifest.jsonl", directory)
    central = data.rindex(b"PK\1\2", 0, place)
    data[central + offset : central + offset + len(value)] = value
    source.write_bytes(data)
    with pytest.raises(LatentariumError, match=sentence):
        unpack(source, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert not (tmp_path / "target.part").exists()


def test_overlapping_members_are_counted_by_what_comes_out(run_folder: Path, tmp_path: Path) -> None:
    """Many members that share the same packed bytes: each harmless, all together a bomb."""
    source = tmp_path / "overlap.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.json", b"{}")
        archive.writestr("block", b"\0" * (10 << 20))
        block = archive.getinfo("block")
        for copy in range(400):
            info = zipfile.ZipInfo(f"copy{copy}")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type", "flag_bits"):
                setattr(info, field, getattr(block, field))
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info
    with pytest.raises(LatentariumError, match="more than 200 times its size"):
        unpack(source, tmp_path / "target")


@pytest.mark.parametrize("length", [0, 10, 3000, -1, -30])
def test_cut_zips_are_refused(length: int, run_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "cut.zip"
    pack(run_folder, source)
    source.write_bytes(source.read_bytes()[:length])
    with pytest.raises(LatentariumError, match="cannot be unpacked: it is no zip, or a damaged one"):
        Run.open(source)


def test_a_directory_too_long_for_memory_is_not_read(tmp_path: Path) -> None:
    source = tmp_path / "long.zip"
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 65_535, 65_535, 100 << 20, 0, 0)
    source.write_bytes(b"PK\1\2" * (25 << 20) + end)
    with pytest.raises(LatentariumError, match="its directory of members is too long"):
        unpack(source, tmp_path / "target")


def test_a_zip_whose_packing_is_broken_is_refused(run_folder: Path, tmp_path: Path) -> None:
    """Such bytes are told by zlib, and not as a bad zip; a library that holds one lists the others all the same."""
    source = tmp_path / "a.zip"
    pack(run_folder, source)
    data = bytearray(source.read_bytes())
    begin = 30 + len(f"a/{DESCRIPTION}")
    data[begin : begin + 40] = b"\xff" * 40
    source.write_bytes(data)
    with pytest.raises(LatentariumError, match="no zip, or a damaged one"):
        unpack(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert [run.path for run in list_runs(tmp_path)] == [run_folder]


def test_a_zip_that_cannot_be_written(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LatentariumError, match="cannot be written: No such file or directory"):
        pack(run_folder, tmp_path / "nowhere" / "a.zip")
    (run_folder / "frames" / "00000010.safetensors").unlink()
    with pytest.raises(LatentariumError, match=r"00000010\.safetensors is missing"):
        pack(run_folder, tmp_path / "a.zip")
    assert not list(tmp_path.glob("a.zip*"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX names")
def test_names_of_other_systems(run_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "with space ü.zip"
    pack(run_folder, target)
    run = Run.open(target)
    assert run.name == "with space ü"
    run.close()
