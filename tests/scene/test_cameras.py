"""The camera's mathematics against the slow way through homogeneous coordinates, and a hand's expectations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentarium.scene.camera import Camera
from latentarium.scene.cameras import (
    centred,
    framed,
    orientation,
    panned,
    place_at,
    project,
    projection_matrix,
    rotation_matrix,
    turned,
    view_matrix,
    zoomed,
)

SIZE = (900.0, 700.0)
CAMERAS = (
    Camera(),
    Camera(centre=(0.3, -0.2, 0.1), extent=0.4),
    Camera(flat=False, rotation=(0.9, 0.3, -0.2, 0.1), centre=(0.3, -0.2, 0.1), extent=1.7),
    Camera(flat=False, rotation=(0.1, 0.3, 0.9, -0.4), extent=25.0, dolly=2.0),
)


def slowly_projected(points, camera, width, height):
    """One point after the other through both matrices, as OpenGL does it."""
    rows = []
    for point in points:
        eye = view_matrix(camera) @ [*point, 1.0]
        clip = projection_matrix(camera, width, height) @ eye
        x, y, _ = clip[:3] / clip[3]
        rows.append(((x + 1) / 2 * width, (1 - y) / 2 * height, -eye[2]))
    return np.array(rows)


@pytest.mark.parametrize("camera", CAMERAS)
def test_projects_as_the_matrices_do(camera):
    points = np.random.default_rng(0).uniform(-1, 1, (50, 3)).astype(np.float32)
    placed = project(points, camera, *SIZE)
    assert placed.dtype == np.float32
    np.testing.assert_allclose(placed, slowly_projected(points, camera, *SIZE), rtol=2e-5, atol=2e-3)


def test_nothing_behind_the_eye_is_seen():
    camera = Camera(flat=False)
    placed = project([(0, 0, 100), (0, 0, -1)], camera, *SIZE)
    assert np.isnan(placed[0, :2]).all()
    assert placed[1, :2].tolist() == [450, 350]


def test_a_flat_camera_looks_straight_whatever_its_rotation():
    turned_flat = Camera(rotation=(0.5, 0.5, 0.5, 0.5))
    points = np.random.default_rng(1).normal(size=(9, 3))
    np.testing.assert_array_equal(project(points, turned_flat, *SIZE), project(points, Camera(), *SIZE))


def test_the_extent_is_the_half_height():
    for flat in (True, False):
        camera = Camera(flat=flat, extent=2.5)
        placed = project([(0, 2.5, 0), (0, -2.5, 0)], camera, *SIZE)
        np.testing.assert_allclose(placed[:, 1], [0, 700], atol=1e-3)


def test_a_quaternion_turns_as_rodrigues_formula_does():
    axis, angle = np.array([1.0, 2.0, -0.5]) / np.linalg.norm([1.0, 2.0, -0.5]), 0.7
    rotation = (np.cos(angle / 2), *(np.sin(angle / 2) * axis))
    v = np.array([0.2, -1.0, 0.4])
    slowly = v * np.cos(angle) + np.cross(axis, v) * np.sin(angle) + axis * (axis @ v) * (1 - np.cos(angle))
    np.testing.assert_allclose(rotation_matrix(rotation) @ v, slowly)


def test_dragging_right_moves_the_front_right_and_down_shows_the_top():
    camera = Camera(flat=False)
    front = np.array([[0.0, 0.0, 0.5]])
    right = project(front, turned(camera, 40, 0), *SIZE)
    down = project(front, turned(camera, 0, 40), *SIZE)
    assert right[0, 0] > 450
    assert abs(right[0, 1] - 350) < 1e-3
    assert down[0, 1] > 350
    assert abs(down[0, 0] - 450) < 1e-3


@given(st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_turning_keeps_the_world_upright(drags):
    camera = Camera(flat=False)
    for dx, dy in drags:
        camera = turned(camera, dx, dy)
    up = orientation(camera) @ [0, 1, 0]
    assert up[1] >= -1e-9
    assert abs(up[0]) < 1e-9
    assert abs(np.linalg.norm(camera.rotation) - 1) < 1e-9


@pytest.mark.parametrize("camera", CAMERAS)
def test_panning_moves_the_centre_with_the_hand(camera):
    place = project([camera.centre], panned(camera, 30, -12, *SIZE), *SIZE)
    np.testing.assert_allclose(place[0, :2], [480, 338], atol=1e-2)


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("factor", [0.5, 1.25, 8.0])
def test_zooming_keeps_the_place_under_the_pointer(camera, factor):
    place = place_at(camera, 600, 200, *SIZE)
    nearer = zoomed(camera, factor, 600, 200, *SIZE)
    assert nearer.extent == pytest.approx(camera.extent / factor)
    np.testing.assert_allclose(project([place], nearer, *SIZE)[0, :2], [600, 200], atol=1e-2)


def test_zooming_has_an_end():
    assert zoomed(Camera(), 1e30, 0, 0, *SIZE).extent > 0
    assert np.isfinite(zoomed(Camera(), 1e-30, 0, 0, *SIZE).extent)


def test_centring():
    camera = centred(CAMERAS[2], (1, 2, 3))
    np.testing.assert_allclose(project([(1, 2, 3)], camera, *SIZE)[0, :2], [450, 350], atol=1e-3)
    assert camera.rotation == CAMERAS[2].rotation


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("size", [(900, 700), (200, 800), (800, 200)])
def test_framing_shows_everything_and_no_more_than_a_margin(flat, size):
    points = np.random.default_rng(3).normal(size=(300, 3)) * [3, 1, 2] + [10, -4, 2]
    camera = framed(points, flat, *size, rotation=(0.8, 0.4, 0.4, 0.1))
    placed = project(points, camera, *size)[:, :2]
    assert (placed >= 0).all()
    assert (placed <= size).all()
    used = np.ptp(placed, axis=0) / size
    assert used.max() > 0.6


def test_framing_nothing_and_one_place():
    assert framed(np.empty((0, 3)), True, *SIZE).extent == 1.2
    one = framed([(5, 5, 5), (np.nan, 0, 0)], False, *SIZE)
    np.testing.assert_allclose(one.centre, (5, 5, 5))
    assert one.extent == 1.0
