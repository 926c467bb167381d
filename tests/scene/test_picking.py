"""Picking against a look at every dot, one after the other."""

import numpy as np
import pytest

from latentarium.core.arrays import frozen_floats
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project, turned
from latentarium.scene.picking import blended, lasso, pick, screen_places
from latentarium.scene.scene import Dots, Flag, Scene

SIZE = (640.0, 480.0)


def cloud(count, camera, seed=0, blend=0.0, flags=None):
    rng = np.random.default_rng(seed)
    start, end = (frozen_floats(rng.uniform(-1, 1, (count, 3))) for _ in range(2))
    flags = np.zeros(count, np.uint8) if flags is None else flags
    dots = Dots(start, end, blend, np.zeros(count, np.uint16), np.full((1, 4), 255, np.uint8), flags, 6.0)
    return Scene(dots, camera, (0, 0, 0, 255), (255, 255, 255, 255))


def slowly_picked(scene, x, y, radius=14.0, tie=2.0):
    dots = scene.dots
    found = []
    for row in range(len(dots.flags)):
        if dots.flags[row] & Flag.HIDDEN:
            continue
        place = dots.start[row] * (1 - dots.blend) + dots.end[row] * dots.blend
        px, py, depth = project([place], scene.camera, *SIZE)[0]
        found.append((float(np.hypot(px - x, py - y)), bool(dots.flags[row] & Flag.DIMMED), float(depth), row))
    nearest = min(distance for distance, *_ in found)
    if nearest > radius:
        return None
    tied = [(dimmed, depth, distance, row) for distance, dimmed, depth, row in found if distance <= nearest + tie]
    return min(tied)[-1]


@pytest.mark.parametrize("camera", [Camera(), Camera(flat=False, rotation=(0.9, 0.2, 0.3, 0.1), extent=1.4)])
@pytest.mark.parametrize("blend", [0.0, 0.35, 1.0])
def test_picks_what_a_slow_look_finds(camera, blend):
    rng = np.random.default_rng(5)
    flags = rng.choice([0, 0, Flag.HIDDEN, Flag.DIMMED, Flag.SELECTED], 400).astype(np.uint8)
    scene = cloud(400, camera, blend=blend, flags=flags)
    picked = [(pick(scene, x, y, *SIZE), slowly_picked(scene, x, y)) for x, y in rng.uniform(0, 480, (40, 2))]
    assert all(quick == slow for quick, slow in picked)
    assert any(quick is None for quick, _ in picked) or len({quick for quick, _ in picked}) > 10


def test_the_front_most_wins_within_two_pixels_and_the_nearest_beyond():
    unit = 1.2 / 240  # world units a pixel
    camera = Camera(flat=True)
    start = frozen_floats([(0, 0, 0), (1.5 * unit, 0, 1), (5 * unit, 0, 5)])
    scene = cloud(3, camera)
    dots = Dots(start, start, 0.0, *(getattr(scene.dots, name) for name in ("colours", "palette", "flags", "size")))
    scene = Scene(dots, camera, scene.background, scene.foreground)
    assert pick(scene, 320, 240, *SIZE) == 1
    assert pick(scene, 320, 240, *SIZE, tie=1.0) == 0
    assert pick(scene, 320 + 5, 240, *SIZE) == 2
    assert pick(scene, 320 - 14, 240, *SIZE) == 0
    assert pick(scene, 320 - 14.5, 240, *SIZE) is None


def test_hidden_dots_are_not_picked_and_none_is_none():
    scene = cloud(5, Camera(), flags=np.full(5, Flag.HIDDEN, np.uint8))
    x, y, _ = screen_places(scene.dots, scene.camera, *SIZE)[0]
    assert pick(scene, x, y, *SIZE) is None
    assert pick(cloud(0, Camera()), 10, 10, *SIZE) is None
    assert len(lasso(cloud(0, Camera()), [(0, 0), (9, 0), (9, 9)], *SIZE)) == 0


def test_places_are_remembered_until_something_moves():
    scene = cloud(20, Camera(flat=False))
    places = screen_places(scene.dots, scene.camera, *SIZE)
    relit = Dots(
        scene.dots.start,
        scene.dots.end,
        0.0,
        *(np.zeros(20, np.uint16), np.zeros((1, 4), np.uint8)),
        np.ones(20, np.uint8),
        6.0,
    )
    assert screen_places(relit, scene.camera, *SIZE) is places
    assert screen_places(scene.dots, turned(scene.camera, 1, 0), *SIZE) is not places
    assert not places.flags.writeable


def test_blending_rows():
    dots = cloud(6, Camera(), blend=0.25).dots
    np.testing.assert_allclose(blended(dots), dots.start * 0.75 + dots.end * 0.25, rtol=1e-5, atol=1e-6)
    rows = np.array([4, 1])
    np.testing.assert_array_equal(blended(dots, rows), blended(dots)[rows])


def slowly_inside(x, y, corners):
    """Sum of the angles under which the edges are seen: not 0 inside (for curves that cross themselves: odd turns)."""
    total = 0.0
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        a, b = np.arctan2(y0 - y, x0 - x), np.arctan2(y1 - y, x1 - x)
        total += (b - a + np.pi) % (2 * np.pi) - np.pi
    return round(total / (2 * np.pi)) % 2 == 1


@pytest.mark.parametrize("camera", [Camera(), Camera(flat=False, rotation=(0.9, 0.2, 0.3, 0.1), extent=1.4)])
@pytest.mark.parametrize("corners", [3, 4, 9, 60])
def test_a_lasso_holds_what_winding_numbers_say(camera, corners):
    rng = np.random.default_rng(corners)
    polygon = rng.uniform(60, 420, (corners, 2))
    flags = rng.choice([0, 0, 0, Flag.HIDDEN, Flag.DIMMED], 500).astype(np.uint8)
    scene = cloud(500, camera, flags=flags)
    places = screen_places(scene.dots, camera, *SIZE)
    slowly = [
        row
        for row, (x, y, _) in enumerate(places)
        if not flags[row] & Flag.HIDDEN and slowly_inside(float(x), float(y), polygon)
    ]
    rows = lasso(scene, polygon, *SIZE)
    assert rows.dtype == np.int64
    assert rows.tolist() == slowly
    assert len(slowly) > 0


def test_a_lasso_needs_three_corners():
    assert len(lasso(cloud(50, Camera()), [(0, 0), (640, 480)], *SIZE)) == 0
