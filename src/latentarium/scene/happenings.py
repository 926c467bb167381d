"""The events of a run, as far as they are known."""

from collections.abc import Callable
from dataclasses import dataclass, field

from latentarium.analysis.events import FLIP, KINDS, Event, events_between
from latentarium.core.arrays import Ints
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.progress import never
from latentarium.runs.run import Run

MARKED = 6  # events of a kind that the timeline marks


@dataclass(frozen=True, eq=False)
class Happenings:
    """Everything that happened in `run` up to, not including, its frame `upto`: events in the order of frames."""

    run: Run
    upto: int = 1
    events: tuple[Event, ...] = ()
    _flips: dict[int, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def flips(self, row: int, frame: int) -> int:
        """How often the prediction of a point changed until `frame`, this included."""
        found = self._flips.get(row)
        if found is None:
            found = tuple(event.frame for event in self.events if event.kind == FLIP and _holds(event.rows, row))
            self._flips[row] = found
        return sum(at <= frame for at in found)

    def largest(self) -> tuple[Event, ...]:
        """The events that the most points share, some of each kind, in the order of frames."""
        chosen: list[Event] = []
        for kind in KINDS:
            ours = [event for event in self.events if event.kind == kind]
            chosen += sorted(ours, key=lambda event: -len(event.rows))[:MARKED]
        return tuple(sorted(chosen, key=lambda event: event.frame))


def extended(known: Happenings, count: int, cancelled: Callable[[], bool] = never) -> Happenings:
    """The same with all frames below `count` looked at; as far as it got where it was `cancelled`."""
    events, upto, run = list(known.events), known.upto, known.run
    before = _read(run, upto - 1) if count > upto else None
    while upto < count and not cancelled():
        after = _read(run, upto)
        if before is not None and after is not None:
            events += events_between(before, after, run.probe.labels, upto)
        before, upto = after, upto + 1
    return Happenings(run, upto, tuple(events))


def _read(run: Run, index: int) -> Frame | None:
    """A frame, or None where its file is damaged, which the views say."""
    try:
        return run.frame(index)
    except LatentariumError:
        return None


def _holds(rows: Ints, row: int) -> bool:
    place = int(rows.searchsorted(row))
    return place < len(rows) and int(rows[place]) == row
