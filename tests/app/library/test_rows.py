"""The order of the library's lines, and what they say."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from latentarium.app.library.rows import Arrangement, Order, Row, day_of, facts, matches, natural, rows_of
from latentarium.runs.library import Summary


def summary(name: str, group: str = "", shelf: str = "", **changes: object) -> Summary:
    path = Path("lib") / shelf / group / name
    made = Summary(path, name, name, name, "2026-01-01T00:00:00+00:00", 3, 9, 2, ("cat",), {}, {}, group, shelf)
    return replace(made, **changes)  # type: ignore[arg-type]


def told(rows: list[Row]) -> list[tuple[int, str, str]]:
    return [(row.depth, row.kind, row.title) for row in rows]


def test_a_sweep_stands_above_its_runs() -> None:
    runs = [
        summary("x", created="2026-01-04T00:00:00+00:00"),
        *(summary(name, "g", title=f"T · {name}", created=f"2026-01-0{name}T00:00:00+00:00") for name in "12"),
        summary("y", created="2026-01-01T12:00:00+00:00"),
    ]
    rows = rows_of(runs, Order.NEWEST, (), ())
    assert told(rows) == [(0, "run", "x"), (0, "sweep", "T"), (1, "run", "1"), (1, "run", "2"), (0, "run", "y")]
    assert (rows[1].path, rows[1].facts, rows[1].runs) == (Path("lib/g"), "sweep · 2 runs", tuple(runs[1:3]))
    assert rows[1].run is None
    assert rows[2].run is runs[1]


def test_a_group_stands_above_its_runs_and_sweeps_and_can_be_folded() -> None:
    runs = [summary("1", "g", "mine"), summary("a", shelf="mine"), summary("z")]
    rows = rows_of(runs, Order.NAME, (), ())
    assert told(rows) == [
        (0, "group", "mine"),
        (1, "run", "a"),
        (1, "sweep", "g"),
        (2, "run", "1"),
        (0, "run", "z"),
    ]
    assert (rows[0].path, rows[0].facts) == (Path("lib/mine"), "group · 2 runs")
    assert rows_of(runs[:1], Order.NAME, (), ())[0].path == Path("lib/mine")
    folded = rows_of(runs, Order.NAME, (), {Path("lib/mine/g")})
    assert told(folded) == [(0, "group", "mine"), (1, "run", "a"), (1, "sweep", "g"), (0, "run", "z")]
    assert [row.folded for row in folded] == [False, False, True, False]
    assert told(rows_of(runs, Order.NAME, (), {Path("lib/mine")})) == [(0, "group", "mine"), (0, "run", "z")]
    assert len(rows_of(runs, Order.NAME, ("g",), {Path("lib/mine")})) == 3  # what is found is shown


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order.NEWEST, ["run 10", "Run 2", "run 1", "undated"]),
        (Order.OLDEST, ["run 1", "Run 2", "run 10", "undated"]),
        (Order.NAME, ["run 1", "Run 2", "run 10", "undated"]),
        (Order.BEST, ["Run 2", "run 1", "run 10", "undated"]),
        (Order.LONGEST, ["run 10", "undated", "Run 2", "run 1"]),
    ],
)
def test_runs_are_sorted(order: Order, names: list[str]) -> None:
    runs = [
        summary("run 10", created="2026-03-01T00:00:00+02:00", frames=200, scalars={"knn_accuracy": 0.1}),
        summary("Run 2", created="2026-02-28T23:00:00+00:00", scalars={"accuracy": 0.2}, result={"accuracy": 0.9}),
        summary("run 1", created="2026-02-28T21:59:00+00:00", scalars={"accuracy": 0.5}),
        summary("undated", created="", frames=40, scalars={"accuracy": float("nan")}),
    ]
    if order is Order.NEWEST:  # two hours east of Greenwich it was March an hour earlier
        names[:2] = ["Run 2", "run 10"]
    elif order is Order.OLDEST:
        names[1:3] = ["run 10", "Run 2"]
    assert [row.title for row in rows_of(runs, order, (), ())] == names


def test_what_a_line_says() -> None:
    assert facts(summary("a", frames=1_200, scalars={"accuracy": 0.5})) == "1,200 frames · accuracy 0.50"
    assert facts(summary("a", frames=1, points=1_500)) == "1 frame · 1,500 points"
    assert facts(summary("a", result={"knn_accuracy": 0.987})) == "3 frames · 1-NN 0.99"
    assert facts(summary("a", frames=1, points=150, origin="projector")) == "150 points · projector"
    assert facts(summary("a", frames=5, points=150, origin="checkpoint")) == "150 points · checkpoint · 5 frames"
    assert day_of(summary("a", created="2019-05-05T12:00:00+00:00")) == "May 2019"
    assert day_of(summary("a", created="yesterday")) == ""
    assert natural("run 2") < natural("Run 10") < natural("runs")
    run = summary("a", shelf="Mine", title="Best")
    assert all(matches(run, words) for words in ((), ("best", "mine"), ("cat",), ("2026-01",), ("3 frames",)))
    assert not matches(run, ("best", "dog"))


def test_an_arrangement_is_told_and_understood_as_far_as_it_can_be() -> None:
    made = Arrangement(Order.BEST, frozenset({Path("/a/b"), Path("/c")}))
    assert Arrangement.of(json.loads(json.dumps(made.told()))) == made
    for strange in (None, 3, [], {"order": "sideways", "folded": 4}, {"order": ["BEST"], "folded": [{}]}):
        assert Arrangement.of(strange) == Arrangement()
