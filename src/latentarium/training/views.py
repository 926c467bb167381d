"""What the network sees of a batch: each image once, or two random changes of it to tell apart from all others."""

import torch
from torch import Generator, Tensor

from latentarium.core.recipe import Augment, Recipe
from latentarium.training.augmentation import augment
from latentarium.training.estimate import learns_from_augmentations


def view_count(recipe: Recipe) -> int:
    """How often an image is in a batch: twice where an objective asks for augmentations, else once."""
    return 2 if learns_from_augmentations(recipe) else 1


def augmentation_at(recipe: Recipe, share: float) -> Augment:
    """The changes to images after `share` of the training, 0 to 1: none from `augment.until` on.

    At the end the network then sees the training images as they are, and those that no change would explain find
    their own class too. Objectives that learn from the changes themselves keep them.
    """
    keep = share < recipe.augment.until or bool(learns_from_augmentations(recipe))
    return recipe.augment if keep else Augment()


def draw_views(images: Tensor, count: int, settings: Augment, generator: Generator) -> Tensor:
    """`count` views of a batch (B, H, W, C), each changed anew, one after the other: (count·B, H, W, C)."""
    views = [augment(images, settings, generator) for _ in range(count)]
    return torch.cat(views) if count > 1 else views[0]
