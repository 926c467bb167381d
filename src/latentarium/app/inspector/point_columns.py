"""The columns of the table of points: what the frame says of each point, and what its metadata say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.inspector.point import figure
from latentarium.core.annotations import Annotations
from latentarium.core.dataset import class_name
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.metadata import BY_HAND, EDITED, ID, LABEL, Field, Table, figures

OVERLAP = "overlap"
HELP = {
    ID: "The point's name in its data set",
    LABEL: "The class that it is",
    "prediction": "The most probable class",
    "right": "Whether the prediction is the label; held out: the class was never trained on",
    "loss": "Minus the logarithm of the label's probability",
    "confidence": "The probability of the prediction",
    OVERLAP: "The share of its nearest neighbours that both spaces have in common (Jaccard)",
    BY_HAND: "The label that you gave it, kept beside the run; double-click or F2 to change it",
}
LIVE = frozenset({"prediction", "right", "loss", "confidence", OVERLAP})  # what may change with the frame
MARK = "✎ "  # before a label given by hand


@dataclass(frozen=True, eq=False)
class PointColumn:
    """One column: `cell` is what people read of a row, `full` what is copied, `keys` (N,) sort it, NaN last."""

    name: str
    cell: Callable[[int], str]
    full: Callable[[int], str]
    keys: Callable[[], NDArray[Any]]
    words: bool = True  # False: figures, which stand at the right

    @property
    def help(self) -> str:
        """What it says, in a sentence."""
        return HELP.get(self.name, f"“{self.name}” of the metadata")


def tabulate(
    run: Run, frame: Frame, table: Table, annotations: Annotations, overlap: NDArray[np.float64] | None = None
) -> tuple[PointColumn, ...]:
    """Every column there is something to say in; `overlap` (N,) is that with a second space, where there is one."""
    known = (ID, LABEL, BY_HAND, EDITED)
    further = [_of_field(field) for name, field in table.fields.items() if name not in known]
    first = [_of_field(table.fields[name]) for name in (ID, LABEL) if name in table.fields]
    compared = () if overlap is None or len(overlap) != len(run.probe) else (_of_values(OVERLAP, overlap),)
    return (*first, *_predicted(run, frame), *compared, _by_hand(run, table, annotations), *further)


def fields_named(columns: Sequence[PointColumn], query: str, count: int) -> list[Field]:
    """The columns of a frame that a query names, as fields of `count` points."""
    named = [column for column in columns if column.name in LIVE and column.name in query.casefold()]
    return [
        Field(column.name, tuple(map(column.full, range(count))))
        if column.words
        else figures(column.name, column.keys())
        for column in named
    ]


def _predicted(run: Run, frame: Frame) -> Iterator[PointColumn]:
    """What the class head says, where there is one; whether it is right only where there are labels."""
    if not frame.probabilities.shape[1]:
        return
    labels, classes, predictions = run.probe.labels, run.classes, frame.predictions
    labelled = bool((labels >= 0).any())

    def name(row: int) -> str:
        return class_name(classes, int(predictions[row]))

    yield PointColumn("prediction", name, name, lambda: predictions)
    if labelled:
        unjudged = (labels < 0) | (labels >= run.trained)
        right = np.where(unjudged, 2, (labels == predictions).astype(np.int64))
        losses = cross_entropy(frame.probabilities, labels)
        yield PointColumn(
            "right",
            lambda row: ("✕ no", "yes", "held out")[int(right[row])] if labels[row] >= 0 else "–",
            lambda row: ("no", "yes", "held out")[int(right[row])] if labels[row] >= 0 else "",
            lambda: right,
        )
        yield _of_values("loss", losses)
    yield _of_values("confidence", frame.probabilities.max(1))


def _by_hand(run: Run, table: Table, annotations: Annotations) -> PointColumn:
    ids, labels, field = run.probe.ids, annotations.labels, table.fields.get(BY_HAND)
    own = table.fields.get(LABEL)
    count = len(ids)

    def full(row: int) -> str:
        return labels.get(ids[row], own.cells[row] if own else "")

    def keys() -> NDArray[Any]:
        chosen = field or own
        return chosen.ranks if chosen else np.full(count, np.nan)

    return PointColumn(BY_HAND, lambda row: (MARK if ids[row] in labels else "") + full(row), full, keys)


def _of_field(field: Field) -> PointColumn:
    return PointColumn(
        field.name,
        lambda row: " ".join(field.cells[row].split()),
        field.cells.__getitem__,
        lambda: field.ranks,
        words=not field.continuous,
    )


def _of_values(name: str, values: NDArray[Any]) -> PointColumn:
    return PointColumn(
        name,
        lambda row: figure(float(values[row]), 3),
        lambda row: f"{float(values[row]):.7g}",
        lambda: values,
        words=False,
    )
