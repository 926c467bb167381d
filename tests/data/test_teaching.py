"""Made points: the source's formulas, and what they are there to show."""

import math

import numpy as np
import pytest

from latentarium.data.teaching import SIDE, STEPS, lesson


@pytest.mark.parametrize("name", ["cartoon", "same-loss", "clusters"])
def test_a_lesson_is_whole_and_the_same_for_a_seed(name: str) -> None:
    one, again, other = lesson(name, 3), lesson(name, 3), lesson(name, 4)
    points = one.points
    assert points.probabilities.shape[1:] == (len(points.labels), len(one.classes))
    np.testing.assert_allclose(points.probabilities.sum(2), 1)
    assert points.images.shape == (len(points.labels), SIDE, SIDE, 3)
    assert set(points.labels) == set(range(len(one.classes)))
    np.testing.assert_array_equal(points.embeddings, again.points.embeddings)
    assert not np.array_equal(points.embeddings, other.points.embeddings)
    assert not np.array_equal(points.embeddings[0], one.reference.embeddings[0])


def test_the_cartoon_walks_straight_to_the_poles() -> None:
    points = lesson("cartoon", 0).points
    assert len(points.probabilities) == STEPS + 1
    for row in (0, 17, 399):
        begun, label = points.probabilities[0, row], points.labels[row]
        for step in range(STEPS + 1):
            expected = [p + step / 10 * ((1.0 if k == label else 0.0) - p) for k, p in enumerate(begun)]
            assert points.probabilities[step, row] == pytest.approx(expected)


def test_nearly_the_same_loss_is_all_right_and_all_wrong() -> None:
    points = lesson("same-loss", 0).points
    right, wrong = points.probabilities
    assert (right.argmax(1) == points.labels).all()
    assert (wrong.argmax(1) != points.labels).all()
    losses = [np.mean([-math.log(p[y]) for p, y in zip(some, points.labels, strict=True)]) for some in (right, wrong)]
    assert abs(losses[0] - losses[1]) < 0.15 * losses[0]
    # They lie beside the boundaries: the two likeliest classes are nearly alike.
    highest = np.sort(right, 1)
    assert (highest[:, 2] / highest[:, 1] < math.exp(7 * 2 * 0.007) + 1e-9).all()


def test_clusters_have_their_spread() -> None:
    points = lesson("clusters", 0).points
    for label in range(4):
        cloud = points.embeddings[0][points.labels == label]
        assert len(cloud) == 100
        assert np.trace(np.cov(cloud.T)) / 3 == pytest.approx(0.002, rel=0.3)
