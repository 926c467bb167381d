"""Checkpoints: folders of files, committed by one rename."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Checkpoint
from latentarium.runs.disk import digest, flush_folder, inside, read_inside, remove, write_flushed
from latentarium.runs.layout import CHECKPOINTS, KEPT_CHECKPOINTS, PART, checkpoint_path
from latentarium.runs.manifest import Line, read_manifest


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> dict[str, dict[str, object]]:
    """Write all files beside their place, rename the folder; returns each file's hash and size.

    Replaces a folder of the same step, which the manifest must not name.
    """
    place = inside(folder, checkpoint_path(checkpoint.step))
    part = place.with_name(place.name + PART)
    remove(part)
    part.mkdir(parents=True)
    for name, data in checkpoint.files.items():
        write_flushed(inside(part, name), data)
    flush_folder(part)
    remove(place)
    os.replace(part, place)
    flush_folder(place.parent)
    return {name: {"sha256": digest(data), "bytes": len(data)} for name, data in checkpoint.files.items()}


def read_checkpoint(folder: Path, line: Line) -> Checkpoint:
    """The checkpoint that a manifest line names, every file verified; LatentariumError where one is not whole."""
    files = {}
    for name, stored in line.files.items():
        relative = f"{line.path}/{name}"
        data = read_inside(folder, relative, stored.bytes)
        if len(data) != stored.bytes or digest(data) != stored.sha256:
            raise LatentariumError(f"{folder / relative} is damaged: its hash is not the one that the run gives.")
        files[name] = data
    return Checkpoint(line.step, line.epoch, MappingProxyType(files), MappingProxyType(line.result))


def last_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest checkpoint of the run in `folder` whose files are whole; damaged ones are passed over."""
    for line in reversed(read_manifest(folder).checkpoints[-KEPT_CHECKPOINTS:]):
        try:
            return read_checkpoint(folder, line)
        except LatentariumError:
            continue
    return None


def drop_older(folder: Path, lines: Sequence[Line]) -> None:
    """Remove the files of all but the newest checkpoints; the manifest goes on naming them."""
    for line in lines[:-KEPT_CHECKPOINTS]:
        if line.path == checkpoint_path(line.step):  # nothing but what this program wrote there
            remove(inside(folder, line.path))
    flush_folder(inside(folder, CHECKPOINTS))
