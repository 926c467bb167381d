"""embed, as a person types it."""

from pathlib import Path

import pytest
import torch
from torch import nn

from latentarium.runs.run import Run

CODE = """
from torch import nn


def net():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10))
"""
FEW = ("--set", "data.probe=40", "--set", "data.reference=30", "--set", "data.classes=3,5")


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a stranger's code and weights."""
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "nets.py").write_text(CODE, "utf-8")
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 10))
    torch.save(network.state_dict(), folder / "w.pt")
    return folder


def test_a_checkpoint_becomes_a_run(shell, theirs, tmp_path):
    common = ("embed", theirs / "w.pt", "--data", "mnist-5k", "--network", f"{theirs / 'nets.py'}:net", *FEW)
    said = shell.run(*common, "--out", tmp_path / "run", "--json")
    assert said.code == 0, said
    assert said.json == {
        "run": str(tmp_path / "run"),
        "points": 40,
        "dimensions": 4,
        "missing": [],
        "remarks": said.json["remarks"],
        "frames": 1,
        "knn_accuracy": Run.open(tmp_path / "run").entries[-1].scalars["knn_accuracy"],
    }
    assert "MNIST" in said.json["remarks"][0]
    assert any("All 4 keys" in sentence for sentence in said.json["remarks"])
    assert f"runs the code in {theirs / 'nets.py'}" in said.err
    assert Run.open(tmp_path / "run").classes == ("3", "5")
    shell.refused(*common, "--out", tmp_path / "run", words=("not empty",))
    told = shell.run(
        *common, "--mean", "0.5", "--std", "0.5", "--invert", LATENTARIUM_LIBRARY=str(tmp_path / "library")
    )
    assert told.code == 0, told
    assert "1-NN accuracy" in told.out
    assert "raw pixels" in told.out
    (folder,) = (tmp_path / "library").iterdir()
    shown = shell.run("info", folder)
    assert "w.pt" in shown.out
    assert '"invert": true' in shown.out
    assert shell.run(*common, "--preview", tmp_path / "three.png").code == 0
    assert (tmp_path / "three.png").stat().st_size > 500


def test_a_runs_own_weights_need_no_network_and_no_data(shell, trained, tmp_path):
    said = shell.json("embed", trained[0], "--out", tmp_path / "again")
    assert said["dimensions"] == 3
    assert "code" not in said["remarks"][0]
    assert said["knn_accuracy"] == pytest.approx(Run.open(trained[0]).entries[-1].scalars["knn_accuracy"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("absent.pt", "--data", "mnist-5k", "--network", "mlp"), ("absent.pt",)),
        (("w.pt", "--network", "mlp"), ("--data", "mnist-5k")),
        (("w.pt", "--data", "mnist-5k"), ("w.pt", "name one of this program's")),
        (("w.pt", "--data", "absent", "--network", "mlp"), ("absent", "cifar10")),
        (("w.pt", "--data", "mnist-5k", "--network", "mlp"), ("do not fit mlp", "trunk.1.weight", "3.weight")),
        (("w.pt", "--data", "mnist-5k", "--network", "nets.py:none"), ("nets.py", "none")),
        (("w.pt", "--data", "mnist-5k", "--network", "nets.py:net", "--mean", "a"), ("--mean a",)),
        (("w.pt", "--data", "mnist-5k", "--network", "nets.py:net", "--mean", "1"), ("together",)),
        (("w.pt", "--data", "mnist-5k", "--network", "nets.py:net", "--layer", "x"), ("no layer x", "1, 2, 3")),
        (("nets.py", "--data", "mnist-5k", "--network", "mlp"), ("nets.py", "weights")),
    ],
)
def test_what_cannot_be_is_one_sentence(shell, theirs, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(theirs)
    shell.refused("embed", *arguments, *FEW, "--out", tmp_path / "run", words=words)
    assert not (tmp_path / "run").exists()
