"""Images as pixmaps, the card that shows one beside the pointer, and lines that are shortened."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from latentarium.app.views.hover_card import beside
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.pictures import picture, pixmap, whole_side
from latentarium.core.arrays import frozen_bytes, frozen_ints
from latentarium.core.dataset import Sample


def pixels(image: QImage) -> NDArray[np.uint8]:
    """An image as (H, W, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def sample_of(*shape: int) -> Sample:
    images = np.random.default_rng(0).integers(0, 256, shape)
    return Sample(frozen_bytes(images), frozen_ints(np.zeros(shape[0])), tuple(map(str, range(shape[0]))), "test")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_small_image_is_repeated_pixel_by_pixel(qtbot: QtBot, channels: int, ratio: float) -> None:
    sample = sample_of(3, 28, 28, channels)
    made = pixmap(sample, 1, 56, ratio)
    times = round(2 * ratio)
    expected = np.broadcast_to(sample.images[1], (28, 28, 3)).repeat(times, 0).repeat(times, 1)
    assert made.devicePixelRatio() == ratio
    assert made.deviceIndependentSize().toTuple() == (56.0, 56.0)
    assert np.array_equal(pixels(made.toImage()), expected)


def test_a_large_image_is_made_smaller_smoothly(qtbot: QtBot) -> None:
    chequered = np.indices((96, 96)).sum(0)[..., None] % 2 * 255
    made = pixels(picture(frozen_bytes(chequered), 48))
    assert made.shape == (48, 48, 3)
    assert made.min() > 100
    assert made.max() < 155


def test_the_shape_is_kept(qtbot: QtBot) -> None:
    made = picture(sample_of(1, 20, 40, 3).images[0], 90)
    assert (made.width(), made.height()) == (90, 45)


def test_an_image_is_made_once(qtbot: QtBot) -> None:
    sample, other = sample_of(2, 8, 8, 1), sample_of(2, 8, 8, 1)
    assert pixmap(sample, 0, 16).cacheKey() == pixmap(sample, 0, 16).cacheKey()
    assert pixmap(sample, 0, 16).cacheKey() != pixmap(other, 0, 16).cacheKey()


def test_small_images_are_enlarged_a_whole_number_of_times() -> None:
    assert whole_side(sample_of(1, 28, 28, 1), 56) == 56
    assert whole_side(sample_of(1, 28, 28, 1), 100) == 112
    assert whole_side(sample_of(1, 28, 28, 1), 200) == 196
    assert whole_side(sample_of(1, 32, 24, 3), 56) == 64
    assert whole_side(sample_of(1, 96, 96, 3), 56) == 56


@given(some.integers(0, 600), some.integers(0, 400), some.integers(20, 300), some.integers(20, 200))
def test_the_card_stays_in_the_view_and_never_lies_under_the_pointer(x: int, y: int, width: int, height: int) -> None:
    area = QRect(0, 0, 700, 460)
    pointer = QPoint(x, y)
    card = QRect(beside(pointer, width, height, area), QRect(0, 0, width, height).size())
    assert not card.contains(pointer)
    assert area.contains(card)


def test_a_line_too_long_loses_whole_parts_not_half_a_figure(qtbot: QtBot) -> None:
    label = ElidedLabel("muted")
    qtbot.addWidget(label)
    text = "450 of 450 shown · 1-NN 0.978 · pixels 0.94 · step 0 0.46"
    label.show_text(text)
    width = label.fontMetrics().horizontalAdvance(text)
    assert label._shortened(width - 4) == "450 of 450 shown · 1-NN 0.978 · pixels 0.94 …"
    assert label._shortened(30).endswith("…")
    label.resize(width - 4, 20)
    label.show()
    assert label.toolTip() == text
    label.show_text(text, "450 shown")
    assert label._shortened(width - 4) == "450 shown"
    assert label.toolTip() == text
