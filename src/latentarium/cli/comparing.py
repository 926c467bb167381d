"""The command that compares two runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentarium.cli.output import ProgressLine, print_json, print_table, say
from latentarium.cli.reading import check_new, new_file, opened
from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.core.dataset import class_name
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import Progress
from latentarium.jobs.comparing import bring_together, compare
from latentarium.jobs.comparing_table import write_comparison
from latentarium.runs.matching import Match, UnmatchedError
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.judgement import judge

PICTURES = ("png", "svg", "pdf")
WRITTEN = {"both": "both", "only A": "only_a", "only B": "only_b", "neither": "neither"}  # cells, and as JSON has them


@dataclass(frozen=True)
class Files:
    """What is written beside what is printed: a figure of a width in mm, and a table of the points."""

    figure: Path | None = None
    width: float = 183.0
    table: Path | None = None
    force: bool = False

    @property
    def kind(self) -> str:
        """The figure's format, by its ending."""
        return self.figure.suffix.lower().lstrip(".") if self.figure is not None else ""


def compare_runs(
    names: tuple[str, str],
    settings: ComparisonSettings,
    by_position: bool,
    files: Files,
    as_json: bool,
) -> int:
    """Say what the spaces of two runs have in common, and write the files that are wanted."""
    if files.figure is not None and files.kind not in PICTURES:
        raise LatentariumError(f"{files.figure} must end in .png, .svg or .pdf.")
    for path in filter(None, (files.figure, files.table)):
        check_new(path, files.force)
    with opened(names[0]) as (whole_a, index_a), opened(names[1]) as (whole_b, index_b):
        for run in (whole_a, whole_b):
            if not len(run):
                raise LatentariumError(f"{run.path} has no frame yet.")
        run_a, run_b, found = _together(whole_a, whole_b, by_position)
        if run_a.id == run_b.id and range(len(run_a))[index_a] == range(len(run_b))[index_b]:
            say("A and B are the same frame of one run: they agree in everything.")
        with _progress() as tell:
            result = compare(run_a, index_a, run_b, index_b, settings, tell)
        if files.table is not None:
            with new_file(files.table, "csv", files.force) as made:
                write_comparison(result, run_a, run_b, made)
        if files.figure is not None:
            from latentarium.figures.maps import draw_compared  # here: matplotlib, for pictures alone

            with new_file(files.figure, files.kind, files.force) as made:
                draw_compared(run_a, index_a, run_b, index_b, result, made, files.width)
        compared = Compared(run_a, index_a, run_b, index_b, settings, result)
        if as_json:
            print_json(_values(compared, result, found))
        else:
            _print(compared, result, found)
    return 0


def _together(whole_a: Run, whole_b: Run, by_position: bool) -> tuple[Run, Run, Match]:
    try:
        run_a, run_b, found = bring_together(whole_a, whole_b, "position" if by_position else "id")
    except UnmatchedError as error:
        raise LatentariumError(f"{error} --by-position matches row by row.") from error
    for problem in found.problems:
        say(problem)
    return run_a, run_b, found


@contextmanager
def _progress() -> Iterator[Progress]:
    line = ProgressLine()
    try:
        yield line.report
    finally:
        line.end()


def _values(compared: Compared, result: Comparison, found: Match) -> dict[str, object]:
    """What --json prints."""
    right = _two_by_two(compared)
    return {
        "points": len(found),
        "matched_by": found.by,
        "problems": list(found.problems),
        "k": result.neighbours_a.shape[1],
        "metric_a": result.settings.metric_a,
        "metric_b": result.settings.metric_b,
        "include_self": result.settings.include_self,
        "mean_overlap": result.mean,
        "interval": list(result.interval),
        "chance": result.chance,
        "class_chance": result.class_chance,
        "histogram": list(result.histogram),
        "cka": result.cka,
        "knn_accuracy_a": result.knn_a,
        "knn_accuracy_b": result.knn_b,
        "right": {WRITTEN[name]: count for name, count in right.items()} if right else None,
    }


def _two_by_two(compared: Compared) -> dict[str, int] | None:
    """How many labelled points are right in both, in one only, in neither; None without labels."""
    judgement = judge(compared)
    return {name: len(judgement.rows[name]) for name in WRITTEN} if judgement else None


def _print(compared: Compared, result: Comparison, found: Match) -> None:
    settings, right = result.settings, _two_by_two(compared)
    known = bool(np.isfinite(result.knn_a))
    own = ", the point itself among them" if settings.include_self else ""
    rows: dict[str, object] = {
        "points": f"{len(found):,}, matched by {found.by}",
        "neighbours": f"{result.neighbours_a.shape[1]}{own}; A by {settings.metric_a}, B by {settings.metric_b}",
        "mean overlap": f"{result.mean:.4f} (95 % {result.interval[0]:.4f} to {result.interval[1]:.4f})",
        "chance": f"{result.chance:.4f}" + (f", within the class {result.class_chance:.4f}" if known else ""),
        "linear CKA": f"{result.cka:.4f}",
        "k-NN accuracy": f"A {result.knn_a:.4f}, B {result.knn_b:.4f}" if known else None,
        "histogram": " ".join(f"{share:.3f}" for share in result.histogram),
    }
    if right:
        rows |= {
            "right": ", ".join(f"{name} {count:,}" for name, count in right.items()),
            "judged by": f"A {result.judged_a}, B {result.judged_b}",
        }
    for figures in result.classes:
        name = f"class {class_name(compared.labelled.classes, figures.label)}"
        rows[name] = (
            f"{figures.count:,} points, right in A {figures.accuracy_a:.4f}, "
            + (f"in B {figures.accuracy_b:.4f}, " if np.isfinite(figures.accuracy_b) else "without labels in B, ")
            + f"mean overlap {figures.overlap:.4f}"
        )
    print_table(rows)
