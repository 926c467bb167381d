"""Which points of two samples are the same."""

import numpy as np
import pytest

from latentarium.core.arrays import frozen_bytes, frozen_ints
from latentarium.core.dataset import Sample, unpictured
from latentarium.core.errors import LatentariumError
from latentarium.runs.matching import UnmatchedError, match


def sample(ids: list[str], labels: list[int] | None = None, seed: int = 0, side: int = 16) -> Sample:
    """Images that depend on the id and the seed, drawn at any size."""
    images = []
    for name in ids:
        coarse = np.random.default_rng([seed, *name.encode()]).integers(0, 256, (8, 8)).repeat(side // 8, 0)
        images.append(coarse.repeat(side // 8, 1)[:, :, None])
    numbers = [0] * len(ids) if labels is None else labels
    return Sample(frozen_bytes(np.reshape(images, (-1, side, side, 1))), frozen_ints(numbers), tuple(ids), "test")


def without_images(ids: list[str]) -> Sample:
    return Sample(unpictured(len(ids)), frozen_ints([-1] * len(ids)), tuple(ids), "test")


def test_by_id_in_the_order_of_a() -> None:
    found = match(sample(["c", "a", "b"]), sample(["a", "b", "c"]))
    np.testing.assert_array_equal(found.rows_a, [0, 1, 2])
    np.testing.assert_array_equal(found.rows_b, [2, 0, 1])
    assert (found.by, found.problems, len(found)) == ("id", (), 3)
    assert not found.rows_b.flags.writeable


def test_a_partial_match_says_how_many() -> None:
    found = match(sample(["a", "b", "c", "d"]), sample(["d", "x", "b"]))
    np.testing.assert_array_equal(found.rows_a, [1, 3])
    np.testing.assert_array_equal(found.rows_b, [2, 0])
    assert found.problems == ("2 points are in both, of 4 in A and 3 in B; the others are left out.",)


def test_no_common_id_leaves_only_the_position() -> None:
    one, other = sample(["a", "b"]), without_images(["x", "y"])
    with pytest.raises(UnmatchedError, match="No id of A is one of B"):
        match(one, other)
    found = match(one, other, "position")
    np.testing.assert_array_equal(found.rows_b, [0, 1])
    assert found.by == "position"
    with pytest.raises(LatentariumError, match="only equally many can be matched by position"):
        match(one, without_images(["x"]), "position")


@pytest.mark.parametrize("first", [0, 1])
def test_ids_that_only_count_the_rows_are_none(first: int) -> None:
    ids = [str(row) for row in range(first, first + 4)]
    with pytest.raises(UnmatchedError, match="only numbers their rows"):
        match(without_images(ids), without_images(ids))
    match(without_images(ids), without_images(ids), "position")
    assert len(match(sample(ids), sample(ids))) == 4  # the images are witnesses
    assert len(match(without_images(ids), without_images([*ids[1:], "z"]))) == 3  # one of them names its points


@pytest.mark.parametrize("named", [True, False])
def test_some_other_images_are_told_of_and_row_numbers_believed_no_more(named: bool) -> None:
    names = [f"p{row}" for row in range(10)] if named else [str(row) for row in range(10)]
    whole, lost = sample([f"p{row}" for row in range(11)]), np.array([*range(7), *range(8, 11)])  # one image fell out
    one = Sample(frozen_bytes(whole.images[:10]), frozen_ints([0] * 10), tuple(names), "test")
    other = Sample(frozen_bytes(whole.images[lost]), frozen_ints([0] * 10), tuple(names), "test")
    told = "f 10 pairs of images 3 do not show the same"
    if not named:
        with pytest.raises(UnmatchedError, match=f"only numbers their rows, and o{told}; they can be"):
            match(one, other)
    found = match(one, other, "id" if named else "position")
    assert found.problems == (f"O{told}: the points may not be matched rightly.",)


@pytest.mark.parametrize("by", ["id", "position"])
def test_other_images_are_refused(by: str) -> None:
    ids = [f"test-{row}" for row in range(20)]
    with pytest.raises(LatentariumError, match=r"The images differ: of 20 pairs .* only \d show the same"):
        match(sample(ids), sample(ids, seed=1), by)


def test_the_same_images_in_another_size_colour_or_inverted() -> None:
    ids = [f"test-{row}" for row in range(20)]
    one, other = sample(ids), sample(ids, side=32)
    colours = Sample(frozen_bytes(255 - other.images.repeat(3, 3)), other.labels, other.ids, "test")
    for changed in (other, colours):
        assert match(one, changed).problems == ()
    uneven = Sample(frozen_bytes(other.images[:, 1:, :-1]), other.labels, other.ids, "test")
    assert match(one, uneven).problems == ()


def test_labels_that_disagree_are_counted_by_the_names_of_their_classes() -> None:
    one, other = sample(["a", "b", "c"], [0, 1, -1]), sample(["a", "b", "c"], [1, 0, 0])
    assert match(one, other).problems == ("2 of 2 points have another label in B than in A.",)
    assert match(one, other, classes=(("cat", "dog"), ("dog", "cat"))).problems == ()
    found = match(one, other, classes=(("cat", "dog"), ("dog", "bird")))
    (told,) = found.problems
    assert told == "1 of 2 points have another label in B than in A."
    np.testing.assert_array_equal(found.about[told], [0])  # a cat, and a bird
