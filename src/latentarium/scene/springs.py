"""The springs of the dot in focus: what pulls it and what pushes it, where a run learns by contrastive margin.

The same as `training.inspection` finds for any objective of pairs; of this one the forces are so simple that a view
can have them at once, in every frame, without torch.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, Ints, frozen_floats, frozen_ints
from latentarium.core.looked import Springs
from latentarium.core.objectives import Contrastive
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.colouring import colour_reference
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Ghosts, Lines
from latentarium.scene.state import State, ViewSettings

MOST = 12  # springs drawn of each kind: the strongest
_WIDTHS = (0.8, 1.4, 2.2)  # logical pixels, by the force as a share of the strongest of its kind


def margin_of(run: Run) -> float | None:
    """The margin of the run's springs between images of one class and of others; None where it has none."""
    for objective in run.recipe.objective:
        if isinstance(objective, Contrastive) and objective.weight > 0 and objective.positives == "labels":
            return objective.margin
    return None


def springs(anchor: NDArray[Any], label: int, points: NDArray[Any], labels: Ints, margin: float) -> Springs:
    """All springs that are taut between an anchor (D,) of class `label` and points (M, D) of `labels` (M,).

    The same class attracts with force d, another repels with max(0, margin - d): the slopes of ½d² and
    ½·max(0, margin - d)² (Hadsell, Chopra and LeCun 2006), divided by M as the objective's mean is.
    """
    distances = np.linalg.norm(np.asarray(points, np.float64) - np.asarray(anchor, np.float64), axis=1)
    same = labels == label
    forces = np.where(same, distances, np.maximum(0.0, margin - distances)) / max(len(points), 1)
    order = np.argsort(-forces, kind="stable")[: np.count_nonzero(forces)]
    return Springs(frozen_ints(order), same[order], forces[order], "contrastive")


def springs_of_focus(run: Run, moment: Moment | None, settings: ViewSettings, state: State) -> Springs | None:
    """Those of the dot in focus in the frame nearest to the moment; None where the view shows none."""
    row, margin = state.focus, margin_of(run) if settings.kind == "embedding" and settings.springs else None
    if row is None or margin is None or moment is None or not 0 <= row < len(run.probe):
        return None
    label = int(run.probe.labels[row])
    if not 0 <= label < run.trained:
        return None  # nothing ever pulled at it
    frame, labels, hold = moment.nearest, run.reference.labels, margin

    def find() -> Springs:
        return springs(frame.embeddings[row], label, frame.reference_embeddings, labels, hold)

    return kept(frame, ("springs", row), find)


def spring_lines(
    run: Run, projection: Projection | None, moment: Moment | None, found: Springs | None, state: State
) -> tuple[tuple[Lines, ...], Ghosts | None]:
    """Lines from the focus to the other ends of the strongest springs, attraction and repulsion in two colours.

    The other ends are no dots of the view, and become ghosts.
    """
    if projection is None or moment is None or found is None or state.focus is None or not len(found.rows):
        return (), None
    row, ours = state.focus, projection

    def draw() -> tuple[tuple[Lines, ...], Ghosts | None]:
        theme = THEMES["dark" if state.dark else "light"]
        focus = moment.between(*(ours.place(frame)[row] for frame in (moment.start, moment.end)))
        lines, shown = [], []
        for kind, colour in ((True, theme.accent), (False, theme.wrong)):
            chosen = np.flatnonzero(found.attraction == kind)[:MOST]
            if not len(chosen):
                continue
            shown.append(found.rows[chosen])
            ends = moment.between(*(ours.place_reference(frame)[shown[-1]] for frame in (moment.start, moment.end)))
            shares = found.force[chosen] / found.force[chosen[0]]
            levels = np.minimum(shares * len(_WIDTHS), len(_WIDTHS) - 1).astype(int)
            for level, width in enumerate(_WIDTHS):
                part = frozen_floats(ends[levels == level])
                if len(part):
                    lines.append(Lines(_repeated(focus, len(part)), part, rgba(colour, 190), width))
        rows = np.concatenate(shown)
        ends = moment.between(*(ours.place_reference(frame)[rows] for frame in (moment.start, moment.end)))
        return tuple(lines), Ghosts(ends, colour_reference(run, moment.nearest, rows, state.colour_by, state.dark))

    return kept(projection, ("spring lines", moment.key, row, state.colour_by, state.dark), draw)


def spring_words(found: Springs | None) -> str:
    """How many there are, in a few words; empty where none are shown."""
    if found is None:
        return ""
    pulling = int(found.attraction.sum())
    return f"springs of the focus: {pulling:,} pull (blue), {len(found.rows) - pulling:,} push (red)"


def _repeated(place: Floats, count: int) -> Floats:
    return frozen_floats(np.broadcast_to(place, (count, 3)))
