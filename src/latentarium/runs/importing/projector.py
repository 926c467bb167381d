"""What TensorBoard's projector shows: a config that names tensors, their metadata and their sprites."""

from dataclasses import dataclass, replace
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.core.thumbnails import Thumbnails
from latentarium.runs.importing.arrays import check_regular
from latentarium.runs.importing.found import PICTURES, Found, Hints
from latentarium.runs.importing.pictures import locate
from latentarium.runs.importing.projector_config import CONFIG, Entry, read_config
from latentarium.runs.importing.projector_files import (
    Tensor,
    count_points,
    find_tensor,
    metadata_head,
    read_metadata,
    read_sprite,
)
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tabled import described, numbered, space_of

FORMAT = "projector"
MOST_LISTED = 20  # JSON files of a folder that are looked into
TITLE = "config and tensors of TensorBoard's projector"


@dataclass(frozen=True)
class Files:
    """One tensor of a config, with the files of it that are there, and sentences about those that are not."""

    entry: Entry
    tensor: Tensor
    metadata: Path | None
    sprite: Path | None
    missing: tuple[str, ...]


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What a config names, and how much of it is there; None where `path` is no config, nor a folder with one."""
    config, entries = _config(path, hints)
    if entries is None:
        return None
    present = tuple(entry.name for entry in entries if _tensor_path(config, entry) is not None)
    chosen = _chosen(entries, present, hints, config)
    files = files_of(config, chosen, hints)
    missing = tuple(
        f"The tensor {entry.tensor} of {entry.name} is not there." for entry in entries if entry.name not in present
    )
    found = Found(path, FORMAT, TITLE, chosen.name, files.tensor.points, files.tensor.dimensions)
    return with_files(replace(found, spaces=present, missing=missing), files, hints)


def with_files(found: Found, files: Files, hints: Hints) -> Found:
    """What was found, with the metadata and the sprite of its tensor."""
    found = replace(found, missing=(*found.missing, *files.missing))
    if files.sprite is not None:
        images = read_sprite(files.sprite, files.entry.cell, min(PICTURES, found.points))
        pictures = tuple(image for row in range(len(images)) if (image := images.image(row)) is not None)
        found = replace(found, pictured=True, pictures=pictures)
    if files.metadata is None:
        return found
    head = metadata_head(files.metadata, found.points)
    return described(found, head, hints, files.metadata, files.sprite is not None)


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space, and what is missing in it besides."""
    config, entries = _config(found.path, hints)
    if entries is None:
        raise LatentariumError(f"{found.path} is another file now.")
    present = tuple(entry.name for entry in entries if _tensor_path(config, entry) is not None)
    files = files_of(config, _chosen(entries, present, hints, config), hints)
    vectors = files.tensor.read()
    return space_from(files, (Moment(0, lambda: (vectors, None)),), found, hints, tell, cancelled)


def space_from(
    files: Files, moments: tuple[Moment, ...], found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled
) -> tuple[Space, tuple[str, ...]]:
    """The space of these moments with the metadata and the sprite among `files`."""
    images: Thumbnails | None = None
    if files.sprite is not None:
        tell("Cutting the sprite", None)
        images = read_sprite(files.sprite, files.entry.cell, found.points)
    if files.metadata is None:
        return Space(moments, numbered(found.points), thumbnails=images, numbered=True), ()
    columns = read_metadata(files.metadata, found.points)
    return space_of(moments, columns, found, hints, files.metadata, tell, cancelled, images)


def files_of(config: Path, entry: Entry, hints: Hints) -> Files:
    """The files of one tensor. LatentariumError where the tensor is not there, or cannot be read."""
    path = _tensor_path(config, entry)
    if path is None:
        there = [name for name in (entry.metadata, entry.sprite) if name and locate(config.parent, name)]
        rest = f" What is there of it, {' and '.join(there)}, has no vectors." if there else ""
        raise LatentariumError(
            f"{config} names the tensor {entry.tensor} of {entry.name}, but there is no such file: put it beside the "
            f"config.{rest}"
        )
    missing = []
    metadata = hints.table or (locate(config.parent, entry.metadata) if entry.metadata else None)
    sprite = locate(config.parent, entry.sprite) if entry.sprite else None
    rows = entry.shape[0] if entry.shape else 0
    tensor = find_tensor(path, entry.shape)
    if entry.metadata and metadata is None:
        missing.append(f"The metadata {entry.metadata} of {entry.name} is not there: its points have no labels.")
    if entry.sprite and (sprite is None or min(entry.cell) < 1):
        missing.append(
            f"The sprite {entry.sprite} of {entry.name} is not there: its points have no images."
            if sprite is None
            else f"The config does not say how large the images in {entry.sprite} are: points have no images."
        )
        sprite = None
    if rows and rows != tensor.points:
        missing.append(f"The config says {rows:,} points, the tensor holds {tensor.points:,}.")
    return Files(entry, tensor, metadata, sprite, tuple(missing))


def _config(path: Path, hints: Hints) -> tuple[Path, tuple[Entry, ...] | None]:
    """The config that `path` is or holds, with its tensors; of raw numbers alone, what a table beside them tells."""
    if path.suffix.lower() == ".bytes" and path.is_file():
        return path, (_alone(path, hints),)
    config = path / CONFIG if path.is_dir() else path
    if path.is_dir() and not config.is_file():  # perhaps the JSON of the standalone projector
        listed = [file for file in path.iterdir() if file.suffix.lower() == ".json" and file.is_file()]
        configs = [file for file in listed if _reads(file)] if len(listed) <= MOST_LISTED else []
        config = configs[0] if len(configs) == 1 else config
    return config, read_config(config) if config.is_file() else None


def _reads(file: Path) -> bool:
    try:
        return read_config(file) is not None
    except LatentariumError:
        return False


def _alone(path: Path, hints: Hints) -> Entry:
    """A file of raw numbers without a config: its table says how many points it holds."""
    stem = path.stem.removesuffix("tensors")
    beside = [path.with_name(f"{stem}{word}.tsv") for word in ("metadata", "labels")] if stem != path.stem else []
    table = hints.table or next((file for file in beside if file.is_file()), None)
    size = check_regular(path)
    if table is None:
        raise LatentariumError(f"{path} holds raw numbers: name the table of its points, or bring in a config.")
    points = count_points(table, size)
    if not points:
        raise LatentariumError(f"{path} has {size:,} bytes, which are no whole vectors for the rows of {table}.")
    return Entry(path.stem, path.name, str(table.name), "", (points, size // 4 // points))


def _tensor_path(config: Path, entry: Entry) -> Path | None:
    return locate(config.parent, entry.tensor) if entry.tensor else None


def _chosen(entries: tuple[Entry, ...], present: tuple[str, ...], hints: Hints, config: Path) -> Entry:
    """The tensor that the hints name, else the first that is there, else the first."""
    if not entries:
        raise LatentariumError(f"{config} names no tensor.")
    if hints.space:
        named = next((entry for entry in entries if entry.name == hints.space), None)
        if named is None:
            names = ", ".join(entry.name for entry in entries[:12])
            raise LatentariumError(f"{config} has no tensor {hints.space}; it names {names}.")
        return named
    return next((entry for entry in entries if entry.name in present), entries[0])
