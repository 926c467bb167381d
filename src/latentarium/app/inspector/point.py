"""What there is to say about one point of a run, in a frame."""

import math
from dataclasses import dataclass

from latentarium.analysis.probabilities import cross_entropy
from latentarium.core.arrays import Floats
from latentarium.core.frame import Frame
from latentarium.runs.run import Run


@dataclass(frozen=True, eq=False)
class Point:
    """A probe point: names for people, `probabilities` (K,) of the trained classes.

    `held_out` is true where its class was never trained on: then nothing is right or wrong about the
    prediction, and `loss` (minus the logarithm of the label's probability) is NaN.
    """

    row: int
    id: str
    split: str
    label: int
    prediction: int
    label_name: str
    prediction_name: str
    held_out: bool
    loss: float
    probabilities: Floats

    @property
    def wrong(self) -> bool:
        """Whether the prediction is another class than the label, of one that was trained on."""
        return not self.held_out and self.label != self.prediction


def describe(run: Run, frame: Frame, row: int) -> Point:
    """Look one probe point up."""
    label = int(run.probe.labels[row])
    prediction = int(frame.predictions[row])
    return Point(
        row=row,
        id=run.probe.ids[row],
        split=run.probe.split,
        label=label,
        prediction=prediction,
        label_name=run.classes[label],
        prediction_name=run.classes[prediction],
        held_out=label >= run.trained,
        loss=float(cross_entropy(frame.probabilities[row : row + 1], run.probe.labels[row : row + 1])[0]),
        probabilities=frame.probabilities[row],
    )


def figure(value: float | None, digits: int = 2) -> str:
    """A number for people: a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}f}".replace("-", "−")
