"""sweep, and export of a sweep, as a person types them."""

import os
import signal
import threading
import time

import pytest
from PIL import Image

from latentarium.runs.groups import read_group
from latentarium.runs.run import Run

OVER = ("--over", "network.embedding=2,3")


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*/frames/*"))}


@pytest.fixture(scope="module")
def swept(shell, recipe_file, tmp_path_factory):
    """A sweep that the program trained, not to be changed, and what it said of it."""
    parent = tmp_path_factory.mktemp("swept")
    said = shell.json("sweep", recipe_file, *OVER, "--out", parent)
    (folder,) = parent.iterdir()
    return folder, said


def test_a_sweep_says_what_came_of_each_run(swept):
    folder, said = swept
    assert said["sweep"] == str(folder)
    assert said["field"] == "network.embedding"
    assert [run["value"] for run in said["runs"]] == [2, 3]
    for told, path in zip(said["runs"], read_group(folder).members, strict=True):
        assert list(told)[2:8] == ["run", "frames", "steps", "seconds", "accuracy", "knn_accuracy"]
        assert (told["state"], told["run"], told["frames"], told["steps"]) == ("done", str(path), 4, 12)
        assert told["accuracy"] == Run.open(path).result["accuracy"]
        assert 0 < told["seconds"] < 60


def test_one_value_is_the_run_that_train_gives(shell, recipe_file, swept, tmp_path):
    shell.json("train", recipe_file, "--set", "network.embedding=3", "--out", tmp_path / "run")
    ours = {name.rpartition("/")[2]: data for name, data in bytes_of(swept[0]).items() if name.startswith("02-")}
    assert ours == {path.name: path.read_bytes() for path in (tmp_path / "run" / "frames").iterdir()}


def test_a_recipe_may_bring_its_sweep(shell, recipe_file, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(recipe_file.read_text() + '\n[sweep]\nfield = "seed"\nvalues = [4, 2]\n')
    library = tmp_path / "library"
    said = shell.run("sweep", own, "--set", "optimiser.steps=6", LATENTARIUM_LIBRARY=str(library))
    assert said.code == 0
    (folder,) = library.iterdir()
    assert f"sweep  {folder}" in said.out
    assert "seed = 4" in said.out
    assert "test accuracy" in said.out
    assert "seed = 2, run 2 of 2 · Training" in said.err
    group = read_group(folder)
    assert [Run.open(path).recipe.seed for path in group.members] == [4, 2]
    assert all(Run.open(path).recipe.optimiser.steps == 6 for path in group.members)
    again = shell.run("sweep", folder.name, LATENTARIUM_LIBRARY=str(library))  # by its name; nothing is left to do
    assert again.code == 0
    assert again.out == said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("triangle",), ("sweeps over nothing", "--over FIELD=v1,v2")),
        (("triangle", "--over", "seed"), ("--over seed", "field=values")),
        (("triangle", "--over", "sed=1,2"), ("sed is no field", "seed")),
        (("triangle", "--over", "network.embedding=0,2"), ("network.embedding is 0", "from 1 to 65536")),
        (("triangle", "--over", "objective.tsne.weight=0,5"), ("objective.tsne.weight", "cross-entropy,tsne")),
        (("triangle", "--over", "seed=1,1"), ("seed is to be 1 twice",)),
        (("triangle", "--over", "seed="), ("Say which values",)),
        (("nothing", "--over", "seed=1,2"), ("nothing", "triangle")),
        ((), ("RECIPE|FOLDER",)),
    ],
)
def test_what_cannot_be_swept_is_said(shell, arguments, words, tmp_path):
    shell.refused("sweep", *arguments, words=words, LATENTARIUM_LIBRARY=str(tmp_path / "library"))
    assert not (tmp_path / "library").exists()


def test_a_sweep_goes_on_as_it_was_begun(shell, swept):
    shell.refused("sweep", swept[0], *OVER, words=("goes on as it was begun",))


def test_a_run_that_fails_is_named_and_the_others_are_kept(shell, recipe_file, tmp_path):
    settings = ("optimiser.name=sgd", "optimiser.schedule=constant", "optimiser.steps=400")
    options = [part for setting in settings for part in ("--set", setting)]
    said = shell.run("sweep", recipe_file, "--over", "optimiser.rate=10,1e-3", "--out", tmp_path, *options, "--json")
    assert said.code == 2
    assert said.err.splitlines()[-1] == "latentarium: 1 of 2 runs failed (rate = 10); the others are kept."
    failed, done = said.json["runs"]
    assert (failed["state"], done["state"]) == ("failed", "done")
    assert "no longer finite" in failed["error"]
    assert failed["accuracy"] is None


def wait_for(folder, pattern):
    end = time.monotonic() + 100
    while not list(folder.glob(pattern)) and time.monotonic() < end:
        time.sleep(0.005)


def test_killed_in_the_middle_and_continued(shell, recipe_file, tmp_path):
    """kill -9 in the second run, then Ctrl-C in the third: in the end it is as if nothing had been, byte for byte."""
    longer = ("--set", "optimiser.steps=600", "--set", "frames.count=30", "--set", "network.hidden=120")
    over = ("--over", "seed=1,2,3")
    process = shell.start("sweep", recipe_file, *over, *longer, "--out", tmp_path / "killed")
    wait_for(tmp_path, "killed/*/02-seed-2/frames/*.safetensors")
    process.kill()
    process.communicate()
    (folder,) = (tmp_path / "killed").iterdir()
    assert len(Run.open(folder / "01-seed-1")) == 30
    assert len(Run.open(folder / "02-seed-2")) < 30
    before = bytes_of(folder)

    def interrupt():
        wait_for(folder, "03-seed-3/frames/*.safetensors")
        os.kill(os.getpid(), signal.SIGINT)

    hand = threading.Thread(target=interrupt)
    hand.start()
    said = shell.run("sweep", folder, "--json")
    hand.join()
    assert said.code == 130
    assert f"To go on: latentarium sweep {folder}" in said.err
    assert [run["state"] for run in said.json["runs"]] == ["done", "done", "stopped"]

    said = shell.json("sweep", folder)
    assert [(run["state"], run["frames"]) for run in said["runs"]] == [("done", 30)] * 3
    after = bytes_of(folder)
    assert {name: after[name] for name in before} == before
    assert shell.run("sweep", recipe_file, *over, *longer, "--out", tmp_path / "whole").code == 0
    (whole,) = (tmp_path / "whole").iterdir()
    assert after == bytes_of(whole)


def test_a_sweep_is_drawn_as_one_figure(shell, swept, tmp_path):
    folder, _ = swept
    said = shell.run("export", folder, "--out", tmp_path / "a.png")
    assert (said.code, said.out.strip()) == (0, str(tmp_path / "a.png"))
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == pytest.approx(183 / 25.4 * 300, abs=1)
    assert shell.run("export", folder, "--format", "pdf", cwd=tmp_path).code == 0
    assert (tmp_path / f"{folder.name}.pdf").read_bytes().startswith(b"%PDF")
    shell.refused("export", folder, "--out", tmp_path / "a.png", words=("exists already", "--force"))
    shell.refused("export", folder, "--out", tmp_path / "a.csv", words=("png, pdf, svg", "not as csv"))
    assert not list(tmp_path.glob("*.part*"))


def test_a_sweep_is_no_run(shell, swept):
    shell.refused("info", swept[0], words=("is a sweep of several runs", "01-dimensions-2"))
    shell.refused("neighbours", swept[0], "x", words=("is a sweep of several runs",))
    assert shell.run("continue", swept[0]).code == 0
    assert shell.run("info", swept[0] / "01-dimensions-2").code == 0
