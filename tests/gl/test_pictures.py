"""What is on the screen, with OpenGL and without."""

from dataclasses import replace

import numpy as np
import pytest

from latentarium.core.arrays import frozen_bytes, frozen_floats
from latentarium.scene.camera import Camera
from latentarium.scene.scene import Flag, Ghosts, Label, Lines

RED, GREEN, BLUE = (220, 40, 40), (30, 200, 60), (60, 90, 240)
GROUND, INK = (14, 17, 22), (238, 241, 245)
SPACE = Camera(flat=False, rotation=(0.95, 0.2, 0.25, 0.0))


def near(found, wanted, within=3):
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= within


@pytest.mark.parametrize("camera", [Camera(), SPACE, Camera(centre=(0.2, 0.1, 0), extent=0.7)])
def test_a_dot_has_its_colour_where_its_place_is_projected(any_view, scene_of, picture_of, camera):
    points = [(-0.6, 0.3, 0.1), (0.5, -0.4, -0.2), (0.1, 0.2, 0.3)]
    scene = scene_of(points, [0, 1, 2], camera=camera)
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert [picture.at(scene, point) for point in points] == [RED, GREEN, BLUE]
    assert picture.at(scene, (-0.5, -0.4, 0)) == GROUND


def test_a_blend_lies_between_two_frames(any_view, scene_of, picture_of):
    start, end = frozen_floats([(-0.8, 0, 0)]), frozen_floats([(0.8, 0.4, 0)])
    for blend in (0.0, 0.25, 1.0):
        scene = scene_of(start, 1, end=end, blend=blend)
        any_view.show_scene(scene)
        picture = picture_of(any_view)
        assert picture.at(scene, start[0] + (end[0] - start[0]) * blend) == GREEN
        assert picture.at(scene, start[0] + (end[0] - start[0]) * (0.8 if blend < 0.5 else 0.3)) == GROUND


def test_hidden_dots_are_not_drawn_and_dimmed_ones_are_grey(any_view, scene_of, picture_of):
    points = [(-0.5, 0, 0), (0, 0, 0), (0.5, 0, 0)]
    scene = scene_of(points, 0, [0, Flag.HIDDEN, Flag.DIMMED])
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert picture.at(scene, points[0]) == RED
    assert picture.at(scene, points[1]) == GROUND
    red, green, blue = picture.at(scene, points[2])
    assert max(red, green, blue) - min(red, green, blue) < 12
    assert sum(GROUND) + 60 < red + green + blue < 300


def test_dots_of_held_out_classes_are_hollow(any_view, scene_of, picture_of):
    points = [(-0.5, 0, 0), (0, 0, 0), (0.5, 0, 0)]
    scene = scene_of(points, 0, [0, Flag.HELD_OUT, Flag.HELD_OUT | Flag.SELECTED])
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert picture.at(scene, points[0]) == RED
    for point, ring in ((points[1], RED), (points[2], INK)):
        hole = picture.at(scene, point)
        assert GROUND[0] < hole[0] < 80
        assert max(abs(a - b) for a, b in zip(hole[1:], GROUND[1:], strict=True)) < 20
        around = [picture.at(scene, (point[0] + step / 200, 0, 0)) for step in range(20)]
        assert any(near(colour, ring, 12) for colour in around)


@pytest.mark.parametrize("front", [0, 1])
def test_the_front_dot_covers_the_one_behind(any_view, scene_of, picture_of, front):
    toward = np.linalg.inv([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) @ [0, 0, 1]
    points = [toward * 0.5 * (1 if row == front else -1) for row in range(2)]
    scene = scene_of(points, [0, 1], camera=Camera(flat=False))
    any_view.show_scene(scene)
    assert picture_of(any_view).at(scene, (0, 0, 0)) == (RED, GREEN)[front]


def test_grey_context_never_covers_the_rest(any_view, scene_of, picture_of):
    scene = scene_of([(0, 0, -0.5), (0, 0, 0.5)], [1, 0], [0, Flag.DIMMED], camera=Camera(flat=False))
    any_view.show_scene(scene)
    assert picture_of(any_view).at(scene, (0, 0, 0)) == GREEN


def test_dots_of_one_colour_are_parted_by_a_rim(any_view, scene_of, picture_of):
    near_by = 7 / 120 * 1.2 / 2  # half of seven pixels
    any_view.show_scene(scene_of([(-near_by, 0, 0), (near_by, 0, 0)], 1))
    row = picture_of(any_view).pixels[120]
    greens = row[:, 1][(row[:, 1] > 60)]
    assert (greens == 200).any()
    assert (np.diff(np.sign(np.diff(greens.astype(int)))) > 0).any(), "nothing darker between the two"


@pytest.mark.parametrize("shade", [(20, 20, 40), (14, 17, 22)])
def test_a_dot_in_the_colour_of_the_ground_is_seen_by_its_rim(any_view, scene_of, picture_of, shade):
    any_view.show_scene(scene_of([(0, 0, 0)], palette=frozen_bytes([(*shade, 255)])))
    assert picture_of(any_view).pixels.max() > 90


def test_a_selected_dot_has_a_bright_rim_and_is_larger(any_view, scene_of, picture_of):
    any_view.show_scene(scene_of([(0, 0, 0)], 0))
    plain = picture_of(any_view)
    any_view.show_scene(scene_of([(0, 0, 0)], 0, Flag.SELECTED))
    selected = picture_of(any_view)
    assert plain.count(INK, 30) == 0
    assert selected.count(INK, 30) > 10
    assert selected.at(scene_of([(0, 0, 0)]), (0, 0, 0)) == RED


def test_edges_are_soft(any_view, scene_of, picture_of):
    any_view.show_scene(scene_of([(0, 0, 0)], 0, palette=frozen_bytes([(255, 255, 255, 255)])))
    levels = np.unique(picture_of(any_view).pixels[..., 0])
    assert len(levels) > 8


def test_rings_diamonds_and_ghosts(any_view, scene_of, picture_of):
    points = [(-0.9, 0, 0), (-0.3, 0, 0), (0.3, 0, 0)]
    bare = scene_of(points, [0, 1, 2])
    any_view.show_scene(bare)
    assert picture_of(any_view).count(INK, 20) == 0
    unit, shapes = 1.2 / 120, []
    for flag, reach in ((Flag.HOVERED, 10.5), (Flag.FOCUSED, 13.0), (Flag.NEIGHBOUR, 9.5)):
        scene = scene_of(points, [0, 1, 2], [flag, 0, 0])
        any_view.show_scene(scene)
        picture = picture_of(any_view)
        assert picture.at(scene, points[0]) == RED
        ways = (1.0, 0.0), (0.0, 1.0), (0.7, 0.7)
        x, y, _ = points[0]
        seen = [
            max(
                min(picture.at(scene, (x + dx * far * unit, y + dy * far * unit, 0)))
                for far in reach + np.arange(-1, 2)
            )
            for dx, dy in ways
        ]
        shapes.append(([brightness > 150 for brightness in seen], picture.count(INK, 20)))
    (hovered, thin), (focused, thick), (neighbour, _) = shapes
    assert hovered == focused == [True, True, True], "round"
    assert neighbour == [True, True, False], "a diamond"
    assert thick > 1.6 * thin, "two rings"
    ghosts = Ghosts(frozen_floats([(0.9, 0, 0)]), np.array([2], np.uint16))
    scene = replace(bare, ghosts=ghosts)
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert not near(picture.at(scene, (0.9, 0, 0)), BLUE), "a ghost is hollow"
    assert picture.count(BLUE, 40) > picture.count(RED, 40)


def test_a_hidden_dot_has_no_ring(any_view, scene_of, picture_of):
    any_view.show_scene(scene_of([(0, 0, 0)], 0, Flag.HIDDEN | Flag.HOVERED | Flag.FOCUSED))
    assert picture_of(any_view).pixels.max() <= max(GROUND)


def test_lines_solid_dashed_under_and_over(any_view, scene_of, picture_of):
    def across(y, **kind):
        return Lines(frozen_floats([(-1.5, y, 0)]), frozen_floats([(1.5, y, 0)]), (255, 255, 0, 255), 3.0, **kind)

    many = Lines(*(frozen_floats([(x, 0.9, 0)] * 300) for x in (-1.5, 1.5)), (255, 255, 0, 255), 3.0)
    points = [(0, 0.6, 0), (0, -0.6, 0), (0, 0.9, 0)]
    scene = scene_of(points, 0, grid=across(-0.6), lines=(across(0.6), across(0.0, dashed=True), many))
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert picture.at(scene, points[0]) == (255, 255, 0), "a line lies over the dots"
    assert picture.at(scene, points[1]) == RED, "the grid lies under them"
    assert picture.at(scene, points[2]) == RED, "and so do many lines"
    for y in (0.6, -0.6, 0.9):
        assert near(picture.at(scene, (0.5, y, 0)), (255, 255, 0), 8)
    dashed = picture.pixels[120, :, 0] > 200
    assert 0.3 < dashed.mean() < 0.7
    assert np.abs(np.diff(dashed.astype(int))).sum() > 20


def test_lines_that_pass_the_eye_are_drawn_as_far_as_they_are_seen(any_view, scene_of, picture_of):
    camera = Camera(flat=False)
    through = [Lines(frozen_floats([(0.3, 0, -5)]), frozen_floats([(0.3, 0, 50)]), (255, 255, 0, 255), 3.0)]
    for kind in ({"grid": through[0]}, {"lines": tuple(through)}):
        any_view.show_scene(scene_of(np.empty((0, 3)), camera=camera, **kind))
        bright = picture_of(any_view).pixels[120, :, 0] > 200
        assert not bright[:160].any()
        assert bright[200:].all()


def test_names_stand_beside_their_poles_away_from_the_middle_and_read_over_dots(any_view, scene_of, picture_of):
    poles = ((-1.0, -0.8, 0.0), (1.0, -0.8, 0.0), (0.0, 0.9, 0.0))
    labels = tuple(Label("Mm", pole, (*BLUE, 255)) for pole in poles)
    scene = scene_of(np.random.default_rng(0).uniform(-1.5, 1.5, (3000, 3)) * (1, 1, 0), 0, labels=labels)
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert all(near(picture.at(scene, pole), BLUE) for pole in poles)
    y, x = np.nonzero(np.abs(picture.pixels - INK).max(2) < 12)
    assert (x < 60).any()
    assert (x > 260).any()
    assert ((y < 30) & (abs(x - 160) < 30)).any()
    middle = picture.pixels[60:180, 100:220]
    assert (np.abs(middle - INK).max(2) > 12).all(), "nothing is written towards the middle"
    assert picture.count(GROUND, 12) > 60, "the names have a halo"


def test_prototypes_are_stars_with_a_name(any_view, scene_of, picture_of):
    label = Label("5", (0.0, 0.0, 0.0), (*BLUE, 255), "prototype")
    scene = scene_of([(0.9, 0.9, 0)], 0, labels=(label,))
    any_view.show_scene(scene)
    picture = picture_of(any_view)
    assert picture.at(scene, (0, 0, 0)) == INK
    x = np.nonzero(np.abs(picture.pixels - INK).max(2) < 12)[1]
    assert x.max() > 160 + 10, "the name stands to the right"
    assert x.min() > 160 - 12


def test_an_empty_scene_is_its_background(any_view, scene_of, picture_of):
    any_view.show_scene(scene_of(np.empty((0, 3))))
    picture = picture_of(any_view)
    assert picture.count(GROUND, 0) == picture.pixels.shape[0] * picture.pixels.shape[1]


def test_the_size_follows_perspective_gently(any_view, scene_of, picture_of):
    areas = []
    for z in (-1.5, 0.0, 1.5):
        any_view.show_scene(scene_of([(0, 0, z)], 1, camera=Camera(flat=False)))
        areas.append(picture_of(any_view).count((30, 200, 60), 30))
    assert areas[0] < areas[1] < areas[2] < 6 * areas[0]
