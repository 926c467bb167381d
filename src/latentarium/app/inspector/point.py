"""What there is to say about one point of a run, in a frame."""

import math
from dataclasses import dataclass

from latentarium.analysis.probabilities import cross_entropy
from latentarium.core.arrays import Floats
from latentarium.core.dataset import class_name
from latentarium.core.frame import Frame
from latentarium.runs.run import Run


@dataclass(frozen=True, eq=False)
class Point:
    """A probe point: names for people, `probabilities` (K,) of the trained classes.

    `label` is -1 where it has none, `prediction` where the run has no classes. `held_out` is true where its class was
    never trained on: then nothing is right or wrong about the prediction, and `loss` (minus the logarithm of the
    label's probability) is NaN.
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
        return self.judged and self.label != self.prediction

    @property
    def judged(self) -> bool:
        """Whether there is anything right or wrong: not without a label, nor of a class that was never trained on."""
        return self.label >= 0 and self.prediction >= 0 and not self.held_out

    @property
    def said_label(self) -> str:
        """Its label, for people."""
        return f"label {self.label_name}" + (" · held out" if self.held_out else "") if self.label >= 0 else "no label"

    @property
    def said_prediction(self) -> str:
        """What it is predicted to be, for people; empty where nothing is predicted."""
        return f"predicted {self.prediction_name}" if self.prediction >= 0 else ""


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
        label_name=class_name(run.classes, label),
        prediction_name=class_name(run.classes, prediction),
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
