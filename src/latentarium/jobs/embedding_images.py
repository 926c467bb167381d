"""Which images are embedded, and at what size those of a folder are read."""

from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import frozen_ints
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.recipe import Recipe
from latentarium.data.folders import SIZE, common_side, is_unlabelled, load_unlabelled
from latentarium.data.parts import Parts, divide
from latentarium.data.sources import folder_root, load
from latentarium.training.strangers.architectures import Architecture
from latentarium.training.strangers.settling import usual_side

LARGEST_READ = 512  # pixels a side that images are read at


@dataclass(frozen=True)
class Reading:
    """The recipe with the size that a folder's images are read at, how they are read, and what was taken for granted.

    `words` is empty where the images come as they are.
    """

    recipe: Recipe
    words: str = ""
    remarks: tuple[str, ...] = ()


def choose_reading(recipe: Recipe, size: int, architecture: Architecture) -> Reading:
    """How the recipe's images are read, where a person wants `size` pixels a side; 0: said nothing.

    A folder's images are read at that size; where nothing was said, at what the network was made for, else at their
    own size where it is one for all, else as in training. Raises LatentariumError for a folder that cannot be read.
    """
    data, remarks = recipe.data, []
    side = data.size
    if data.name != "folder":
        return Reading(recipe, f"resized to {side} × {side} pixels" if side else "")
    if not side and size:
        side = min(size, LARGEST_READ)
    if not side:
        own = 0 if architecture.ours else common_side(folder_root(data))
        side = min(usual_side(architecture) or own or SIZE, LARGEST_READ)
        if side != own:
            remarks.append(f"No size was given: the images were resized to {side} × {side} pixels.")
    words = f"squares of {side} × {side} pixels, cut from the middle and resized, bicubic"
    return Reading(recipe.model_copy(update={"data": data.model_copy(update={"size": side})}), words, tuple(remarks))


def read_parts(recipe: Recipe, tell: Progress, cancelled: IsCancelled) -> Parts:
    """The images, divided as for a training; a folder of images without classes is all probe."""
    if recipe.data.name == "folder" and is_unlabelled(root := folder_root(recipe.data)):
        dataset = load_unlabelled(root, recipe.data, tell, cancelled)
        rows, nothing = frozen_ints(np.arange(len(dataset))), frozen_ints([])
        return Parts(dataset, (), 0, dataset.labels, nothing, nothing, rows, rows, nothing)
    return divide(recipe, load(recipe.data, tell, cancelled))
