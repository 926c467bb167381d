"""What the colour of a dot says."""

from dataclasses import dataclass
from functools import cache
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.probabilities import cross_entropy
from latentarium.core.arrays import Bytes, Ints, frozen_bytes
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.memory import kept
from latentarium.scene.palettes import (
    OVERLAP,
    THEMES,
    Theme,
    continuous_colours,
    mixed_colours,
    mixed_rows,
    overlap_colours,
    rgba,
    share_colours,
    share_rows,
)
from latentarium.scene.state import ColourBy

Rows = NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Colouring:
    """Of each point its row in `palette`, uint16 (N,), and of a continuous one the scale: name, low, high."""

    rows: Rows
    palette: Bytes
    scale: tuple[str, float, float] | None = None


def colour_probe(run: Run, frame: Frame, by: ColourBy, classes: Bytes, dark: bool) -> Colouring:
    """Colour the probe as it is in this frame, with the `classes` in these colours (K, 4).

    What does not depend on the frame is the same in all.
    """
    # A frame belongs to one run, whose labels stay: they need not be in the key.
    noun = run if by is ColourBy.CLASS else frame
    labels, key = run.probe.labels, ("colours", by, classes.tobytes(), dark)
    return kept(noun, key, lambda: _colour(frame.probabilities, labels, classes, by, dark))


def colour_reference(run: Run, frame: Frame, rows: Ints, by: ColourBy, classes: Bytes, dark: bool) -> Rows:
    """Colour some points of the reference: their rows in the palette of `colour_probe`."""
    return _colour(frame.reference_probabilities[rows], run.reference.labels[rows], classes, by, dark).rows


def pole_colours(classes: Bytes, by: ColourBy, trained: int) -> Bytes:
    """The colours that stand for the classes at the poles, (K, 4): red, green and blue where dots are mixed so."""
    if by is ColourBy.PROBABILITIES and trained == 3:
        return np.vstack([share_colours()[share_rows(np.eye(3))], classes[3:]])
    return classes


def _colour(probabilities: NDArray[Any], labels: Ints, classes: Bytes, by: ColourBy, dark: bool) -> Colouring:
    trained = probabilities.shape[1]
    if not trained and by in (ColourBy.PREDICTION, ColourBy.CONFIDENCE, ColourBy.PROBABILITIES):
        by = ColourBy.CLASS  # of a run without classes nothing is predicted
    match by:
        case ColourBy.CLASS:
            return _classed(labels, classes, dark)
        case ColourBy.PREDICTION:
            return Colouring(_rows(probabilities.argmax(1)), classes)
        case ColourBy.CORRECTNESS:
            held_out = (labels >= trained) | (labels < 0)
            if not trained:
                return Colouring(_rows(np.full(len(labels), 2)), _correctness(dark))
            return Colouring(_rows(np.where(held_out, 2, probabilities.argmax(1) != labels)), _correctness(dark))
        case ColourBy.LOSS:
            # The same for all frames, and a guess at random in the middle: -log(1/K).
            return continuous("loss", cross_entropy(probabilities, labels), 0.0, 2 * log(max(trained, 2)), dark)
        case ColourBy.CONFIDENCE:
            lowest = 1 / trained if trained > 1 else 0.0
            return continuous("confidence", probabilities.max(1), lowest, 1.0, dark)
        case ColourBy.OVERLAP:  # a matter of two runs: see compose
            return Colouring(_rows(np.full(len(labels), len(OVERLAP))), overlap_colours(dark))
        case ColourBy.TRUST | ColourBy.COLUMN:  # a matter of more than the frame: see compose
            return continuous("", np.full(len(labels), np.nan), 0.0, 1.0, dark)
        case ColourBy.PROBABILITIES:
            if trained == 3:
                return Colouring(_rows(share_rows(probabilities)), share_colours())
            mixture = probabilities @ classes[:trained, :3].astype(np.float32)
            return Colouring(_rows(mixed_rows(mixture)), mixed_colours())


def _classed(labels: Ints, classes: Bytes, dark: bool) -> Colouring:
    """The classes' colours; a point without a label is grey, and where no point has one, all have the accent's."""
    if not len(labels) or labels.min() >= 0:
        return Colouring(_rows(labels), classes)
    none = rgba(_theme(dark).muted if len(classes) else _theme(dark).accent)
    palette = frozen_bytes(np.vstack([classes.reshape(-1, 4), none]))
    return Colouring(_rows(np.where(labels < 0, len(classes), labels)), palette)


def scale_colours(by: ColourBy, dark: bool) -> Bytes:
    """The colours of a scale from low to high, for a colour bar: (10, 4) where they go in steps, else (256, 4)."""
    return _steps(dark) if by is ColourBy.OVERLAP else continuous_colours(dark)


@cache
def _steps(dark: bool) -> Bytes:
    return frozen_bytes(overlap_colours(dark)[: len(OVERLAP)])


def continuous(name: str, values: NDArray[Any], low: float, high: float, dark: bool) -> Colouring:
    """The 256 colours of the scale; NaN takes one more, the theme's grey. What is beyond has the end's colour."""
    missing = np.isnan(values)
    levels = np.clip((np.where(missing, low, values) - low) / (high - low), 0, 1) * 255
    return Colouring(_rows(np.where(missing, 256, np.round(levels))), _with_grey(dark), (name, low, high))


@cache
def _with_grey(dark: bool) -> Bytes:
    return frozen_bytes(np.vstack([continuous_colours(dark), rgba(_theme(dark).muted)]))


@cache
def _correctness(dark: bool) -> Bytes:
    """Right, wrong, and neither: a class that was never trained on."""
    return frozen_bytes([rgba(colour) for colour in (_theme(dark).accent, _theme(dark).wrong, _theme(dark).muted)])


def _theme(dark: bool) -> Theme:
    return THEMES["dark" if dark else "light"]


def _rows(values: NDArray[Any]) -> Rows:
    rows = np.asarray(values).astype(np.uint16)
    rows.flags.writeable = False
    return rows
