"""latentarium compare."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentarium.analysis.chance import chance
from latentarium.runs.run import Run

if TYPE_CHECKING:
    from conftest import Shell


def brute_force(run: Run, index: int, metric: str, include_self: bool, k: int = 10) -> list[list[int]]:
    values = run.frame(index).embeddings.astype(np.float64)
    found = []
    for row, point in enumerate(values):
        if metric == "euclidean":
            far = np.sqrt(((values - point) ** 2).sum(1))
        else:
            far = 1 - (values * point).sum(1) / (np.sqrt((values**2).sum(1)) * np.sqrt((point**2).sum()))
        others = [other for other in sorted(range(len(values)), key=lambda at: (far[at], at)) if other != row]
        found.append([row, *others][:k] if include_self else others[:k])
    return found


@pytest.fixture(scope="module")
def other(shell: Shell, tmp_path_factory: pytest.TempPathFactory, recipe_file: Path) -> Path:
    """The same digits in another space."""
    folder = tmp_path_factory.mktemp("other") / "tiny"
    said = shell.run("train", recipe_file, "--set", "seed=1", "--set", "network.embedding=5", "--out", folder)
    assert said.code == 0, said
    return folder


@pytest.mark.parametrize("include_self", [False, True])
@pytest.mark.parametrize("frames", [(-1, -1), (0, 2)])
def test_two_runs_of_digits(
    shell: Shell, trained: tuple[Path, Any], other: Path, frames: tuple[int, int], include_self: bool
) -> None:
    path, _ = trained
    options = ["--metric-b", "euclidean", *(["--include-self"] if include_self else [])]
    said = shell.json("compare", f"{path}@{frames[0]}", f"{other}@{frames[1]}", *options)
    run, second = Run.open(path), Run.open(other)
    near = [
        brute_force(run, frames[0], "cosine", include_self),
        brute_force(second, frames[1], "euclidean", include_self),
    ]
    overlap = np.array([len({*a} & {*b}) / len({*a} | {*b}) for a, b in zip(*near, strict=True)])
    assert said["mean_overlap"] == pytest.approx(overlap.mean(), abs=1e-12)
    assert (said["points"], said["k"], said["include_self"]) == (len(run.probe), 10, include_self)
    assert said["chance"] == chance(len(run.probe), 10, include_self)
    assert len(said["histogram"]) == 10
    assert sum(said["histogram"]) == pytest.approx(1)
    assert sum(said["right"].values()) == len(run.probe)
    assert said["problems"] == []
    assert {"cka", "knn_accuracy_a", "knn_accuracy_b", "interval", "class_chance"} <= said.keys()


def test_as_text_with_a_table_and_a_figure(shell: Shell, trained: tuple[Path, Any], tmp_path: Path) -> None:
    path, _ = trained
    table, figure = tmp_path / "points.csv", tmp_path / "figure.svg"
    said = shell.run("compare", f"{path}@0", f"{path}@-1", "--k", "5", "--table", table, "--figure", figure)
    assert said.code == 0, said
    for words in ("mean overlap", "within the class", "linear CKA", "right", "class 3"):
        assert words in said.out
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == list(Run.open(path).probe.ids)
    assert "<svg" in figure.read_text("utf-8")
    assert "only A" in said.out
    shell.refused("compare", path, path, "--table", table, words=("exists already",))
    assert shell.run("compare", path, path, "--table", table, "--force").code == 0
    shell.refused(
        "compare", path, path, "--figure", tmp_path / "figure.jpeg", words=("must end in .png, .svg or .pdf",)
    )


def test_what_cannot_be_compared_is_said(
    shell: Shell, trained: tuple[Path, Any], strange: Path, tmp_path: Path
) -> None:
    path, _ = trained
    shell.refused("compare", path, strange, words=("No id of A is one of B", "--by-position"))
    shell.refused("compare", path, strange, "--by-position", words=("only equally many",))
    shell.refused("compare", path, path, "--k", "251", words=("250",))
    refusal = shell.refused("compare", path, path, "--figure", tmp_path / "no" / "a.pdf", words=("There is no folder",))
    assert "neighbours" not in refusal.err  # it is said before the work
    shell.refused("compare", path, tmp_path / "nothing", words=("There is no run",))
    empty = tmp_path / "empty"
    shutil.copytree(path, empty)
    (empty / "manifest.jsonl").write_bytes(b"")
    shell.refused("compare", path, empty, words=("has no frame yet",))


def test_one_frame_twice_is_told_and_without_labels_nobody_is_right(
    shell: Shell, trained: tuple[Path, Any], tmp_path: Path
) -> None:
    path, _ = trained
    said = shell.run("compare", path, f"{path}@-1")
    assert said.code == 0
    assert "the same frame of one run" in said.err
    assert "the same frame" not in shell.run("compare", path, f"{path}@0").err
    random = np.random.default_rng(0)
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", random.normal(size=(30, 4)).astype(np.float32))
        (tmp_path / f"{name}.csv").write_text("id\n" + "".join(f"p{row}\n" for row in range(30)), encoding="utf-8")
        added = shell.json("add", tmp_path / f"{name}.npy", "--table", tmp_path / f"{name}.csv", "--id-field", "id")
        (tmp_path / f"{name}.txt").write_text(added["run"], encoding="utf-8")
    runs = [(tmp_path / f"{name}.txt").read_text(encoding="utf-8") for name in "ab"]
    values = shell.json("compare", *runs)
    assert values["right"] is None
    assert values["knn_accuracy_a"] is None
    assert values["class_chance"] is None


def test_points_without_a_label_are_neither_right_nor_wrong(shell: Shell, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    labels = {name: ["xy"[row % 2] if row % 5 != place else "" for row in range(30)] for place, name in enumerate("ab")}
    runs = []
    for name in "ab":
        np.save(tmp_path / f"{name}.npy", random.normal(size=(30, 4)).astype(np.float32))
        rows = "".join(f"p{row},{labels[name][row]}\n" for row in range(30))
        (tmp_path / f"{name}.csv").write_text("id,label\n" + rows, encoding="utf-8")
        added = shell.json("add", tmp_path / f"{name}.npy", "--table", tmp_path / f"{name}.csv", "--id-field", "id")
        runs.append(added["run"])
    table = tmp_path / "points.csv"
    values = shell.json("compare", *runs, "--table", table)
    with table.open(newline="") as file:
        points = list(csv.DictReader(file))
    for name in "ab":
        assert [point[f"right_{name}"] == "" for point in points] == [not label for label in labels[name]]
    both = [(point["right_a"], point["right_b"]) for point in points if point["right_a"] and point["right_b"]]
    assert len(both) == 18
    cells = {"both": ("1", "1"), "only_a": ("1", "0"), "only_b": ("0", "1"), "neither": ("0", "0")}
    assert values["right"] == {name: both.count(cell) for name, cell in cells.items()}
