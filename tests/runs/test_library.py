"""The folder of runs."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from latentarium.core.recipe import Recipe
from latentarium.runs.archive import pack
from latentarium.runs.library import fresh_folder, library_folder, list_runs


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
