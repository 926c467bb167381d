"""The folder of runs."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.runs.archive import pack
from latentarium.runs.library import (
    Known,
    Summary,
    Surroundings,
    find_run,
    find_runs,
    fresh_folder,
    library_folder,
    list_runs,
    place_of,
    read_recipe,
)
from latentarium.runs.manifest import read_manifest


def test_the_library_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(tmp_path / "mine"))
    assert library_folder() == tmp_path / "mine"
    assert fresh_folder(Recipe()).parent == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()
    monkeypatch.delenv("LATENTARIUM_LIBRARY")
    assert library_folder().parts[-2:] == ("latentarium", "runs")


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Triangle", "triangle"),
        ("Three digits, softmax", "three-digits-softmax"),
        ("Größe & Übung: ../../x", "groe-ubung-x"),
        ("三角形", "run"),
        ("", "run"),
        ("a" * 300, "a" * 40),
    ],
)
def test_fresh_folders_are_named_by_title_and_minute(title: str, stem: str, tmp_path: Path) -> None:
    folder = fresh_folder(Recipe(title=title), tmp_path)
    assert re.fullmatch(re.escape(stem) + r"-\d{4}-\d\d-\d\d-\d{4}", folder.name)
    folder.mkdir()
    second = fresh_folder(Recipe(title=title), tmp_path)
    assert second != folder
    second.mkdir()
    assert len({folder, second, fresh_folder(Recipe(title=title), tmp_path)}) == 3


def test_runs_are_listed_newest_first_without_reading_frames(write_run: Callable[..., Path], tmp_path: Path) -> None:
    for name, created in (("a", "2026-01-01T00:00:00+00:00"), ("b", "2026-01-03T00:00:00+00:00")):
        folder = write_run(name)
        values = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**values, "created": created}))
    pack(tmp_path / "a", tmp_path / "c.zip")
    for folder in (tmp_path / "a", tmp_path / "b"):
        shutil.rmtree(folder / "frames")
        (folder / "probe.safetensors").unlink()
    (tmp_path / "no run").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    (tmp_path / "broken.zip").write_text("no zip")
    (tmp_path / "loop").symlink_to("loop")

    runs = list_runs(tmp_path)
    assert [run.name for run in runs] == ["b", "c", "a"]
    first = runs[0]
    assert (first.path, first.title, first.frames, first.points) == (tmp_path / "b", "Shapes, drawn", 6, 30)
    assert (first.dimensions, first.classes[0], first.scalars["accuracy"]) == (5, "circle", 0.5)
    assert first.result["accuracy"] == 0.9
    assert [(run.frames, run.id) for run in runs if run.name == "c"] == [(6, runs[2].id)]


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nothing") == []


def test_groups_are_looked_into_and_lessons_are_not(write_run: Callable[..., Path], tmp_path: Path) -> None:
    run = write_run("a")
    library = tmp_path / "library"
    for name in ("mine/a", "mine/deeper/a", "lessons/a", ".hidden/a", "b"):
        shutil.copytree(run, library / name)
    pack(run, library / "mine" / "c.zip")
    assert {(found.name, found.shelf) for found in list_runs(library)} == {("a", "mine"), ("c", "mine"), ("b", "")}


def test_a_run_is_found_by_the_name_that_the_library_gives_it(
    write_run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(tmp_path / "library"))
    shutil.copytree(write_run("a"), tmp_path / "library" / "mine" / "a")
    pack(tmp_path / "a", tmp_path / "library" / "c.zip")
    assert find_run("mine/a") == tmp_path / "library" / "mine" / "a"
    assert find_run("c") == tmp_path / "library" / "c.zip"
    assert [find_run(name) for name in ("a", "mine/../mine/a", "../a", "", str(tmp_path / "a"))] == [None] * 5


def test_a_run_is_found_by_its_title_where_one_has_it(
    write_run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    monkeypatch.setenv("LATENTARIUM_LIBRARY", str(library))
    for name, title in (("one", "Histogram"), ("mine/two", "PCA"), ("three", "PCA"), ("mine/four", "In: a/b?")):
        shutil.copytree(write_run(name.replace("/", "-")), library / name)
        about = json.loads((library / name / "run.json").read_text())
        about["recipe"]["title"] = title
        (library / name / "run.json").write_text(json.dumps(about))
    assert place_of(Path("Histogram")) == place_of(Path("one")) == library / "one"
    assert place_of(Path("In: a/b?")) == place_of(Path("four")) == place_of(Path("mine/four")) == library / "mine/four"
    assert place_of(tmp_path / "nothing") == tmp_path / "nothing"
    assert [place_of(Path(name)) for name in ("none", "x" * 5000)] == [Path("none"), Path("x" * 5000)]
    with pytest.raises(LatentariumError, match=r"2 runs of the library are called PCA; name one: .*mine/two"):
        place_of(Path("PCA"))
    monkeypatch.chdir(library / "mine")
    assert place_of(Path("two")) == Path("two")


def test_a_listing_says_what_the_manifest_does(write_run: Callable[..., Path], tmp_path: Path) -> None:
    """Also of one that is torn, spelled otherwise, damaged, empty or a link to elsewhere."""
    lines = (write_run("whole") / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    close = b"".join(json.dumps(json.loads(line), separators=(",", ":")).encode() + b"\n" for line in lines)
    for name, data in {
        "torn": b"".join(lines[:4]) + lines[4][:20],
        "close": close,
        "damaged": b"".join(lines) + b'{"kind": "frame"\n{"kind": "checkpoint"}\n',
        "none": b"",
    }.items():
        folder = Path(shutil.copytree(tmp_path / "whole", tmp_path / name))
        (folder / "manifest.jsonl").write_bytes(data)
    Path(shutil.copytree(tmp_path / "whole", tmp_path / "outside")).joinpath("manifest.jsonl").unlink()
    (tmp_path / "elsewhere").write_bytes(b"".join(lines))
    (tmp_path / "outside" / "manifest.jsonl").symlink_to(tmp_path / "elsewhere")

    listed = {run.name: run for run in list_runs(tmp_path)}
    assert set(listed) == {"whole", "torn", "close", "damaged", "none"}
    for name in ("whole", "torn", "close", "none"):
        manifest = read_manifest(tmp_path / name)
        told = listed[name].frames, listed[name].scalars, listed[name].result
        last = manifest.entries[-1].scalars if manifest.entries else {}
        assert told == (len(manifest.entries), last, manifest.checkpoints[-1].result if manifest.checkpoints else {})
    assert (listed["damaged"].scalars, listed["damaged"].result) == (listed["whole"].scalars, listed["whole"].result)


def test_a_recipe_is_read_without_the_rest(write_run: Callable[..., Path], tmp_path: Path) -> None:
    pack(write_run("a"), tmp_path / "a.zip")
    assert read_recipe(tmp_path / "a") == read_recipe(tmp_path / "a.zip")
    assert read_recipe(tmp_path / "a").title == "Shapes, drawn"
    (tmp_path / "b.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:-40])
    with pytest.raises(LatentariumError, match="no zip"):
        read_recipe(tmp_path / "b.zip")


def test_only_what_changed_is_read_again(write_run: Callable[..., Path], tmp_path: Path) -> None:
    run = write_run("a")
    write_run("b")
    pack(run, tmp_path / "c.zip")
    known: Known = {}

    def found() -> dict[str, Summary]:
        return {run.name: known[run.path][1] for runs in find_runs(tmp_path, known) for run in runs}

    first, again = found(), found()
    assert set(first) == {"a", "b", "c"}
    assert all(again[name] is first[name] for name in first)
    lines = (run / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (run / "manifest.jsonl").write_bytes(b"".join(lines[:3]))
    later = found()
    assert later["a"].frames < first["a"].frames
    assert later["b"] is first["b"]


def test_what_cannot_be_read_is_told(write_run: Callable[..., Path], tmp_path: Path) -> None:
    write_run("whole")
    damaged = write_run("damaged")
    (damaged / "run.json").write_text("{")
    (tmp_path / "shelf").mkdir()
    damaged.rename(tmp_path / "shelf" / "damaged")
    (tmp_path / "empty").mkdir()
    (tmp_path / "some.zip").write_text("no run, and nobody said that it is one")
    around = Surroundings()
    assert [run.name for runs in find_runs(tmp_path, around=around) for run in runs] == ["whole"]
    assert len(around.unread) == 1
    assert "damaged" in around.unread[0]
