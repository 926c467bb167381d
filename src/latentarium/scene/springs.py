"""The springs of the dot in focus: what pulls it and what pushes it, where a run learns by comparing images.

The same as `training.inspection` finds; `forces.py` has them at once, in every frame, without torch.
"""

import numpy as np

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.looked import Springs
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.colouring import colour_reference
from latentarium.scene.forces import COMPARING, Comparing, springs
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment
from latentarium.scene.named_classes import colour_classes
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Ghosts, Lines
from latentarium.scene.state import OpenRun, State, ViewSettings

MOST = 12  # springs drawn of each kind: the strongest
_WIDTHS = (0.8, 1.4, 2.2)  # logical pixels, by the force as a share of the strongest of its kind


def acting(run: Run) -> Comparing | None:
    """The objective whose springs can be drawn: the heaviest that compares images, by their labels."""
    compared = [one for one in run.recipe.objective if one.weight > 0 and isinstance(one, COMPARING)]
    heaviest = max(compared, key=lambda one: one.weight, default=None)
    if getattr(heaviest, "positives", "labels") != "labels":
        return None  # no frame holds augmentations
    return heaviest


def springs_of_focus(run: Run, moment: Moment | None, settings: ViewSettings, state: State) -> Springs | None:
    """Those of the dot in focus in the frame nearest to the moment; None where the view shows none."""
    # Where spaces are compared it is neighbours that count, and lines would hide them.
    wanted = settings.kind == "embedding" and settings.springs and state.workspace != "compare"
    row, objective = state.focus, acting(run) if wanted else None
    if row is None or objective is None or moment is None or not 0 <= row < len(run.probe):
        return None
    label = int(run.probe.labels[row])
    if not 0 <= label < run.trained:
        return None  # nothing ever pulled at it
    frame, labels, chosen = moment.nearest, run.reference.labels, objective

    def find() -> Springs:
        return springs(chosen, frame.embeddings[row], label, frame.reference_embeddings, labels)

    return kept(frame, ("springs", row), find)


def spring_lines(
    open_run: OpenRun, projection: Projection | None, moment: Moment | None, found: Springs | None, state: State
) -> tuple[tuple[Lines, ...], Ghosts | None]:
    """Lines from the focus to the other ends of the strongest springs, attraction and repulsion in two colours.

    The other ends are no dots of the view, and become ghosts.
    """
    if projection is None or moment is None or found is None or state.focus is None or not len(found.rows):
        return (), None
    row, ours, run, by = state.focus, projection, open_run.run, state.colour_by
    classes = colour_classes(open_run, state)

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
        return tuple(lines), Ghosts(ends, colour_reference(run, moment.nearest, rows, by, classes, state.dark))

    return kept(projection, ("spring lines", moment.key, row, by, classes.tobytes(), state.dark), draw)


def spring_words(found: Springs | None) -> str:
    """How many there are, in a few words; empty where none are shown."""
    if found is None:
        return ""
    pulling = int(found.attraction.sum())
    return f"springs: {pulling:,} pull (blue), {len(found.rows) - pulling:,} push (red)"


def _repeated(place: Floats, count: int) -> Floats:
    return frozen_floats(np.broadcast_to(place, (count, 3)))
