"""Files made to do harm: each is refused in a sentence, with little memory, nothing run, nothing written outside."""

import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.runs.importing.conftest import write_pair, write_table
from tests.runs.importing.test_others import write_emblaze, write_visualizer
from tests.runs.importing.test_projector import write_projector

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run

Change = Callable[[Path], Path]  # writes into a folder; what is to be brought


class Bomb:
    """Writes a file where it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (f"open({str(self.target)!r}, 'w').close()",)


def npy(header: str, data: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    text = header.encode()
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text + data


def header(shape: str, dtype: str = "'<f4'") -> str:
    return f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, }}\n"


def array(data: bytes) -> Change:
    def write(folder: Path) -> Path:
        (folder / "a.npy").write_bytes(data)
        return folder / "a.npy"

    return write


def squeezed(folder: Path) -> Path:
    """An array in a way of compressing that may ask for any amount of memory."""
    with zipfile.ZipFile(folder / "a.npz", "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.npy", npy(header("(2, 2)"), bytes(16)))
    return folder / "a.npz"


def broken_deflate(folder: Path) -> Path:
    """A compressed array of which a few bytes in the middle are others."""
    np.savez_compressed(folder / "a.npz", np.random.default_rng(0).normal(size=(200, 8)))
    data = bytearray((folder / "a.npz").read_bytes())
    data[60:90] = b"\xff" * 30
    (folder / "a.npz").write_bytes(data)
    return folder / "a.npz"


def objects(folder: Path) -> Path:
    np.save(folder / "a.npy", np.array([[Bomb(folder / "ran")]], object), allow_pickle=True)
    return folder / "a.npy"


def objects_in_zip(folder: Path) -> Path:
    np.savez(folder / "a.npz", np.array([[Bomb(folder / "ran")]], object), allow_pickle=True)
    return folder / "a.npz"


def bare_pickle(folder: Path) -> Path:
    (folder / "a.npy").write_bytes(pickle.dumps(Bomb(folder / "ran")))
    return folder / "a.npy"


def archive(*members: tuple[str, bytes], compressed: bool = False) -> Change:
    def write(folder: Path) -> Path:
        kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with zipfile.ZipFile(folder / "a.npz", "w", kind) as file:
            for name, data in members:
                file.writestr(name, data)
        return folder / "a.npz"

    return write


def lying_zip(folder: Path) -> Path:
    """A member that says it is small, and is not."""
    content = npy(header("(50000000, 1)")) + bytes(200 << 20)
    path = archive(("a.npy", content), compressed=True)(folder)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", len(content)), struct.pack("<I", 1000)))
    return path


def text(name: str, content: str | bytes) -> Change:
    def write(folder: Path) -> Path:
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return folder / name

    return write


def sparse(name: str, size: int) -> Change:
    def write(folder: Path) -> Path:
        with (folder / name).open("wb") as file:
            file.truncate(size)
        return folder / name

    return write


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "a.npy")
    return folder / "a.npy"


def huge_sprite(folder: Path) -> Path:
    """A PNG of 60,000 x 60,000 pixels, as far as its header goes."""
    path = write_projector(folder / "p")
    chunk = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (folder / "p" / "data" / "a_sprite.png").write_bytes(data + b"\0" * 100)
    return path


def claiming(shape: list[object]) -> Change:
    def write(folder: Path) -> Path:
        (folder / "t.bytes").write_bytes(bytes(64))
        entry = {"tensorName": "t", "tensorShape": shape, "tensorPath": "t.bytes"}
        (folder / "c.json").write_text(json.dumps({"embeddings": [entry]}))
        return folder / "c.json"

    return write


def parquet_bomb(folder: Path) -> Path:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    table = arrow.table({"x0": np.zeros(9_000_000), "x1": np.zeros(9_000_000)})
    parquet.write_table(table, folder / "a.parquet", compression="zstd", use_dictionary=False)
    return folder / "a.parquet"


def points_as_json(folder: Path) -> Path:
    """More points than may be, each as Emblaze writes it."""
    points = ",".join(f'"{row}":{{"x":1,"y":2}}' for row in range(3_000_000))
    (folder / "a.json").write_text(f'{{"data":[{{{points}}}]}}')
    return folder / "a.json"


def long_notes(folder: Path) -> Path:
    """Vectors with a column of text that no run could hold."""
    with (folder / "a.csv").open("w") as file:
        file.write("x0,x1,note\n")
        for _ in range(3000):
            file.write("1,2," + "a" * 100_000 + "\n")
    return folder / "a.csv"


def long_metadata(folder: Path) -> Path:
    """Sound vectors, and metadata of 3 GB."""
    np.save(folder / "a.npy", np.eye(2, dtype=np.float32))
    with (folder / "a.tsv").open("wb") as file:
        file.write(b"one\ntwo\n")
        file.truncate(3 << 30)
    (folder / "c.json").write_text('{"embeddings": [{"tensorPath": "a.npy", "metadataPath": "a.tsv"}]}')
    return folder / "c.json"


HOSTILE: dict[str, Change] = {
    "objects": objects,
    "objects in a zip": objects_in_zip,
    "a pickle": bare_pickle,
    "declares 160 GB": array(npy(header("(200000000, 200)"), bytes(4096))),
    "declares 160 GB in version 2": array(npy(header("(200000000, 200)"), bytes(64), (2, 0))),
    "declares 2**90": array(npy(header(f"({2**60}, {2**30})"), bytes(64))),
    "declares a negative length": array(npy(header("(-4, 3)"), bytes(64))),
    "declares a truth as a length": array(npy(header("(True, 4)"), bytes(64))),
    "declares no shape": array(npy(header("'x'"), bytes(64))),
    "a header that is code": array(npy("__import__('os').system('touch ran')\n", bytes(64))),
    "a header that is deep": array(npy("(" * 9000 + "\n")),
    "a header that is long": array(npy(header("(1, 1)") + " " * 60_000)),
    "an unknown version": array(b"\x93NUMPY\x09\x00" + bytes(100)),
    "a structure": array(npy(header("(2,)", "[('a', '<f4'), ('b', '<f4')]"), bytes(64))),
    "three axes": array(npy(header("(2, 2, 2)"), bytes(64))),
    "texts": array(npy(header("(2, 2)", "'<U4'"), bytes(64))),
    "an empty array": array(npy(header("(0, 5)"))),
    "65,537 dimensions": array(npy(header("(1, 65537)"), bytes(4 * 65537))),
    "an empty file": array(b""),
    "a pipe": pipe,
    "no array in the zip": archive(("../../outside.txt", b"slipped")),
    "a zip that grows": archive(("a.npy", npy(header("(25000000, 2)")) + bytes(200_000_000)), compressed=True),
    "a zip that lies": lying_zip,
    "a zip of LZMA": squeezed,
    "a zip whose packing is broken": broken_deflate,
    "a zip slip": archive(("../../../slipped.npy", npy(header("(9000000, 2)"), bytes(64)))),
    "raw numbers that are fewer": claiming([10_000_000, 65_536]),
    "a negative tensor": claiming([-4, -4]),
    "a tensor of text": claiming(["a", {}]),
    "10,001 columns": text("a.csv", ",".join(map(str, range(10_001))) + "\n" + "1," * 10_000 + "1\n"),
    "an endless line": sparse("a.csv", 6 << 30),
    "an endless quote": text("a.csv", 'id,x0,x1\n"' + "a,b\n" * 200_000),
    "300 MB of notes": long_notes,
    "3 GB of metadata": long_metadata,
    "a cell that is huge": text("a.csv", "id,x0,x1\n" + "9" * 1_000_000 + ",1,2\n"),
    "binary noise as a table": text("a.csv", bytes(range(256)) * 100),
    "a sprite of 3.6 gigapixels": huge_sprite,
    "a deep config": text("projector_config.pbtxt", "a {" * 100_000),
    "a long config": sparse("projector_config.pbtxt", 1 << 30),
    "JSON of more than 32 MB": sparse("a.json", (32 << 20) + 1),
    "JSON that is all brackets": text("a.json", '{"data": [' + "[]," * 13_000_000),
    "JSON of 3,000,000 points": points_as_json,
    "JSON that is deep": text("a.json", '{"embeddings": ' + "[" * 1_000_000),
    "a Parquet file that is none": text("a.parquet", b"PAR1" + bytes(1000) + b"PAR1"),
    "a Parquet file that grows": parquet_bomb,
}


def files_of(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_a_sentence_and_nothing_is_left(name: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    path = HOSTILE[name](tmp_path / "given")
    before = files_of(tmp_path)
    with pytest.raises(LatentariumError) as refusal:
        bring(recognise(path), Hints(), tmp_path / "run")
    said = str(refusal.value)
    assert len(said) < 600
    assert len(said.splitlines()) == 1
    assert files_of(tmp_path) == before
    assert not Path("ran").exists()


LIMITED = """
import resource, sys, time
from pathlib import Path
from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
import PIL.Image, PIL.PngImagePlugin, pyarrow.parquet
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + (200 << 20)
resource.setrlimit(resource.RLIMIT_AS, (size, size))
for path in sys.argv[1:]:
    began = time.process_time()
    try:
        bring(recognise(Path(path)), Hints(), Path(path).parent / "run")
        print("taken", path)
    except LatentariumError:
        pass
    if time.process_time() - began > 2:
        print("slow", path)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and limits of memory")
def test_refusing_takes_little_memory_and_time(tmp_path: Path) -> None:
    paths = []
    for number, write in enumerate(HOSTILE.values()):
        (tmp_path / str(number)).mkdir()
        paths.append(str(write(tmp_path / str(number))))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *paths], capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def whole_files(folder: Path) -> dict[str, Path]:
    """One of every format, small and sound."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    folder.mkdir()
    pair = write_pair(folder / "pair", 12)
    np.save(folder / "bare.npy", pair.vectors)
    np.savez_compressed(folder / "packed.npz", pair.vectors)
    write_table(folder / "cells.csv", {"id": range(12), "vector": [str(row.tolist()) for row in pair.vectors]})
    parquet.write_table(arrow.table({"id": list(range(12)), "v": pair.vectors.tolist()}), folder / "t.parquet")
    write_emblaze(folder / "emblaze.json")
    return {
        "pair/vectors.npz": pair.folder,
        "pair/points.csv": pair.folder,
        "pair/images/3.png": pair.folder,
        "bare.npy": folder / "bare.npy",
        "packed.npz": folder / "packed.npz",
        "cells.csv": folder / "cells.csv",
        "t.parquet": folder / "t.parquet",
        "emblaze.json": folder / "emblaze.json",
        "config/config.json": write_projector(folder / "config"),
        "config/data/a_tensors.bytes": folder / "config" / "config.json",
        "config/data/a_sprite.png": folder / "config" / "config.json",
        "text/projector_config.pbtxt": write_projector(folder / "text", "tsv", "pbtxt"),
        "text/data/a_tensors.tsv": folder / "text" / "projector_config.pbtxt",
        "epochs/epochs/epoch_2/embeddings.npy": write_visualizer(folder / "epochs"),
        "epochs/dataset/labels.npy": folder / "epochs",
        "epochs/dataset/info.json": folder / "epochs",
    }


def test_cut_and_flipped_files_of_every_format_end_in_a_sentence_or_a_sound_run(tmp_path: Path) -> None:
    """Not every flipped byte can be told: a number may become another number. What comes of it is a whole run."""
    given = whole_files(tmp_path / "given")
    generator = np.random.default_rng(0)
    refused = runs = 0
    for name, path in given.items():
        file = tmp_path / "given" / name
        whole = file.read_bytes()
        spoilt = [whole[: int(len(whole) * share)] for share in (0.0, 0.3, 0.97)]
        for _ in range(6):
            data = bytearray(whole)
            for place in generator.integers(0, len(data), 3):
                data[place] ^= int(generator.integers(1, 256))
            spoilt.append(bytes(data))
        for data in spoilt:
            file.write_bytes(data)
            target, said = tmp_path / "runs" / str(runs + refused), ""
            try:
                bring(recognise(path), Hints(), target)
            except LatentariumError as error:
                said = str(error)
            assert bool(said) != target.exists()
            assert len(said.splitlines()) <= 1
            refused += bool(said)
            if said:
                continue
            runs += 1
            run = Run.open(target)
            assert run.check() == []
            assert len(run.probe) == len(run.frame(-1).embeddings)
        file.write_bytes(whole)
    assert refused > 40
    assert runs + refused == 9 * len(given)


@pytest.mark.parametrize("name", ["../../evil.npy", "a/../../evil.npy", "/evil.npy", "..\\evil.npy", "C:/evil.npy"])
def test_an_archive_that_names_a_file_outside_of_it_is_refused(name: str, tmp_path: Path) -> None:
    """Even where the array itself is sound."""
    path = archive((name, npy(header("(2, 2)"), bytes(16))))(tmp_path)
    with pytest.raises(LatentariumError, match="leads out of the archive"):
        recognise(path)


def test_an_image_that_is_named_outside_of_its_folder_is_not_opened(tmp_path: Path) -> None:
    pair = write_pair(tmp_path / "pair", 3)
    secret = tmp_path / "secret.png"
    secret.write_bytes((pair.folder / "images" / "0.png").read_bytes())
    (pair.folder / "images" / "link.png").symlink_to(secret)
    for row in range(3):
        (pair.folder / "images" / f"{row}.png").rename(pair.folder / "images" / f"{row}.txt")
    names = ["../../secret.png", str(secret), "link.png"]
    write_table(pair.folder / "points.csv", {"id": "abc", "image": names})
    found = recognise(pair.folder, Hints(images=pair.folder / "images"))
    assert (found.image_field, found.pictured) == ("image", False)


def test_what_a_table_says_is_kept_as_text(tmp_path: Path) -> None:
    evil = ["=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "\x1b[2J"]
    write_table(tmp_path / "a.csv", {"id": evil, "label": evil, "x0": [1, 2, 3], "x1": [3, 2, 1]})
    run = Run.open(bring(recognise(tmp_path / "a.csv"), Hints(), tmp_path / "run"))
    assert run.probe.ids == tuple(evil)
    assert set(run.classes) == set(evil)


def test_bytes_that_are_no_text_do_not_stop_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,label,x0,x1\na\xff,\xfe,1,2\nb,c,3,4\n")
    run = Run.open(bring(recognise(tmp_path / "a.csv"), Hints(), tmp_path / "run"))
    assert run.check() == []
    assert run.classes == ("c", "\ufffd")
