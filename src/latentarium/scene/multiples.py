"""Small multiples: the same view of several runs, each in a cell."""

from dataclasses import replace

from latentarium.runs.run import Run
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.scene import Scene
from latentarium.scene.state import State, ViewSettings

ASPECT = 1.25  # of a cell's picture in a figure, width by height


def embedding_view(run: Run) -> ViewSettings:
    """How a cell shows a run's embedding: as its own view does, without what has no room in a cell."""
    return replace(default_views(run)[1], prototypes=False, grid=False)


def embedding_scene(run: Run, index: int = -1, dark: bool = False, aspect: float = ASPECT) -> Scene | None:
    """The embedding in frame `index` (negative: from the end), coloured by class; None before the first frame."""
    if not len(run):
        return None
    views = (embedding_view(run),)
    state = State(views=views, cameras=(None,), moment=float(range(len(run))[index]), dark=dark)
    return compose(open_run(run, views), state, 0, aspect)
