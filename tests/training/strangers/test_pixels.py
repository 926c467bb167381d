"""Images as a network gets them, against PIL and plain arithmetic."""

import numpy as np
import pytest
import torch
from PIL import Image

from latentarium.core.embedding import Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.training.strangers.pixels import normalised, prepared

RANDOM = np.random.default_rng(0)
COLOUR = RANDOM.integers(0, 256, (2, 12, 12, 3), np.uint8)
GREY = RANDOM.integers(0, 256, (2, 12, 12, 1), np.uint8)


def seen(images: np.ndarray, **settings: object) -> np.ndarray:
    return prepared(torch.tensor(images), Preprocessing(**settings)).numpy()


def test_nothing_asked_leaves_the_brightness():
    np.testing.assert_allclose(seen(COLOUR), COLOUR.transpose(0, 3, 1, 2) / 255, atol=1e-7)


def test_size_and_crop_are_those_of_pillow_to_a_level():
    for side in (8, 20):
        made = seen(COLOUR, size=side, crop=6)
        for image, ours in zip(COLOUR, made, strict=True):
            resized = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))
            start = (side - 6) // 2
            theirs = resized[start : start + 6, start : start + 6].transpose(2, 0, 1)
            assert np.abs(theirs / 255 - ours).max() <= 1.01 / 255


def test_channels():
    grey = seen(COLOUR, channels="grey")
    theirs = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in COLOUR])
    assert np.abs(grey[:, 0] * 255 - theirs).max() <= 0.51
    assert np.array_equal(seen(COLOUR, channels="bgr"), seen(COLOUR)[:, ::-1])
    assert np.array_equal(seen(GREY, channels="rgb"), np.repeat(seen(GREY), 3, 1))
    assert np.array_equal(seen(GREY, channels="grey"), seen(GREY))


def test_inverted_and_normalised():
    np.testing.assert_allclose(seen(GREY, invert=True), 1 - seen(GREY), atol=1e-7)
    settings = Preprocessing(mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 1.0))
    made = normalised(prepared(torch.tensor(COLOUR), settings), settings).numpy()
    for channel in range(3):
        plain = (COLOUR[..., channel] / 255 - settings.mean[channel]) / settings.std[channel]
        np.testing.assert_allclose(made[:, channel], plain, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"size": -1}, "size"),
        ({"size": 9999}, "size"),
        ({"size": 8, "crop": 9}, "crop"),
        ({"mean": (0.5,)}, "together"),
        ({"mean": (0.5, 0.5), "std": (1.0, 1.0)}, "three"),
        ({"mean": (0.5,), "std": (0.0,)}, "above 0"),
        ({"channels": "cmyk"}, "cmyk"),
    ],
)
def test_what_cannot_be_is_said(settings, word):
    with pytest.raises(LatentariumError, match=word):
        Preprocessing(**settings)
