"""One frame of a run as numbers for other programs: CSV tables and npz arrays."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from latentarium.analysis.probabilities import cross_entropy
from latentarium.core.cells import guarded
from latentarium.core.dataset import class_name
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.disk import write_whole
from latentarium.runs.run import Run
from latentarium.scene.desk import project, seen_views

Columns = Mapping[str, Sequence[Any] | np.ndarray[Any, Any]]


def write_coordinates(run: Run, index: int, path: Path) -> None:
    """Write where frame `index` lies in the simplex and in the embedding's view, as the window shows them.

    By the ending of `path`: .csv a row for each dot of the probe; .npz these and all that `write_frame` writes.
    Raises IndexError where there is no such frame, LatentariumError where the file cannot be written.
    """
    frame = run.frame(index)
    places = {settings.kind: project(run, settings) for settings in seen_views(run)}
    positions = {kind: projection.place(frame) for kind, projection in places.items()}
    if path.suffix.lower() == ".csv":
        columns = dict(_points(run, frame))
        for kind, position in positions.items():
            columns |= {f"{kind}_{axis}": position[:, number] for number, axis in enumerate("xyz")}
        write_table(path, columns)
        return
    arrays = dict(_arrays(run, frame))
    for kind, projection in places.items():
        arrays[kind] = positions[kind]
        arrays[f"reference_{kind}"] = projection.place_reference(frame)
        arrays[f"{kind}_title"] = np.array(projection.title)
    _write_arrays(path, arrays)


def write_frame(run: Run, index: int, path: Path) -> None:
    """Write what the network makes of the samples in frame `index`: embeddings and probabilities.

    By the ending of `path`: .csv a row for each image of the probe; .npz arrays, of the reference too.
    Raises IndexError where there is no such frame, LatentariumError where the file cannot be written.
    """
    frame = run.frame(index)
    if path.suffix.lower() != ".csv":
        _write_arrays(path, _arrays(run, frame))
        return
    columns = dict(_points(run, frame))
    columns |= {f"p_{run.classes[label]}": column for label, column in enumerate(frame.probabilities.T)}
    columns |= {f"e{number}": column for number, column in enumerate(frame.embeddings.T)}
    write_table(path, columns)


def _points(run: Run, frame: Frame) -> Columns:
    """What every table says of a dot; the loss of a class that was never trained is left empty."""
    loss = cross_entropy(frame.probabilities, run.probe.labels)
    return {
        "id": run.probe.ids,
        "label": [class_name(run.classes, label) for label in run.probe.labels],
        "prediction": [class_name(run.classes, label) for label in frame.predictions],
        "loss": ["" if np.isnan(value) else value for value in loss],
    }


def _arrays(run: Run, frame: Frame) -> Mapping[str, np.ndarray[Any, Any]]:
    return {
        "step": np.array(frame.step),
        "classes": np.array(run.classes),
        "trained": np.array(run.trained),
        "ids": np.array(run.probe.ids),
        "labels": run.probe.labels,
        "embeddings": frame.embeddings,
        "probabilities": frame.probabilities,
        "reference_ids": np.array(run.reference.ids),
        "reference_labels": run.reference.labels,
        "reference_embeddings": frame.reference_embeddings,
        "reference_probabilities": frame.reference_probabilities,
    }


def write_table(path: Path, columns: Columns) -> None:
    """Write columns of equal length as CSV; cells that a spreadsheet would take for formulas are quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guarded(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    _write(path, text.getvalue().encode("utf-8", "backslashreplace"))


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    file = io.BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez_compressed(file, **named)
    _write(path, file.getvalue())


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise LatentariumError(f"{path} cannot be written: {error.strerror or error}.") from error
