"""Pictures of scenes, looked at pixel by pixel."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.recipe import Network, Recipe
from latentarium.figures.picture import draw_frame, draw_scene
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.scene import Dots, Flag, Ghosts, Label, Lines, Regions, Scene

GROUND, INK = (14, 17, 22, 255), (238, 241, 245, 255)
RED, GREEN = (230, 40, 40, 255), (30, 200, 60, 255)
HEADER, FOOT = 52, 34  # logical pixels of words above and below the dots


def scene_of(places: list[tuple[float, float, float]], flags: list[int] | None = None, **changes: object) -> Scene:
    where = frozen_floats(places)
    dots = Dots(
        start=where,
        end=where,
        blend=0.0,
        colours=np.arange(len(places), dtype=np.uint16) % 2,
        palette=frozen_bytes([RED, GREEN]),
        flags=np.array(flags or [0] * len(places), np.uint8),
        size=14.0,
    )
    return replace(Scene(dots, Camera(), GROUND, INK, title="Simplex", note="a note", status="2 of 2 shown"), **changes)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def at(picture: np.ndarray, scene: Scene, place: tuple[float, float, float], scale: float = 1.0) -> np.ndarray:
    """The colour of the pixel at which a place is seen."""
    height, width = (side / scale for side in picture.shape[:2])
    x, y, _ = project(np.array([place]), scene.camera, width, height - HEADER - FOOT)[0]
    return picture[round((y + HEADER) * scale), round(x * scale)]


def near(colour: np.ndarray, wanted: tuple[int, ...], by: float = 60) -> bool:
    return bool(np.abs(colour - np.array(wanted[:3])).max() <= by)


@pytest.mark.parametrize("dpi", [96, 192])
def test_dots_are_where_the_camera_sees_them(tmp_path: Path, dpi: int) -> None:
    places = [(-0.7, 0.2, 0.0), (0.5, -0.6, 0.0)]
    scene = scene_of(places)
    draw_scene(scene, tmp_path / "a.png", 600, 500, dpi)
    picture = pixels(tmp_path / "a.png")
    assert picture.shape == (500, 600, 3)
    assert near(at(picture, scene, places[0], dpi / 96), RED)
    assert near(at(picture, scene, places[1], dpi / 96), GREEN)
    assert near(at(picture, scene, (0.0, 0.0, 0.0), dpi / 96), GROUND, 2)


def test_nearer_dots_cover_farther_ones(tmp_path: Path) -> None:
    for order in (1, -1):
        places = [(0.0, 0.0, 0.5), (0.0, 0.0, -0.5)][::order]
        scene = scene_of(places, camera=Camera(flat=False))
        draw_scene(scene, tmp_path / "a.png", 400, 400, 96)
        assert near(at(pixels(tmp_path / "a.png"), scene, (0.0, 0.0, 0.5)), (RED, GREEN)[::order][0])


def test_hidden_dots_are_not_drawn_and_dimmed_ones_are_grey(tmp_path: Path) -> None:
    places = [(-0.5, 0.0, 0.0), (0.0, 0.0, 0.0), (0.5, 0.0, 0.0)]
    scene = scene_of(places, [Flag.HIDDEN, Flag.DIMMED, Flag.SELECTED])
    draw_scene(scene, tmp_path / "a.png", 400, 400, 96)
    hidden, dimmed, selected = (at(pixels(tmp_path / "a.png"), scene, place) for place in places)
    assert near(hidden, GROUND, 2)
    assert np.ptp(dimmed) < 20
    assert dimmed.mean() > 40
    assert near(selected, RED)


def test_lines_labels_and_ghosts_are_drawn(tmp_path: Path) -> None:
    line = Lines(frozen_floats([(-1, -0.5, 0)]), frozen_floats([(1, -0.5, 0)]), GREEN, 3.0)
    ghosts = Ghosts(frozen_floats([(0.3, 0.5, 0)]), np.array([1], np.uint16))
    labels = (Label("3", (-0.8, 0.0, 0.0), RED), Label("$x^2$ & <b>", (0.8, 0.0, 0.0), INK, "prototype"))
    scene = scene_of([(0.0, 0.9, 0.0)], lines=(line,), grid=line, links=line, ghosts=ghosts, labels=labels)
    draw_scene(scene, tmp_path / "a.png", 600, 600, 96, legend=[("$one_$", RED), ("two", GREEN)])
    picture = pixels(tmp_path / "a.png")
    x, y, _ = project(np.array([(0.0, -0.5, 0.0)]), scene.camera, 600, 600 - HEADER - FOOT - 40)[0]
    assert near(picture[round(y + HEADER + 40), round(x)], GREEN)
    x, y, _ = project(np.array([(-0.8, 0.0, 0.0)]), scene.camera, 600, 600 - HEADER - FOOT - 40)[0]
    assert near(picture[round(y + HEADER + 40), round(x)], RED)


def test_a_scale_has_its_bar(tmp_path: Path) -> None:
    draw_scene(scene_of([(0, 0, 0)]), tmp_path / "plain.png", 500, 400, 96)
    draw_scene(scene_of([(0, 0, 0)], scale=("loss", 0.0, 2.2)), tmp_path / "bar.png", 500, 400, 96)
    plain, bar = pixels(tmp_path / "plain.png"), pixels(tmp_path / "bar.png")
    assert (plain != bar)[:HEADER].any()
    np.testing.assert_array_equal(plain[HEADER:], bar[HEADER:])


def test_dots_of_held_out_classes_are_hollow(tmp_path: Path) -> None:
    places = [(-0.5, 0.0, 0.0), (0.5, 0.0, 0.0)]
    scene = scene_of(places, [Flag.HELD_OUT, 0])
    draw_scene(scene, tmp_path / "a.png", 400, 400, 96)
    picture = pixels(tmp_path / "a.png")
    assert at(picture, scene, places[0]).max() < 90
    assert at(picture, scene, places[1]).max() > 150


def test_a_picture_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LatentariumError, match=r"missing.*cannot be written"):
        draw_scene(scene_of([(0, 0, 0)]), tmp_path / "missing" / "a.png", 200, 200, 96)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two frames of thirty points in three classes."""
    rng = np.random.default_rng(0)
    labels = frozen_ints(np.arange(30) % 3)
    images = frozen_bytes(np.zeros((30, 2, 2, 1)))
    probe, reference = (Sample(images, labels, tuple(map(str, range(30))), split) for split in ("test", "train"))
    shares = frozen_floats(np.eye(3)[labels] * 0.8 + 0.2 / 3)
    frames = []
    for step in (0, 10):
        cloud = frozen_floats(rng.normal(size=(30, 3)) + 3 * np.eye(3)[labels])
        frames.append(Frame(step, 0.0, cloud, shares, cloud, shares, {"accuracy": 1.0}))
    recipe = Recipe(network=Network(embedding=3))
    header = Header(recipe, ("a", "b", "c"), 3, probe, reference, "made up", "0" * 64, 1, "cpu")
    for _ in record(iter(frames), tmp_path / "run", header):
        pass
    return Run.open(tmp_path / "run")


def test_a_frame_shows_simplex_and_embedding_side_by_side(run: Run, tmp_path: Path) -> None:
    for dark in (True, False):
        draw_frame(run, -1, tmp_path / "last.png", dark, 1000, 600, 96)
        draw_frame(run, 1, tmp_path / "second.png", dark, 1000, 600, 96)
        last = pixels(tmp_path / "last.png")
        np.testing.assert_array_equal(last, pixels(tmp_path / "second.png"))
        ground = last[-1, -1]
        for half in (last[100:560, :500], last[100:560, 500:]):
            assert (np.abs(half - ground).max(2) > 60).mean() > 0.004
    with pytest.raises(IndexError):
        draw_frame(run, 2, tmp_path / "none.png")


def test_regions_lie_under_the_dots(tmp_path: Path) -> None:
    left, right = [(-9, -9, 0), (0, -9, 0), (0, 9, 0), (-9, 9, 0)], [(0, -9, 0), (9, -9, 0), (9, 9, 0), (0, 9, 0)]
    corners = frozen_floats(left + right)
    border = Lines(frozen_floats([(0, -9, 0)]), frozen_floats([(0, 9, 0)]), INK, 4.0)
    colours, tints = np.array([1, 0], np.uint16), frozen_bytes([RED, GREEN])
    regions = Regions(corners, frozen_ints([0, 4, 8]), colours, tints, (border,))
    scene = scene_of([(-0.5, 0.0, 0.0)], regions=regions)
    draw_scene(scene, tmp_path / "a.png", 400, 400 + HEADER + FOOT, dpi=96)
    picture = pixels(tmp_path / "a.png")
    for place, colour in (((-0.5, 0, 0), RED), ((-0.7, 0.4, 0), GREEN), ((0.5, -0.4, 0), RED), ((0, 0.5, 0), INK)):
        assert near(at(picture, scene, place), colour)
