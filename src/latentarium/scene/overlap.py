"""The colours that say of each dot how many of its neighbours two compared spaces have in common."""

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints
from latentarium.core.comparison import Comparison
from latentarium.runs.run import Run
from latentarium.scene.colouring import Colouring
from latentarium.scene.compared import Compared
from latentarium.scene.memory import kept
from latentarium.scene.palettes import OVERLAP, overlap_colours
from latentarium.scene.state import State

SCALE = "neighbour overlap"
BINS = len(OVERLAP)


def bins_of(overlap: NDArray[np.float64]) -> Ints:
    """The histogram's bin of each overlap, 0 to 9: (N,) -> int64 (N,); NaN is in none, and gets 10."""
    known = np.isfinite(overlap)
    places = np.where(known, np.floor(np.where(known, overlap, 0.0) * BINS), BINS)
    return np.where(known, np.minimum(places, BINS - 1), BINS).astype(np.int64)


def rows_in(comparison: Comparison, first: int, last: int) -> Ints:
    """The rows whose overlap lies in the bins from `first` to `last`, both included; sorted."""
    bins = kept(comparison, "bins", lambda: bins_of(comparison.overlap))
    return np.flatnonzero((bins >= first) & (bins <= last))


def found_of(state: State, run: Run) -> Compared | None:
    """What is known of this run's points beside another's: the comparison on the desk, if it is of this run."""
    compared = state.compared
    if compared is None or compared.result is None or run not in (compared.run_a, compared.run_b):
        return None
    return compared if len(compared.result.overlap) == len(run.probe) else None


def overlap_dots(state: State, run: Run) -> Colouring:
    """Colour the probe by its overlap, in the histogram's ten colours; grey while nothing is known."""
    found, dark, count = found_of(state, run), state.dark, len(run.probe)
    if found is None or found.result is None:
        return kept(run.probe, ("no overlap", dark), lambda: _colouring(np.full(count, np.nan), dark))
    result = found.result
    return kept(result, ("overlap", dark), lambda: _colouring(result.overlap, dark))


def _colouring(overlap: NDArray[np.float64], dark: bool) -> Colouring:
    rows = bins_of(overlap).astype(np.uint16)
    rows.flags.writeable = False
    return Colouring(rows, overlap_colours(dark), (SCALE, 0.0, 1.0))
