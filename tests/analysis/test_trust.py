"""Trustworthiness, continuity and overlap against the definition, and against scikit-learn's."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from latentarium.analysis.trust import assess, continuity, overlap, sample_rows, trustworthiness


def random_spaces(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    space = generator.normal(size=(count, 8)).astype(np.float32)
    return space, space[:, :2] + 0.3 * generator.normal(size=(count, 2)).astype(np.float32)


def by_definition(space: np.ndarray, picture: np.ndarray, k: int) -> float:
    count, excess = len(space), 0
    for i in range(count):
        others = [j for j in range(count) if j != i]
        near = sorted(others, key=lambda j: np.linalg.norm(space[i] - space[j]))
        seen = sorted(others, key=lambda j: np.linalg.norm(picture[i] - picture[j]))[:k]
        excess += sum(max(near.index(j) + 1 - k, 0) for j in seen)
    return 1 - 2 * excess / (count * k * (2 * count - 3 * k - 1))


def test_it_is_what_the_definition_says() -> None:
    space, picture = random_spaces(40)
    assert trustworthiness(space, picture, 5) == pytest.approx(by_definition(space, picture, 5))
    assert continuity(space, picture, 5) == pytest.approx(by_definition(picture, space, 5))


def test_it_is_what_the_library_gives() -> None:
    space, picture = random_spaces(600, 1)
    assert trustworthiness(space, picture, 10) == pytest.approx(reference(space, picture, n_neighbors=10))


def test_the_space_itself_is_to_be_trusted_wholly() -> None:
    space, _ = random_spaces(50)
    trust = assess(space, space)
    assert (trust.trustworthiness, trust.continuity) == (1.0, 1.0)
    np.testing.assert_array_equal(trust.overlap, 1.0)


def test_the_overlap_is_the_share_of_common_neighbours() -> None:
    space, picture = random_spaces(30)

    def near(points: np.ndarray, i: int) -> set[int]:
        order = np.argsort(np.linalg.norm(points - points[i], axis=1), kind="stable")
        return set(order[order != i][:4].tolist())

    expected = [len(near(space, i) & near(picture, i)) / 4 for i in range(30)]
    np.testing.assert_allclose(overlap(space, picture, 4), expected)


def test_a_large_run_is_sampled_and_says_so() -> None:
    space, picture = random_spaces(300)
    trust = assess(space, picture, k=5, most=100)
    assert (trust.sample, len(trust.overlap)) == (100, 300)
    rows = sample_rows(300, 100)
    assert trust.trustworthiness == trustworthiness(space[rows], picture[rows], 5)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_points_have_no_figures(count: int) -> None:
    space, picture = random_spaces(count)
    trust = assess(space, picture)
    assert np.isnan(trust.trustworthiness) or count == 3
    assert trust.overlap.shape == (count,)
