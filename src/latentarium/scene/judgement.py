"""The two by two of two spaces: which points are right in both, in one of them, in neither."""

from dataclasses import dataclass

import numpy as np

from latentarium.core.arrays import Ints
from latentarium.core.dataset import class_name
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared

CELLS = ("both", "only B", "only A", "neither")  # line by line


@dataclass(frozen=True, eq=False)
class Judgement:
    """The rows of each cell, sorted, by its name; and by what A and B were judged."""

    rows: dict[str, Ints]
    judged_a: str
    judged_b: str

    @property
    def total(self) -> int:
        """How many points have a label, and so stand in one of the cells."""
        return sum(map(len, self.rows.values()))


def judge(compared: Compared) -> Judgement | None:
    """The four cells; points that A or B has no label for are in none. None where no point has one."""
    result = compared.result
    if result is None or result.right_a is None or result.right_b is None:
        return None
    labels_a, labels_b = judging_labels(compared.run_a, compared.run_b)
    labelled = (labels_a >= 0) & (labels_b >= 0)
    a, b = result.right_a, result.right_b
    masks = {"both": a & b, "only B": ~a & b, "only A": a & ~b, "neither": ~a & ~b}
    rows = {name: np.flatnonzero(mask & labelled) for name, mask in masks.items()}
    return Judgement(rows, result.judged_a, result.judged_b)


def labels_by_name(run_a: Run, run_b: Run) -> tuple[Ints, Ints]:
    """The judging labels (N,) each, both numbered as A's classes are (as B's where A has no labels).

    A class that A has not comes after all of its.
    """
    a, b = judging_labels(run_a, run_b)
    if a is b or run_a.classes == run_b.classes or a is not run_a.probe.labels or b is not run_b.probe.labels:
        return a, b
    places = {name: place for place, name in enumerate(run_a.classes)}
    beyond = max(len(run_a.classes), int(a.max(initial=-1)) + 1)
    numbers = np.unique(b[b >= 0]).tolist()
    named = {number: places.get(class_name(run_b.classes, number), beyond + number) for number in numbers}
    renumbered = np.array([-1, *(named.get(number, -1) for number in range(max(numbers, default=-1) + 1))], np.int64)
    return a, renumbered[np.maximum(b, -1) + 1]


def judging_labels(run_a: Run, run_b: Run) -> tuple[Ints, Ints]:
    """The labels by which each is judged, (N,) each: its own, or the other's where it has none; -1 for no label."""
    a, b = run_a.probe.labels, run_b.probe.labels
    return (a if (a >= 0).any() else b), (b if (b >= 0).any() else a)
