"""What a checkpoint holds of the objectives, and that checkpoints from before they learnt anything still load."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from latentarium.core.dataset import Dataset
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Checkpoint
from latentarium.core.recipe import Augment
from latentarium.training.control import Control
from latentarium.training.loop import train
from latentarium.training.memory import WEIGHTS, unpack
from latentarium.training.objectives import Problem, WeightedSum
from latentarium.training.views import augmentation_at, draw_views, view_count

Make = Callable[..., Any]

ARCFACE = {"network": {"classifier": "none"}, "objective": [{"name": "arcface"}], "optimiser": {"steps": 4}}


def trained(recipe: Any, dataset: Dataset, checkpoint: Checkpoint | None = None) -> Checkpoint:
    *_, last = train(recipe, dataset, Control(), checkpoint, "cpu", threads=1)
    assert isinstance(last, Checkpoint)
    return last


def test_centres_are_learnt_and_kept_beside_the_network(dataset: Dataset, make_recipe: Make) -> None:
    recipe = make_recipe(**ARCFACE)
    checkpoint = trained(recipe, dataset)
    weights = safetensors.torch.load(checkpoint.files[WEIGHTS])
    centres = weights.pop("objective.arcface.centres")
    memory = unpack(checkpoint)
    assert set(memory.network) == set(weights)
    assert set(memory.objective) == {"arcface.centres"}
    first = WeightedSum(recipe.objective, Problem(dataset.images, 3, 3, recipe.seed)).state_dict()["arcface.centres"]
    assert centres.shape == first.shape
    assert not torch.allclose(centres, first, atol=1e-3)


def test_objectives_that_learn_nothing_add_nothing_to_a_checkpoint(dataset: Dataset, make_recipe: Make) -> None:
    """So those of earlier versions, which know only the network, are complete."""
    checkpoint = trained(make_recipe(optimiser={"steps": 4}), dataset)
    assert unpack(checkpoint).objective == {}
    assert not any(name.startswith("objective.") for name in safetensors.torch.load(checkpoint.files[WEIGHTS]))


def test_a_checkpoint_without_its_centres_is_refused(dataset: Dataset, make_recipe: Make) -> None:
    plain = trained(make_recipe(network={"classifier": "none"}, objective=[{"name": "triplet"}]), dataset)
    with pytest.raises(LatentariumError, match="another recipe"):
        trained(make_recipe(**ARCFACE), dataset, plain)


def test_each_image_is_seen_twice_where_augmentations_are_the_positives(dataset: Dataset, make_recipe: Make) -> None:
    """And only there; the two views of an image are not the same."""
    blind = [{"name": "supcon", "positives": "augmentations"}, {"name": "triplet"}]
    recipe = make_recipe(objective=blind)
    assert view_count(recipe) == 2
    assert view_count(make_recipe(objective=[{**blind[0], "weight": 0}, blind[1]])) == 1
    images = torch.from_numpy(dataset.images[:5].copy())
    views = draw_views(images, 2, recipe.augment, torch.Generator().manual_seed(1))
    assert views.shape == (10, *images.shape[1:])
    assert not np.array_equal(views[:5].numpy(), views[5:].numpy())
    assert draw_views(images, 1, recipe.augment, torch.Generator()).shape == images.shape


def test_towards_the_end_images_may_stay_as_they_are(make_recipe: Make) -> None:
    """But for objectives that learn from the changes."""
    recipe = make_recipe(augment={"until": 0.8})
    assert augmentation_at(recipe, 0.79) is recipe.augment
    assert augmentation_at(recipe, 0.8) == Augment()
    assert augmentation_at(make_recipe(), 0.999) != Augment()
    blind = make_recipe(augment={"until": 0.8}, objective=[{"name": "supcon", "positives": "augmentations"}])
    assert augmentation_at(blind, 0.9) is blind.augment
