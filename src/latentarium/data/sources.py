"""Where data sets come from, by the name that a recipe gives."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs

from latentarium.core.arrays import Ints
from latentarium.core.dataset import TEST, TRAIN, Dataset
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.core.recipe import Data
from latentarium.data.builtin import CLASSES, load_digits
from latentarium.data.folders import folder_classes, load_folder
from latentarium.data.scaling import scaled
from latentarium.data.slices import cut

BUILT_IN = "mnist-5k"
LOCAL = (BUILT_IN, "folder")  # what needs no download


def data_folder() -> Path:
    """Where data sets lie by default: $LATENTARIUM_DATA, else `data` in the user's data folder."""
    named = os.environ.get("LATENTARIUM_DATA")
    return Path(os.path.expanduser(named)) if named else platformdirs.user_data_path("latentarium") / "data"


def load(settings: Data, progress: Progress = ignore, cancelled: IsCancelled = never) -> Dataset:
    """The data set that a recipe names, cut into its train and test slices and resized.

    Nothing is downloaded. Raises LatentariumError where files are missing or make no data set, and
    CancelledError where `cancelled` says so.
    """
    if settings.name == "folder":
        return load_folder(folder_root(settings), settings, progress, cancelled)
    progress("Reading the images", None)
    if settings.name == BUILT_IN:
        dataset = load_digits()
    else:
        # Imported here: torch takes seconds, and the built-in digits and folders need none of it.
        from latentarium.data.torchvision_sets import load_set

        dataset = load_set(settings.name, root_of(settings))
    if cancelled():
        raise CancelledError("Reading the images was cancelled.")
    dataset = _sliced(dataset, settings)
    if settings.size:
        dataset = replace(dataset, images=scaled(dataset.images, settings.size, progress, cancelled))
    return dataset


def download(name: str, root: Path | None = None, progress: Progress = ignore, cancelled: IsCancelled = never) -> None:
    """Fetch one of torchvision's sets into `root` (the data folder by default), where `load` finds it.

    Raises LatentariumError where the network or the disk fails, and CancelledError where `cancelled` says so.
    """
    if name in LOCAL:
        raise LatentariumError(f"{name} needs no download.")
    from latentarium.data.torchvision_sets import download_set  # as in load

    download_set(name, root or data_folder(), progress, cancelled)


def class_names(settings: Data) -> tuple[str, ...]:
    """The names of a set's classes without reading its images; of a folder, those of its folders."""
    if settings.name == "folder":
        return folder_classes(folder_root(settings))
    if settings.name in (BUILT_IN, "mnist"):
        return CLASSES
    from latentarium.data.torchvision_sets import set_classes  # as in load

    return set_classes(settings.name, root_of(settings))


def folder_root(settings: Data) -> Path:
    """The image folder that a recipe names. Raises LatentariumError where it names none."""
    if not settings.root:
        raise LatentariumError("Choose a folder of images: data.root is empty.")
    return Path(os.path.expanduser(settings.root))


def root_of(settings: Data) -> Path:
    """The folder in which a set of torchvision's lies, or is to lie."""
    return Path(os.path.expanduser(settings.root)) if settings.root else data_folder()


def _sliced(dataset: Dataset, settings: Data) -> Dataset:
    """The rows that data.train and data.test ask for, with the split that they now belong to."""
    if not (settings.train or settings.test):
        return dataset
    own = {"train": np.flatnonzero(dataset.split == TRAIN), "test": np.flatnonzero(dataset.split == TEST)}
    training, test = cut(own, settings.train, settings.test)
    rows: Ints = np.concatenate([training, test])
    split = np.concatenate([np.full(len(training), TRAIN, np.uint8), np.full(len(test), TEST, np.uint8)])
    images, labels = dataset.images[rows], dataset.labels[rows]
    for array in (images, labels, split):
        array.flags.writeable = False
    return replace(dataset, images=images, labels=labels, split=split, ids=tuple(dataset.ids[row] for row in rows))
