"""A comparison that nobody arranged on a screen as a figure, as the command line draws it."""

from pathlib import Path

from latentarium.core.comparison import Comparison
from latentarium.figures.comparison import draw_comparison
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.comparison_maps import ASPECT, maps_of
from latentarium.scene.naming import names_of


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
    scenes = maps_of(compared, dark, ASPECT)
    draw_comparison(compared, scenes, names_of((run_a, run_b)), path, width_mm, dark)
