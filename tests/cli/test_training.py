"""train and continue, as a person types them."""

import shutil
import signal
import time

import numpy as np
import pytest
from PIL import Image

from latentarium.runs.run import Run


def frames(path):
    """The bytes of all frames of a run, by name."""
    return {file.name: file.read_bytes() for file in sorted((path / "frames").iterdir())}


def test_train_says_what_came_of_it(trained):
    path, said = trained
    assert list(said) == ["run", "frames", "steps", "seconds", "accuracy", "knn_accuracy"]
    assert said["run"] == str(path)
    assert (said["frames"], said["steps"]) == (4, 12)
    assert 0 <= said["accuracy"] <= 1
    assert 0 <= said["knn_accuracy"] <= 1
    run = Run.open(path)
    assert run.check() == []
    assert run.classes == ("3", "5")
    assert run.result["accuracy"] == said["accuracy"]


def test_without_json_it_speaks_to_people(shell, recipe_file, tmp_path):
    library = tmp_path / "library"
    said = shell.run("train", recipe_file, "--set", "seed=3", LATENTARIUM_LIBRARY=str(library))
    assert said.code == 0
    (folder,) = library.iterdir()
    assert str(folder) in said.out
    assert "of the whole test split" in said.out
    assert "Training" in said.err
    assert Run.open(folder).recipe.seed == 3
    assert "Tiny" in shell.run("info", folder.name, LATENTARIUM_LIBRARY=str(library)).out


def test_unseen_classes_stand_beside_raw_pixels_and_step_0(shell, recipe_file, tmp_path):
    said = shell.json("train", recipe_file, "--out", tmp_path / "run", "--set", "data.held_out=7,9")
    run = Run.open(tmp_path / "run")
    for name, figures in said["zero_shot"].items():
        assert figures == {
            "learned": run.entries[-1].scalars[name],
            "pixels": run.baselines[f"pixels_{name}"],
            "step_0": run.entries[0].scalars[name],
        }
    assert {"verification_accuracy", "verification_auc", "knn_accuracy_5_shot"} <= set(said["zero_shot"])
    assert shell.json("info", tmp_path / "run")["zero_shot"] == said["zero_shot"]
    first = shell.json("info", f"{tmp_path / 'run'}@0")["zero_shot"]["verification_auc"]
    assert first["learned"] == first["step_0"]
    assert "pixels verification auc" in shell.run("info", tmp_path / "run").out
    probed = shell.json("info", tmp_path / "run", "--linear-probe")["linear_probe"]
    assert set(probed) == {"linear_probe", "linear_probe_unseen"}
    assert probed["linear_probe"]["pixels"] > 0.7
    assert "unseen linear probe" in shell.run("info", tmp_path / "run", "--linear-probe").out


def test_settings_change_the_recipe_and_the_seed_the_frames(shell, recipe_file, trained, tmp_path):
    settings = ("--set", "objective.triplet.margin=0.4", "--set", "objective=cross-entropy,triplet")
    shell.json("train", recipe_file, "--out", tmp_path / "a", *settings, "--set", "optimiser.epochs=1")
    run = Run.open(tmp_path / "a")
    assert [objective.name for objective in run.recipe.objective] == ["cross-entropy", "triplet"]
    assert run.recipe.objective[1].margin == 0.4
    assert run.recipe.optimiser.steps is None
    shell.json("train", recipe_file, "--out", tmp_path / "b")
    assert frames(tmp_path / "b") == frames(trained[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), ("nothing", "triangle")),
        (("absent.toml",), ("absent.toml", "cannot be read")),
        (("~nobody-here/x.toml",), ("~nobody-here", "cannot be read")),
        (("triangle", "--set", "data.name=mnist", "--set", "data.root=~nobody-here/x"), ("~nobody-here",)),
        (("triangle", "--set", "data.probe"), ("data.probe", "field=value")),
        (("triangle", "--set", "data.probes=3"), ("data.probes", "did you mean data.probe?")),
        (("triangle", "--set", "data.probe=0"), ("data.probe is 0", "from 1 to 10000")),
        (("triangle", "--set", "data.classes=3,x"), ("data.classes names x", "0, 1, 2")),
        (("triangle", "--set", "data.name=folder", "--set", "data.root=/nowhere"), ("There is no folder /nowhere",)),
        (("triangle", "--step", "3"), ("--step",)),
        ((), ("RECIPE",)),
    ],
)
def test_what_cannot_be_trained_is_said(shell, arguments, words, tmp_path):
    shell.refused("train", *arguments, words=words, LATENTARIUM_LIBRARY=str(tmp_path / "library"))
    assert not (tmp_path / "library").exists()


def test_a_run_is_never_overwritten(shell, recipe_file, trained, tmp_path):
    before = frames(trained[0])
    shell.refused("train", recipe_file, "--out", trained[0], words=("not empty",))
    assert frames(trained[0]) == before
    (tmp_path / "file").touch()
    shell.refused("train", recipe_file, "--out", tmp_path / "file", words=("is a file",))


def test_numbers_that_break_down_keep_the_run(shell, recipe_file, tmp_path):
    settings = ("optimiser.name=sgd", "optimiser.rate=10", "optimiser.steps=500", "optimiser.schedule=constant")
    options = [part for setting in settings for part in ("--set", setting)]
    said = shell.refused("train", recipe_file, "--out", tmp_path / "run", *options, words=("at step", "optimiser.rate"))
    assert f"The run lies in {tmp_path / 'run'}" in said.err
    assert len(Run.open(tmp_path / "run")) > 0


def interrupt(shell, process, number, run, count):
    """Send a signal once more than `count` frames are recorded; what the program says then."""
    while len(list((run / "frames").glob("*.safetensors"))) <= count:
        assert process.poll() is None, shell.end(process)
        time.sleep(0.02)
    process.send_signal(number)
    said = shell.end(process)
    assert said.code == 128 + number
    assert said.json["accuracy"] is None
    assert f"the run is kept. To go on: latentarium continue {run}" in said.err
    return said.json["frames"]


def test_interrupted_kept_and_continued(shell, recipe_file, tmp_path):
    """Ctrl-C, and later a polite kill: in the end the run is byte for byte one that was never stopped."""
    longer = ("--set", "optimiser.steps=1200", "--set", "frames.count=40", "--set", "network.hidden=120")
    run = tmp_path / "run"
    first = shell.start("train", recipe_file, "--out", run, "--json", *longer)
    count = interrupt(shell, first, signal.SIGINT, run, 0)
    assert count == len(frames(run)) < 40
    kept = frames(run)
    count = interrupt(shell, shell.start("continue", run, "--json"), signal.SIGTERM, run, count)
    assert len(kept) < count < 40
    said = shell.json("continue", run)
    assert (said["frames"], said["steps"]) == (40, 1200)
    assert said["accuracy"] > 0.5
    shell.json("train", recipe_file, "--out", tmp_path / "whole", *longer)
    assert frames(run) == frames(tmp_path / "whole")


def test_a_finished_run_takes_more_steps_when_asked(shell, trained, tmp_path):
    shutil.copytree(trained[0], tmp_path / "run")
    before = frames(tmp_path / "run")
    shell.refused("continue", tmp_path / "run", words=("came to its end at step 12",))
    shell.refused("continue", f"{tmp_path / 'run'}@2", words=("last checkpoint",))
    shell.refused("continue", tmp_path / "absent", words=("no run at",))
    said = shell.run("continue", tmp_path / "run", "--steps", "6", "--json")
    assert said.json["steps"] == 18
    assert "laid out anew" in said.err
    after = frames(tmp_path / "run")
    assert {name: after[name] for name in before} == before
    assert len(after) == said.json["frames"] > len(before)
    assert np.isfinite(Run.open(tmp_path / "run").frame(-1).embeddings).all()


@pytest.mark.needs_data
def test_the_full_set_by_one_field(shell, recipe_file, data_folder, tmp_path):
    said = shell.json("train", recipe_file, "--set", "data.name=mnist", "--out", tmp_path / "run")
    assert said["accuracy"] > 0.4
    run = Run.open(tmp_path / "run")
    assert len(run.probe) == 50
    assert run.description.dataset.name == "mnist"


def test_a_run_of_a_folder_goes_on_from_anywhere(shell, recipe_file, tmp_path):
    for number in range(12):
        (tmp_path / "images" / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), number * 20).save(tmp_path / "images" / "ab"[number % 2] / f"{number}.png")
    settings = ["data.name=folder", "data.root=images", "data.size=8", "data.classes=", "optimiser.batch=4"]
    more = [part for setting in settings for part in ("--set", setting)]
    assert shell.run("train", recipe_file, "--out", tmp_path / "run", *more, cwd=tmp_path).code == 0
    (tmp_path / "elsewhere").mkdir()
    said = shell.run("continue", tmp_path / "run", "--steps", "2", cwd=tmp_path / "elsewhere")
    assert said.code == 0, said.err
