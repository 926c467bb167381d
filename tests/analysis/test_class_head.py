"""The class head is found again from probabilities."""

import numpy as np
import pytest

from latentarium.analysis.class_head import linear_head


def shares_of(points: np.ndarray, weights: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    logits = points @ weights.T + offsets
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return (powers / powers.sum(1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("classes", "width", "steep"), [(2, 2, 1.0), (3, 2, 1.0), (10, 2, 6.0), (10, 8, 1.0), (60, 2, 4.0)]
)
def test_it_is_the_very_head_but_for_what_all_classes_share(classes: int, width: int, steep: float) -> None:
    rng = np.random.default_rng(0)
    weights, offsets = steep * rng.normal(size=(classes, width)), rng.normal(size=classes)
    points = (rng.normal(size=(800, width)) + 3).astype(np.float32)
    found = linear_head(points, shares_of(points, weights, offsets))
    assert found is not None
    np.testing.assert_allclose(found[0] - found[0].mean(0), weights - weights.mean(0), atol=1e-5 * steep)
    np.testing.assert_allclose(found[1] - found[1].mean(), offsets - offsets.mean(), atol=1e-4 * steep)


def test_probabilities_that_were_rounded_to_nothing_do_no_harm() -> None:
    angles = np.arange(5) * 2 * np.pi / 5
    weights = 40 * np.column_stack([np.cos(angles), np.sin(angles)])
    points = np.random.default_rng(1).normal(size=(900, 2)).astype(np.float32) * 2
    shares = shares_of(points, weights, np.zeros(5))
    assert (shares == 0).mean() > 0.2
    found = linear_head(points, shares)
    assert found is not None
    places = np.random.default_rng(2).normal(size=(5000, 2)) * 2
    agreed = (places @ found[0].T + found[1]).argmax(1) == (places @ weights.T).argmax(1)
    assert agreed.mean() > 0.999


def test_what_no_linear_head_says_is_told() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(300, 2))
    assert linear_head(points, rng.dirichlet(np.ones(4), 300)) is None
    means = rng.normal(size=(4, 3))
    beside = rng.normal(size=(300, 3))  # another space than the one shown
    assert linear_head(points, shares_of(beside, means, np.zeros(4))) is None
    assert linear_head(points[:2], rng.dirichlet(np.ones(4), 2)) is None
    with pytest.raises(ValueError, match="300 points"):
        linear_head(points, rng.dirichlet(np.ones(4), 2))


def test_a_class_that_is_nowhere_likely_takes_no_part() -> None:
    points = np.random.default_rng(0).normal(size=(300, 2))
    weights, offsets = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]), np.array([0.0, 0.0, -200.0])
    found = linear_head(points, shares_of(points, weights, offsets))
    assert found is not None
    assert np.isnan(found[1]).tolist() == [False, False, True]
