"""What is copied to OpenGL, and when; and many dots in parts."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from latentarium.core.arrays import frozen_bytes, frozen_floats
from latentarium.gl import cloud as cloud_module
from latentarium.gl.order import random_order
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import turned
from latentarium.scene.scene import Flag, Label

GREEN = (30, 200, 60)


def grabbed(view):
    """The frame buffer as it is: (H, W, 3)."""
    image = view.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].copy()


def changed(scene, **changes):
    return replace(scene, dots=replace(scene.dots, **changes))


@pytest.fixture
def drawn(gl_view, settle):
    """Show a scene, let it be painted, and say what was copied for it."""

    def show(scene):
        before = Counter(gl_view.cloud.uploads)
        gl_view.show_scene(scene)
        settle()
        assert gl_view.cloud.complete
        return dict(gl_view.cloud.uploads - before)

    return show


def test_only_what_is_stale_is_copied(drawn, scene_of):
    rng = np.random.default_rng(0)
    places = [frozen_floats(rng.uniform(-1, 1, (50, 3))) for _ in range(4)]
    scene = scene_of(places[0], rng.integers(0, 3, 50), end=places[1])
    assert drawn(scene) == {"positions": 2, "colours": 1, "flags": 1, "order": 1, "palette": 1}
    assert drawn(changed(scene, blend=0.3)) == {}
    assert drawn(changed(scene, blend=0.9, size=5.0)) == {}
    assert drawn(replace(scene, camera=turned(Camera(flat=False), 20, 10))) == {}
    assert drawn(replace(scene, background=(255, 255, 255, 255))) == {}
    scene = changed(scene, palette=frozen_bytes(255 - scene.dots.palette))
    assert drawn(scene) == {"palette": 1}
    scene = changed(scene, colours=scene.dots.colours[::-1].copy())
    assert drawn(scene) == {"colours": 1}
    scene = changed(scene, flags=np.full(50, Flag.DIMMED, np.uint8))
    assert drawn(scene) == {"flags": 1}
    scene = changed(scene, start=places[1], end=places[2])
    assert drawn(scene) == {"positions": 1}, "the end became the start"
    scene = changed(scene, start=places[2], end=places[3])
    assert drawn(scene) == {"positions": 1}
    scene = changed(scene, start=places[2], end=places[1])
    assert drawn(scene) == {"positions": 1}, "and back"
    scene = changed(scene, start=places[2], end=places[2])
    assert drawn(scene) == {}


def test_marks_copy_and_draw_nothing(drawn, scene_of, gl_view, monkeypatch):
    scene = scene_of([(0, 0, 0), (0.5, 0, 0)])
    drawn(scene)
    paints = []
    monkeypatch.setattr(gl_view.cloud, "_draw", lambda *_: paints.append(1))
    scene = changed(scene, flags=np.array([Flag.HOVERED, Flag.FOCUSED | Flag.NEIGHBOUR], np.uint8))
    assert drawn(scene) == {}
    assert drawn(replace(scene, labels=(Label("pole", (0.0, 0.0, 0.0), (1, 2, 3, 255)),))) == {}
    assert drawn(changed(scene, palette=scene.dots.palette.copy())) == {}, "the same colours in another array"
    assert paints == []
    assert drawn(changed(scene, flags=np.array([Flag.SELECTED, 0], np.uint8))) == {}
    assert paints == [1]


def test_a_palette_of_many_colours(drawn, scene_of, gl_view, picture_of):
    colours = frozen_bytes([(value // 256, value % 256, 90, 255) for value in range(1000)])
    points = [(-0.5, 0, 0), (0, 0, 0), (0.5, 0, 0)]
    scene = scene_of(points, [3, 255, 999], palette=colours)
    drawn(scene)
    found = [picture_of(gl_view).at(scene, point) for point in points]
    assert found == [(0, 3, 90), (0, 255, 90), (3, 231, 90)]


def test_many_dots_are_drawn_in_parts_and_completely_at_rest(gl_view, scene_of, settle, picture_of, monkeypatch):
    monkeypatch.setattr(cloud_module, "BUDGET", 0.0)  # the smallest parts
    gl_view._settled.setInterval(1000)  # so that a busy machine does not look like one at rest
    rng = np.random.default_rng(1)
    scene = scene_of(rng.uniform(-1, 1, (60_000, 3)) * (1, 1, 0), 1, size=1.0)
    gl_view.show_scene(scene)
    seen = set()
    for turn in range(6):  # a camera that moves every few milliseconds
        gl_view.show_scene(replace(scene, camera=Camera(extent=1.2 + turn / 1000)))
        settle(15)
        seen.add(gl_view.cloud.drawn)
    assert seen == {12_000}
    last = gl_view.scene_shown
    partly = grabbed(gl_view)
    assert gl_view.cloud.drawn == 12_000, "a paint for another reason adds nothing while things move"
    for _ in range(200):
        settle(20)
        if gl_view.cloud.complete:
            break
    assert gl_view.cloud.drawn == 60_000
    completely = picture_of(gl_view)
    lit_partly, lit = ((pixels[..., 1] > 40).mean() for pixels in (partly, completely.pixels))
    assert 0.1 < lit_partly < 0.8 * lit
    fresh = replace(last, background=(14, 17, 23, 255))
    gl_view.show_scene(fresh)
    at_once = picture_of(gl_view)
    assert gl_view.cloud.complete, "a picture that is asked for is complete"
    assert (np.abs(at_once.pixels - completely.pixels).max(2) <= 3).mean() > 0.999


def test_the_part_follows_the_speed_of_the_machine():
    item = cloud_module.PointCloud()
    for _ in range(20):
        item._learn(20_000, 20_000 * 1e-8)
    assert item._part > 200_000
    for _ in range(40):
        item._learn(20_000, 20_000 * 1e-5)
    assert item._part == cloud_module.FEW


def test_the_order_is_random_and_always_the_same():
    order = random_order(1000)
    np.testing.assert_array_equal(np.sort(order), np.arange(1000))
    assert random_order(1000) is order
    assert abs(order[:300].mean() - 500) < 60
