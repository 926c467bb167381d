"""A training that time-travelling-visualizer recorded: embeddings and predictions of every epoch.

    epochs/epoch_1/embeddings.npy, predictions.npy     N x D, and N x K logits
    dataset/labels.npy, info.json, image/0.png …

Its model.py and model.pth are never opened.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, never
from latentarium.runs.importing.arrays import Stored, check_regular, find_array, floats_of, vectors_of
from latentarium.runs.importing.found import FEW, PICTURES, Found, Hints
from latentarium.runs.importing.pictures import few_of, images_in, thumbnails_from
from latentarium.runs.importing.space import Moment, Read, Space
from latentarium.runs.importing.tabled import numbered

FORMAT = "time-travelling-visualizer"
TITLE = "folder of time-travelling-visualizer"

LARGEST_INFO = 4 << 20
MOST_CLASSES = 256
IMAGES = ("image", "images", "sprites")
_EPOCH = re.compile(r"epoch_(\d{1,9})", re.IGNORECASE)


def recognise(path: Path, hints: Hints, cancelled: IsCancelled = never) -> Found | None:
    """What the folder holds; None for a folder of another kind."""
    if not path.is_dir() or not (path / "epochs").is_dir():
        return None
    epochs, missing = _epochs(path)
    if not epochs:
        if missing:
            raise LatentariumError(missing[0])
        return None
    first = vectors_of(epochs[0][1])
    labels, said = _labels(path, first[0])
    files = _images(path, hints, first[0])
    missing += said
    if not files:
        missing.append("There is no image for each point: points are shown without.")
    if any(predictions is None for _, _, predictions in epochs):
        missing.append("Not every epoch has predictions: class probabilities are made of the classes' mean vectors.")
    found = Found(path, FORMAT, TITLE, path.name, *first, len(epochs), missing=tuple(missing))
    if labels is not None:
        rows = tuple((text,) for text in labels[:FEW])
        found = replace(found, columns=("label",), rows=rows, label_field="label")
    return replace(found, pictured=bool(files), pictures=few_of(files, PICTURES))


def read(found: Found, hints: Hints, tell: Progress, cancelled: IsCancelled) -> tuple[Space, tuple[str, ...]]:
    """The space with a moment for each epoch, and what is missing in it besides."""
    path = found.path
    epochs, _ = _epochs(path)
    labels, _ = _labels(path, found.points)
    classes = _classes(path)
    predicted = all(predictions is not None for _, _, predictions in epochs) and labels is not None
    if predicted:
        width = epochs[0][2].shape[1] if epochs[0][2] is not None else 0
        names = [*classes[:width], *map(str, range(len(classes), width))]
        fitting = labels is not None and {*labels} - {""} <= {*names} and len({*names}) == width <= MOST_CLASSES
        predicted, classes = fitting, tuple(names) if fitting else classes
    files = _images(path, hints, found.points)
    images, missing = thumbnails_from(files, tell, cancelled) if files else (None, ())
    moments = tuple(Moment(step, _reader(vectors, logits if predicted else None)) for step, vectors, logits in epochs)
    used = classes if predicted else ()
    return Space(moments, numbered(found.points), labels, {}, images, used, numbered=True), missing


def _reader(vectors: Stored, logits: Stored | None) -> Read:
    def read_moment() -> tuple[Floats, Floats | None]:
        made = floats_of(vectors.read(), vectors.path)
        return made, None if logits is None else _softmax(floats_of(logits.read(), logits.path))

    return read_moment


def _softmax(logits: Floats) -> Floats:
    wide = logits.astype(np.float64)
    weights = np.exp(wide - wide.max(1, keepdims=True))
    return frozen_floats(weights / weights.sum(1, keepdims=True))


def _epochs(path: Path) -> tuple[list[tuple[int, Stored, Stored | None]], list[str]]:
    """Number, embeddings and predictions of each epoch that shows the same points, by number."""
    numbers = {int(match[1]): inner for inner in (path / "epochs").iterdir() if (match := _EPOCH.fullmatch(inner.name))}
    epochs: list[tuple[int, Stored, Stored | None]] = []
    missing: list[str] = []
    for number in sorted(numbers):
        folder = numbers[number]
        if not (folder / "embeddings.npy").is_file():
            missing.append(f"Epoch {number} is left out: {folder} has no embeddings.npy.")
            continue
        vectors = find_array(folder / "embeddings.npy")
        size = vectors_of(vectors)
        if epochs and size != vectors_of(epochs[0][1]):
            missing.append(f"Epoch {number} is left out: it has other points, or other dimensions, than the first.")
            continue
        logits = find_array(folder / "predictions.npy") if (folder / "predictions.npy").is_file() else None
        if logits is not None and vectors_of(logits)[0] != size[0]:
            missing.append(f"The predictions of epoch {number} are left out: they are not of {size[0]:,} points.")
            logits = None
        if logits is not None and epochs and epochs[0][2] is not None and logits.shape != epochs[0][2].shape:
            logits = None
        epochs.append((number, vectors, logits))
    return epochs, missing


def _labels(path: Path, points: int) -> tuple[tuple[str, ...] | None, list[str]]:
    """The labels' names, and a sentence where there are none."""
    file = path / "dataset" / "labels.npy"
    if not file.is_file():
        return None, [f"{file} is not there: the points have no labels."]
    stored = find_array(file)
    if stored.shape != (points,) or stored.dtype.kind not in "iu":
        return None, [f"{file} is no label for each of {points:,} points: they have none."]
    values: NDArray[Any] = stored.read()
    classes = _classes(path)
    return tuple(classes[value] if 0 <= value < len(classes) else str(value) for value in values.tolist()), []


def _classes(path: Path) -> tuple[str, ...]:
    """The classes' names as info.json gives them; none where it does not."""
    file = path / "dataset" / "info.json"
    if not file.is_file():
        return ()
    check_regular(file, LARGEST_INFO)
    try:
        values = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise LatentariumError(f"{file} is damaged: it is not JSON.") from error
    listed = next((values[key] for key in values if key.lower() == "classes"), ()) if isinstance(values, dict) else ()
    names = tuple(map(str, listed)) if isinstance(listed, list) else ()
    return names if len(set(names)) == len(names) <= MOST_CLASSES else ()


def _images(path: Path, hints: Hints, points: int) -> list[Path | None]:
    """An image for each point, by number; none where there are not as many."""
    folders = [hints.images] if hints.images else [path / "dataset" / name for name in IMAGES]
    for folder in folders:
        found = images_in(folder)
        if len(found) == points:
            return list(found)
    return []
