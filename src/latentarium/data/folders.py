"""Image folders: one folder a class, `train/` and `test/` (or `val/`) as they stand, else divided 70/30.

Classes and files come in torchvision's ImageFolder order: sorted by name, class by class.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentarium.core.arrays import Bytes, frozen_ints
from latentarium.core.dataset import SPLITS, TEST, TRAIN, Dataset
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.core.recipe import Data
from latentarium.data.pictures import SUFFIXES, UnreadableError, picture_size, read_picture
from latentarium.data.slices import cut

SIZE = 64  # pixels a side, where the recipe says nothing
LOOKED_AT = 200  # images
TEST_SHARE = 0.3
MOST_BYTES = 4 * 2**30  # of all images together
MOST_PROBLEMS = 1000
UNSEEN = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what systems leave behind


@dataclass(frozen=True)
class _File:
    """An image file before it is read: its path below the root, its class, and its split."""

    path: str
    label: str
    split: int


def folder_classes(root: Path) -> tuple[str, ...]:
    """The names of the class folders below `root`, sorted. Raises LatentariumError where there are none."""
    tops = _tops(root)
    names = sorted({entry.name for top, _ in tops for entry in _folders(top)})
    if names:
        return tuple(names)
    if any(entry.suffix.lower() in SUFFIXES for entry in _entries(root)):
        raise LatentariumError(
            f"{root} holds images but no folders: put the images of each class into a folder of its own."
        )
    raise LatentariumError(f"{root} holds no folders: each class needs a folder with its images.")


def load_folder(root: Path, settings: Data, progress: Progress, cancelled: IsCancelled) -> Dataset:
    """Read the images below `root`, cropped to a square about the centre and resized to `settings.size`.

    Files that cannot be read, and classes without an image, are left out and named in `problems`. The
    division 70/30 depends on the files' names alone. Where the recipe names classes, only those are read.
    """
    names = folder_classes(root)
    files, problems = _files(root, names, cancelled)
    own = {name: np.flatnonzero([file.split == which for file in files]) for which, name in enumerate(SPLITS)}
    if settings.train or settings.test:
        training, test = cut(own, settings.train, settings.test)
        files = [
            _File(files[row].path, files[row].label, which)
            for rows, which in ((training, TRAIN), (test, TEST))
            for row in rows
        ]
    wanted = {*settings.classes, *settings.held_out} if settings.classes else set(names)
    if not wanted <= set(names):
        unknown = ", ".join(sorted(wanted.difference(names)))
        raise LatentariumError(
            f"There is no class folder {unknown} in {root}; the classes are {', '.join(names[:20])}. "
            "Set data.classes to some of these, or to nothing for all."
        )
    files = [file for file in files if file.label in wanted]
    images, read, broken = _read(root, files, settings.size or SIZE, progress, cancelled)
    problems += broken
    filled = {file.label for file in read}
    empty = [name for name in names if name in wanted and name not in filled]
    problems += [f"Class {name} has no image and is left out." for name in empty]
    if not read:
        raise LatentariumError(f"No image below {root} could be read. {' '.join(problems[:3])}".rstrip())
    classes = tuple(name for name in names if name not in empty)
    if len(problems) > MOST_PROBLEMS:
        problems = [*problems[:MOST_PROBLEMS], f"And {len(problems) - MOST_PROBLEMS} more."]
    split = np.array([file.split for file in read], np.uint8)
    split.flags.writeable = False
    return Dataset(
        name=root.resolve().name,
        images=images,
        labels=frozen_ints([classes.index(file.label) for file in read]),
        classes=classes,
        split=split,
        ids=tuple(_text(file.path) for file in read),
        problems=tuple(problems),
    )


def common_side(root: Path) -> int:
    """The side in pixels of the images below `root` where all are squares of one size; else 0.

    Of many images it looks at some, evenly. Raises LatentariumError where `root` cannot be read.
    """
    if is_unlabelled(root):
        paths = [entry.name for entry in _entries(root) if entry.suffix.lower() in SUFFIXES]
    else:
        paths = [file.path for file in _files(root, folder_classes(root), never)[0]]
    sizes = {picture_size(root / path) for path in paths[:: max(1, len(paths) // LOOKED_AT)]} - {None}
    width, height = (sizes.pop() or (0, 0)) if len(sizes) == 1 else (0, 0)
    return width if width == height else 0


def is_divided(root: Path) -> bool:
    """Whether the images stand below `train/` and `test/` (or `val/`). Raises LatentariumError for no folder."""
    return _tops(root)[0][1] is not None


def is_unlabelled(root: Path) -> bool:
    """Whether images lie in the folder itself, and there are no folders of classes below it."""
    return not _folders(root) and any(entry.suffix.lower() in SUFFIXES for entry in _entries(root))


def load_unlabelled(root: Path, settings: Data, progress: Progress, cancelled: IsCancelled) -> Dataset:
    """Images that lie in one folder, without a class: at most `settings.probe` of them, all to be shown.

    Which of more does not depend on their order or on the others, as with the division of classes.
    """
    names = [entry.name for entry in _entries(root) if entry.suffix.lower() in SUFFIXES]
    chosen = sorted(names, key=lambda name: hashlib.sha256(os.fsencode(name)).digest())[: settings.probe]
    files = [_File(name, "", TEST) for name in sorted(chosen)]
    images, read, problems = _read(root, files, settings.size or SIZE, progress, cancelled)
    if len(chosen) < len(names):
        problems.insert(0, f"{len(chosen):,} of the {len(names):,} images in {root.name} are taken.")
    if not read:
        raise LatentariumError(f"No image in {root} could be read. {' '.join(problems[:3])}".rstrip())
    split = np.full(len(read), TEST, np.uint8)
    split.flags.writeable = False
    return Dataset(
        name=root.resolve().name,
        images=images,
        labels=frozen_ints(np.full(len(read), -1)),
        classes=(),
        split=split,
        ids=tuple(_text(file.path) for file in read),
        problems=tuple(problems[:MOST_PROBLEMS]),
    )


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, sorted by name, but for hidden things. Raises LatentariumError where it is no folder."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in UNSEEN)
    except FileNotFoundError as error:
        raise LatentariumError(f"There is no folder {folder}; set data.root to a folder of images.") from error
    except OSError as error:
        raise LatentariumError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error


def _folders(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.is_dir()]


def _tops(root: Path) -> list[tuple[Path, int | None]]:
    """The folders that hold class folders, with their split: None where it is to be made."""
    folders = {path.name: path for path in _folders(root)}
    test = folders.get("test", folders.get("val"))
    if "train" in folders and test is not None and _folders(folders["train"]) and _folders(test):
        return [(folders["train"], TRAIN), (test, TEST)]
    return [(root, None)]


def _files(root: Path, names: tuple[str, ...], cancelled: IsCancelled) -> tuple[list[_File], list[str]]:
    """All image files, the training part first where it is given, and a sentence about the other files."""
    files: list[_File] = []
    other: list[str] = []
    for top, split in _tops(root):
        for name in names:
            if cancelled():
                raise CancelledError("Reading the images was cancelled.")
            found = sorted(_below(top / name))
            pictures = [path for path in found if path.suffix.lower() in SUFFIXES]
            other += [path.relative_to(root).as_posix() for path in found if path.suffix.lower() not in SUFFIXES]
            paths = [path.relative_to(root).as_posix() for path in pictures]
            tested = _tested(paths) if split is None else set()
            files += [
                _File(path, name, (TEST if path in tested else TRAIN) if split is None else split) for path in paths
            ]
    problems = []
    if other:
        many = f"{len(other)} files are" if len(other) > 1 else "1 file is"
        problems.append(
            f"{many} neither PNG, JPEG, WebP nor BMP and left out: {_text(', '.join(other[:3]))}"
            + ("…" if len(other) > 3 else ".")
        )
    return files, problems


def _below(folder: Path) -> list[Path]:
    """All visible files below a class folder, its inner folders included, links to folders not followed."""
    found: list[Path] = []
    for place, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".") and name not in UNSEEN]
        found += [Path(place, name) for name in names if not name.startswith(".") and name not in UNSEEN]
    return found


def _tested(paths: list[str]) -> set[str]:
    """About 30 % of a class's files, at least one of two and never its only one.

    Chosen by a digest of the path: another file in the folder moves at most one of the others.
    """
    count = min(max(1, round(TEST_SHARE * len(paths))), len(paths) - 1)
    order = sorted(paths, key=lambda path: hashlib.sha256(os.fsencode(path)).digest())
    return set(order[: max(0, count)])


def _read(
    root: Path, files: list[_File], size: int, progress: Progress, cancelled: IsCancelled
) -> tuple[Bytes, list[_File], list[str]]:
    """The images of the files that can be read, uint8 (N, size, size, C); C is 1 only if all are grey."""
    if len(files) * size * size * 3 > MOST_BYTES:
        most = MOST_BYTES // (size * size * 3)
        raise LatentariumError(
            f"{len(files):,} images of {size} pixels need more than 4 GB; choose at most {most:,} of them "
            "(data.classes, data.train, data.test) or a smaller data.size."
        )
    images = np.empty((len(files), size, size, 3), np.uint8)
    read: list[_File] = []
    problems: list[str] = []
    coloured = False
    for number, file in enumerate(files):
        if number % 16 == 0:
            progress("Reading the images", number / len(files))
            if cancelled():
                raise CancelledError("Reading the images was cancelled.")
        try:
            pixels = read_picture(root / file.path, size)
        except UnreadableError as error:
            problems.append(f"{_text(file.path)} is left out: {error}.")
            continue
        coloured = coloured or pixels.shape[2] == 3
        images[len(read)] = pixels  # a grey image fills all three
        read.append(file)
    kept = np.ascontiguousarray(images[: len(read), :, :, : 3 if coloured else 1])
    kept.flags.writeable = False
    return kept, read, problems


def _text(path: str) -> str:
    """A file name that any program can store: bytes that are no UTF-8 are written out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
