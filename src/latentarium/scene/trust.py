"""The colours that say of each dot how far a view's picture of it can be trusted."""

import numpy as np

from latentarium.projections.layouts.layout import Layout
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.assessment import Assessed
from latentarium.scene.colouring import Colouring, continuous
from latentarium.scene.memory import kept
from latentarium.scene.state import State

SCALE = "neighbours kept"


def assessed(state: State, run: Run, projection: Projection) -> Assessed | None:
    """The newest that is known of a view's picture: of this projection, else of one by the same name."""
    ours = [found for found in state.trusts if found.run is run]
    same = [found for found in ours if found.projection is projection]
    alike = [found for found in ours if _stands_for(found.projection, projection)]
    return next(iter(reversed(same or alike)), None)


def trust_colours(state: State, run: Run, projection: Projection) -> Colouring:
    """Colour the probe by the share of each point's neighbours that the picture keeps; grey while nothing is known."""
    found, dark, count = assessed(state, run, projection), state.dark, len(run.probe)
    if found is None:
        return kept(run.probe, ("no trust", dark), lambda: continuous(SCALE, np.full(count, np.nan), 0.0, 1.0, dark))
    trust = found.trust
    shares = np.ones(count) if trust is None else trust.overlap
    return kept(found, ("trust", dark), lambda: continuous(SCALE, shares, 0.0, 1.0, dark))


def _stands_for(older: Projection, projection: Projection) -> bool:
    """Whether what was found of the one says something of the other: not where it was only to come."""
    return older.title == projection.title and not (isinstance(older, Layout) and not older.laid)
