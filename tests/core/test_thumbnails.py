import io

import numpy as np
from PIL import Image

from latentarium.core.arrays import frozen_ints
from latentarium.core.dataset import Sample, unpictured
from latentarium.core.thumbnails import thumbnails_of


def encoded(height: int, width: int, value: int, grey: bool = False) -> bytes:
    file = io.BytesIO()
    pixels = np.full((height, width) if grey else (height, width, 3), value, np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def make_sample() -> Sample:
    files = [encoded(4, 7, 10), b"", encoded(9, 3, 30, grey=True), b"no image at all"]
    small = thumbnails_of(files, np.array([(4, 7), (0, 0), (9, 3), (1, 1)], np.uint8))
    return Sample(unpictured(4), frozen_ints([0, 1, 0, -1]), ("a", "b", "c", "d"), "test", {}, small)


def test_images_of_differing_sizes_are_decoded_one_by_one() -> None:
    sample = make_sample()
    first, third = sample.image(0), sample.image(2)
    assert first is not None
    assert (first.shape, int(first.max())) == ((4, 7, 3), 10)
    assert third is not None
    assert (third.shape, int(third.min())) == ((9, 3, 1), 30)
    assert sample.image(1) is None
    assert sample.image(3) is None
    assert (sample.pictured, sample.longest, sample.pixels) == (True, 9, None)


def test_taking_keeps_each_points_own_image() -> None:
    part = make_sample().taking(np.array([2, 1, 0]))
    shapes = [image.shape if image is not None else None for image in map(part.image, range(3))]
    assert shapes == [(9, 3, 1), None, (4, 7, 3)]
    assert part.ids == ("c", "b", "a")


def test_a_sample_without_images_says_so() -> None:
    sample = Sample(unpictured(2), frozen_ints([0, -1]), ("a", "b"), "test")
    assert (sample.pictured, sample.longest, sample.pixels, sample.image(1)) == (False, 0, None, None)
    assert len(sample.taking(np.array([1]))) == 1
    assert Sample(unpictured(0), frozen_ints([]), (), "train").longest == 0


def test_images_of_one_size_are_pixels_too() -> None:
    images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4, 1)
    sample = Sample(images, frozen_ints([0, 0]), ("a", "b"), "test")
    assert sample.longest == 4
    np.testing.assert_array_equal(sample.pixels, images.reshape(2, 12))
    np.testing.assert_array_equal(sample.image(1), images[1])


def test_a_picture_larger_than_a_thumbnail_is_not_decoded() -> None:
    small = thumbnails_of([encoded(2, 97, 1)], np.array([(2, 96)], np.uint8))
    assert small.image(0) is None
