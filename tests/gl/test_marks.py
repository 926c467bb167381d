"""Lines cut off at the edges of the view, against a slow walk along them."""

import numpy as np
import pytest

from latentarium.core.arrays import frozen_floats
from latentarium.gl.marks import Frame, clipped, has_marks, overlaid, underlaid
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.scene import Flag, Lines

SIZE = (320, 240)


def slowly_clipped(start, end, camera):
    """The first and the last of many places along a segment that are seen, or None."""
    places = start + (end - start) * np.linspace(0, 1, 20_001)[:, None]
    pixels = project(places, camera, *SIZE)[:, :2]
    seen = pixels[((pixels >= -8) & (pixels <= np.array(SIZE) + 8)).all(1)]
    return (*seen[0], *seen[-1]) if len(seen) else None


@pytest.mark.parametrize("camera", [Camera(), Camera(extent=0.1), Camera(flat=False, rotation=(0.9, 0.3, 0.2, 0.1))])
def test_lines_are_cut_off_where_the_view_ends(scene_of, camera):
    rng = np.random.default_rng(4)
    start, end = (frozen_floats(rng.uniform(-4, 4, (60, 3))) for _ in range(2))
    frame = Frame(scene_of([(0, 0, 0)], camera=camera), *SIZE)
    found = clipped(Lines(start, end, (0, 0, 0, 255)), frame)
    wanted = [ends for pair in zip(start, end, strict=True) if (ends := slowly_clipped(*pair, camera)) is not None]
    assert 0 < len(wanted) < 60
    assert len(found) == len(wanted)
    np.testing.assert_allclose(found, wanted, atol=1.5)


def test_upright_and_level_lines_and_none(scene_of):
    frame = Frame(scene_of([(0, 0, 0)]), *SIZE)
    ends = [[(0, -9, 0), (-9, 0, 0), (9, -9, 0)], [(0, 9, 0), (9, 0, 0), (9, 9, 0)]]
    lines = Lines(*(frozen_floats(side) for side in ends), (0, 0, 0, 255))
    np.testing.assert_allclose(clipped(lines, frame), [(160, 248, 160, -8), (-8, 120, 328, 120)], atol=1e-3)
    assert clipped(Lines(*[frozen_floats(np.empty((0, 3)))] * 2, (0, 0, 0, 255)), frame).shape == (0, 4)


def test_many_lines_go_under_the_dots(scene_of):
    few, many = (Lines(*[frozen_floats(np.zeros((count, 3)))] * 2, (0, 0, 0, 255)) for count in (3, 201))
    scene = scene_of([(0, 0, 0)], lines=(few, many), grid=few)
    assert overlaid(scene) == (few,)
    assert underlaid(scene) == (few, many)


def test_has_marks(scene_of):
    assert not has_marks(scene_of([(0, 0, 0)], flags=Flag.SELECTED))
    assert has_marks(scene_of([(0, 0, 0)], flags=Flag.HOVERED))
