"""A space as its files hold it, before it is a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from latentarium.core.arrays import Floats
from latentarium.core.thumbnails import Thumbnails

# The embeddings (N, D) of a moment, and the class probabilities (N, K) in the order of the space's classes, or None.
Read = Callable[[], tuple[Floats, Floats | None]]


@dataclass(frozen=True, eq=False)
class Moment:
    """One frame: its step (rising from moment to moment), and how it is read."""

    step: int
    read: Read


@dataclass(frozen=True, eq=False)
class Space:
    """N points: `moments` oldest first, unique `ids`, `labels` as text ("" for none) or None, further columns.

    `classes` gives the order of the labels' names where the files give one; with probabilities it must. `numbered`: the
    ids are the numbers of the rows, as the files name no points.
    """

    moments: tuple[Moment, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...] | None = None
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thumbnails: Thumbnails | None = None
    classes: tuple[str, ...] = ()
    numbered: bool = False
