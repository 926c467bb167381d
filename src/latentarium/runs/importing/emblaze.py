"""A comparison that Emblaze saved as JSON: its frames, each the plane on which it laid its points out."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing.arrays import check_regular, floats_of
from latentarium.runs.importing.found import FEW, Found, Hints
from latentarium.runs.importing.space import Moment, Space
from latentarium.runs.importing.tabled import described, space_of
from latentarium.runs.importing.tables import Head

FORMAT = "emblaze"
TITLE = "JSON of Emblaze"

LARGEST = 32 << 20
MOST_SIGNS = 900_000  # of brackets, braces and commas: parsing takes up to 150 bytes and a microsecond for each
MOST_POINTS, MOST_FRAMES = 1_000_000, 10_000

Point = Mapping[str, Any]


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What the file holds; None for a file that is none of Emblaze's."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    frames, items, drawn = _load(path)
    if not frames:
        return None
    ids = _shared(frames)
    if not ids:
        raise LatentariumError(f"{path} has no point that is in every one of its {len(frames):,} frames.")
    table = _table(ids, frames, items)
    rows = tuple(tuple(column[row] for column in table.values()) for row in range(min(FEW, len(ids))))
    absent = len({name for frame in frames for name in frame}) - len(ids)
    missing = ["These are the places on Emblaze's plane, not the vectors that they were laid out from."]
    if absent:
        missing.append(f"{absent:,} points are not in every frame, and are left out.")
    drawn = drawn and hints.images is None
    if drawn:
        missing.append("Its images, on sheets of many, are not read: name the folder of images, or do without.")
    found = Found(path, FORMAT, TITLE, path.stem, len(ids), 2, len(frames), missing=tuple(missing))
    return described(found, Head(tuple(table), rows, len(ids)), hints, path, illustrated=drawn)


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space with a moment for each frame, and what is missing in it besides."""
    path = found.path
    frames, items, _ = _load(path)
    ids = _shared(frames) if frames else ()
    if len(ids) != found.points:
        raise LatentariumError(f"{path} is another file now.")
    places = [floats_of(_places(frame, ids, path), path) for frame in frames]
    moments = tuple(Moment(step, lambda made=made: (made, None)) for step, made in enumerate(places))  # type: ignore[misc]
    return space_of(moments, _table(ids, frames, items), found, hints, path, tell, cancelled)


def _load(path: Path) -> tuple[list[dict[str, Point]], Mapping[str, Any], bool]:
    """The frames by point, the points' descriptions, and whether it holds images; nothing where it is another's."""
    check_regular(path, LARGEST)
    _check_signs(path)
    try:
        values = json.loads(path.read_bytes())
    except (ValueError, RecursionError, MemoryError) as error:
        raise LatentariumError(f"{path} is damaged: it is not JSON.") from error
    if not isinstance(values, dict) or not isinstance(values.get("data"), list):
        return [], {}, False
    frames = values["data"]
    if any(isinstance(frame, dict) and "_format" in frame for frame in frames) or "_format" in values:
        raise LatentariumError(f"{path} is Emblaze's compressed form; save it again with compressed=False.")
    if not frames or not all(isinstance(frame, dict) and frame for frame in frames):
        return [], {}, False
    if len(frames) > MOST_FRAMES or any(len(frame) > MOST_POINTS for frame in frames):
        raise LatentariumError(f"{path} has more than {MOST_FRAMES:,} frames or {MOST_POINTS:,} points.")
    if not all(isinstance(point, dict) and "x" in point and "y" in point for point in frames[0].values()):
        return [], {}, False
    described = values.get("thumbnails") or values.get("thumbnailData") or {}
    items = described.get("items") if isinstance(described, dict) else None
    drawn = isinstance(described, dict) and bool(described.get("spritesheets"))
    return frames, items if isinstance(items, dict) else {}, drawn


def _check_signs(path: Path) -> None:
    """Refuse, before it is parsed, what would fill the memory."""
    signs = 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            signs += sum(map(block.count, (b"[", b"{", b",")))
            if signs > MOST_SIGNS:
                raise LatentariumError(f"{path} is not read: it holds more than {MOST_SIGNS:,} values.")


def _shared(frames: list[dict[str, Point]]) -> tuple[str, ...]:
    """The points that are in every frame, in the order of the first."""
    common = set(frames[0]).intersection(*frames[1:])
    return tuple(name for name in frames[0] if name in common)


def _places(frame: Mapping[str, Point], ids: tuple[str, ...], path: Path) -> Floats:
    try:
        places = np.array([[float(frame[name]["x"]), float(frame[name]["y"])] for name in ids])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise LatentariumError(f"{path} is damaged: a point has no x and y.") from error
    with np.errstate(over="ignore"):  # what is not finite is told by its row
        return places.astype(np.float32)


def _table(
    ids: tuple[str, ...], frames: list[dict[str, Point]], items: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Ids, colours as labels where they are no numbers of a scale, and names and descriptions where there are some."""
    table = {"id": ids}
    colours = [frames[0][name].get("color") for name in ids]
    if any(colour is not None for colour in colours):
        whole = all(isinstance(colour, str | int) or _is_whole(colour) for colour in colours)
        table["label" if whole else "color"] = tuple(_text(colour) for colour in colours)
    for field in ("name", "description"):
        texts = tuple(_text(item.get(field)) if isinstance(item := items.get(name), dict) else "" for name in ids)
        if any(texts):
            table[field] = texts
    return table


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value) and value == int(value)


def _text(value: object) -> str:
    return "" if value is None else str(int(value)) if isinstance(value, float) and _is_whole(value) else str(value)
