"""Comparing runs, against a brute-force script that knows nothing of the program, and against pynndescent."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.jobs.peer import make as peer

from latentarium.analysis.overlap import jaccard, split_neighbours
from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.core.dataset import Sample, unpictured
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.objectives import SupCon
from latentarium.core.recipe import Data, Frames, Network, Recipe
from latentarium.jobs.comparing import along, bring_together, compare, overlap_over_k
from latentarium.jobs.comparing_table import write_comparison
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.matching import UnmatchedError
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.judgement import labels_by_name

CLASSES = ("cat", "dog", "held out")
Write = Callable[..., Run]


def labels_of(points: int) -> np.ndarray:
    return np.arange(points) % 3


def space(points: int, width: int, seed: int, spread: float = 0.7) -> np.ndarray:
    """Points about the means of their classes; some lie at the same place, so that there are ties."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(3, width))[labels_of(points)] + spread * random.normal(size=(points, width))
    values[5:9] = values[4]
    return values.astype(np.float32)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Record a run with the spaces given as its frames; `order` puts its points in another order."""

    def recorded(name: str, spaces: list[np.ndarray], order: np.ndarray | None = None, classifier: str = "none") -> Run:
        points, width = spaces[0].shape
        rows = np.arange(points) if order is None else order
        images = np.random.default_rng(0).integers(0, 256, (points, 8, 8, 1))[rows]
        ids = tuple(f"=point {row}" if row == 3 else f"point {row}" for row in rows)
        probe = Sample(frozen_bytes(images), frozen_ints(labels_of(points)[rows]), ids, "test")
        reference = Sample(frozen_bytes(images[:2]), frozen_ints([0, 1]), ("r0", "r1"), "train")
        recipe = Recipe(
            title=name,
            data=Data(classes=CLASSES[:2], held_out=CLASSES[2:]),
            network=Network(embedding=width, classifier=classifier),
            objective=(SupCon(),),
            frames=Frames(count=max(len(spaces), 2)),
        )
        header = Header(recipe, CLASSES, 2, probe, reference, "made up", "f" * 64, 1, "cpu", {})
        frames = []
        for step, values in enumerate(spaces):
            shares = np.where(values[:, :1] > 0, [0.9, 0.1], [0.2, 0.8])
            few = np.full((2, 2), 0.5)
            frames.append(Frame(step, step, *map(frozen_floats, (values[rows], shares[rows], values[:2], few)), {}))
        for _ in record(iter(frames), tmp_path / name, header):
            pass
        return Run.open(tmp_path / name)

    return recorded


def brute_force(values: np.ndarray, k: int, metric: str) -> list[list[int]]:
    """The k nearest others of each point, by sorting all distances."""
    wide = values.astype(np.float64)
    found = []
    for row, point in enumerate(wide):
        if metric == "euclidean":
            far = np.sqrt(((wide - point) ** 2).sum(1))
        else:
            far = 1 - (wide * point).sum(1) / (np.sqrt((wide**2).sum(1)) * np.sqrt((point**2).sum()))
        found.append([other for other in sorted(range(len(wide)), key=lambda at: (far[at], at)) if other != row][:k])
    return found


def voted(near: list[list[int]], labels: np.ndarray) -> np.ndarray:
    """The label with most votes, of several the one whose vote is the nearest."""
    winners = []
    for rows in near:
        votes = [int(labels[row]) for row in rows]
        winners.append(max(votes, key=lambda vote: (votes.count(vote), -votes.index(vote))))
    return np.array(winners)


@pytest.mark.parametrize("metrics", [("cosine", "euclidean"), ("euclidean", "cosine")])
@pytest.mark.parametrize(("k", "include_self"), [(1, False), (10, False), (10, True), (250, False)])
def test_the_figures_are_those_of_brute_force(
    write: Write, metrics: tuple[str, str], k: int, include_self: bool
) -> None:
    points = 90
    a, b = space(points, 6, 0), space(points, 4, 1)
    run_a, run_b = write("a", [a]), write("b", [b], classifier="embedding")
    found = compare(run_a, 0, run_b, 0, ComparisonSettings(k, *metrics, include_self))
    k, labels = min(k, points - 1), labels_of(points)
    others = [brute_force(values, k, metric) for values, metric in zip((a, b), metrics, strict=True)]
    near = [[([row, *rows][:k]) for row, rows in enumerate(side)] for side in others] if include_self else others
    np.testing.assert_array_equal(found.neighbours_a, near[0])
    np.testing.assert_array_equal(found.neighbours_b, near[1])
    overlap = np.array([len({*x} & {*y}) / len({*x} | {*y}) for x, y in zip(*near, strict=True)])
    np.testing.assert_allclose(found.overlap, overlap, atol=1e-15)
    assert found.mean == pytest.approx(overlap.mean(), abs=1e-12)
    assert found.interval[0] <= found.mean <= found.interval[1]
    assert (
        found.histogram
        == tuple(
            sum(low <= round(value, 12) < high for value in overlap) / points
            for low, high in [(0.1 * tenth, 0.1 * tenth + 0.1 if tenth < 9 else 2) for tenth in map(float, range(10))]
        )
        or k == 250
    )
    assert sum(found.histogram) == pytest.approx(1)
    votes = [voted(side, labels) for side in others]
    assert found.knn_a == pytest.approx((votes[0] == labels).mean(), abs=1e-12)
    assert found.knn_b == pytest.approx((votes[1] == labels).mean(), abs=1e-12)
    np.testing.assert_array_equal(found.right_a, votes[0] == labels)
    assert found.judged_a == f"leave-one-out {k}-NN"
    head = np.where(labels == 2, votes[1] == 2, np.where(b[:, 0] > 0, 0, 1) == labels)
    np.testing.assert_array_equal(found.right_b, head)
    assert found.judged_b == f"class head; classes held out by leave-one-out {k}-NN"
    for figures in found.classes:
        rows = labels == figures.label
        assert figures.count == rows.sum()
        assert figures.accuracy_a == pytest.approx((votes[0] == labels)[rows].mean(), abs=1e-12)
        assert figures.accuracy_b == pytest.approx(head[rows].mean(), abs=1e-12)
        assert figures.overlap == pytest.approx(overlap[rows].mean(), abs=1e-12)


def test_the_same_in_another_order_and_in_part(write: Write) -> None:
    a, b = space(80, 6, 0), space(80, 4, 1)
    order = np.random.default_rng(2).permutation(80)
    whole = compare(write("a", [a]), 0, write("b", [b]), 0, ComparisonSettings())
    shuffled = write("c", [b], order)
    run_a, run_b, match = bring_together(Run.open(write("d", [a]).path), shuffled)
    assert (len(match), match.problems) == (80, ())
    again = compare(run_a, 0, run_b, 0, ComparisonSettings())
    np.testing.assert_array_equal(again.overlap, whole.overlap)
    np.testing.assert_array_equal(again.neighbours_b, whole.neighbours_b)
    part_a, part_b, match = bring_together(run_a, write("e", [b[:50]], order[order < 50]))
    assert match.problems[0] == "50 points are in both, of 80 in A and 50 in B; the others are left out."
    assert part_a.whole is run_a
    assert part_a.probe.ids == part_b.probe.ids == run_a.probe.ids[:50]
    assert len(compare(part_a, 0, part_b, 0, ComparisonSettings()).overlap) == 50


def test_two_frames_of_a_run_that_names_no_points(write: Write) -> None:
    def numbered(run: Run) -> Run:
        rows = tuple(map(str, range(len(run.probe))))
        run.probe = Sample(unpictured(len(rows)), run.probe.labels, rows, "test")
        return run

    path = write("a", [space(30, 5, 0), space(30, 5, 1)]).path
    run, again, other = (numbered(Run.open(each)) for each in (path, path, write("b", [space(30, 5, 0)]).path))
    assert len(bring_together(run, again)[2]) == len(bring_together(run, run)[2]) == 30
    with pytest.raises(UnmatchedError, match="Neither A nor B names its points"):
        bring_together(run, other)


def test_a_shuffled_match_is_noticed(write: Write) -> None:
    a = space(120, 6, 0, spread=3)
    random = np.random.default_rng(5)
    run_a, same = write("a", [a]), write("b", [a + 0.1 * random.normal(size=a.shape).astype(np.float32)])
    assert bring_together(run_a, same, "position")[2].problems == ()
    unlike = write("c", [random.normal(size=(120, 3)).astype(np.float32)])
    (problem,) = bring_together(run_a, unlike)[2].problems
    assert problem.startswith("A match that is shuffled would do as well: the mean overlap is 0.0")
    within = np.concatenate([random.permutation(np.flatnonzero(labels_of(120) == label)) for label in range(3)])
    mixed = space(120, 6, 0, spread=0.2)
    moved = np.empty_like(mixed)
    moved[np.concatenate([np.flatnonzero(labels_of(120) == label) for label in range(3)])] = mixed[within]
    run_b = write("d", [moved])
    assert bring_together(write("e", [mixed]), run_b)[2].problems == ()
    (problem,) = bring_together(write("f", [mixed]), run_b, "position")[2].problems
    assert problem.startswith("A match that is shuffled within the classes would do as well")


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_with_the_point_itself_it_is_the_figure_of_pynndescent(write: Write, metric: str) -> None:
    """Vectory's way: approximate neighbours, of which the first is the point itself."""
    a, b = peer.clouds()
    with np.load(peer.FILE) as kept:
        near = [kept[f"{metric}_{name}"].astype(np.int64) for name in "ab"]
    ours = compare(write("a", [a]), 0, write("b", [b]), 0, ComparisonSettings(10, metric, metric, include_self=True))
    assert ours.mean == pytest.approx(jaccard(*near).mean(), abs=1e-3)
    assert jaccard(ours.neighbours_a, near[0]).mean() > 0.98
    assert jaccard(ours.neighbours_b, near[1]).mean() > 0.98


def test_along_a_training_and_over_k(write: Write) -> None:
    final, start = space(70, 5, 0), space(70, 5, 7)
    spaces = [start + (final - start) * share for share in (0, 0.5, 0.9, 1)]
    run = write("a", spaces)
    found = along(run, ComparisonSettings(7, "euclidean"))
    pairs = [
        [compare(run, i, run, j, ComparisonSettings(7, "euclidean", "euclidean")) for j in range(4)] for i in range(4)
    ]
    np.testing.assert_allclose(found.to_last, [pairs[i][3].mean for i in range(4)], atol=1e-15)
    np.testing.assert_allclose(found.to_previous[1:], [pairs[i][i - 1].mean for i in (1, 2, 3)], atol=1e-15)
    assert np.isnan(found.to_previous[0])
    assert (found.steps.tolist(), found.k, found.sample, found.chance) == ([0, 1, 2, 3], 7, 70, pairs[0][0].chance)
    few = along(run, ComparisonSettings(7, "euclidean"), most=20)
    assert few.sample == 20
    assert few.to_last[3] == 1
    for own in (False, True):
        over = overlap_over_k(run, 0, run, 3, ComparisonSettings(include_self=own))
        assert over.ks.tolist() == list(range(1, 70))
        for k in (1, 2, 30, 69):
            one = compare(run, 0, run, 3, ComparisonSettings(k, include_self=own))
            assert over.overlap[k - 1] == pytest.approx(one.mean, abs=1e-12)
            assert over.chance[k - 1] == one.chance


def test_neighbours_in_three_groups(write: Write) -> None:
    a, b = space(60, 5, 0), space(60, 5, 1)
    found = compare(write("a", [a]), 0, write("b", [b]), 0, ComparisonSettings(8))
    for row in range(60):
        shared, only_a, only_b = split_neighbours(found, row)
        near_a, near_b = found.neighbours_a[row].tolist(), found.neighbours_b[row].tolist()
        assert shared.rows.tolist() == [other for other in near_a if other in near_b]
        assert only_a.rows.tolist() == [other for other in near_a if other not in near_b]
        assert only_b.rows.tolist() == [other for other in near_b if other not in near_a]
        assert found.overlap[row] == len(shared.rows) / (len(shared.rows) + len(only_a.rows) + len(only_b.rows))
        for group in (shared, only_a):
            np.testing.assert_array_equal(
                group.distances_a, [found.distances_a[row][near_a.index(other)] for other in group.rows.tolist()]
            )
        assert np.isnan(only_a.distances_b).all()
        assert np.isnan(only_b.distances_a).all()
        assert not np.isnan(shared.distances_b).any()


def test_a_table_of_all_points(write: Write, tmp_path: Path) -> None:
    import csv

    run_a, run_b = write("a", [space(40, 5, 0)]), write("b", [space(40, 5, 1)])
    found = compare(run_a, 0, run_b, 0, ComparisonSettings(5))
    write_comparison(found, run_a, run_b, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows[:4]] == ["point 0", "point 1", "point 2", "'=point 3"]
    assert [float(row["overlap"]) for row in rows] == found.overlap.tolist()
    assert [row["right_a"] for row in rows] == [str(int(right)) for right in found.right_a]
    assert {row["label"] for row in rows} == set(CLASSES)
    names = [f"{'=' * (row == 3)}point {row}" for row in found.neighbours_a[7].tolist()]
    listed = [*rows[7]["shared"].split("|"), *rows[7]["only_a"].split("|")]
    assert sorted(name.strip("'") for name in listed if name) == sorted(names)


def test_what_cannot_be_compared(write: Write) -> None:
    run, few = write("a", [space(30, 5, 0)]), write("b", [space(20, 5, 0)])
    with pytest.raises(ValueError, match="30 points in A, 20 in B"):
        compare(run, 0, few, 0, ComparisonSettings())
    for k in (0, 251):
        with pytest.raises(LatentariumError, match=f"must be 1 to 250, not {k}"):
            compare(run, 0, run, 0, ComparisonSettings(k))
    one = run.taking(np.array([4]))
    with pytest.raises(LatentariumError, match="at least two points"):
        compare(one, 0, one, 0, ComparisonSettings())
    with pytest.raises(CancelledError):
        compare(run, 0, run, 0, ComparisonSettings(3), cancelled=lambda: True)


def test_without_labels_there_is_nothing_to_be_right_about(write: Write) -> None:
    def unlabelled(run: Run) -> Run:
        run.probe = Sample(run.probe.images, frozen_ints([-1] * len(run.probe)), run.probe.ids, "test")
        return run

    a, b = write("a", [space(30, 5, 0)]), unlabelled(write("b", [space(30, 5, 1)], classifier="embedding"))
    half: Comparison = compare(a, 0, b, 0, ComparisonSettings(4))
    assert half.judged_b == "leave-one-out 4-NN"  # of A's labels
    assert half.right_b is not None
    assert half.knn_b == half.right_b.mean()
    other = compare(b, 0, a, 0, ComparisonSettings(4))  # only B has labels
    assert [(found.label, found.count) for found in other.classes] == [
        (found.label, found.count) for found in half.classes
    ]
    assert Compared(b, 0, a, 0, ComparisonSettings(4)).labelled is a
    assert Compared(a, 0, b, 0, ComparisonSettings(4)).labelled is a
    full = write("full", [space(30, 5, 0)])
    few = frozen_ints(np.where(np.arange(30) < 3, a.probe.labels, -1))
    a.probe = Sample(a.probe.images, few, a.probe.ids, "test")
    partly = compare(a, 0, b, 0, ComparisonSettings(4))
    assert partly.right_a is not None
    assert not partly.right_a[3:].any()
    assert sum(figures.count for figures in partly.classes) == 3
    fewer = compare(full, 0, a, 0, ComparisonSettings(4))  # B has labels for three points only
    for figures in fewer.classes:
        rows = np.flatnonzero(a.probe.labels == figures.label)
        assert fewer.right_b is not None
        assert figures.count == (full.probe.labels == figures.label).sum()
        assert figures.accuracy_b == (fewer.right_b[rows].mean() if len(rows) else pytest.approx(np.nan, nan_ok=True))
    none = compare(unlabelled(a), 0, b, 0, ComparisonSettings(4))
    assert (none.right_a, none.right_b, none.classes) == (None, None, ())
    assert np.isnan([none.knn_a, none.knn_b, none.class_chance]).all()
    np.testing.assert_array_equal(none.overlap, half.overlap)


def test_classes_are_those_of_each_by_name(write: Write) -> None:
    a, b = write("a", [space(60, 5, 0)]), write("b", [space(60, 5, 1)])
    mine, theirs = np.arange(60) % 3, (np.arange(60) + (np.arange(60) < 10)) % 3
    b.classes = ("dog", "bird", "cat")  # and A's are cat, dog, held out
    b.probe = Sample(b.probe.images, frozen_ints(theirs), b.probe.ids, "test")
    names_a, names_b = np.array(a.classes)[mine], np.array(b.classes)[theirs]
    labels_a, labels_b = labels_by_name(a, b)
    np.testing.assert_array_equal(labels_a, mine)
    for one, other, first, second in zip(labels_a, labels_b, names_a, names_b, strict=True):
        assert (one == other) == (first == second)
    assert (labels_b[names_b == "bird"] >= len(a.classes)).all()
    found = compare(a, 0, b, 0, ComparisonSettings(4))
    assert found.right_a is not None
    assert found.right_b is not None
    for figures in found.classes:
        name = a.classes[figures.label]
        assert figures.count == (names_a == name).sum()
        assert figures.accuracy_a == found.right_a[names_a == name].mean()
        if (names_b == name).any():
            assert figures.accuracy_b == found.right_b[names_b == name].mean()
        else:
            assert np.isnan(figures.accuracy_b)


def brought(folder: Path, rows: int, named: bool) -> Run:
    """A table of vectors, with a column of ids from 0 or without."""
    random = np.random.default_rng(rows)
    lines = ["id,x0,x1" if named else "x0,x1"]
    for row in range(rows):
        numbers = ",".join(f"{value:.4f}" for value in random.normal(size=2))
        lines.append(f"{row},{numbers}" if named else numbers)
    path = folder / f"{rows}{named}.csv"
    path.write_text("\n".join(lines) + "\n")
    return Run.open(bring(recognise(path), folder=folder / path.stem, hints=Hints()))


def test_ids_of_a_file_that_count_from_0_are_ids(tmp_path: Path) -> None:
    a, b, found = bring_together(brought(tmp_path, 8, True), brought(tmp_path, 6, True))
    assert (len(a.probe), len(b.probe), found.by) == (6, 6, "id")
    with pytest.raises(UnmatchedError, match="only numbers their rows"):
        bring_together(brought(tmp_path, 8, False), brought(tmp_path, 6, False))
