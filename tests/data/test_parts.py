"""Which rows are for what."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentarium.core.dataset import TEST, TRAIN, Dataset
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Data, Optimiser, Recipe
from latentarium.data.parts import divide, sample, undivided


def dataset(train=(40, 30, 20, 10), test=(20, 15, 10, 5), side=4, channels=1):
    """Classes a, b, c … with so many images each; every image is of one value, its row."""
    labels = np.concatenate([np.repeat(np.arange(len(train)), train), np.repeat(np.arange(len(test)), test)])
    split = np.repeat([TRAIN, TEST], [sum(train), sum(test)]).astype(np.uint8)
    order = np.random.default_rng(0).permutation(len(labels))
    images = np.broadcast_to(
        np.arange(len(labels), dtype=np.uint8)[:, None, None, None], (len(labels), side, side, channels)
    )
    return Dataset(
        name="made",
        images=images[order].copy(),
        labels=labels[order].astype(np.int64),
        classes=tuple("abcdefghij"[: len(train)]),
        split=split[order],
        ids=tuple(f"image-{row}" for row in order),
    )


def recipe(seed=0, patience=0, **data):
    return Recipe(seed=seed, data=Data(**data), optimiser=Optimiser(steps=1, patience=patience))


def test_everything_takes_part_by_default():
    source = dataset()
    parts = divide(recipe(), source)
    assert parts.classes == ("a", "b", "c", "d")
    assert parts.trained == 4
    np.testing.assert_array_equal(parts.labels, source.labels)
    np.testing.assert_array_equal(parts.training, np.flatnonzero(source.split == TRAIN))
    np.testing.assert_array_equal(parts.test, np.flatnonzero(source.split == TEST))
    np.testing.assert_array_equal(parts.probe, parts.test)
    np.testing.assert_array_equal(parts.reference, parts.training)
    assert len(parts.validation) == 0


def test_undivided_images_are_all_shown():
    source = dataset()
    parts = undivided(recipe(classes=("b", "a"), held_out=("d",)), source)
    assert (parts.classes, parts.trained) == (("b", "a", "d"), 2)
    np.testing.assert_array_equal(parts.probe, np.flatnonzero(source.labels != 2))
    np.testing.assert_array_equal(parts.test, parts.probe)
    assert len(parts.training) == len(parts.reference) == len(parts.validation) == 0
    few = undivided(recipe(probe=15), source)
    assert np.bincount(few.labels[few.probe]).tolist() == [6, 5, 3, 1]


def test_trained_classes_come_first_in_the_recipes_order():
    source = dataset()
    parts = divide(recipe(classes=("d", "a", "b"), held_out=("c", "a")), source)
    assert parts.classes == ("d", "b", "c", "a")
    assert parts.trained == 2
    for row, label in enumerate(parts.labels):
        assert parts.classes[label] == source.classes[source.labels[row]]
    assert set(parts.labels[parts.training]) == {0, 1}
    assert set(parts.labels[parts.probe]) == {0, 1, 2, 3}
    assert set(parts.labels[parts.reference]) == {0, 1}


def test_classes_that_take_no_part():
    source = dataset()
    parts = divide(recipe(classes=("c",)), source)
    np.testing.assert_array_equal(parts.labels == -1, source.labels != 2)
    assert set(source.labels[parts.test]) == {2}


def test_samples_are_stratified_and_seeded():
    parts = divide(recipe(probe=10, reference=20), dataset())
    np.testing.assert_array_equal(np.bincount(parts.labels[parts.probe]), [4, 3, 2, 1])
    np.testing.assert_array_equal(np.bincount(parts.labels[parts.reference]), [8, 6, 4, 2])
    again = divide(recipe(probe=10, reference=20), dataset())
    np.testing.assert_array_equal(parts.probe, again.probe)
    np.testing.assert_array_equal(parts.reference, again.reference)
    other = divide(recipe(seed=1, probe=10, reference=20), dataset())
    assert not np.array_equal(parts.reference, other.reference)
    np.testing.assert_array_equal(parts.probe, other.probe)  # so that two seeds can be compared
    assert set(parts.probe) < set(divide(recipe(seed=2, probe=15), dataset()).probe)


def test_a_larger_probe_changes_no_training():
    small, large = (divide(recipe(per_class=9, patience=5, probe=probe), dataset()) for probe in (5, 40))
    for name in ("training", "validation", "reference", "test"):
        np.testing.assert_array_equal(getattr(small, name), getattr(large, name))


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=6),
    st.integers(1, 60),
    st.integers(0, 5),
)
def test_any_sizes(sizes, probe, per_class):
    train, test = zip(*sizes, strict=True)
    source = dataset(train, test)
    if not sum(test):
        with pytest.raises(LatentariumError, match="no test image"):
            divide(recipe(), source)
        return
    parts = divide(recipe(probe=probe, reference=probe, per_class=per_class), source)
    assert len(parts.probe) == min(probe, sum(test))
    assert len(parts.reference) == min(probe, len(parts.training))
    for rows in (parts.training, parts.test, parts.probe, parts.reference):
        assert (np.diff(rows) > 0).all()
        assert not rows.flags.writeable
        assert rows.dtype == np.int64
    assert np.isin(parts.probe, parts.test).all()
    assert np.isin(parts.reference, parts.training).all()
    counts = np.bincount(parts.labels[parts.training], minlength=len(train))
    np.testing.assert_array_equal(counts, np.minimum(train, per_class) if per_class else train)
    chosen = np.bincount(parts.labels[parts.probe], minlength=len(test))
    exact = np.array(test) * len(parts.probe) / sum(test)
    present = np.count_nonzero(test)
    if probe >= present:
        np.testing.assert_array_equal(chosen > 0, np.array(test) > 0)
        assert (chosen <= np.maximum(np.ceil(exact), 1)).all()


def test_validation_is_a_tenth_of_the_training_part():
    parts = divide(recipe(patience=3), dataset())
    assert len(parts.validation) == 10
    np.testing.assert_array_equal(np.bincount(parts.labels[parts.validation]), [4, 3, 2, 1])
    assert len(np.intersect1d(parts.training, parts.validation)) == 0
    assert len(parts.training) == 90
    assert np.isin(parts.reference, parts.training).all()


def test_validation_takes_no_class_its_last_image():
    parts = divide(recipe(patience=3), dataset((1, 1, 2), (1, 1, 1)))
    np.testing.assert_array_equal(parts.labels[parts.validation], [2])
    np.testing.assert_array_equal(np.bincount(parts.labels[parts.training]), [1, 1, 1])
    with pytest.raises(LatentariumError, match="Patience"):
        divide(recipe(patience=3), dataset((1, 1), (1, 1)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"classes": ("a", "x", "y")}, "data.classes names x, y, but the classes of made are a, b, c, d"),
        ({"held_out": ("x",)}, "data.held_out names x"),
        ({"classes": ("a", "a")}, "names a class twice"),
        ({"classes": ("a",), "held_out": ("a",)}, "All classes are held out"),
    ],
)
def test_impossible_requests(data, sentence):
    with pytest.raises(LatentariumError, match=sentence):
        divide(recipe(**data), dataset())


def test_a_class_without_training_images_can_only_be_held_out():
    source = dataset((5, 0), (2, 3))
    with pytest.raises(LatentariumError, match="Class b has no training image"):
        divide(recipe(), source)
    assert divide(recipe(held_out=("b",)), source).classes == ("a", "b")
    assert divide(recipe(classes=("a",)), source).classes == ("a",)


def test_a_sample_travels_whole():
    source = dataset()
    parts = divide(recipe(classes=("c", "a"), probe=7, reference=9), source)
    for which, rows, split in (("probe", parts.probe, "test"), ("reference", parts.reference, "train")):
        kept = sample(parts, which)
        np.testing.assert_array_equal(kept.images, source.images[rows])
        np.testing.assert_array_equal(kept.labels, parts.labels[rows])
        assert kept.ids == tuple(source.ids[row] for row in rows)
        assert kept.split == split
        assert not kept.images.flags.writeable
        assert not kept.labels.flags.writeable
    assert not parts.dataset.images.flags.writeable or parts.dataset.images.base is None


@pytest.mark.parametrize(("side", "channels", "shown"), [(96, 3, 96), (97, 1, 96), (224, 3, 96)])
def test_large_images_are_kept_small(side, channels, shown):
    parts = divide(recipe(), dataset((2,), (2,), side, channels))
    kept = sample(parts, "probe")
    assert kept.images.shape == (2, shown, shown, channels)
    np.testing.assert_array_equal(kept.images[:, 5, 5, 0], parts.dataset.images[parts.probe][:, 5, 5, 0])
