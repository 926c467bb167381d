"""The lines of the library's list: runs in an order, below the sweeps and the groups that they are in."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import Any

from latentarium.app.inspector.point import figure
from latentarium.core.frame import ACCURACY, KNN_ACCURACY
from latentarium.runs.library import Summary

KEPT = 4096  # texts read lately
MOST_FOLDED = 300  # headings that are remembered to be folded


class Order(StrEnum):
    """What the list is sorted by."""

    NEWEST = "Newest first"
    OLDEST = "Oldest first"
    NAME = "By name"
    BEST = "Most accurate first"
    LONGEST = "Most frames first"


@dataclass(frozen=True)
class Arrangement:
    """How a person wants the list: sorted by what, and which headings hide their runs, by their places."""

    order: Order = Order.NEWEST
    folded: frozenset[Path] = frozenset()

    def told(self) -> dict[str, Any]:
        """What JSON can say of it."""
        return {"order": self.order.name, "folded": sorted(map(str, self.folded))[:MOST_FOLDED]}

    @classmethod
    def of(cls, told: Any) -> "Arrangement":
        """What was told, as far as it can be understood."""
        told = told if isinstance(told, dict) else {}
        order, folded = told.get("order"), told.get("folded")
        paths = frozenset(Path(path) for path in folded if isinstance(path, str)) if isinstance(folded, list) else ()
        return cls(Order.__members__.get(str(order), Order.NEWEST), frozenset(paths))


@dataclass(frozen=True)
class Row:
    """One line: a run, or the heading of a sweep or a group, with the runs that it stands for.

    `depth` counts the headings above it; a `folded` heading hides its runs.
    """

    kind: str  # run, sweep or group
    path: Path
    title: str
    facts: str
    day: str
    runs: tuple[Summary, ...]
    depth: int = 0
    folded: bool = False

    @property
    def run(self) -> Summary | None:
        """The run, where it is one."""
        return self.runs[0] if self.kind == "run" else None


def rows_of(runs: Iterable[Summary], order: Order, words: Sequence[str], folded: Collection[Path]) -> list[Row]:
    """The lines for `runs` in this order, of those that match every word; nothing is folded while words are given."""
    shelves: dict[str, list[Summary]] = {}
    for run in runs:
        if matches(run, words):
            shelves.setdefault(run.shelf, []).append(run)
    hidden = () if words else folded
    loose = [_unit(unit, 0, order, hidden) for unit in units(shelves.pop("", []))]
    whole = [*loose, *(_shelf(name, inside, order, hidden) for name, inside in shelves.items())]
    return [row for unit in _sorted(whole, order) for row in unit]


def units(runs: Iterable[Summary]) -> list[list[Summary]]:
    """The runs, with those of a sweep together, in the order that they come in."""
    found: dict[Path, list[Summary]] = {}
    for run in runs:
        found.setdefault(run.path.parent if run.group else run.path, []).append(run)
    return list(found.values())


def _shelf(name: str, runs: list[Summary], order: Order, folded: Collection[Path]) -> list[Row]:
    first = runs[0]
    path = first.path.parent.parent if first.group else first.path.parent
    inside = _sorted([_unit(unit, 1, order, folded) for unit in units(runs)], order)
    head = Row("group", path, name, f"group · {_count(len(runs))}", "", tuple(runs), 0, path in folded)
    return [head] if head.folded else [head, *(row for unit in inside for row in unit)]


def _unit(runs: list[Summary], depth: int, order: Order, folded: Collection[Path]) -> list[Row]:
    """A run's line; of a sweep its heading and those of its runs."""
    first = runs[0]
    if not first.group:
        return [Row("run", first.path, first.title, facts(first), day_of(first), (first,), depth)]
    path = first.path.parent
    title = first.title.rpartition(" · ")[0] or first.group
    head = Row("sweep", path, title, f"sweep · {_count(len(runs))}", day_of(first), tuple(runs), depth, path in folded)
    if head.folded:
        return [head]
    key, falling = _KEYS[order]
    listed = runs if order in (Order.NEWEST, Order.OLDEST) else sorted(runs, key=key, reverse=falling)
    below = [
        Row("run", run.path, run.title.rpartition(" · ")[2], facts(run), day_of(run), (run,), depth + 1)
        for run in listed
    ]
    return [head, *below]


def _sorted(whole: list[list[Row]], order: Order) -> list[list[Row]]:
    """Units by the run of theirs that comes first in this order; by name, a heading by its own."""
    key, falling = _KEYS[order]
    if order is Order.NAME:
        return sorted(whole, key=lambda unit: natural(unit[0].title))
    first = max if falling else min
    return sorted(whole, key=lambda unit: first(key(run) for run in unit[0].runs), reverse=falling)


@lru_cache(KEPT)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts "run 2" before "run 10", whatever the case."""
    parts = re.findall(r"(\d{1,18})|(\D+)", text.casefold())
    return tuple((0, int(number), "") if number else (1, 0, word) for number, word in parts)


def share_of(run: Summary) -> tuple[str, float] | None:
    """How good a run is: on the whole test split where it is finished, else at its last frame; None if nobody says."""
    for name, spoken in ((ACCURACY, "accuracy"), (KNN_ACCURACY, "1-NN")):
        value = run.result.get(name, run.scalars.get(name))
        if value is not None and value == value:
            return spoken, value
    return None


def facts(run: Summary) -> str:
    """How long a run is and how good: "200 frames · accuracy 0.95"; of a finished one, on the whole test split.

    What was not trained here says instead how many points it has, and what it was read from.
    """
    share = share_of(run)
    frames = "1 frame" if run.frames == 1 else f"{run.frames:,} frames"
    if run.origin:
        return f"{run.points:,} points · {run.origin}" + (f" · {frames}" if run.frames > 1 else "")
    return f"{frames} · {share[0]} {figure(share[1])}" if share else f"{frames} · {run.points:,} points"


def day_of(run: Summary) -> str:
    """The time of today's runs, the day of others, in the person's own zone; empty where the run does not say."""
    made, now = made_at(run), datetime.now().astimezone()
    if made is None:
        return ""
    if made.date() == now.date():
        return f"{made:%H:%M}"
    return f"{made.day} {made:%b}" if made.year == now.year else f"{made:%b %Y}"


def made_at(run: Summary) -> datetime | None:
    """When a run was begun, or None where it does not say."""
    return _moment(run.created)


@lru_cache(KEPT)
def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def matches(run: Summary, words: Sequence[str]) -> bool:
    """Whether every word is found in what the list shows of a run, in its names or among its classes."""
    if not words:
        return True
    parts = (run.title, run.name, run.shelf, run.group, facts(run), day_of(run), run.created, *run.classes)
    told = " ".join(parts).lower()
    return all(word in told for word in words)


def _count(runs: int) -> str:
    return "1 run" if runs == 1 else f"{runs:,} runs"


def _seconds(run: Summary, unknown: float) -> float:
    made = made_at(run)
    return made.timestamp() if made else unknown


def _made(run: Summary) -> tuple[Any, ...]:
    return _seconds(run, -inf), natural(run.name)


def _best(run: Summary) -> tuple[Any, ...]:
    share = share_of(run)
    return (share[1] if share else -inf, *_made(run))


_KEYS: dict[Order, tuple[Callable[[Summary], Any], bool]] = {  # and whether it falls
    Order.NEWEST: (_made, True),
    Order.OLDEST: (lambda run: (_seconds(run, inf), natural(run.name)), False),
    Order.NAME: (lambda run: natural(run.title), False),
    Order.BEST: (_best, True),
    Order.LONGEST: (lambda run: (run.frames, *_made(run)), True),
}
