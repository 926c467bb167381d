"""The maps of two compared spaces as a page shows them: all points, coloured by overlap, and nothing pointed at."""

from dataclasses import replace

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.projections.aligned import Aligned, procrustes
from latentarium.scene.cameras import framed
from latentarium.scene.compared import Compared
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.scene import Scene
from latentarium.scene.state import NOTHING, ColourBy, OpenRun, State
from latentarium.scene.viewpoints import camera_of
from latentarium.scene.words import layout_words

ASPECT = 1.1  # of a map on a page: width by height


def maps_on_desk(
    state: State, compared: Compared, view: int, dark: bool, aspect: float = ASPECT, all_framed: bool = False
) -> tuple[Scene, Scene]:
    """View `view` of the first two runs as it is arranged on the screen, at the moments that were compared.

    `aspect` is a map's width by its height; with `all_framed` the cameras are those that show every point.
    """
    first, second = state.runs[:2]
    second = replace(second, moment=float(compared.frame_b), cameras=None if all_framed else second.cameras)
    settings = replace(state.views[view], background="none", examples=0)
    seen = replace(
        state,
        runs=(first, second),
        moment=float(compared.frame_a),
        views=(*state.views[:view], settings, *state.views[view + 1 :]),
        cameras=tuple(None for _ in state.views) if all_framed else state.cameras,
        colour_by=ColourBy.OVERLAP,
        compared=compared,
        workspace="compare",
        morph=0.0,
        hovered=None,
        focus=None,
        selection=NOTHING,
        isolated=False,
        hidden=frozenset(),
        filtered=None,
        show_neighbours=False,
        trail=0,
        loose=None,
        tag="",
        presenting=False,
        dark=dark,
    )
    moments = (first, compared.frame_a), (second, compared.frame_b)
    left, right = (_told(compose(shown, seen, view, aspect), shown, index, view) for shown, index in moments)
    scenes = left, right
    if settings.kind == "simplex" or camera_of(first, seen, view) is not None:
        return scenes
    together = second.cameras is None and isinstance(second.seen(view), Aligned)
    clouds = [scene.dots.start + np.float32(scene.dots.blend) * (scene.dots.end - scene.dots.start) for scene in scenes]
    framing = [np.vstack(clouds)] * 2 if together else clouds
    left, right = (_framed_whole(scene, cloud, aspect) for scene, cloud in zip(scenes, framing, strict=True))
    return left, right


def _told(scene: Scene, shown: OpenRun, index: int, view: int) -> Scene:
    """With a note that says how its map was laid out."""
    words = layout_words(shown.run, shown.seen(view), index)
    return replace(scene, note=words) if words else scene


def _framed_whole(scene: Scene, cloud: Floats, aspect: float) -> Scene:
    """From the same side, with every point in sight: a page can not be turned to find the farthest few."""
    camera = scene.camera
    whole = framed(cloud, camera.flat, 1000 * aspect, 1000, camera.rotation, camera.dolly)
    return replace(scene, camera=whole)


def maps_of(compared: Compared, dark: bool, aspect: float) -> tuple[Scene, Scene]:
    """Both embeddings in the projection that a run is first shown in; another run's is laid over A's."""
    settings = default_views(compared.run_a)[1]
    first = open_run(compared.run_a, (settings,))
    second = open_run(compared.run_b, (settings,))
    ours, theirs = first.projections[0], second.projections[0]
    if ours is not None and theirs is not None and compared.run_a.id != compared.run_b.id:
        here = ours.place(compared.run_a.frame(compared.frame_a))
        there = theirs.place(compared.run_b.frame(compared.frame_b))
        second = replace(second, aligned=(Aligned(theirs, procrustes(there, here)),))
    state = State(runs=(first, second), views=(settings,), cameras=(None,))
    return maps_on_desk(state, compared, 0, dark, aspect)
