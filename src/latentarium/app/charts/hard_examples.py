"""The examples with the highest loss in a frame."""

from dataclasses import dataclass

import numpy as np

from latentarium.analysis.probabilities import cross_entropy
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.image_tiles import Tile
from latentarium.app.widgets.swatches import swatches
from latentarium.core.frame import Frame
from latentarium.runs.run import Run


@dataclass(frozen=True)
class HardExample:
    """A row of the probe, what it was predicted to be, and its loss."""

    row: int
    prediction: int
    loss: float


def hardest(run: Run, frame: Frame, most: int) -> tuple[HardExample, ...]:
    """The probe by loss, highest first, ties by row; held-out classes have none."""
    losses = cross_entropy(frame.probabilities, run.probe.labels)
    known = int(np.isfinite(losses).sum())
    order = np.argsort(-np.nan_to_num(losses, nan=-np.inf), kind="stable")[: min(most, known)]
    return tuple(HardExample(int(row), int(frame.predictions[row]), float(losses[row])) for row in order)


def make_tile(run: Run, example: HardExample, dark: bool) -> Tile:
    """One of them as a tile, bordered in the colour of its label."""
    label = int(run.probe.labels[example.row])
    names = f"label {run.classes[label]}, predicted {run.classes[example.prediction]}"
    about = f"{run.probe.ids[example.row]}: {names}, loss {figure(example.loss)}"
    colour = swatches(len(run.classes), dark)[label]
    return Tile(run.probe, example.row, colour, figure=figure(example.loss), about=about)
