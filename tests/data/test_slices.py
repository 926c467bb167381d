"""Slices of a set's splits."""

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.data.slices import cut

OWN = {"train": np.arange(10, 30), "test": np.arange(5)}


@pytest.mark.parametrize(
    ("train", "test", "rows", "test_rows"),
    [
        ("", "", range(10, 30), range(5)),
        ("train[:5]", "", range(10, 15), range(5)),
        ("train[:5]", "train[5:]", range(10, 15), range(15, 30)),
        (" train[ 2 : -2 ] ", "test[-2:]", range(12, 28), range(3, 5)),
        ("test[:3]", "train[:]", range(3), range(10, 30)),
        ("train[:5000]", "test", range(10, 30), range(5)),
    ],
)
def test_slices(train, test, rows, test_rows):
    training, testing = cut(OWN, train, test)
    np.testing.assert_array_equal(training, rows)
    np.testing.assert_array_equal(testing, test_rows)


@pytest.mark.parametrize(
    ("train", "test", "word"),
    [
        ("train[5]", "", "data.train is 'train\\[5\\]'"),
        ("all", "", "data.train"),
        ("", "train[0:5:2]", "data.test"),
        ("train[:5", "", "data.train"),
        ("train[20:]", "", "holds no image"),
        ("", "train[5:]", "share 15 images"),
        ("train[:6]", "train[5:]", "share 1 image"),
        ("train[" + "9" * 5000 + ":]", "", "data.train"),
    ],
)
def test_what_is_no_slice(train, test, word):
    with pytest.raises(LatentariumError, match=word):
        cut(OWN, train, test)
