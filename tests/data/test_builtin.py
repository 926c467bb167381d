"""The built-in digits and their cache."""

import os

import numpy as np
import pytest

from latentarium.core.dataset import TEST, TRAIN
from latentarium.core.recipe import Data
from latentarium.data import class_names, load
from latentarium.data.builtin import cache_file, load_digits


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        first = load_digits()
        yield first, cache_file()


def test_the_division_is_fixed_and_stratified(digits):
    dataset, _ = digits
    assert dataset.images.shape == (5000, 28, 28, 1)
    assert dataset.images.dtype == np.uint8
    assert dataset.classes == tuple("0123456789")
    for which, count in ((TRAIN, 350), (TEST, 150)):
        np.testing.assert_array_equal(np.bincount(dataset.labels[dataset.split == which]), [count] * 10)
    assert dataset.fingerprint == "8ee345d0dc224cc99f72d998b9fd31fc36c62cd42397d23a7ada7532dc18212f"
    assert dataset.ids[17] == "train-17"
    assert dataset.ids[3500 + 286] == "test-286"
    assert len(set(dataset.ids)) == 5000
    for array in (dataset.images, dataset.labels, dataset.split):
        assert not array.flags.writeable


def test_a_slice_holds_every_class(digits):
    """The source gives its digits sorted; a slice of them must be a sample all the same."""
    dataset, _ = digits
    assert len(np.unique(dataset.labels[:200])) == 10


@pytest.mark.parametrize("damage", ["short", "changed", "no array"])
def test_a_broken_cache_is_rebuilt(digits, damage, monkeypatch):
    dataset, path = digits
    monkeypatch.setenv("XDG_CACHE_HOME", str(path.parent.parent))
    whole = path.read_bytes()
    if damage == "short":
        path.write_bytes(whole[:-100])
    elif damage == "changed":
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    else:
        path.write_bytes(b"\x80\x04 not an array".ljust(len(whole)))
    assert load_digits().fingerprint == dataset.fingerprint
    assert path.read_bytes() == whole
    assert os.listdir(path.parent) == [path.name]


def test_a_cache_that_cannot_be_written_is_done_without(digits, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load_digits().fingerprint == digits[0].fingerprint


def test_load_slices_and_resizes(digits, monkeypatch):
    dataset, path = digits
    monkeypatch.setenv("XDG_CACHE_HOME", str(path.parent.parent))
    seen = []
    sliced = load(
        Data(train="train[:50]", test="train[100:130]", size=14), lambda text, part: seen.append((text, part))
    )
    assert sliced.images.shape == (80, 14, 14, 1)
    np.testing.assert_array_equal(sliced.labels, np.r_[dataset.labels[:50], dataset.labels[100:130]])
    np.testing.assert_array_equal(sliced.split, [TRAIN] * 50 + [TEST] * 30)
    assert sliced.ids[49:51] == ("train-49", "train-100")
    assert not sliced.images.flags.writeable
    assert seen
    assert class_names(Data()) == dataset.classes
