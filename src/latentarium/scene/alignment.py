"""How the second of two columns is laid over the first."""

from dataclasses import replace
from typing import Any, TypeAlias

from latentarium.projections.aligned import Aligned, procrustes
from latentarium.projections.layouts.layout import Layout
from latentarium.projections.projection import Projection
from latentarium.scene.state import OpenRun, State

ALIGNMENTS = ("similarity", "rotation", "none")
Key: TypeAlias = tuple[object, ...]


def alignment_key(state: State, view: int) -> Key | None:
    """What the alignment of a view follows from; None where there is to be none, or none can be had yet.

    It holds for all frames, and is worked out from those of `State.anchor`. Without, from A's newest and B's that goes
    with it; while a run is live its cloud still takes shape, and the key changes whenever the frames have doubled.
    """
    if len(state.runs) < 2 or state.align == "none" or state.views[view].kind != "embedding":
        return None
    first, second = state.runs[:2]
    ours, theirs = second.projections[view], first.projections[view]
    if first.run is second.run or ours is None or theirs is None or not first.count or not second.count:
        return None
    if not all(_settled(shown.projections[view], shown.count) for shown in (first, second)):
        return None
    ages = tuple(shown.count.bit_length() if shown.live else -1 for shown in (first, second))
    return state.align, _essence(ours), _essence(theirs), state.anchor or ages


def align_view(state: State, view: int, key: Key) -> Aligned:
    """The second run laid over the first, as two frames of theirs lie; reads these, and may take a while."""
    first, second = state.runs[:2]
    ours, theirs = second.projections[view], first.projections[view]
    assert ours is not None
    assert theirs is not None
    at_first, at_second = state.anchor or _newest(state)
    places = ours.place(second.run.frame(min(at_second, second.count - 1)))
    target = theirs.place(first.run.frame(min(at_first, first.count - 1)))
    return Aligned(ours, procrustes(places, target, state.align == "similarity"), key)


def _newest(state: State) -> tuple[int, int]:
    """A's newest frame, and the one that B shows beside it: far ahead of a young A, say, B would be a speck."""
    first, second = state.runs[:2]
    at_first = max(first.count - 1, 0)
    return at_first, replace(state, moment=float(at_first)).frame_in(second)


def outdated_views(state: State) -> tuple[tuple[int, Key | None], ...]:
    """The views whose alignment does not hold, each with what it is to follow from; None: it is to go."""
    if len(state.runs) < 2:
        return ()
    second, found = state.runs[1], []
    for view in range(len(state.views)):
        aligned = second.aligned[view] if view < len(second.aligned) else None
        key = alignment_key(state, view)
        wanted = state.align != "none" and second.run is not state.runs[0].run
        if key is None and (aligned is None or wanted):
            continue  # as it should be, or nothing better is to be had yet
        if aligned is None or aligned.key != key:
            found.append((view, key))
    return tuple(found)


def anchored_here(state: State) -> dict[str, Any]:
    """The changes that lay the second run over the first as the frames shown lie."""
    first, second = state.runs[:2]
    return {"anchor": (state.frame_in(first), state.frame_in(second))}


def laid_over(state: State) -> tuple[Aligned | None, ...]:
    """All alignments that can be had at once; reads frames, and may take a while."""
    keys = [alignment_key(state, view) for view in range(len(state.views))]
    return tuple(None if key is None else align_view(state, view, key) for view, key in enumerate(keys))


def holding(state: State, aligned: tuple[Aligned | None, ...]) -> tuple[Aligned | None, ...]:
    """Of alignments those that are what the state asks for."""
    pairs = enumerate(aligned)
    return tuple(one if one is not None and one.key == alignment_key(state, view) else None for view, one in pairs)


def with_alignment(second: OpenRun, view: int, aligned: Aligned | None, views: int) -> tuple[Aligned | None, ...]:
    """The alignments of a column with another one in one view."""
    kept = (*second.aligned, *[None] * (views - len(second.aligned)))
    return (*kept[:view], aligned, *kept[view + 1 :])


def _settled(projection: Projection | None, count: int) -> bool:
    """Whether its newest frame can be placed at once, and dots are not on their way to a new layout."""
    if projection is None or (isinstance(projection, Layout) and projection.older is not None):
        return False
    return projection.ready_to(count - 1)


def _essence(projection: Projection) -> object:
    """What stays the same for as long as an alignment holds: of layouts the first, onto which others are turned."""
    if isinstance(projection, Layout):
        return projection.laid[0] if projection.laid else projection.before
    return projection
