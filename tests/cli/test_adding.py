"""add, and what the other commands say of a space that was brought in."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentarium.runs.run import Run


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A table, an array and images."""
    folder = tmp_path / "pair"
    (folder / "images").mkdir(parents=True)
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 30)
    np.save(folder / "vectors.npy", generator.normal(size=(30, 5)) + 4 * np.eye(5)[labels])
    lines = ["key,kind,file"]
    for row in range(30):
        Image.fromarray(np.full((9, 7), row * 5, np.uint8)).save(folder / "images" / f"{row}.png")
        lines.append(f"p{row},k{labels[row]},{row}.png")
    (folder / "table.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_add_with_everything_named(shell, pair: Path, tmp_path: Path) -> None:
    names = ("--id-field", "key", "--image-field", "file", "--label-field", "kind", "--name", "Mine")
    more = ("--dataset", "things", "--model", "net", "--params", '{"epochs": 3}')
    said = shell.json(
        "add", pair / "vectors.npy", "--table", pair / "table.csv", "--images", pair / "images", *names, *more
    )
    assert list(said) == ["run", "points", "dimensions", "missing"]
    assert (said["points"], said["dimensions"], said["missing"]) == (30, 5, [])
    run = Run.open(said["run"])
    assert (run.recipe.title, run.classes, run.probe.ids[4]) == ("Mine", ("k0", "k1", "k2"), "p4")
    assert run.recipe.origin is not None
    assert json.loads(run.recipe.origin.params) == {"epochs": 3}
    assert int(run.probe.image(7).max()) == 35
    assert any(each["path"] == said["run"] for each in shell.json("ls")["runs"])


def test_what_the_other_commands_say_of_it(shell, pair: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    text = shell.run("add", pair, "--label-field", "kind", "--out", out)
    assert text.out.strip() == str(out)
    assert "30 points of 5 dimensions" in text.err
    assert shell.json("info", out, "--linear-probe")["last"]["knn_accuracy"] > 0.8
    assert "whole test" not in shell.run("info", out).out
    found = shell.json("neighbours", out, "p3", "--metric", "euclidean", "--k", "4")["neighbours"]
    points = Run.open(out).frame(0).embeddings.astype(float)
    order = np.argsort(np.linalg.norm(points - points[3], axis=1), kind="stable")[1:5]
    assert [each["id"] for each in found] == [f"p{row}" for row in order]
    shell.run("export", out, "--out", tmp_path / "a.png")
    shell.run("export", out, "--what", "coordinates", "--out", tmp_path / "a.csv")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 31


def test_a_space_without_labels_is_exported_too(shell, pair: Path, tmp_path: Path) -> None:
    (pair / "table.csv").unlink()
    out = tmp_path / "bare"
    said = shell.json("add", pair / "vectors.npy", "--out", out)
    assert "without labels" in said["missing"][0]
    assert shell.json("info", out)["classes"] == []
    shell.run("export", out, "--out", tmp_path / "a.png")
    shell.run("export", out, "--what", "coordinates", "--out", tmp_path / "a.npz")
    assert "simplex" not in np.load(tmp_path / "a.npz")
    shell.run("export", out, "--out", tmp_path / "a.csv")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 31


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nothing-there",), "There is nothing at"),
        (("{pair}", "--table", "nothing.csv"), "There is no table at nothing.csv"),
        (("{pair}", "--label-field", "sort"), "has no column sort for the labels; its columns are key, kind, file"),
        (("{pair}", "--images", "{pair}/nowhere"), "no folder of images"),
        (("{pair}", "--params", "{{"), "must be a JSON object"),
    ],
)
def test_a_wrong_argument_is_a_sentence(options: tuple[str, ...], said: str, shell, pair: Path) -> None:
    shell.refused("add", *(option.format(pair=pair) for option in options), words=(said,))


def test_continuing_a_space_from_elsewhere_is_refused(shell, pair: Path, tmp_path: Path) -> None:
    shell.run("add", pair, "--out", tmp_path / "run")
    shell.refused("continue", tmp_path / "run", "--steps", "5", words=("was made elsewhere",))
