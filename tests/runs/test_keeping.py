"""Renaming runs and putting them into groups, also while they are read."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep
from latentarium.runs.archive import pack
from latentarium.runs.groups import create_group, read_group
from latentarium.runs.keeping import folder_name, move, rename, runs_in
from latentarium.runs.library import list_runs
from latentarium.runs.lock import WriterLock
from latentarium.runs.run import Run


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Three digits, softmax", "Three digits, softmax"),
        ("  Größe \n & Übung: ../../x ", "Größe & Übung- ..-..-x"),
        ("a/b\\c\0d", "a-b-c-d"),
        ("三角形", "三角形"),
        (".hidden...", "hidden"),
        ("a" * 300, "a" * 80),
        ("nul.txt", "nul.txt 1"),
        ("Lessons", "Lessons 1"),
    ],
)
def test_a_name_becomes_one_that_every_system_takes(name: str, folder: str) -> None:
    assert folder_name(name) == folder


@pytest.mark.parametrize("name", ["", "  ", "///", "..", "."])
def test_what_is_no_name_is_refused(name: str, run_folder: Path) -> None:
    with pytest.raises(LatentariumError, match="name"):
        rename(run_folder, name)
    assert run_folder.is_dir()


def test_a_run_is_renamed_with_all_that_its_description_says(run_folder: Path) -> None:
    path = run_folder / "run.json"
    before = json.loads(path.read_text())
    path.write_text(json.dumps({**before, "unknown": [1, {"kept": True}]}))
    target = rename(run_folder, "Best: so far")
    assert target == run_folder.with_name("Best- so far")
    assert not run_folder.exists()
    after = json.loads((target / "run.json").read_text())
    assert after.pop("unknown") == [1, {"kept": True}]
    assert after.pop("recipe") == {**before.pop("recipe"), "title": "Best: so far"}
    assert after == before
    assert (list_runs(target.parent)[0].title, Run.open(target).check()) == ("Best: so far", [])


def test_an_open_run_reads_on(run_folder: Path) -> None:
    run = Run.open(run_folder)
    part = run.taking(np.array([3, 1]))
    for index in range(len(run)):
        target = rename(run.path, f"name {index}", [part, run])
        assert (run.path, run.folder, run.name, run.recipe.title) == (target, target, target.name, f"name {index}")
        assert part.path == target
        assert run.frame(index).step == 10 * index
        np.testing.assert_array_equal(part.frame(index).embeddings, run.frame(index).embeddings[[3, 1]])


def test_frames_are_read_while_the_folder_moves(run_folder: Path) -> None:
    run, faults, over = Run.open(run_folder), [], threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                for entry in run.entries:
                    run._read(entry)
        except LatentariumError as error:
            faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for count in range(60):
        rename(run.path, f"name {count}", [run])
    over.set()
    reader.join()
    assert not faults


def test_a_name_that_is_taken_gets_a_number(write_run: Callable[..., Path]) -> None:
    first, second = write_run("a"), write_run("b")
    assert rename(second, "a") == second.with_name("a 2")
    assert rename(first, "a") == first
    assert rename(first.with_name("a 2"), "a") == first.with_name("a 2")


def test_a_zip_is_renamed_and_moved(write_run: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    pack(write_run("a"), tmp_path / "library" / "a.zip")
    run = Run.open(tmp_path / "library" / "a.zip")
    target = rename(run.path, "packed", [run])
    assert (target.name, run.path, run.name) == ("packed.zip", target, "packed")
    assert move(target, tmp_path / "library" / "mine", [run]) == tmp_path / "library" / "mine" / "packed.zip"
    assert run.frame(0).step == 0
    assert [(found.title, found.shelf) for found in list_runs(tmp_path / "library")] == [("packed", "mine")]
    run.close()


def test_what_is_being_written_stays_where_it_is(run_folder: Path) -> None:
    lock = WriterLock(run_folder)
    try:
        for change in (lambda: rename(run_folder, "other"), lambda: move(run_folder, run_folder.parent / "mine")):
            with pytest.raises(LatentariumError, match="being written by process"):
                change()
    finally:
        lock.release()
    assert run_folder.is_dir()
    with pytest.raises(LatentariumError, match="nothing"):
        rename(run_folder.with_name("gone"), "other")


def test_groups_come_and_go(write_run: Callable[..., Path], tmp_path: Path) -> None:
    run = Run.open(write_run("a"))
    shelf = tmp_path / "mine"
    inside = move(run.path, shelf, [run])
    assert inside == shelf / "a" == run.path
    assert move(inside, shelf, [run]) == inside
    assert runs_in(shelf) == [inside]
    renamed = rename(shelf, "ours", [run])
    assert (renamed, run.path) == (tmp_path / "ours", tmp_path / "ours" / "a")
    assert run.frame(1).step == 10
    write_run("a")
    assert move(run.path, tmp_path, [run]) == tmp_path / "a 2"
    assert not renamed.exists()


def test_a_sweep_is_renamed_with_its_runs(write_run: Callable[..., Path], tmp_path: Path) -> None:
    group = create_group(tmp_path / "sweep", Sweep(Recipe(title="Rates"), "seed", (0, 1)))
    write_run("run").rename(group.members[0])
    description = json.loads((group.members[0] / "run.json").read_text())
    description["recipe"]["title"] = "Rates · seed = 0"
    (group.members[0] / "run.json").write_text(json.dumps(description))
    run = Run.open(group.members[0])
    target = rename(group.path, "Speeds", [run])
    assert target == tmp_path / "Speeds"
    assert read_group(target).sweep.recipe.title == "Speeds"
    assert (run.path, run.recipe.title) == (target / group.members[0].name, "Speeds · seed = 0")
    assert rename(run.path, "slow", [run]) == run.path == target / group.members[0].name
    assert run.recipe.title == "slow"
    with pytest.raises(LatentariumError, match="stay together"):
        move(run.path, tmp_path)
