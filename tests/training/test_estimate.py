"""What is said before training: lengths, sizes, warnings and refusals."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latentarium.core.dataset import Dataset
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.recipe import Recipe
from latentarium.data.parts import divide, sample
from latentarium.training.estimate import check, run_bytes, steps_per_epoch, total_steps

Make = Callable[..., Any]

DCL = [{"name": "dcl"}]
CROSS_ENTROPY = [{"name": "cross-entropy"}]
BLIND = [{"name": "info-nce", "positives": "augmentations"}]
STILL = {"shift": 0, "flip": False, "jitter": 0.0}
NONE = {"classifier": "none"}


@pytest.mark.parametrize(
    ("batch", "rows", "batches"), [(50, 60_000, 1200), (256, 60_000, 235), (500, 84, 1), (1, 7, 7), (3, 7, 3)]
)
def test_steps_of_an_epoch(batch: int, rows: int, batches: int, make_recipe: Make) -> None:
    recipe = make_recipe(optimiser={"batch": batch, "steps": None, "epochs": 10})
    assert steps_per_epoch(recipe, rows) == batches
    assert total_steps(recipe, rows) == 10 * batches


def test_steps_count_as_they_are_and_parts_of_epochs_are_rounded_up(make_recipe: Make) -> None:
    assert total_steps(make_recipe(), 84) == 20
    assert total_steps(make_recipe(optimiser={"steps": None, "epochs": 0.01}), 84) == 1
    assert total_steps(make_recipe(optimiser={"steps": None, "epochs": 1.1}), 84) == 7


@pytest.mark.parametrize("half", [False, True])
def test_the_size_of_a_run_is_that_of_its_frames_and_images(
    half: bool, dataset: Dataset, run: Make, make_recipe: Make
) -> None:
    recipe = make_recipe(frames={"half": half})
    frames = [item for item in run(recipe) if isinstance(item, Frame)]
    size = 0
    for frame in frames:
        size += (frame.embeddings.nbytes + frame.reference_embeddings.nbytes) // (2 if half else 1)
        size += frame.probabilities.nbytes + frame.reference_probabilities.nbytes
    assert run_bytes(recipe, divide(recipe, dataset)) == size + 35 * 8 * 8


def test_large_images_count_as_the_thumbnails_that_are_kept(make_recipe: Make) -> None:
    images, rows = np.zeros((20, 200, 130, 3), np.uint8), np.arange(20)
    ids = [str(row) for row in rows]
    dataset = Dataset("tall", images, rows % 2, ("a", "b"), (rows // 10).astype(np.uint8), ids)
    recipe = make_recipe(data={"classes": ("a", "b"), "per_class": 0, "held_out": ()})
    parts = divide(recipe, dataset)
    without = replace(dataset, images=images[:, :1, :1])
    size = sum(sample(parts, which).images.nbytes - 3 * len(sample(parts, which)) for which in ("probe", "reference"))
    assert run_bytes(recipe, parts) - run_bytes(recipe, divide(recipe, without)) == size


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"network": NONE, "objective": DCL}, ""),
        ({"data": {"classes": ("a",)}}, "nothing to tell apart"),
        ({"optimiser": {"batch": 500}}, "larger than the data"),
        ({"network": NONE, "objective": DCL, "optimiser": {"batch": 4}}, "try at least 12"),
        ({"network": NONE, "objective": DCL, "data": {"per_class": 0}}, ""),
        ({"objective": DCL}, "classifier to none"),
        ({"network": {"classifier": "trunk"}}, "Nothing trains the embedding"),
        ({"network": {"classifier": "trunk"}, "objective": [*CROSS_ENTROPY, {"name": "tsne", "weight": 5}]}, ""),
        ({"network": {"classifier": "trunk"}, "objective": [*CROSS_ENTROPY, {"name": "arcface"}]}, ""),
        ({"network": NONE, "objective": [{"name": "arcface"}], "optimiser": {"batch": 2}}, ""),
        ({"network": NONE, "objective": BLIND, "optimiser": {"batch": 2}}, ""),
        ({"network": {"weights": "a.pth"}}, "for a ResNet"),
        ({"network": {"embedding": 4096}, "frames": {"count": 10_000}, "optimiser": {"steps": 10**6}}, "GB on disk"),
    ],
    ids=str,
)
def test_warnings(changes: dict[str, Any], words: str, dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(**changes)
    warnings = check(recipe, divide(recipe, dataset))
    if not words:
        assert warnings == []
    else:
        assert len(warnings) == 1
        assert words in warnings[0]


def test_a_class_with_one_image_is_told(make_dataset: Make, make_recipe: Make) -> None:
    full = make_dataset(classes=2, rows=10)
    first = [row for row in range(20) if not (full.labels[row] == 1 and 10 < row < 17)]
    sparse = Dataset(
        "sparse", full.images[first], full.labels[first], full.classes, full.split[first], [str(row) for row in first]
    )
    recipe = make_recipe(network=NONE, objective=DCL)
    (warning,) = [one for one in check(recipe, divide(recipe, sparse)) if "single" in one]
    assert "Class b" in warning


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"network": NONE, "objective": DCL, "data": {"classes": ("a",)}}, "there is only one"),
        ({"network": NONE, "objective": DCL, "data": {"per_class": 1}}, "two training images of one class"),
        ({"network": NONE, "objective": DCL, "optimiser": {"batch": 2}}, "batch to 3 or more"),
        ({"network": {"name": "conv-small"}, "optimiser": {"batch": 1}}, "batch norm"),
        ({"network": NONE, "objective": [{"name": "supcon"}], "optimiser": {"batch": 2}}, "batch to 3 or more"),
        ({"network": NONE, "objective": BLIND, "augment": STILL}, "augment.jitter"),
        ({"network": NONE, "objective": BLIND, "optimiser": {"batch": 1}}, "batch to 2 or more"),
        ({"network": NONE, "objective": [{"name": "umap"}], "optimiser": {"patience": 9}}, "patience to 0"),
    ],
    ids=str,
)
def test_refusals(changes: dict[str, Any], words: str, dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(**changes)
    with pytest.raises(LatentariumError, match=words):
        check(recipe, divide(recipe, dataset))


def test_all_this_is_known_without_torch() -> None:
    modules = ", ".join(f"latentarium.training.{name}" for name in ("estimate", "schedule", "control", "device"))
    code = f"import sys, {modules}; latentarium.training.device.thread_count(); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_recipes_that_come_with_the_program_are_sound() -> None:
    from latentarium.core.recipe_text import preset, preset_names
    from latentarium.data import load

    names = preset_names()
    wanted = {"triangle", "tetrahedron", "ten-digits", "contrastive", "contrastive-fast", "contrastive-conv"}
    assert wanted | {"triplet-voronoi"} <= set(names)
    dataset = load(Recipe().data)
    for name in names:
        recipe = preset(name)
        assert recipe.title
        assert len(re.findall(r"[.?!](?= |$)", recipe.about)) >= 3, name
        if recipe.data.name == "mnist-5k" and not recipe.teaching:  # the others' images are not everywhere
            assert check(recipe, divide(recipe, dataset)) == [], name


def test_the_contrastive_recipe_is_the_tutorials() -> None:
    from latentarium.core.recipe_text import preset

    recipe = preset("contrastive")
    network, optimiser, (objective,) = recipe.network, recipe.optimiser, recipe.objective
    assert (network.name, network.embedding, network.normalise, network.classifier) == (
        "residual-mlp",
        128,
        True,
        "none",
    )
    assert (objective.name, getattr(objective, "temperature", None)) == ("dcl", 0.07)
    assert (optimiser.name, optimiser.rate, optimiser.weight_decay) == ("adamw", 3e-4, 0.01)
    assert (optimiser.schedule, optimiser.batch, optimiser.epochs) == ("step", 50, 10)
    assert recipe.augment.shift == 0
