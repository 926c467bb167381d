"""The same query in two spaces, against sets and plain loops."""

from collections.abc import Callable

import numpy as np
import pytest

from latentarium.core.arrays import frozen_ints
from latentarium.core.comparison import Comparison, ComparisonSettings
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.query import by_overlap, place_of, query, random_row, stepped
from latentarium.scene.state import Selection, State

K = 6


def distance(a: np.ndarray, b: np.ndarray, metric: str) -> float:
    a, b = a.astype(float), b.astype(float)
    if metric == "euclidean":
        return float(np.sqrt(((a - b) ** 2).sum()))
    return float(1 - (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def brute(points: np.ndarray, k: int, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows and distances of each point's k nearest others, one by one."""
    rows, ways = [], []
    for i in range(len(points)):
        found = sorted((distance(points[i], points[j], metric), j) for j in range(len(points)) if j != i)[:k]
        rows.append([j for _, j in found])
        ways.append([d for d, _ in found])
    return np.array(rows), np.array(ways)


def compared_of(run: Run, known: bool = True) -> Compared:
    """Frames 0 and 3 of a run, compared the slow way."""
    settings = ComparisonSettings(k=K, metric_b="euclidean")
    a, da = brute(run.frame(0).embeddings, K, "cosine")
    b, db = brute(run.frame(3).embeddings, K, "euclidean")
    overlap = np.array([len({*x} & {*y}) / len({*x} | {*y}) for x, y in zip(a.tolist(), b.tolist(), strict=True)])
    nan = float("nan")
    result = Comparison(
        settings, a, da, b, db, overlap, float(overlap.mean()), (nan, nan), (0.1,) * 10, 0.1, nan, 0.5, nan, nan,
        None, None, "", "", (),
    )  # fmt: skip
    return Compared(run, 0, run, 3, settings, result if known else None)


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    return make_run(points=40, width=4)


def state_of(run: Run, compared: Compared, **changes: object) -> State:
    views = default_views(run)
    return State(runs=(open_run(run, views),) * 2, views=views, compared=compared, **changes)


@pytest.mark.parametrize("known", [True, False])
def test_the_three_groups_are_those_of_sets(run: Run, known: bool) -> None:
    """Also before the comparison is known, from the embeddings alone."""
    whole, compared = compared_of(run).result, compared_of(run, known)
    assert whole is not None
    for row in range(40):
        found = query(compared, row)
        assert found is not None
        assert query(compared, row) is found
        a, b = whole.neighbours_a[row].tolist(), whole.neighbours_b[row].tolist()
        assert found.shared.rows.tolist() == [r for r in a if r in b]
        assert found.only_a.rows.tolist() == [r for r in a if r not in b]
        assert found.only_b.rows.tolist() == [r for r in b if r not in a]
        assert (found.k, found.overlap) == (K, pytest.approx(whole.overlap[row]))
        for group in (found.shared, found.only_a, found.only_b):
            for place, other in enumerate(group.rows):
                for index, ways, metric in ((0, group.distances_a, "cosine"), (3, group.distances_b, "euclidean")):
                    points = run.frame(index).embeddings
                    assert ways[place] == pytest.approx(distance(points[row], points[other], metric), abs=1e-12)


def test_there_is_no_query_without_a_point_or_with_a_problem(run: Run) -> None:
    compared = compared_of(run)
    assert query(compared, None) is None
    assert query(compared, 40) is None
    assert query(Compared(run, 0, run, 3, compared.settings, problem="No."), 3) is None


def test_steps_go_from_the_least_to_the_most_alike_and_end_there(run: Run) -> None:
    compared = compared_of(run)
    assert compared.result is not None
    overlap = compared.result.overlap
    order = sorted(range(40), key=lambda row: (overlap[row], row))
    state = state_of(run, compared)
    assert by_overlap(compared, state).tolist() == order
    assert [stepped(compared, state, stride) for stride in (1, -1, -(1 << 62))] == [order[0]] * 3
    assert stepped(compared, state, 1 << 62) == order[-1]  # without a focus, too
    for place, row in enumerate(order):
        here = state_of(run, compared, focus=row)
        assert place_of(by_overlap(compared, here), compared.result, row) == place
        assert stepped(compared, here, 1) == order[min(place + 1, 39)]
        assert stepped(compared, here, -1) == order[max(place - 1, 0)]
        assert stepped(compared, here, -(1 << 62)) == order[0]
        assert stepped(compared, here, 1 << 62) == order[-1]


def test_steps_stay_within_the_selection_and_what_is_shown(run: Run) -> None:
    compared = compared_of(run)
    assert compared.result is not None
    chosen = Selection(frozen_ints([3, 8, 9, 20, 31]))
    labels, overlap = run.probe.labels, compared.result.overlap
    state = state_of(run, compared, selection=chosen, hidden=frozenset({int(labels[8])}))
    inside = sorted((r for r in chosen.rows.tolist() if labels[r] != labels[8]), key=lambda r: (overlap[r], r))
    assert by_overlap(compared, state).tolist() == inside
    for row in set(range(40)) - set(inside):  # from outside: to the one that is next by its overlap
        here = state_of(run, compared, selection=chosen, hidden=state.hidden, focus=row)
        more = [r for r in inside if (overlap[r], r) > (overlap[row], row)]
        less = [r for r in inside if (overlap[r], r) < (overlap[row], row)]
        assert stepped(compared, here, 1) == (more[0] if more else inside[-1])
        assert stepped(compared, here, -1) == (less[-1] if less else inside[0])
    filtered = state_of(run, compared, selection=chosen, filtered=Selection(frozen_ints([8, 9, 12])), focus=9)
    assert random_row(filtered, np.random.default_rng(0)) == 8
    assert sorted(by_overlap(compared, filtered).tolist()) == [8, 9]
    generator = np.random.default_rng(0)
    drawn = {random_row(state_of(run, compared, selection=chosen, focus=9), generator) for _ in range(200)}
    assert drawn == {3, 8, 20, 31}


def test_nothing_is_least_alike_before_it_is_known(run: Run) -> None:
    compared = compared_of(run, known=False)
    assert stepped(compared, state_of(run, compared), 1) is None
    assert random_row(state_of(run, compared), np.random.default_rng(0)) is not None
    assert random_row(State(), np.random.default_rng(0)) is None
