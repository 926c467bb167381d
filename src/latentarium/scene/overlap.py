"""The colours that say of each dot how many of its neighbours two compared spaces have in common."""

import numpy as np

from latentarium.analysis.overlap import bins
from latentarium.core.arrays import Ints
from latentarium.core.comparison import Comparison
from latentarium.runs.run import Run
from latentarium.scene.colouring import Colouring
from latentarium.scene.columns import comparing
from latentarium.scene.compared import Compared
from latentarium.scene.memory import kept
from latentarium.scene.palettes import OVERLAP, overlap_colours
from latentarium.scene.state import ColourBy, State

SCALE = "neighbour overlap"


def rows_in(comparison: Comparison, first: int, last: int) -> Ints:
    """The rows whose overlap lies in the bins from `first` to `last`, both included; sorted."""
    places = kept(comparison, "bins", lambda: bins(comparison.overlap))
    return np.flatnonzero((places >= first) & (places <= last))


def found_of(state: State, run: Run) -> Compared | None:
    """What is known of this run's points beside another's: the comparison on the desk, if it is of this run."""
    compared = state.compared
    if compared is None or compared.result is None or run not in (compared.run_a, compared.run_b):
        return None
    return compared if len(compared.result.overlap) == len(run.probe) else None


def told_above(state: State) -> bool:
    """Whether one scale above both columns says what the colours mean, so that the views need not."""
    return comparing(state) and state.colour_by is ColourBy.OVERLAP


def overlap_dots(state: State, run: Run) -> Colouring:
    """Colour the probe by its overlap, in the histogram's ten colours; grey while nothing is known."""
    found, dark, count = found_of(state, run), state.dark, len(run.probe)
    if found is None or found.result is None:
        return kept(run.probe, ("no overlap", dark), lambda: _colouring(np.full(count, len(OVERLAP)), dark))
    result = found.result
    return kept(result, ("overlap", dark), lambda: _colouring(bins(result.overlap), dark))


def overlap_words(state: State, run: Run) -> str:
    """Why dots are grey that are to be coloured by overlap; empty where they are not."""
    if state.colour_by is not ColourBy.OVERLAP or found_of(state, run) is not None:
        return ""
    compared = state.compared
    if compared is not None and run in (compared.run_a, compared.run_b):
        return compared.problem or "grey until the spaces are compared"
    return "grey: the overlap is known where two runs are compared"


def _colouring(places: Ints, dark: bool) -> Colouring:
    rows = places.astype(np.uint16)
    rows.flags.writeable = False
    return Colouring(rows, overlap_colours(dark), (SCALE, 0.0, 1.0))
