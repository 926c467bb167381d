"""Which images are embedded, and at what size those of a folder are read."""

from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import frozen_ints
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.recipe import Data, Recipe
from latentarium.data.folders import SIZE, common_side, is_divided, is_unlabelled, load_unlabelled
from latentarium.data.parts import Parts, divide, undivided
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


def read_parts(recipe: Recipe, trained: Data | None, tell: Progress, cancelled: IsCancelled) -> Parts:
    """The images, divided as for a training where they are divided already; those of any other folder are all probe.

    A data set of its own is, a folder with `train/` and `test/`, one cut by the recipe, and the images that the
    network was `trained` on, where they are known.
    """
    if recipe.data.name == "folder" and is_unlabelled(root := folder_root(recipe.data)):
        dataset = load_unlabelled(root, recipe.data, tell, cancelled)
        rows, nothing = frozen_ints(np.arange(len(dataset))), frozen_ints([])
        return Parts(dataset, (), 0, dataset.labels, nothing, nothing, rows, rows, nothing)
    divides = divide if _comes_divided(recipe.data, trained) else undivided
    return divides(recipe, load(recipe.data, tell, cancelled))


def words_on(parts: Parts) -> str:
    """How many of the images become points, where not all do; else nothing."""
    images = int((parts.labels >= 0).sum()) if parts.classes else len(parts.labels)
    if len(parts.probe) == images:
        return ""
    where = ", all from the test part" if len(parts.test) < images else ""
    return f"{len(parts.probe):,} of the {images:,} images become points{where}."


def _comes_divided(data: Data, trained: Data | None) -> bool:
    if data.name != "folder" or data.train or data.test:
        return True
    root = folder_root(data)
    known = trained is not None and trained.name == "folder" and folder_root(trained).resolve() == root.resolve()
    return known or is_divided(root)
