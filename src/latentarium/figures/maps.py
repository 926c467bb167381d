"""The two maps of a comparison that nobody arranged on a screen, as the command line draws them."""

from dataclasses import replace
from pathlib import Path

from latentarium.core.comparison import Comparison
from latentarium.figures.comparison import ASPECT, draw_comparison
from latentarium.projections.aligned import Aligned, procrustes
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.scene import Scene
from latentarium.scene.state import ColourBy, State


def draw_compared(
    run_a: Run,
    index_a: int,
    run_b: Run,
    index_b: int,
    result: Comparison,
    path: Path | str,
    width_mm: float = 183.0,
    dark: bool = False,
) -> None:
    """Draw what was found of two runs, which show the same points in the same rows, at one frame each.

    Both maps show the embedding, B's laid over A's. Negative indices count from the end. Raises IndexError where there
    is no such frame, LatentariumError as `draw_comparison` does.
    """
    frames = range(len(run_a))[index_a], range(len(run_b))[index_b]
    compared = Compared(run_a, frames[0], run_b, frames[1], result.settings, result)
    draw_comparison(compared, overlap_maps(compared, dark), (run_a.name, run_b.name), path, width_mm, dark)


def overlap_maps(compared: Compared, dark: bool = False) -> tuple[Scene, Scene]:
    """Both embeddings, coloured by overlap, in the projection that a run is first shown in; B aligned to A."""
    settings = replace(default_views(compared.run_a)[1], background="none")
    first = open_run(compared.run_a, (settings,))
    second = replace(open_run(compared.run_b, (settings,)), moment=float(compared.frame_b))
    ours, theirs = first.projections[0], second.projections[0]
    if ours is not None and theirs is not None:
        here = ours.place(compared.run_a.frame(compared.frame_a))
        there = theirs.place(compared.run_b.frame(compared.frame_b))
        second = replace(second, aligned=(Aligned(theirs, procrustes(there, here)),))
    state = State(
        runs=(first, second),
        moment=float(compared.frame_a),
        views=(settings,),
        cameras=(None,),
        colour_by=ColourBy.OVERLAP,
        compared=compared,
        show_neighbours=False,
        dark=dark,
    )
    return compose(first, state, 0, ASPECT), compose(second, state, 0, ASPECT)
