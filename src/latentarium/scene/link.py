"""Which moment of a second run belongs to a moment of the first."""

from bisect import bisect_right
from math import floor

from latentarium.runs.run import Run

LINKS = ("step", "fraction", "alone")


def step_at(run: Run, moment: float) -> float:
    """The training step at a moment in frames; between two frames between their steps. 0 without frames."""
    entries = run.entries
    if not entries:
        return 0.0
    moment = min(max(moment, 0.0), float(len(entries) - 1))
    first = floor(moment)
    before = entries[first].step
    after = entries[min(first + 1, len(entries) - 1)].step
    return before + (moment - first) * (after - before)


def moment_at(run: Run, count: int, step: float) -> float:
    """The moment, in frames of the first `count`, at a training step: the inverse of `step_at`."""
    entries = run.entries[:count]
    if not entries or step <= entries[0].step:
        return 0.0
    place = bisect_right(entries, step, key=lambda entry: float(entry.step)) - 1
    if place >= len(entries) - 1:
        return float(len(entries) - 1)
    before, after = entries[place].step, entries[place + 1].step
    return place + (step - before) / (after - before)


def length_of(run: Run, live: bool) -> float:
    """The steps of a whole training: of one under way as many as its recipe wants, else as many as were recorded."""
    entries, optimiser = run.entries, run.recipe.optimiser
    if not entries:
        return 0.0
    last = entries[-1]
    if live and optimiser.steps:
        return float(max(optimiser.steps, last.step))
    if live and optimiser.epochs and last.epoch > 0:
        return max(last.step / last.epoch * optimiser.epochs, float(last.step))
    return float(last.step)


def linked_moment(first: tuple[Run, bool], moment: float, second: tuple[Run, bool], count: int, link: str) -> float:
    """Where the second run (and whether it is live) stands while the first is at `moment`: at the same training step,
    or at the same fraction of its training."""
    step = step_at(first[0], moment)
    if link == "fraction":
        ours, theirs = length_of(*first), length_of(*second)
        step = step / ours * theirs if ours > 0 else 0.0
    return moment_at(second[0], count, step)
