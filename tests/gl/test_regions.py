"""Regions on the screen, with OpenGL and without."""

from dataclasses import replace

import numpy as np
import pytest

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.gl.patches import fans
from latentarium.scene.camera import Camera
from latentarium.scene.scene import Lines, Regions

RED, GREEN = (220, 40, 40), (30, 200, 60)
GROUND, INK = (14, 17, 22), (238, 241, 245)
HALF = frozen_bytes([(*RED, 128), (*GREEN, 255)])


def halves(border: bool = False) -> Regions:
    """The left half of the world in red, half transparent, and the right one in green, a triangle."""
    corners = [(-50, -50, 0), (0, -50, 0), (0, 50, 0), (-50, 50, 0), (0, -90, 0), (90, 0, 0), (0, 90, 0)]
    middle = Lines(frozen_floats([(0, -50, 0)]), frozen_floats([(0, 50, 0)]), (*INK, 255), 3.0)
    return Regions(
        corners=frozen_floats(corners),
        starts=frozen_ints([0, 4, 7]),
        colours=np.array([0, 1], np.uint16),
        palette=HALF,
        borders=(middle,) if border else (),
    )


@pytest.mark.parametrize("camera", [Camera(), Camera(centre=(0.3, 0.2, 0), extent=0.2)])
def test_regions_lie_under_the_dots_in_their_colours(any_view, scene_of, picture_of, camera):
    scene = scene_of([(0.3, 0.2, 0)], 0, camera=camera, regions=halves())
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert picture.at(scene, (0.3, 0.2, 0)) == RED
    assert picture.at(scene, (0.38, 0.3, 0)) == GREEN
    if camera == Camera():
        through = picture.at(scene, (-0.5, -0.3, 0))
        wanted = [(tint * 128 + ground * 127) / 255 for tint, ground in zip(RED, GROUND, strict=True)]
        np.testing.assert_allclose(through, wanted, atol=2)


def test_no_seam_runs_through_a_region(any_view, scene_of, picture_of):
    scene = scene_of([(0, 0, 0)], 0, camera=Camera(), regions=halves())
    any_view.show_scene(scene)
    right = picture_of(any_view).pixels[:, 200:]
    assert (right == GREEN).all()


def test_borders_lie_upon_regions_and_others_take_their_place(any_view, scene_of, picture_of):
    first = scene_of([(0.7, 0.7, 0)], 0, camera=Camera(), regions=halves(border=True))
    any_view.show_scene(first)
    assert picture_of(any_view).at(first, (0, 0.4, 0)) == INK
    second = replace(first, regions=halves())
    any_view.show_scene(second)
    assert picture_of(any_view).at(second, (0.05, 0.4, 0)) == GREEN
    third = replace(first, regions=None)
    any_view.show_scene(third)
    assert picture_of(any_view).at(third, (0.05, 0.4, 0)) == GROUND


def test_the_same_regions_are_copied_once(gl_view, scene_of, settle):
    scene = scene_of([(0, 0, 0)], 0, camera=Camera(), regions=halves())
    gl_view.show_scene(scene)
    settle()
    uploads = dict(gl_view._patches.uploads)
    gl_view.show_scene(replace(scene, camera=Camera(extent=0.5)))
    settle()
    assert dict(gl_view._patches.uploads) == uploads == {"places": 1, "tints": 1, "triangles": 1}


def test_polygons_are_cut_into_fans():
    assert fans(np.array([0, 3, 7, 9])).tolist() == [[0, 1, 2], [3, 4, 5], [3, 5, 6]]
    assert fans(np.array([0])).shape == (0, 3)
