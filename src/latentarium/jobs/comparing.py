"""Compare two runs, or two frames of one: which points are the same, and what their spaces have in common."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.accuracy import accuracy, majority
from latentarium.analysis.chance import chance, class_chance
from latentarium.analysis.kernel_alignment import linear_cka
from latentarium.analysis.neighbours import nearest
from latentarium.analysis.overlap import bootstrap_interval, histogram, jaccard, overlaps_over_k
from latentarium.analysis.shuffling import shuffled_overlaps
from latentarium.analysis.trust import sample_rows
from latentarium.core.arrays import Bools, Floats64, Ints, frozen_ints
from latentarium.core.comparison import (
    MOST_NEIGHBOURS,
    Along,
    ClassFigures,
    Comparison,
    ComparisonSettings,
    OverK,
)
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.runs.matching import Match, counted, match
from latentarium.runs.run import Run
from latentarium.scene.judgement import judging_labels, labels_by_name
from latentarium.scene.memory import kept

SAMPLE = 2_000  # points of which curves are computed
KEPT = 1 << 20  # neighbours that may be kept with a frame
HEAD = "class head"
CHECKPOINT = "checkpoint"  # the origin of images that were embedded here
Kind = TypeVar("Kind", bound=np.generic)


def bring_together(run_a: Run, run_b: Run, by: str = "id") -> tuple[Run, Run, Match]:
    """Two runs that show the same points in the same rows, in the order of A: of each the part that both have.

    `by` is id, or position where the person asked for it. What the person should know are the match's problems.
    Raises UnmatchedError where only a match by position is left, LatentariumError where images differ.
    """
    same = run_a.id == run_b.id and run_a.probe.ids == run_b.probe.ids  # of one recording, opened twice perhaps
    probe_b = run_a.probe if same else run_b.probe
    found = match(run_a.probe, probe_b, by, (run_a.classes, run_b.classes), (_numbered(run_a), _numbered(run_b)))
    a, b = run_a.taking(found.rows_a), run_b.taking(found.rows_b)
    problems = (*found.problems, *_shuffled_as_well(a, b, found.by))
    return a, b, replace(found, problems=problems)


def _numbered(run: Run) -> bool:
    """Whether the ids are only row numbers: what was brought in says so, of others the ids are judged."""
    origin = run.recipe.origin
    return counted(run.probe) if origin is None or origin.format == CHECKPOINT else origin.numbered


def compare(
    run_a: Run,
    index_a: int,
    run_b: Run,
    index_b: int,
    settings: ComparisonSettings,
    tell: Progress = ignore,
    cancelled: IsCancelled = never,
) -> Comparison:
    """Compare a frame of A with one of B, whose rows are the same points, as `bring_together` makes them.

    k is at most the number of other points. Raises LatentariumError for fewer than two points or settings out of
    range, ValueError where the numbers of points differ, CancelledError.
    """
    a, b = run_a.frame(index_a), run_b.frame(index_b)
    count = len(a.embeddings)
    _check(settings, count, len(b.embeddings))
    k = min(settings.k, count - 1)
    near_a = _neighbours_of_all(
        a, k, settings.metric_a, partly(tell, "Looking for neighbours in A", 0.0, 0.5), cancelled
    )
    near_b = _neighbours_of_all(
        b, k, settings.metric_b, partly(tell, "Looking for neighbours in B", 0.5, 1.0), cancelled
    )
    tell("Comparing the neighbours", None)
    labels_a, labels_b = judging_labels(run_a, run_b)
    knn_a, knn_b = _votes(near_a[0], labels_a), _votes(near_b[0], labels_b)
    right_a, judged_a = _right(run_a, a, labels_a, knn_a, k)
    right_b, judged_b = _right(run_b, b, labels_b, knn_b, k)
    if settings.include_self:
        near_a = _with_self(*near_a, np.arange(count))  # one after the other, for they may be large
        near_b = _with_self(*near_b, np.arange(count))
    overlap = _frozen(jaccard(near_a[0], near_b[0]))
    return Comparison(
        settings=settings,
        neighbours_a=near_a[0],
        distances_a=near_a[1],
        neighbours_b=near_b[0],
        distances_b=near_b[1],
        overlap=overlap,
        mean=float(overlap.mean()),
        interval=bootstrap_interval(overlap),
        histogram=histogram(overlap),
        chance=chance(count, near_a[0].shape[1], settings.include_self),
        class_chance=class_chance(labels_a, near_a[0].shape[1], settings.include_self),
        cka=linear_cka(a.embeddings, b.embeddings),
        knn_a=_share(knn_a, labels_a),
        knn_b=_share(knn_b, labels_b),
        right_a=right_a,
        right_b=right_b,
        judged_a=judged_a,
        judged_b=judged_b,
        classes=_classes(labels_by_name(run_a, run_b), (right_a, right_b), overlap),
    )


def _check(settings: ComparisonSettings, points_a: int, points_b: int) -> None:
    if points_a != points_b:
        raise ValueError(f"{points_a} points in A, {points_b} in B: bring_together makes them the same")
    if points_a < 2:
        raise LatentariumError("A comparison needs at least two points that both runs have.")
    if not 1 <= settings.k <= MOST_NEIGHBOURS:
        raise LatentariumError(f"The number of neighbours must be 1 to {MOST_NEIGHBOURS}, not {settings.k}.")


def along(
    run: Run,
    settings: ComparisonSettings,
    tell: Progress = ignore,
    cancelled: IsCancelled = never,
    most: int = SAMPLE,
) -> Along:
    """Hold every frame of a run against the last one and against the one before, by the settings' k and `metric_a`.

    Of at most `most` points. Raises LatentariumError without a frame or with fewer than two points, CancelledError.
    """
    count, frames = len(run.probe), len(run)
    if not frames:
        raise LatentariumError(f"{run.path} has no frame yet.")
    _check(settings, count, count)
    k, rows = min(settings.k, count - 1), sample_rows(count, most)

    def near(index: int) -> Ints:
        told = partly(tell, "Comparing the frames", done / frames, (done + 1) / frames)
        found = _neighbours(run.frame(index), rows, k, settings.metric_a, told, cancelled)
        return (_with_self(*found, rows) if settings.include_self else found)[0]

    done, before = 0, None
    last = near(frames - 1)
    to_last, to_previous = np.full((2, frames), np.nan)
    for done in range(frames):
        this = near(done) if done < frames - 1 else last
        to_last[done] = jaccard(this, last).mean()
        if before is not None:
            to_previous[done] = jaccard(this, before).mean()
        before = this
    return Along(
        steps=frozen_ints([entry.step for entry in run.entries[:frames]]),
        to_last=_frozen(to_last),
        to_previous=_frozen(to_previous),
        k=last.shape[1],
        chance=chance(count, last.shape[1], settings.include_self),
        sample=len(rows),
    )


def overlap_over_k(
    run_a: Run,
    index_a: int,
    run_b: Run,
    index_b: int,
    settings: ComparisonSettings,
    tell: Progress = ignore,
    cancelled: IsCancelled = never,
    most: int = SAMPLE,
) -> OverK:
    """The mean overlap for 1 to 250 neighbours, or as many as there are; the settings' own k does not matter.

    Of at most `most` points. Raises as `compare` does.
    """
    a, b = run_a.frame(index_a), run_b.frame(index_b)
    count = len(a.embeddings)
    _check(settings, count, len(b.embeddings))
    k, rows = min(MOST_NEIGHBOURS, count - 1), sample_rows(count, most)
    near_a = _neighbours(
        a, rows, k, settings.metric_a, partly(tell, "Looking for neighbours in A", 0.0, 0.5), cancelled
    )
    near_b = _neighbours(
        b, rows, k, settings.metric_b, partly(tell, "Looking for neighbours in B", 0.5, 1.0), cancelled
    )
    if settings.include_self:
        near_a, near_b = _with_self(*near_a, rows), _with_self(*near_b, rows)
    ks = np.arange(1, k + 1)
    expected = np.array([chance(count, size, settings.include_self) for size in ks.tolist()])
    return OverK(frozen_ints(ks), _frozen(overlaps_over_k(near_a[0], near_b[0])), _frozen(expected), len(rows))


def partly(tell: Progress, text: str, start: float, end: float) -> Callable[[float], None]:
    """Tell of a part of some work, whose own share done counts from `start` to `end` of the whole."""
    return lambda share: tell(text, start + share * (end - start))


def _neighbours_of_all(
    frame: Frame, k: int, metric: str, tell: Callable[[float], None], cancelled: IsCancelled
) -> tuple[Ints, Floats64]:
    """The k nearest others of every point; kept with the frame where that takes little."""

    def search() -> tuple[Ints, Floats64]:
        return _neighbours(frame, np.arange(len(frame.embeddings)), k, metric, tell, cancelled)

    small = len(frame.embeddings) * k <= KEPT
    return kept(frame, ("neighbours", metric, k), search) if small else search()


def _neighbours(
    frame: Frame, rows: Ints, k: int, metric: str, tell: Callable[[float], None], cancelled: IsCancelled
) -> tuple[Ints, Floats64]:
    """The k nearest others of some points: (n, k) each."""

    def told(share: float) -> None:
        if cancelled():
            raise CancelledError("The comparison was cancelled.")
        tell(share)

    found, distances = nearest(frame.embeddings[rows], frame.embeddings, k, metric, rows, told)
    return _frozen(found), _frozen(distances)


def _with_self(neighbours: Ints, distances: Floats64, rows: Ints) -> tuple[Ints, Floats64]:
    """Each of the `rows` first among its neighbours, and the farthest of them gone."""
    nought = np.zeros((len(rows), 1))
    return (
        _frozen(np.hstack([rows[:, None], neighbours[:, :-1]])),
        _frozen(np.hstack([nought, distances[:, :-1]])),
    )


def _votes(neighbours: Ints, labels: Ints) -> Ints:
    """The label of most neighbours of each point; -1 where none has a label."""
    return majority(labels[neighbours])


def _share(predictions: Ints, labels: Ints) -> float:
    known = labels >= 0
    return accuracy(predictions[known], labels[known])


def _right(run: Run, frame: Frame, labels: Ints, knn: Ints, k: int) -> tuple[Bools | None, str]:
    """Which points are right, and by what they are judged: the class head where it knows the label, else k-NN.

    A point without a label is not.
    """
    known = labels >= 0
    if not known.any():
        return None, ""
    voted = f"leave-one-out {k}-NN"
    trained = frame.probabilities.shape[1]
    if not trained or run.recipe.network.classifier == "none" or labels is not run.probe.labels:
        return _frozen(known & (knn == labels)), voted
    unseen = labels >= trained
    judged = f"{HEAD}; classes held out by {voted}" if unseen.any() else HEAD
    return _frozen(known & (np.where(unseen, knn, frame.predictions) == labels)), judged


def _classes(
    labels: tuple[Ints, Ints], right: tuple[Bools | None, Bools | None], overlap: Floats64
) -> tuple[ClassFigures, ...]:
    """Figures of each class of A's labels, as `labels_by_name` numbers them."""
    (labels_a, labels_b), (right_a, right_b) = labels, right
    if right_a is None or right_b is None:
        return ()
    figures = []
    for label in np.unique(labels_a[labels_a >= 0]).tolist():
        in_a, in_b = labels_a == label, labels_b == label
        accuracy_b = float(right_b[in_b].mean()) if in_b.any() else float("nan")
        accuracy_a, mean = float(right_a[in_a].mean()), float(overlap[in_a].mean())
        figures.append(ClassFigures(label, int(in_a.sum()), accuracy_a, accuracy_b, mean))
    return tuple(figures)


def _shuffled_as_well(run_a: Run, run_b: Run, by: str) -> list[str]:
    """A sentence where a shuffled match would do as well as this one, in the last frames.

    Of at most 2,000 of the points. Matched by position, their order within the classes is doubted too.
    """
    if not len(run_a) or not len(run_b) or len(run_a.probe) < 20:
        return []
    rows, k = sample_rows(len(run_a.probe)), 10
    near_a, near_b = (
        nearest(points, points, k, "cosine", np.arange(len(rows)))[0]
        for points in (run_a.frame(-1).embeddings[rows], run_b.frame(-1).embeddings[rows])
    )
    mean = float(jaccard(near_a, near_b).mean())
    shuffles: list[tuple[str, Ints | None]] = [("", None)]
    if by == "position" and (run_a.probe.labels >= 0).any():
        shuffles.append((" within the classes", run_a.probe.labels[rows]))
    for where, labels in shuffles:
        found = shuffled_overlaps(near_a, near_b, labels=labels)
        if mean <= found.mean() + 4 * found.std():
            return [
                f"A match that is shuffled{where} would do as well: the mean overlap is {mean:.3f}, and "
                f"{found.mean():.3f} shuffled. Either the points were matched wrongly, or the spaces have no more than "
                "that in common."
            ]
    return []


def _frozen(array: NDArray[Kind]) -> NDArray[Kind]:
    array.flags.writeable = False
    return array
