"""Overlap, its histogram and what chance would give, against slow obvious versions and simulations."""

import numpy as np
import pytest

from latentarium.analysis.chance import chance, class_chance
from latentarium.analysis.kernel_alignment import linear_cka
from latentarium.analysis.overlap import bins, bootstrap_interval, histogram, jaccard, overlaps_over_k
from latentarium.analysis.shuffling import shuffled_overlaps


def drawn(random: np.random.Generator, count: int, k: int) -> np.ndarray:
    """For each point k different others."""
    return np.stack([random.permutation(np.delete(np.arange(count), row))[:k] for row in range(count)])


def slow_jaccard(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.array(
        [len({*one} & {*two}) / len({*one} | {*two}) for one, two in zip(a.tolist(), b.tolist(), strict=True)]
    )


def test_jaccard_of_sets() -> None:
    random = np.random.default_rng(0)
    a, b = drawn(random, 200, 12), drawn(random, 200, 12)
    np.testing.assert_array_equal(jaccard(a, b), slow_jaccard(a, b))
    np.testing.assert_array_equal(jaccard(a, a), np.ones(200))
    np.testing.assert_array_equal(jaccard(a, b[:, :5]), slow_jaccard(a, b[:, :5]))
    with pytest.raises(ValueError, match="200 points in A, 3 in B"):
        jaccard(a, b[:3])


def test_overlap_over_every_k() -> None:
    random = np.random.default_rng(1)
    a = drawn(random, 90, 40)
    b = np.where(random.random((90, 1)) < 0.5, a[:, ::-1], drawn(random, 90, 40))
    expected = [slow_jaccard(a[:, :k], b[:, :k]).mean() for k in range(1, 41)]
    np.testing.assert_allclose(overlaps_over_k(a, b), expected, atol=1e-15)
    np.testing.assert_array_equal(overlaps_over_k(a, a), np.ones(40))


def test_bins_are_closed_below_and_the_last_above() -> None:
    overlap = np.array([0, 0.05, 0.1, 3 / 10, 6 / 20, 0.7, 0.9, 1.0])
    np.testing.assert_array_equal(bins(overlap), [0, 0, 1, 3, 3, 7, 9, 9])
    assert histogram(overlap) == (0.25, 0.125, 0, 0.25, 0, 0, 0, 0.125, 0, 0.25)
    possible = np.array([shared / (20 - shared) for shared in range(11)])
    np.testing.assert_array_equal(bins(possible), [min(shared * 10 // (20 - shared), 9) for shared in range(11)])


@pytest.mark.parametrize(("points", "k"), [(60, 10), (25, 10), (15, 10), (11, 10), (4, 10), (60, 1)])
@pytest.mark.parametrize("include_self", [False, True])
def test_chance_is_the_mean_over_random_sets(points: int, k: int, include_self: bool) -> None:
    random = np.random.default_rng(points + k)
    own = np.arange(points)[:, None]
    wanted = min(k - include_self, points - 1)
    means = []
    for _ in range(60_000 // points // 10):
        a, b = drawn(random, points, wanted), drawn(random, points, wanted)
        if include_self:
            a, b = np.hstack([own, a]), np.hstack([own, b])
        means.append(jaccard(a, b).mean())
    error = np.std(means) / np.sqrt(len(means))
    assert abs(chance(points, k, include_self) - np.mean(means)) <= 4 * error + 1e-12


@pytest.mark.parametrize("include_self", [False, True])
def test_chance_within_classes_is_the_mean_over_neighbours_of_the_class(include_self: bool) -> None:
    random = np.random.default_rng(3)
    labels = np.array([0] * 30 + [1] * 4 + [2] * 1 + [-1] * 5)
    k, points = 6, len(labels)

    def neighbours(row: int) -> list[int]:
        others = np.delete(np.arange(points), row)
        first = random.permutation(others[labels[others] == labels[row]])
        rest = random.permutation(others[labels[others] != labels[row]])
        return [*([row] if include_self else []), *first, *rest][:k]

    means = []
    for _ in range(300):
        a, b = (np.array([neighbours(row) for row in range(35)]) for _ in "ab")
        means.append(slow_jaccard(a, b).mean())
    error = np.std(means) / np.sqrt(len(means))
    assert abs(class_chance(labels, k, include_self) - np.mean(means)) < 4 * error


def test_chance_as_the_recipes_say() -> None:
    """Perfect classes of 50 with random order inside give about .12."""
    assert class_chance(np.repeat(np.arange(20), 50), 10) == pytest.approx(0.12, abs=0.005)
    assert np.isnan(chance(1, 10))
    assert np.isnan(class_chance(np.full(9, -1), 3))
    assert chance(1_000_000, 250) == pytest.approx(250 / (2 * 1_000_000), rel=0.01)


def test_an_interval_of_the_mean() -> None:
    overlap = np.random.default_rng(0).integers(0, 11, 2000) / 10
    low, high = bootstrap_interval(overlap)
    half = 1.96 * overlap.std() / np.sqrt(2000)
    assert (low, high) == pytest.approx((overlap.mean() - half, overlap.mean() + half), rel=0.02)
    assert bootstrap_interval(overlap) == (low, high)
    assert bootstrap_interval(np.ones(5)) == (1.0, 1.0)
    assert np.isnan(bootstrap_interval(np.empty(0))).all()


def test_alignment_against_its_definition() -> None:
    random = np.random.default_rng(0)
    a, mixing = random.normal(size=(50, 6)), random.normal(size=(6, 90))
    b = a @ mixing + random.normal(size=(50, 90)) + 5

    def slow(x: np.ndarray, y: np.ndarray) -> float:
        middle = np.eye(len(x)) - 1 / len(x)
        k, m = middle @ x @ x.T @ middle, middle @ y @ y.T @ middle
        return float(np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m)))

    for x, y in ((a, b), (b, a), (a, b[:, :7]), (a.astype(np.float32), a)):
        assert linear_cka(x, y) == pytest.approx(slow(x.astype(np.float64), y.astype(np.float64)), abs=1e-12)
    turned, _ = np.linalg.qr(random.normal(size=(6, 6)))
    assert linear_cka(a, 3 * a @ turned + 1) == pytest.approx(1)
    assert np.isnan(linear_cka(a, np.ones((50, 2))))
    with pytest.raises(ValueError, match="50 points in A, 3 in B"):
        linear_cka(a, b[:3])


def test_shuffling_points_or_points_within_classes() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 40)
    inside = np.stack(
        [random.permutation(np.delete(np.flatnonzero(labels == labels[row]), row % 40))[:5] for row in range(120)]
    )
    found = shuffled_overlaps(inside, inside, 50)
    assert found.mean() == pytest.approx(class_chance(labels, 5) / 3, abs=0.01)
    within = shuffled_overlaps(inside, inside, 50, labels)
    assert within.mean() == pytest.approx(class_chance(labels, 5), abs=0.01)
    np.testing.assert_array_equal(within, shuffled_overlaps(inside, inside, 50, labels))
