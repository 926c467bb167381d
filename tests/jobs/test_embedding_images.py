"""Which images of a folder are embedded with somebody else's network, and at what size they are read."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.progress import ignore, never
from latentarium.core.recipe import Data, Recipe
from latentarium.jobs.embedding import embed
from latentarium.jobs.embedding_images import choose_reading, read_parts, words_on
from latentarium.runs.run import Run
from latentarium.training.strangers.architectures import Architecture


def photos(root: Path, *sizes: tuple[int, int]) -> Recipe:
    """Noise in two classes, of these widths and heights in turn."""
    for label in "ab":
        (root / label).mkdir(parents=True)
        for number in range(8):
            width, height = sizes[number % len(sizes)]
            pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
            Image.fromarray(pixels).save(root / label / f"{number}.png")
    return Recipe(title="", data=Data(name="folder", root=str(root), probe=4, reference=8))


STEM, SMALL = nn.Module(), nn.Module()
SMALL.maxpool = nn.Identity()


@pytest.mark.parametrize(
    ("sizes", "asked", "architecture", "side", "said"),
    [
        (((20, 20),), 0, Architecture(STEM, "theirs"), 20, False),
        (((20, 20),), 48, Architecture(STEM, "theirs"), 48, False),
        (((20, 20),), 900, Architecture(STEM, "theirs"), 512, False),
        (((20, 16),), 0, Architecture(STEM, "theirs"), 64, True),
        (((20, 20), (24, 24)), 0, Architecture(STEM, "theirs"), 64, True),
        (((20, 20),), 0, Architecture(STEM, "ours", ours=True), 64, True),
        (((20, 20),), 0, Architecture(STEM, "resnet18", pretrained=True), 224, True),
        (((20, 20),), 0, Architecture(SMALL, "resnet18", pretrained=True), 20, False),
    ],
)
def test_the_side(tmp_path, sizes, asked, architecture, side, said):
    reading = choose_reading(photos(tmp_path, *sizes), asked, architecture)
    assert reading.recipe.data.size == side
    assert f"{side} × {side}" in reading.words
    assert bool(reading.remarks) == said
    assert all(f"{side} × {side}" in sentence for sentence in reading.remarks)


def test_a_data_set_is_read_as_it_is():
    recipe = Recipe()
    assert choose_reading(recipe, 300, Architecture(STEM, "theirs")).recipe is recipe


def test_what_was_applied_is_what_the_run_says(tmp_path):
    recipe = photos(tmp_path / "photos", (20, 20))
    (tmp_path / "nets.py").write_text(
        "from torch import nn\ndef net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(108, 3))\n", "utf-8"
    )
    torch.manual_seed(0)
    state = nn.Sequential(nn.Flatten(), nn.Linear(108, 3)).state_dict()
    torch.save(state, tmp_path / "theirs.pt")
    settings = Preprocessing(size=8, crop=6, mean=(0.1, 0.2, 0.3), std=(0.5, 0.6, 0.7), channels="bgr", invert=True)
    plan = EmbeddingPlan(tmp_path / "theirs.pt", recipe, f"{tmp_path / 'nets.py'}:net", preprocessing=settings)
    run = Run.open(embed(plan, tmp_path / "run").run)
    assert run.recipe.origin is not None
    params = json.loads(run.recipe.origin.params)
    assert params["images"] == "squares of 8 × 8 pixels, cut from the middle and resized, bicubic"
    assert params["pixels"] == "6 × 6 × 3"
    for name, vector in zip(run.probe.ids, run.frame(0).embeddings, strict=True):
        image = Image.open(tmp_path / "photos" / name).resize((params["size"],) * 2, Image.Resampling.BICUBIC)
        pixels = 1 - np.asarray(image)[1:7, 1:7, ::-1].transpose(2, 0, 1) / 255
        pixels = (pixels - np.array(params["mean"])[:, None, None]) / np.array(params["std"])[:, None, None]
        expected = state["1.weight"].numpy() @ pixels.reshape(-1) + state["1.bias"].numpy()
        np.testing.assert_allclose(vector, expected, atol=1e-4)


def named(recipe: Recipe, **data: object) -> Recipe:
    return recipe.model_copy(update={"data": Data(name="folder", root=recipe.data.root, **data)})


def test_all_images_of_a_folder_of_classes_become_points(tmp_path):
    recipe = named(photos(tmp_path / "photos", (8, 8)), size=8)
    parts = read_parts(recipe, None, ignore, never)
    assert len(parts.probe) == 16
    assert len(parts.reference) == len(parts.training) == 0
    assert words_on(parts) == ""
    fewer = read_parts(named(recipe, size=8, probe=6), None, ignore, never)
    assert np.bincount(fewer.labels[fewer.probe]).tolist() == [3, 3]
    assert words_on(fewer) == "6 of the 16 images become points."


def test_images_that_are_divided_stay_so(tmp_path):
    recipe = named(photos(tmp_path / "photos", (8, 8)), size=8)
    trained = read_parts(recipe, recipe.data, ignore, never)  # images that the network was trained on
    assert (len(trained.probe), len(trained.reference)) == (4, 12)
    assert words_on(trained) == "4 of the 16 images become points, all from the test part."
    cut = read_parts(named(recipe, size=8, train="train[2:]"), None, ignore, never)
    assert (len(cut.probe), len(cut.reference)) == (4, 10)
    for part in ("train", "test"):
        photos(tmp_path / "divided" / part, (8, 8))
    divided = read_parts(Recipe(data=Data(name="folder", root=str(tmp_path / "divided"), size=8)), None, ignore, never)
    assert {divided.dataset.ids[row].split("/")[0] for row in divided.probe} == {"test"}
    assert (len(divided.probe), len(divided.reference)) == (16, 16)


def test_a_run_of_all_images_is_measured_by_its_own_points(tmp_path):
    recipe = named(photos(tmp_path / "photos", (8, 8)), size=8)
    (tmp_path / "nets.py").write_text(
        "from torch import nn\ndef net():\n    return nn.Sequential(nn.Flatten(), nn.Linear(192, 5))\n", "utf-8"
    )
    torch.save(nn.Sequential(nn.Flatten(), nn.Linear(192, 5)).state_dict(), tmp_path / "theirs.pt")
    made = embed(EmbeddingPlan(tmp_path / "theirs.pt", recipe, f"{tmp_path / 'nets.py'}:net"), tmp_path / "run")
    assert (made.points, made.reference) == (16, 0)
    run = Run.open(made.run)
    frame, labels = run.frame(0), run.probe.labels
    right = {"knn_accuracy": 0, "pixels": 0}
    for kind, points in (("knn_accuracy", frame.embeddings), ("pixels", run.probe.images.reshape(16, -1))):
        for row in range(16):
            distances = np.square(points.astype(float) - points[row]).sum(1)
            distances[row] = np.inf
            right[kind] += int(labels[distances.argmin()] == labels[row])
    assert frame.scalars["knn_accuracy"] == made.knn_accuracy == right["knn_accuracy"] / 16
    assert made.pixels == right["pixels"] / 16
    means = np.stack([frame.embeddings[labels == label].mean(0) for label in range(2)])
    squared = np.square(frame.embeddings[:, None] - means).sum(2)
    temperature = run.recipe.prototypes.temperature
    assert temperature == pytest.approx(squared[np.arange(16), labels].mean(), rel=1e-3)
    expected = np.exp(-squared / temperature)
    np.testing.assert_allclose(frame.probabilities, expected / expected.sum(1, keepdims=True), atol=1e-4)
