"""Dots stamped all at once, against the slow obvious way: disc after disc, pixel by pixel."""

import numpy as np
from PySide6.QtGui import QColor, QImage

from latentarium.gl.marks import Frame
from latentarium.gl.splat import FORMAT, splat
from latentarium.scene.camera import Camera
from latentarium.scene.scene import Dots, Scene

GROUND, INK = (20, 24, 30, 255), (255, 255, 255, 255)
PALETTE = np.array([(230, 60, 40, 255), (60, 120, 240, 255), (250, 210, 70, 255)], np.uint8)
WIDTH, HEIGHT = 60, 40


def scene(places: np.ndarray, size: float) -> Scene:
    places = places.astype(np.float32)
    colours = (np.arange(len(places)) % len(PALETTE)).astype(np.uint16)
    dots = Dots(places, places, 0.0, colours, PALETTE, np.zeros(len(places), np.uint8), size)
    return Scene(dots, Camera(extent=1.0), GROUND, INK)


def picture(made: Scene, ratio: float = 1.0) -> np.ndarray:
    """Red, green and blue of the painted picture: uint8 (H, W, 3)."""
    image = QImage(round(WIDTH * ratio), round(HEIGHT * ratio), FORMAT)
    image.fill(QColor(*GROUND))
    splat(image, Frame(made, WIDTH, HEIGHT), ratio, len(made.dots.flags))
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), 2::-1].copy()


def slow_disc(made: Scene, row: int, ratio: float) -> np.ndarray:
    """One dot on the ground, as the points' shader has it: float (H, W, 3)."""
    height, width = round(HEIGHT * ratio), round(WIDTH * ratio)
    scale = HEIGHT / 2 / made.camera.extent
    x = np.rint((WIDTH / 2 + made.dots.start[row, 0] * scale) * ratio)
    y = np.rint((HEIGHT / 2 - made.dots.start[row, 1] * scale) * ratio)
    fill = PALETTE[made.dots.colours[row], :3].astype(float)
    ground = np.array(GROUND[:3], float)
    radius = made.dots.size * ratio / 2
    rim = min(0.3 * radius, 1.1 * ratio)
    out = np.tile(ground, (height, width, 1))
    for down in range(height):
        for across in range(width):
            away = np.hypot(across - x, down - y)
            cover = np.clip(radius + 0.5 - away, 0, 1)
            mixed = np.clip(away - radius + rim + 0.5, 0, 1)
            shade = fill * (1 - mixed) + (fill + ground) / 2 * mixed
            out[down, across] = shade * cover + ground * (1 - cover)
    return out


def test_a_dot_alone_is_the_shaders_disc() -> None:
    for ratio, size in ((1.0, 5.0), (1.0, 2.6), (2.0, 4.0)):
        made = scene(np.array([(0.31, -0.2, 0.0)]), size)
        assert np.abs(picture(made, ratio) - slow_disc(made, 0, ratio)).max() <= 2


def test_no_pixel_is_painted_beyond_the_picture() -> None:
    made = scene(np.array([(-1.5, 1.0, 0.0), (1.5, -1.0, 0.0), (9.0, 9.0, 0.0), (np.nan, 0.0, 0.0)]), 6.0)
    drawn = picture(made)
    for corner in (drawn[0, 0], drawn[-1, -1]):
        assert np.abs(corner.astype(int) - GROUND[:3]).max() > 20
    assert (drawn[0, -1] == GROUND[:3]).all()


def test_where_dots_lie_upon_one_another_each_pixel_is_of_one_of_them() -> None:
    rng = np.random.default_rng(3)
    made = scene(np.column_stack([rng.uniform(-0.3, 0.3, (30, 2)), np.zeros(30)]), 6.0)
    drawn = picture(made).astype(int)
    alone = np.stack([slow_disc(made, row, 1.0) for row in range(30)])
    assert np.abs(alone - drawn).max(-1).min(0).max() <= 2


def test_hidden_dots_are_not_painted() -> None:
    made = scene(np.zeros((1, 3)), 8.0)
    hidden = Dots(**{**vars(made.dots), "flags": np.array([16], np.uint8)})
    assert (picture(Scene(hidden, made.camera, GROUND, INK)) == GROUND[:3]).all()
