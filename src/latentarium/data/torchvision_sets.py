"""MNIST, Fashion-MNIST, KMNIST and CIFAR through torchvision. The one module of this room that imports torch."""

import contextlib
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from torchvision import datasets

from latentarium.core.arrays import frozen_bytes, frozen_ints
from latentarium.core.dataset import TEST, TRAIN, Dataset
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress
from latentarium.data.fetching import Archive, fetch

TITLES = {
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
}
KINDS: dict[str, Any] = {
    "mnist": datasets.MNIST,
    "fashion-mnist": datasets.FashionMNIST,
    "kmnist": datasets.KMNIST,
    "cifar10": datasets.CIFAR10,
    "cifar100": datasets.CIFAR100,
}


def load_set(name: str, root: Path) -> Dataset:
    """A set that lies in `root` as torchvision lays it out, with its own train and test split.

    Raises LatentariumError where files are missing or damaged.
    """
    parts = [_part(name, root, train) for train in (True, False)]
    images = np.concatenate([_pixels(part.data) for part in parts])
    split = np.concatenate(
        [np.full(len(part.data), which, np.uint8) for part, which in zip(parts, (TRAIN, TEST), strict=True)]
    )
    split.flags.writeable = False
    ids = [
        f"{which}-{row}" for part, which in zip(parts, ("train", "test"), strict=True) for row in range(len(part.data))
    ]
    return Dataset(
        name=name,
        images=frozen_bytes(images),
        labels=frozen_ints(np.concatenate([np.asarray(part.targets) for part in parts])),
        classes=_classes(name, parts[1]),
        split=split,
        ids=tuple(ids),
    )


def set_classes(name: str, root: Path) -> tuple[str, ...]:
    """The names of a set's classes. CIFAR's lie among its files; LatentariumError where they are missing."""
    return _classes(name, KINDS[name] if hasattr(KINDS[name], "classes") else _part(name, root, False))


def download_set(name: str, root: Path, progress: Progress, cancelled: IsCancelled) -> None:
    """Fetch a set's archives from torchvision's addresses, check them against its digests and unpack them.

    A set that is there is left alone.
    """
    kind = KINDS[name]
    with contextlib.suppress(LatentariumError):
        _part(name, root, True)
        return
    if hasattr(kind, "resources"):  # the MNIST family: four files, several mirrors
        folder = root / kind.__name__ / "raw"
        archives = [Archive(file, tuple(mirror + file for mirror in kind.mirrors), md5) for file, md5 in kind.resources]
    else:
        folder = root
        archives = [Archive(kind.filename, (kind.url,), kind.tgz_md5)]
    fetch(TITLES[name], archives, folder, progress, cancelled)
    progress(f"Checking {TITLES[name]}", None)
    _part(name, root, True)


def _part(name: str, root: Path, train: bool) -> Any:
    """torchvision's own object of one split, read without touching the network."""
    try:
        with warnings.catch_warnings():
            # CIFAR's pickles, whose digests torchvision checks first, are older than today's NumPy.
            warnings.simplefilter("ignore")
            return KINDS[name](root, train=train, download=False)
    except RuntimeError as error:
        raise LatentariumError(
            f"{TITLES[name]} is not in {_folder(name, root)}; "
            "download it (on the command line: --download), or set data.root to the folder that holds it."
        ) from error
    except (OSError, ValueError, AssertionError, KeyError, EOFError, pickle.UnpicklingError) as error:
        raise LatentariumError(
            f"The files of {TITLES[name]} in {_folder(name, root)} are damaged; delete them and download it again."
        ) from error


def _folder(name: str, root: Path) -> Path:
    kind = KINDS[name]
    return root.joinpath(*((kind.__name__, "raw") if hasattr(kind, "resources") else (kind.base_folder,)))


def _pixels(data: Any) -> Any:
    """Images as uint8 (N, H, W, C), whatever torchvision keeps them in."""
    pixels = np.asarray(data, dtype=np.uint8)
    return pixels[..., None] if pixels.ndim == 3 else pixels


def _classes(name: str, source: Any) -> tuple[str, ...]:
    """The class names; MNIST's as plain digits, so that a recipe for the built-in digits fits."""
    return tuple(str(digit) for digit in range(10)) if name == "mnist" else tuple(source.classes)
