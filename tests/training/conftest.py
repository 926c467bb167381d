"""A data set and a recipe so small that a training takes a tenth of a second."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from latentarium.core.dataset import TEST, TRAIN, Dataset
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.training.control import Control
from latentarium.training.loop import train


def make_dataset(classes: int = 3, rows: int = 40, size: int = 8, channels: int = 1, seed: int = 0) -> Dataset:
    """`rows` images a class, 70 % of them for training: a bright bar at a place of its class, and noise."""
    random = np.random.RandomState(seed)
    labels = np.repeat(np.arange(classes), rows)
    images = random.randint(0, 90, (classes * rows, size, size, channels))
    for image, label in zip(images, labels, strict=True):
        image[label * size // classes : label * size // classes + 2] += 120
    split = np.where(np.tile(np.arange(rows), classes) < round(0.7 * rows), TRAIN, TEST).astype(np.uint8)
    ids = [f"{('train', 'test')[part]}-{row}" for row, part in enumerate(split)]
    names = tuple("abcdefghijklmnop"[:classes])
    return Dataset("bars", images.astype(np.uint8), labels, names, split, ids)


def make_recipe(**changes: Any) -> Recipe:
    """A recipe of 84 training images in batches of 16, six an epoch, 20 steps, 8 frames; tables may be replaced."""
    tables: dict[str, Any] = {
        "data": {"probe": 20, "reference": 15},
        "network": {"name": "mlp", "embedding": 3, "hidden": (16,)},
        "optimiser": {"rate": 1e-2, "batch": 16, "steps": 20},
        "augment": {"shift": 1, "flip": True, "jitter": 0.1},
        "frames": {"count": 8},
    }
    for name, change in changes.items():
        tables[name] = {**tables[name], **change} if isinstance(tables.get(name), dict) else change
    return Recipe.model_validate(tables)


@pytest.fixture(name="make_dataset", scope="session")
def _make_dataset() -> Callable[..., Dataset]:
    return make_dataset


@pytest.fixture(name="make_recipe", scope="session")
def _make_recipe() -> Callable[..., Recipe]:
    return make_recipe


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture(scope="session")
def run(dataset: Dataset) -> Callable[..., list[Frame | Checkpoint]]:
    """Train to the end on the small data set, with one thread."""

    def trained(
        recipe: Recipe, checkpoint: Checkpoint | None = None, data: Dataset = dataset
    ) -> list[Frame | Checkpoint]:
        return list(train(recipe, data, Control(), checkpoint, "cpu", threads=1))

    return trained
