"""Slices of a set's own splits, as a recipe writes them: train, train[:5000], test[100:200]."""

import re
from collections.abc import Mapping

import numpy as np

from latentarium.core.arrays import Ints
from latentarium.core.errors import LatentariumError

_SLICE = re.compile(r"\s*(train|test)\s*(?:\[\s*(-?\d{1,12})?\s*:\s*(-?\d{1,12})?\s*\])?\s*")


def cut(own: Mapping[str, Ints], train: str, test: str) -> tuple[Ints, Ints]:
    """The training and the test part, as rows: each a slice of the set's own `train` or `test` rows.

    Empty text is the set's own split. Raises LatentariumError where a slice is no slice, or empty, or
    where an image would be in both parts.
    """
    training, testing = _rows(own, train or "train", "data.train"), _rows(own, test or "test", "data.test")
    shared = len(np.intersect1d(training, testing))
    if shared:
        raise LatentariumError(
            f"data.train ({train or 'train'}) and data.test ({test or 'test'}) share {shared} images; "
            "give them parts that do not overlap, such as train[:5000] and train[5000:]."
        )
    return training, testing


def _rows(own: Mapping[str, Ints], text: str, field: str) -> Ints:
    match = _SLICE.fullmatch(text)
    if match is None:
        raise LatentariumError(f"{field} is {text!r}, but must be like train[:5000], test[100:200], train or test.")
    name, start, stop = match.groups()
    rows = own[name][slice(int(start) if start else None, int(stop) if stop else None)]
    if len(rows) == 0:
        raise LatentariumError(f"{field} is {text!r}, which holds no image: {name} has {len(own[name])}.")
    return rows
