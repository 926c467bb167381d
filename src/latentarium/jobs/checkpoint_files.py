"""Which files of weights a path means: one, a folder of them, or those of a run."""

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.runs.description import read_description
from latentarium.runs.layout import CHECKPOINTS, DESCRIPTION

SUFFIXES = frozenset({".pt", ".pth", ".th", ".ckpt", ".bin", ".safetensors"})
WEIGHTS = "weights.safetensors"
MOST, LOOKED_AT = 10_000, 200  # files of a folder


@dataclass(frozen=True)
class CheckpointFile:
    """A file of weights, and the step of the training that its name tells, or its place among the others."""

    path: Path
    step: int

    @property
    def name(self) -> str:
        """What it is called for people: one in a folder of its own by the folder."""
        return self.path.parent.name if self.path.name == WEIGHTS else self.path.name


@dataclass(frozen=True)
class OwnRun:
    """What a run of this program says of its weights: the recipe, and the classes that its head tells apart."""

    recipe: Recipe
    classes: tuple[str, ...]


def checkpoint_files(path: Path) -> tuple[tuple[CheckpointFile, ...], tuple[str, ...]]:
    """The checkpoints at `path` by step, and sentences about files that are left out.

    Of a folder: its files by the last number in their names, such as epoch-12.pt; where no name has a number, in the
    order of their names. Raises LatentariumError where there is none.
    """
    if path.is_file():
        return (CheckpointFile(path, 0),), ()
    if not path.is_dir():
        raise LatentariumError(f"There is no checkpoint at {path}.")
    folder = path / CHECKPOINTS if (path / DESCRIPTION).is_file() else path
    if (folder / WEIGHTS).is_file():
        return (CheckpointFile(folder / WEIGHTS, _number(folder) or 0),), ()
    found = [item for item in _listed(folder) if item.suffix.lower() in SUFFIXES and item.is_file()]
    found += [item / WEIGHTS for item in _listed(folder) if (item / WEIGHTS).is_file()]
    if not found:
        raise LatentariumError(f"{path} holds no checkpoints: none of its files ends in {', '.join(sorted(SUFFIXES))}.")
    numbers = {item: _number(item) for item in found}
    counted = [item for item in found if numbers[item] is not None]
    if not counted:
        return tuple(CheckpointFile(item, place) for place, item in enumerate(sorted(found))), ()
    left = [CheckpointFile(item, 0).name for item in found if numbers[item] is None]
    steps: dict[int, Path] = {}
    for item in sorted(counted):
        if steps.setdefault(numbers[item] or 0, item) is not item:
            left.append(CheckpointFile(item, 0).name)
    files = tuple(CheckpointFile(steps[step], step) for step in sorted(steps))
    problems = (f"Left out, for want of a number of their own: {', '.join(left[:4])}.",) if left else ()
    return files, problems


def holds_weights(path: Path) -> bool:
    """Whether it looks like a file of weights, or a folder of them that is no run, by names alone."""
    if path.is_file():
        return path.suffix.lower() in SUFFIXES and path.name != DESCRIPTION
    if not path.is_dir() or (path / DESCRIPTION).exists():
        return False
    try:
        items = islice(path.iterdir(), LOOKED_AT)
        return any(item.suffix.lower() in SUFFIXES or (item / WEIGHTS).is_file() for item in items)
    except OSError:
        return False


def run_of(path: Path) -> OwnRun | None:
    """The run that a checkpoint lies in, or that `path` is; None where it lies in none."""
    for folder in (path, *path.absolute().parents[:3]):
        if (folder / DESCRIPTION).is_file():
            about, recipe = read_description(folder)
            return OwnRun(recipe, about.classes[: about.trained])
    return None


def recipe_for(own: OwnRun | None) -> Recipe:
    """The recipe that a plan begins with: that of the run whose weights they are, or the usual one; without a title."""
    return (own.recipe if own else Recipe()).model_copy(update={"title": "", "about": "", "known": (), "origin": None})


def _listed(folder: Path) -> list[Path]:
    items = [item for item in folder.iterdir() if not item.name.startswith(".")]
    if len(items) > MOST:
        raise LatentariumError(f"{folder} holds more than {MOST:,} files; choose a folder of one training.")
    return items


def _number(path: Path) -> int | None:
    """The last number in a file's name, or in that of the folder which it has to itself."""
    name = path.parent.name if path.name == WEIGHTS else path.stem
    numbers = re.findall(r"\d{1,12}", name)
    return int(numbers[-1]) if numbers else None
