"""The springs of the dot in focus: what pulls it and what pushes it, where a run learns by margins.

The same as `training.inspection` finds for any objective of pairs; of these the forces are so simple that a view
can have them at once, in every frame, without torch.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Floats, Ints, frozen_floats, frozen_ints
from latentarium.core.looked import Springs
from latentarium.core.objectives import Contrastive, Triplet
from latentarium.projections.projection import Projection
from latentarium.runs.run import Run
from latentarium.scene.colouring import colour_reference
from latentarium.scene.memory import kept
from latentarium.scene.moment import Moment
from latentarium.scene.palettes import THEMES, rgba
from latentarium.scene.scene import Ghosts, Lines
from latentarium.scene.state import State, ViewSettings

MOST = 12  # springs drawn of each kind: the strongest
_COMPARING = frozenset({"contrastive", "triplet", "info-nce", "dcl", "supcon"})
_WIDTHS = (0.8, 1.4, 2.2)  # logical pixels, by the force as a share of the strongest of its kind

Forces = NDArray[np.float64]


def acting(run: Run) -> Contrastive | Triplet | None:
    """The objective whose springs can be drawn: the heaviest that compares images, if it is one of these two."""
    compared = [one for one in run.recipe.objective if one.weight > 0 and one.name in _COMPARING]
    heaviest = max(compared, key=lambda one: one.weight, default=None)
    if isinstance(heaviest, Contrastive):
        return heaviest if heaviest.positives == "labels" else None  # no frame holds augmentations
    return heaviest if isinstance(heaviest, Triplet) else None


def springs(
    settings: Contrastive | Triplet, anchor: NDArray[Any], label: int, points: NDArray[Any], labels: Ints
) -> Springs:
    """All springs that are taut between an anchor (D,) of class `label` and points (M, D) of `labels` (M,).

    Forces are the slopes of the anchor's mean loss by each distance.
    """
    distances = np.linalg.norm(np.asarray(points, np.float64) - np.asarray(anchor, np.float64), axis=1)
    same = labels == label
    find = _margin_forces if isinstance(settings, Contrastive) else _triplet_forces
    forces = find(settings, distances, same)
    order = np.argsort(-forces, kind="stable")[: np.count_nonzero(forces)]
    return Springs(frozen_ints(order), same[order], forces[order], settings.name)


def _margin_forces(settings: Contrastive | Triplet, distances: Forces, same: NDArray[np.bool_]) -> Forces:
    """The same class attracts with force d, another repels with max(0, margin - d): (M,), (M,) -> (M,).

    The slopes of ½d² and ½·max(0, margin - d)² (Hadsell, Chopra and LeCun 2006), a mean over all pairs.
    """
    forces: Forces = np.where(same, distances, np.maximum(0.0, settings.margin - distances)) / max(len(same), 1)
    return forces


def _triplet_forces(settings: Contrastive | Triplet, distances: Forces, same: NDArray[np.bool_]) -> Forces:
    """Each triplet whose hinge is active pulls its positive and pushes its negative by 2d: (M,), (M,) -> (M,).

    A mean over the mining's triplets; of random mining over all there are, which is what is expected of its draws.
    """
    forces = np.zeros(len(same))
    if same.all() or not same.any():
        return forces
    near, far = distances[same] ** 2, distances[~same] ** 2
    rows = np.arange(len(near))
    taken = np.zeros((len(near), len(far)))
    match getattr(settings, "mining", "random"):
        case "batch-hard":
            taken[near.argmax(), far.argmin()] = 1.0
        case "semi-hard":
            order = np.argsort(far, kind="stable")
            farther = np.searchsorted(far[order], near, side="right")
            taken[rows, order[np.minimum(farther, len(far) - 1)]] = 1 / len(near)
        case _:
            taken[:] = 1 / taken.size
    taken *= near[:, None] - far[None] + settings.margin > 0
    forces[same] = 2 * distances[same] * taken.sum(1)
    forces[~same] = 2 * distances[~same] * taken.sum(0)
    return forces


def springs_of_focus(run: Run, moment: Moment | None, settings: ViewSettings, state: State) -> Springs | None:
    """Those of the dot in focus in the frame nearest to the moment; None where the view shows none."""
    row, objective = state.focus, acting(run) if settings.kind == "embedding" and settings.springs else None
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
    return f"springs: {pulling:,} pull (blue), {len(found.rows) - pulling:,} push (red)"


def _repeated(place: Floats, count: int) -> Floats:
    return frozen_floats(np.broadcast_to(place, (count, 3)))
