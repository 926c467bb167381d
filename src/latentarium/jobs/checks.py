"""What can be known before training starts: what cannot work, what may disappoint, whether the disk has room."""

import shutil
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.data.parts import Parts
from latentarium.training.estimate import check, run_bytes

SPARE = 200_000_000  # bytes that are left alone: checkpoints, texts, and the rest of the system


def check_training(recipe: Recipe, parts: Parts, folder: Path) -> list[str]:
    """Sentences about what may disappoint. Raises LatentariumError for what cannot be trained or recorded."""
    warnings = check(recipe, parts)
    needed, free = run_bytes(recipe, parts), _free(folder)
    if needed + SPARE > free:
        raise LatentariumError(
            f"The run needs {needed / 1e9:.2f} GB, and the disk of {folder} has {free / 1e9:.2f} GB free; "
            "record fewer frames, or choose another folder."
        )
    return warnings


def _free(folder: Path) -> int:
    """Bytes free on the disk where `folder` is, or will be."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free
