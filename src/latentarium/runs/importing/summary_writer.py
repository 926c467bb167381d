"""What SummaryWriter.add_embedding wrote: a folder for each step, which becomes a frame."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.projector import Files, files_of, space_from, with_files
from latentarium.runs.importing.projector_config import CONFIG, Entry, read_config
from latentarium.runs.importing.projector_files import read_metadata
from latentarium.runs.importing.space import Moment, Read, Space
from latentarium.runs.layout import MOST_LINES

FORMAT = "summary-writer"
TITLE = "folder of SummaryWriter.add_embedding"

_PLACE = re.compile(r"(?:.*/)?(\d{1,15})/([^/]+)/tensors\.(?:tsv|npy|bytes)")


@dataclass(frozen=True)
class Step:
    """One call of add_embedding."""

    step: int
    tag: str
    entry: Entry


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What a log folder holds; None where no tensor in it is of a step."""
    config = path / CONFIG if path.is_dir() else path
    if path.is_file() and path.suffix.lower() != ".pbtxt":
        return None
    steps = _steps(config)
    if not steps:
        return None
    tags = tuple(dict.fromkeys(step.tag for step in steps))
    tag = _tag(tags, hints, config)
    kept, files, missing = _even([step for step in steps if step.tag == tag], config, hints)
    folder = config.parent
    name = folder.name if tag == "default" else f"{folder.name} {tag}"
    last = files[-1]
    found = Found(path, FORMAT, TITLE, name, last.tensor.points, last.tensor.dimensions, len(kept))
    return with_files(replace(found, spaces=tags, missing=missing), _richest(files), hints)


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space with a moment for each step, and what is missing in it besides."""
    config = found.path / CONFIG if found.path.is_dir() else found.path
    steps = _steps(config)
    tag = _tag(tuple(dict.fromkeys(step.tag for step in steps)), hints, config)
    kept, files, _ = _even([step for step in steps if step.tag == tag], config, hints)
    moments = tuple(Moment(step.step, _reader(one)) for step, one in zip(kept, files, strict=True))
    return space_from(_richest(files), moments, found, hints, tell, cancelled)


def _reader(files: Files) -> Read:
    return lambda: (files.tensor.read(), None)


def _steps(config: Path) -> list[Step]:
    """What the config names, or where there is none, what lies in the folder; by tag and step, one each."""
    entries: Sequence[Entry] = (read_config(config) or ()) if config.is_file() else _lying(config.parent)
    found: dict[tuple[str, int], Step] = {}
    for entry in entries:
        match = _PLACE.fullmatch(entry.tensor.replace("\\", "/"))
        if match:
            found[match[2], int(match[1])] = Step(int(match[1]), match[2], entry)
    return [found[key] for key in sorted(found)]


def _lying(folder: Path) -> list[Entry]:
    """The tensors below a folder that has no config."""
    if not folder.is_dir():
        return []
    entries = []
    for inner in sorted(folder.iterdir()):
        if not (inner.name.isdecimal() and inner.is_dir()):
            continue
        for place in sorted(inner.iterdir()):
            tensor = next((place / name for name in ("tensors.tsv", "tensors.npy") if (place / name).is_file()), None)
            if tensor is not None:
                metadata = f"{inner.name}/{place.name}/metadata.tsv" if (place / "metadata.tsv").is_file() else ""
                entries.append(Entry(place.name, f"{inner.name}/{place.name}/{tensor.name}", metadata))
        if len(entries) > MOST_LINES:
            raise LatentariumError(f"{folder} has more than {MOST_LINES:,} steps.")
    return entries


def _tag(tags: Sequence[str], hints: Hints, config: Path) -> str:
    if hints.space and hints.space not in tags:
        raise LatentariumError(f"{config.parent} has no embedding {hints.space}; it has {', '.join(tags[:12])}.")
    return hints.space or (tags[0] if tags else "")


def _even(steps: Sequence[Step], config: Path, hints: Hints) -> tuple[list[Step], list[Files], tuple[str, ...]]:
    """The steps that show the same points, with their files, and sentences about those that are left out.

    The same points: as many vectors of as many dimensions, and the same metadata where there is any.
    """
    kept: list[Step] = []
    files: list[Files] = []
    missing: list[str] = []
    known: dict[str, tuple[str, ...]] | None = None
    for step in steps:
        try:
            one = files_of(config, step.entry, hints)
            table = read_metadata(one.metadata, one.tensor.points) if one.metadata and not hints.table else None
        except LatentariumError as error:
            missing.append(f"Step {step.step:,} is left out: {error}")
            continue
        first = files[0].tensor if files else one.tensor
        if (one.tensor.points, one.tensor.dimensions) != (first.points, first.dimensions):
            missing.append(
                f"Step {step.step:,} is left out: it has {one.tensor.points:,} points of {one.tensor.dimensions:,} "
                f"dimensions, the first has {first.points:,} of {first.dimensions:,}."
            )
        elif table is not None and known is not None and table != known:
            missing.append(
                f"Step {step.step:,} is left out: its metadata is not that of step {kept[0].step:,}, so its rows may "
                "be other points; where they are the same, name one table for all steps."
            )
        else:
            known = known or table
            kept.append(step)
            files.append(one)
    if not kept:
        raise LatentariumError(
            missing[0] if len(missing) == 1 else f"{missing[0]} ({len(missing) - 1} more like this.)"
        )
    return kept, files, tuple(missing)


def _richest(files: Sequence[Files]) -> Files:
    """Of the steps the last one that has a sprite, else metadata, else the last."""
    return max(reversed(files), key=lambda one: (one.sprite is not None, one.metadata is not None))
