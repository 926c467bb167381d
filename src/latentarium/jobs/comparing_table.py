"""What a comparison says of each point, as a table for other programs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latentarium.analysis.overlap import split_neighbours
from latentarium.core.arrays import Bools, Ints
from latentarium.core.comparison import Comparison
from latentarium.core.dataset import class_name
from latentarium.jobs.export import write_table
from latentarium.runs.run import Run
from latentarium.scene.judgement import judging_labels

SEPARATOR = "|"  # between ids in one cell


def comparison_table(comparison: Comparison, run_a: Run, run_b: Run) -> Mapping[str, Sequence[Any]]:
    """The columns of a table with a row a point, for two runs that show the same points in the same rows.

    Ids, labels and overlap, whether each run is right (1, 0, or empty for a point without a label), and the ids of the
    neighbours that both spaces have, only A and only B, nearest first.
    """
    ids = run_a.probe.ids
    labels_a, labels_b = judging_labels(run_a, run_b)
    groups = [split_neighbours(comparison, row) for row in range(len(ids))]
    shared, only_a, only_b = (
        [SEPARATOR.join(ids[row] for row in group[place].rows) for group in groups] for place in range(3)
    )
    return {
        "id": ids,
        "label": _names(run_a, run_a.probe.labels),
        "label_b": _names(run_b, run_b.probe.labels),
        "overlap": comparison.overlap.tolist(),
        "right_a": _told(comparison.right_a, labels_a),
        "right_b": _told(comparison.right_b, labels_b),
        "shared": shared,
        "only_a": only_a,
        "only_b": only_b,
    }


def write_comparison(comparison: Comparison, run_a: Run, run_b: Run, path: Path) -> None:
    """Write that table as CSV. Raises LatentariumError where the file cannot be written."""
    write_table(path, comparison_table(comparison, run_a, run_b))


def _names(run: Run, labels: Ints) -> list[str]:
    return [class_name(run.classes, label) for label in labels]


def _told(right: Bools | None, labels: Ints) -> list[Any]:
    if right is None:
        return [""] * len(labels)
    return [int(one) if known else "" for one, known in zip(right.tolist(), (labels >= 0).tolist(), strict=True)]
