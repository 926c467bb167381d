"""Runs of what other people's weights make of images: one checkpoint, a folder of them, stopped and begun again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.recipe import Data, Recipe
from latentarium.data.sources import load
from latentarium.jobs.checkpoint_files import checkpoint_files, holds_weights
from latentarium.jobs.embedding import embed
from latentarium.jobs.embedding_preview import preview_embedding, write_preview
from latentarium.jobs.training import continue_run, train_and_record
from latentarium.runs.library import list_runs
from latentarium.runs.run import Run
from latentarium.training.control import Control

CODE = """
from torch import nn


def net():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 6), nn.Tanh(), nn.Linear(6, 10))


def mnist_cnn():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 20, 5), nn.Conv2d(20, 50, 5)
            self.fc1, self.fc2 = nn.Linear(800, 500), nn.Linear(500, 10)

        def forward(self, x):
            for conv in (self.conv1, self.conv2):
                x = nn.functional.max_pool2d(conv(x).relu(), 2)
            return self.fc2(self.fc1(x.flatten(1)).relu())

    return Net()


class Block(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.stride, self.pad = stride, (width - before) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        short = x[:, :, :: self.stride, :: self.stride]
        return (y + nn.functional.pad(short, (0, 0, 0, 0, self.pad, self.pad))).relu()


def resnet20():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
            for place, (before, width, stride) in enumerate(((16, 16, 1), (16, 32, 2), (32, 64, 2)), 1):
                first = Block(before, width, stride)
                self.add_module(f"layer{place}", nn.Sequential(first, Block(width, width, 1), Block(width, width, 1)))
            self.linear = nn.Linear(64, 10)

        def forward(self, x):
            x = self.layer3(self.layer2(self.layer1(self.bn1(self.conv1(x)).relu())))
            return self.linear(x.mean((2, 3)))

    return Net()
"""
DATA = Data(classes=("3", "5", "8"), per_class=60, probe=60, reference=45)
GREY = Preprocessing(mean=(0.1307,), std=(0.3081,))


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("code") / "nets.py"
    path.write_text(CODE, "utf-8")
    return path


def weights(path: Path, seed: int) -> dict[str, torch.Tensor]:
    """Save the weights of `net`, drawn from the seed, with a class head that names the class of the nearest mean."""
    torch.manual_seed(seed)
    state = nn.Sequential(nn.Flatten(), nn.Linear(784, 6), nn.Tanh(), nn.Linear(6, 10)).state_dict()
    digits = load(Data())
    pixels = (torch.tensor(digits.images).flatten(1) / 255 - 0.1307) / 0.3081
    hidden = (pixels @ state["1.weight"].T + state["1.bias"]).tanh()
    means = torch.stack([hidden[torch.tensor(digits.labels == label)].mean(0) for label in range(10)])
    state["3.weight"], state["3.bias"] = 2 * means, -means.square().sum(1)
    path.parent.mkdir(exist_ok=True)
    torch.save(state, path)
    return state


@pytest.fixture
def plan(code: Path, tmp_path: Path) -> EmbeddingPlan:
    weights(tmp_path / "theirs.pt", 0)
    recipe = Recipe(title="", data=DATA)
    return EmbeddingPlan(tmp_path / "theirs.pt", recipe, f"{code}:net", preprocessing=GREY)


def test_one_checkpoint_is_a_run_of_one_frame(plan, tmp_path):
    state = weights(plan.checkpoint, 0)
    made = embed(plan, tmp_path / "library" / "run")
    run = Run.open(made.run)
    assert run.check() == []
    assert (len(run), made.frames, made.points, made.dimensions) == (1, 1, 60, 6)
    frame = run.frame(0)
    pixels = (torch.tensor(run.probe.images).flatten(1) / 255 - 0.1307) / 0.3081
    hidden = (pixels @ state["1.weight"].T + state["1.bias"]).tanh()
    np.testing.assert_allclose(frame.embeddings, hidden, atol=1e-5)
    logits = hidden @ state["3.weight"].T + state["3.bias"]
    np.testing.assert_allclose(frame.probabilities, logits[:, [3, 5, 8]].softmax(1), atol=1e-5)
    assert made.knn_accuracy == frame.scalars["knn_accuracy"]
    assert run.classes == ("3", "5", "8")
    assert run.result
    origin = run.recipe.origin
    assert origin is not None
    assert (origin.format, origin.source, origin.dataset) == ("checkpoint", "theirs.pt", "mnist-5k")
    params = json.loads(origin.params)
    settings = {
        "size": "as they are",
        "crop": "none",
        "mean": [0.1307],
        "std": [0.3081],
        "channels": "grey",
        "invert": False,
    }
    assert {name: params[name] for name in settings} == settings
    assert params["keys that fit"] == 4
    assert [summary.name for summary in list_runs(tmp_path / "library")] == ["run"]
    assert sorted(item.name for item in (tmp_path / "library").iterdir()) == ["run"]
    with pytest.raises(LatentariumError, match="not trained here"):
        continue_run(made.run, Control())


def test_a_layer_without_class_head_gets_probabilities_from_prototypes(plan, tmp_path):
    run = Run.open(embed(replace(plan, layer="1", checkpoint=plan.checkpoint), tmp_path / "run").run)
    assert run.recipe.network.classifier == "trunk"
    state = weights(plan.checkpoint, 0)
    del state["3.weight"]
    torch.save(state, plan.checkpoint)
    run = Run.open(embed(plan, tmp_path / "headless").run)
    assert run.recipe.network.classifier == "none"
    frame, reference = run.frame(0), run.reference
    means = np.stack([frame.reference_embeddings[reference.labels == label].mean(0) for label in range(3)])
    spread = np.square(frame.reference_embeddings - means[reference.labels]).sum(1).mean()
    assert run.recipe.prototypes.temperature == pytest.approx(spread, rel=1e-3)
    squared = np.square(frame.embeddings[:, None] - means).sum(2)
    expected = np.exp(-squared / run.recipe.prototypes.temperature)
    np.testing.assert_allclose(frame.probabilities, expected / expected.sum(1, keepdims=True), atol=1e-4)


def test_a_folder_of_checkpoints_is_a_frame_each(plan, tmp_path):
    folder = tmp_path / "training"
    for step in (10, 2, 100):
        weights(folder / f"epoch-{step}.pt", step)
    torch.save({**weights(folder / "epoch-20.pt", 0), "1.bias": torch.full((6,), torch.nan)}, folder / "epoch-20.pt")
    (folder / "best.pt").write_bytes(b"no weights")
    for step in (50, 200):
        (folder / f"epoch-{step}.pt").write_bytes(b"no weights")
    (folder / "notes.txt").write_text("")
    made = embed(replace(plan, checkpoint=folder), tmp_path / "run")
    run = Run.open(made.run)
    assert [entry.step for entry in run.entries] == [2, 10, 100]
    for index, step in enumerate((2, 10, 100)):
        alone = embed(replace(plan, checkpoint=folder / f"epoch-{step}.pt"), tmp_path / f"alone-{step}")
        assert np.array_equal(Run.open(alone.run).frame(0).embeddings, run.frame(index).embeddings)
    said = " ".join(made.missing)
    assert "epoch-20.pt is left out. nets.py:net gives numbers that are not finite" in said
    assert "best.pt" in said
    assert "epoch-50.pt is left out" in said


def test_what_was_left_out_is_told_where_the_rest_does_not_fit(plan, tmp_path):
    weights(tmp_path / "mixed" / "theirs.pt", 0)
    torch.save({"other": torch.zeros(2)}, tmp_path / "mixed" / "resnet20.pt")
    with pytest.raises(LatentariumError, match=r"resnet20\.pt do not fit.* Left out, .*theirs\.pt") as caught:
        embed(replace(plan, checkpoint=tmp_path / "mixed"), tmp_path / "run")
    assert "Only in the file (1)\n    other" in caught.value.details


def test_folders_that_hold_weights(tmp_path):
    assert not holds_weights(tmp_path)
    (tmp_path / "0007").mkdir()
    assert not holds_weights(tmp_path)
    (tmp_path / "0007" / "weights.safetensors").touch()
    assert holds_weights(tmp_path)
    assert holds_weights(tmp_path / "0007")
    (tmp_path / "run.json").touch()
    assert not holds_weights(tmp_path)  # a run opens


def test_what_was_stopped_goes_on(plan, tmp_path):
    folder, library = tmp_path / "training", tmp_path / "library"
    for step in range(4):
        weights(folder / f"{step}.pt", step)
    plan = replace(plan, checkpoint=folder)
    told: list[str] = []
    with pytest.raises(CancelledError, match="goes on from there"):
        embed(plan, library / "a", lambda text, _share: told.append(text), lambda: sum("with" in t for t in told) == 2)
    assert not (library / "a").exists()
    assert list_runs(library) == []
    again: list[str] = []
    made = embed(plan, library / "b", lambda text, _share: again.append(text))
    assert [text.split(",")[0] for text in again if "with" in text] == ["Embedding with 2.pt", "Embedding with 3.pt"]
    whole = embed(plan, tmp_path / "whole")
    for index in range(4):
        first, other = Run.open(made.run).frame(index), Run.open(whole.run).frame(index)
        assert first.embeddings.tobytes() == other.embeddings.tobytes()
        assert first.probabilities.tobytes() == other.probabilities.tobytes()
    assert sorted(item.name for item in library.iterdir()) == ["b"]


def test_a_block_that_was_damaged_is_made_again(plan, tmp_path):
    told: list[str] = []
    weights(tmp_path / "two" / "0.pt", 0)
    weights(tmp_path / "two" / "1.pt", 1)
    plan = replace(plan, checkpoint=tmp_path / "two")
    with pytest.raises(CancelledError):
        embed(plan, tmp_path / "run", lambda text, _share: told.append(text), lambda: any("with" in t for t in told))
    (kept,) = tmp_path.glob(".embedding-*/*.safetensors")
    kept.write_bytes(kept.read_bytes()[:100])
    assert embed(plan, tmp_path / "run").frames == 2


def test_a_runs_own_checkpoint_makes_the_runs_own_frame(recipe, tmp_path):
    trained = train_and_record(recipe, tmp_path / "own", Control())
    own = Run.open(trained.run)
    plan = EmbeddingPlan(trained.run, recipe.model_copy(update={"title": ""}))
    run = Run.open(embed(plan, tmp_path / "again").run)
    last = own.frame(-1)
    np.testing.assert_allclose(run.frame(-1).embeddings, last.embeddings, atol=1e-5)
    np.testing.assert_allclose(run.frame(-1).probabilities, last.probabilities, atol=1e-5)
    assert run.probe.ids == own.probe.ids


def test_the_preview_shows_what_the_network_gets(plan, tmp_path):
    seen = preview_embedding(replace(plan, preprocessing=Preprocessing(size=56, crop=28, invert=True)))
    assert seen.originals.shape == seen.seen.shape == (3, 28, 28, 1)
    for before, after in zip(seen.originals, seen.seen, strict=True):
        large = Image.fromarray(before[..., 0]).resize((56, 56), Image.Resampling.BILINEAR).crop((14, 14, 42, 42))
        assert np.abs(255 - np.asarray(large).astype(int) - after[..., 0]).max() <= 1
    assert (seen.images, seen.checkpoints, seen.dimensions, seen.fitted) == (105, 1, 6, 4)
    assert seen.seconds > 0
    assert "1" in seen.layers
    write_preview(seen, tmp_path / "three.png")
    with Image.open(tmp_path / "three.png") as picture:
        assert picture.size == (192, 128)


def test_images_without_classes_are_all_probe(plan, tmp_path):
    (tmp_path / "photos").mkdir()
    for number in range(9):
        pixels = np.random.default_rng(number).integers(0, 256, (28, 30), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    data = Data(name="folder", root=str(tmp_path / "photos"), size=28, probe=7)
    made = embed(replace(plan, recipe=Recipe(title="", data=data)), tmp_path / "run")
    run = Run.open(made.run)
    assert run.check() == []
    assert (made.points, made.reference, made.knn_accuracy, made.pixels) == (7, 0, None, None)
    assert run.classes == ()
    assert run.frame(0).embeddings.shape == (7, 6)
    assert set(run.probe.labels) == {-1}
    assert set(run.probe.ids) < {f"{number}.png" for number in range(9)}
    assert "7 of the 9 images in photos are taken." in made.missing


def test_files_of_a_folder(tmp_path):
    with pytest.raises(LatentariumError, match="no checkpoint at"):
        checkpoint_files(tmp_path / "absent")
    with pytest.raises(LatentariumError, match="holds no checkpoints"):
        checkpoint_files(tmp_path)
    for name in ("b.pt", "a.pth"):
        (tmp_path / name).touch()
    files, problems = checkpoint_files(tmp_path)
    assert [(file.name, file.step) for file in files] == [("a.pth", 0), ("b.pt", 1)]
    assert problems == ()
    for name in ("7.ckpt", "x07.ckpt"):
        (tmp_path / name).touch()
    files, problems = checkpoint_files(tmp_path)
    assert [file.step for file in files] == [7]
    assert "a.pth" in problems[0]
    assert "x07.ckpt" in problems[0]


@pytest.mark.needs_data
def test_a_strangers_digits(code, data_folder, tmp_path):
    recipe = Recipe(title="", data=Data(probe=400, reference=400))
    plan = EmbeddingPlan(data_folder / "checkpoints" / "mnist_cnn.pt", recipe, f"{code}:mnist_cnn", preprocessing=GREY)
    made = embed(plan, tmp_path / "digits")
    assert made.dimensions == 500
    assert made.knn_accuracy is not None
    assert made.knn_accuracy > 0.95
    assert Run.open(made.run).entries[0].scalars["accuracy"] > 0.97
    with pytest.raises(LatentariumError, match=r"conv1\.weight \(20 × 1 × 5 × 5 in the file, 16 × 3 × 3 × 3"):
        embed(replace(plan, network=f"{code}:resnet20"), tmp_path / "wrong")


@pytest.mark.needs_data
def test_a_strangers_animals(code, data_folder, tmp_path):
    data = Data(name="folder", root=str(data_folder / "cifar10_png"), size=32, probe=150, reference=200)
    file = data_folder / "checkpoints" / "cifar10_resnet20.th"
    made = embed(EmbeddingPlan(file, Recipe(title="", data=data), f"{code}:resnet20"), tmp_path / "animals")
    assert made.dimensions == 64
    assert made.knn_accuracy is not None
    assert made.knn_accuracy > 0.95
    assert "ImageNet" in made.remarks[0]
    assert Run.open(made.run).recipe.network.classifier == "none"
