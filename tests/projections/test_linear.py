"""Straight looks at an embedding, against numpy's singular values and scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from latentarium.projections.linear import align, fit


def cloud(count: int, width: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, width)) * np.linspace(3, 0.5, width) + rng.normal(size=width)


@pytest.mark.parametrize(("count", "width"), [(60, 8), (12, 40), (200, 3)])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_pca_is_scikit_learn_s_up_to_signs(count: int, width: int, dimensions: int) -> None:
    points = cloud(count, width)
    basis = fit("pca", points, dimensions)
    theirs = PCA(dimensions, svd_solver="full").fit(points)
    placed = basis.place(points)
    np.testing.assert_allclose(np.abs(placed[:, :dimensions]), np.abs(theirs.transform(points)), atol=1e-4)
    assert not placed[:, dimensions:].any()
    assert basis.share == pytest.approx(theirs.explained_variance_ratio_.sum(), abs=1e-6)


@pytest.mark.parametrize(("count", "width"), [(60, 8), (12, 40)])
def test_svd_is_not_centred(count: int, width: int) -> None:
    points = cloud(count, width)
    left, values, _ = np.linalg.svd(points, full_matrices=False)
    basis = fit("svd", points, 3)
    np.testing.assert_allclose(np.abs(basis.place(points)), np.abs(left[:, :3] * values[:3]), atol=1e-4)
    assert basis.share == pytest.approx((values[:3] ** 2).sum() / (values**2).sum())


def test_raw_is_as_it_is_and_padded() -> None:
    for width in (1, 2, 3):
        points = cloud(10, width)
        placed = fit("raw", points, 3).place(points)
        np.testing.assert_allclose(placed[:, :width], points, rtol=1e-6)
        assert not placed[:, width:].any()
    flat = fit("raw", cloud(10, 3), 2)
    np.testing.assert_allclose(flat.place(cloud(10, 3))[:, :2], cloud(10, 3)[:, :2], rtol=1e-6)
    spread = cloud(10, 3).var(0)
    assert flat.share == pytest.approx(spread[:2].sum() / spread.sum())


@pytest.mark.parametrize("method", ["pca", "svd"])
def test_too_few_dimensions_leave_zeros(method: str) -> None:
    narrow = cloud(10, 2)
    assert not fit(method, narrow, 3).place(narrow)[:, 2].any()
    two_points = cloud(2, 50)
    np.testing.assert_allclose(fit("pca", two_points, 3).place(two_points)[:, 1:], 0, atol=1e-5)
    same = np.ones((5, 6))
    assert not fit("pca", same, 3).place(same).any()
    assert fit("pca", same, 3).share == 1


def test_what_is_not_a_number_lies_at_the_mean() -> None:
    points = cloud(20, 6)
    basis = fit("pca", points, 3)
    broken = points.copy()
    broken[3, 2], broken[4, 0] = np.nan, np.inf
    placed = basis.place(broken)
    assert np.isfinite(placed).all()
    assert not placed[3:5].any()
    np.testing.assert_array_equal(np.delete(placed, [3, 4], 0), np.delete(basis.place(points), [3, 4], 0))
    assert np.isfinite(fit("pca", broken, 3).place(broken)).all()


def orthogonal(rng: np.random.Generator, size: int = 3) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def test_alignment_undoes_turns_and_mirrors() -> None:
    rng = np.random.default_rng(0)
    target = rng.normal(size=(30, 3))
    for _ in range(10):
        turn = orthogonal(rng)
        np.testing.assert_allclose((target @ turn) @ align(target @ turn, target), target, atol=1e-9)


def test_no_other_orthogonal_map_brings_nearer() -> None:
    rng = np.random.default_rng(1)
    places, target = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    best = np.linalg.norm(places @ align(places, target) - target)
    for _ in range(3000):
        assert np.linalg.norm(places @ orthogonal(rng) - target) >= best - 1e-9


def test_alignment_keeps_a_flat_picture_flat() -> None:
    rng = np.random.default_rng(2)
    places = np.column_stack([rng.normal(size=(20, 2)), np.zeros(20)])
    target = places[:, [1, 0, 2]] * [1, -1, 1]
    rotation = align(places, target)
    np.testing.assert_allclose(places @ rotation, target, atol=1e-9)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    np.testing.assert_array_equal(align(np.zeros((4, 3)), np.zeros((4, 3))), np.eye(3))
