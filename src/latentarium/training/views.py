"""What the network sees of a batch: each image once, or two random changes of it to tell apart from all others."""

import torch
from torch import Generator, Tensor

from latentarium.core.recipe import Augment, Recipe
from latentarium.training.augmentation import augment
from latentarium.training.estimate import learns_from_augmentations


def view_count(recipe: Recipe) -> int:
    """How often an image is in a batch: twice where an objective asks for augmentations, else once."""
    return 2 if learns_from_augmentations(recipe) else 1


def draw_views(images: Tensor, count: int, settings: Augment, generator: Generator) -> Tensor:
    """`count` views of a batch (B, H, W, C), each changed anew, one after the other: (count·B, H, W, C)."""
    views = [augment(images, settings, generator) for _ in range(count)]
    return torch.cat(views) if count > 1 else views[0]
