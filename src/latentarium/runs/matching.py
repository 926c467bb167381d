"""Which points of two samples are the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes, Ints, frozen_ints
from latentarium.core.dataset import Sample, class_name
from latentarium.core.errors import LatentariumError

LOOKED_AT = 200  # pairs of images that are held against each other
SIDE = 8  # pixels to which images are reduced for that
ALIKE = 0.8  # correlation of two reduced images from which on they show the same


class UnmatchedError(LatentariumError):
    """No ids agree, or none are known; rows can be matched by position, if the person says that it is right."""


@dataclass(frozen=True, eq=False)
class Match:
    """Rows of A and of B, int64 (N,) each, that are the same point; in the order of A.

    `by` says how they were found: id or position. `problems` are sentences that a person should read; `about` has the
    rows of the match (n,) that some of them speak of.
    """

    rows_a: Ints
    rows_b: Ints
    by: str = "id"
    problems: tuple[str, ...] = ()
    about: Mapping[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows_a)


def match(
    a: Sample,
    b: Sample,
    by: str = "id",
    classes: tuple[Sequence[str], Sequence[str]] | None = None,
    numbered: tuple[bool, bool] | None = None,
) -> Match:
    """The points that two samples have in common, by "id" or, where the person asked for it, by "position".

    `classes` names the labels of A and of B; without, the numbers are compared. `numbered` tells of each whether its
    ids are only the numbers of its rows; without, the ids themselves are judged. Raises UnmatchedError where no ids
    agree, or where both count their rows only and not all images agree; LatentariumError where most images differ, or
    numbers of rows by position.
    """
    if by == "position":
        if len(a) != len(b):
            raise LatentariumError(
                f"A has {_points(len(a))} and B has {len(b):,}: only equally many can be matched by position."
            )
        rows_a = rows_b = np.arange(len(a))
    else:
        rows_a, rows_b = _rows_by_id(a, b)
    shown, same = _images_alike(a, b, rows_a, rows_b)
    if shown and same < shown / 2:
        how = "with the same id" if by == "id" else "in the same row"
        raise LatentariumError(
            f"The images differ: of {shown} pairs {how} only {same} show the same. "
            "A comparison needs two spaces of the same images."
        )
    other = ""
    if same < shown:
        other = f"of {shown} pairs of images {shown - same} {'do' if shown - same > 1 else 'does'} not show the same"
    if by == "id" and (other or not same) and all(numbered or (counted(a), counted(b))):
        raise UnmatchedError(
            f"Neither A nor B names its points, it only numbers their rows{', and ' if other else ''}{other}; "
            "they can be matched by position, if both have them in the same order."
        )
    relabelled = _relabelled(a.labels[rows_a], b.labels[rows_b], classes)
    problems = [*_partial(a, b, len(rows_a)), *relabelled]
    if other:
        problems.insert(0, f"O{other[1:]}: the points may not be matched rightly.")
    return Match(frozen_ints(rows_a), frozen_ints(rows_b), by, tuple(problems), relabelled)


def counted(sample: Sample) -> bool:
    """Whether the ids are nothing but the numbers of the rows, from 0 or from 1."""
    first = sample.ids[0] if sample.ids else ""
    return first in ("0", "1") and all(name == str(row) for row, name in enumerate(sample.ids, int(first)))


def _rows_by_id(a: Sample, b: Sample) -> tuple[Ints, Ints]:
    if a.ids == b.ids:
        return np.arange(len(a)), np.arange(len(a))
    pairs = [(row, b.rows[name]) for row, name in enumerate(a.ids) if name in b.rows]
    if not pairs:
        raise UnmatchedError(
            f"No id of A is one of B ({_first(a)} against {_first(b)}), so their points cannot be matched by id."
        )
    rows_a, rows_b = np.array(pairs, np.int64).T
    return rows_a, rows_b


def _first(sample: Sample) -> str:
    return sample.ids[0] if sample.ids else "none"


def _partial(a: Sample, b: Sample, matched: int) -> list[str]:
    if matched == len(a) == len(b):
        return []
    return [
        f"{_points(matched)} {'are' if matched != 1 else 'is'} in both, of {len(a):,} in A and {len(b):,} in B; "
        "the others are left out."
    ]


def _points(count: int) -> str:
    return f"{count:,} {'points' if count != 1 else 'point'}"


def _relabelled(a: Ints, b: Ints, classes: tuple[Sequence[str], Sequence[str]] | None) -> dict[str, Ints]:
    """A sentence, and the rows of which it is true, where points that both label have different labels."""
    both = (a >= 0) & (b >= 0)
    different = both & (a != b)
    if classes is not None:
        pairs, places = np.unique(np.stack([a[both], b[both]]), axis=1, return_inverse=True)
        names = [class_name(classes[0], one) != class_name(classes[1], other) for one, other in pairs.T.tolist()]
        different[both] = np.array(names, np.bool_)[places.ravel()]
    if not different.any():
        return {}
    told = f"{int(different.sum()):,} of {int(both.sum()):,} points have another label in B than in A."
    return {told: frozen_ints(np.flatnonzero(different))}


def _images_alike(a: Sample, b: Sample, rows_a: Ints, rows_b: Ints) -> tuple[int, int]:
    """How many pairs of images were held against each other, and how many show the same.

    Two show the same where they are equal, or where their brightness, reduced to SIDE × SIDE pixels, is correlated:
    sizes, colours and an exchange of black and white do not matter. Pairs that tell nothing are left out.
    """
    if a is b:
        return len(a), len(a)
    chosen = np.unique(np.linspace(0, len(rows_a) - 1, min(len(rows_a), LOOKED_AT)).astype(np.int64))
    shown = same = 0
    for row_a, row_b in zip(rows_a[chosen], rows_b[chosen], strict=True):
        one, other = a.image(row_a), b.image(row_b)
        if one is None or other is None:
            continue
        if np.array_equal(one, other):
            shown, same = shown + 1, same + 1
            continue
        first, second = _reduced(one), _reduced(other)
        scale = float(np.linalg.norm(first) * np.linalg.norm(second))
        if scale > 0:
            shown += 1
            same += bool(abs(float((first * second).sum())) > ALIKE * scale)
    return shown, same


def _reduced(image: Bytes) -> NDArray[np.float64]:
    """The mean brightness of each field of a grid over the image, less their mean: (H, W, C) -> (SIDE, SIDE)."""
    grey: NDArray[np.float64] = image.mean(2)
    for axis in (0, 1):
        edges = np.linspace(0, grey.shape[axis], SIDE + 1)
        total = np.concatenate([np.zeros_like(grey.take([0], axis)), grey.cumsum(axis)], axis)
        low = np.minimum(edges.astype(np.int64), grey.shape[axis] - 1)
        parts = (edges - low).reshape((-1, 1) if axis == 0 else (1, -1))
        upto = total.take(low, axis) + parts * (total.take(low + 1, axis) - total.take(low, axis))
        grey = np.diff(upto, axis=axis) * SIDE / grey.shape[axis]
    reduced: NDArray[np.float64] = grey - grey.mean()
    return reduced
