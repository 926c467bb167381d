"""Nearest neighbours against sorting every distance."""

import numpy as np
import pytest

from latentarium.analysis.neighbours import nearest


def slow(queries, points, k, metric, skip):
    rows, distances = [], []
    for index, query in enumerate(queries.astype(np.float64)):
        found = []
        for row, point in enumerate(points.astype(np.float64)):
            if skip is not None and skip[index] == row:
                continue
            if metric == "euclidean":
                distance = float(np.sqrt(((query - point) ** 2).sum()))
            else:
                length = float(np.linalg.norm(query) * np.linalg.norm(point))
                distance = 1 - float(query @ point) / length if length > 0 else 1.0
            found.append((distance, row))
        found.sort()
        rows.append([row for _, row in found[:k]])
        distances.append([distance for distance, _ in found[:k]])
    return np.array(rows), np.array(distances)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("k", [1, 7, 500])
def test_equals_sorting_all_distances(metric, kind, count, k):
    random = np.random.default_rng(count * k)
    points = random.normal(size=(120, 9)).astype(kind)
    queries = random.normal(size=(count, 9)).astype(kind)
    rows, distances = nearest(queries, points, k, metric)
    expected_rows, expected = slow(queries, points, k, metric, None)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(distances, expected, atol=1e-14)
    assert rows.dtype == np.int64
    assert distances.dtype == np.float64


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_a_point_leaves_itself_out(metric):
    points = np.random.default_rng(1).normal(size=(60, 5)).astype(np.float32)
    skip = np.arange(60)
    rows, distances = nearest(points, points, 4, metric, skip)
    expected_rows, expected = slow(points, points, 4, metric, skip)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(distances, expected, atol=1e-14)
    everyone, _ = nearest(points, points, 60, metric, skip)
    assert everyone.shape == (60, 59)
    assert not (everyone == skip[:, None]).any()
    with_none, _ = nearest(points[:2], points, 1, metric, np.array([0, -1]))
    assert with_none[0, 0] != 0
    assert with_none[1, 0] == 1


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("count", [1, 40])
def test_ties_go_by_row(metric, count):
    """Copies scattered over a cloud far from the origin, where a rounded product tells copies apart."""
    random = np.random.default_rng(2)
    few = (random.normal(size=(7, 64)) + 300).astype(np.float32)
    points = few[random.integers(0, 7, 700)]
    rows, distances = nearest(few[np.arange(count) % 7], points, 250, metric)
    for index in range(count):
        same = np.flatnonzero((points == few[index % 7]).all(1))
        np.testing.assert_array_equal(rows[index, : len(same)], same)
        assert np.ptp(distances[index, : len(same)]) == 0
        order = np.lexsort((rows[index], distances[index]))
        np.testing.assert_array_equal(order, np.arange(250))


def test_collapsed_embeddings_are_all_at_distance_nought():
    points = np.full((50, 3), 0.3, np.float32)
    rows, distances = nearest(points[:2], points, 5, "euclidean")
    np.testing.assert_array_equal(rows, [np.arange(5)] * 2)
    assert (distances == 0).all()


def test_a_vector_of_length_nought_is_at_cosine_distance_one():
    points = np.array([[0, 0], [1, 0], [0, 2]], np.float32)
    rows, distances = nearest(np.array([[0, 0], [3, 0]], np.float32), points, 3, "cosine")
    np.testing.assert_array_equal(rows, [[0, 1, 2], [1, 0, 2]])
    np.testing.assert_allclose(distances, [[1, 1, 1], [0, 1, 1]], atol=1e-15)


def test_large_and_small_numbers():
    points = np.array([[1e30, 0], [1e30, 2e24], [0, 0]], np.float32)
    rows, _ = nearest(points[:1], points, 3, "euclidean")
    np.testing.assert_array_equal(rows, [[0, 1, 2]])


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("scale", [1e-30, 1e-23, 1e-20, 1e15, 1e30])
@pytest.mark.parametrize("count", [1, 40])
def test_numbers_whose_squares_32_bits_do_not_hold(metric, scale, count):
    random = np.random.default_rng(6)
    points = random.normal(size=(300, 6))
    points[::3] *= scale
    points = points.astype(np.float32)
    queries = points[:count].copy()
    rows, distances = nearest(queries, points, 5, metric)
    expected_rows, expected = slow(queries, points, 5, metric, None)
    np.testing.assert_allclose(distances, expected, rtol=1e-12, atol=1e-15)
    if metric == "euclidean":
        np.testing.assert_array_equal(rows, expected_rows)


def test_a_read_only_array_that_is_gone_is_not_taken_for_its_successor():
    for scale in range(1, 30):  # a new array often gets the memory, and the id, of the last
        points = np.eye(4, dtype=np.float32) * scale
        points[0] = 0
        points.flags.writeable = False
        rows, distances = nearest(np.zeros((1, 4), np.float32), points, 2)
        np.testing.assert_array_equal(rows, [[0, 1]])
        np.testing.assert_allclose(distances, [[0, scale]])
        del points


def test_nothing_to_find():
    none = np.empty((0, 3), np.float32)
    some = np.ones((2, 3), np.float32)
    assert nearest(some, none, 4)[0].shape == (2, 0)
    assert nearest(none, some, 4)[0].shape == (0, 2)
    assert nearest(some[:1], some[:1], 4, "euclidean", np.array([0]))[0].shape == (1, 0)


@pytest.mark.parametrize(
    ("queries", "points", "k", "metric"),
    [
        (np.ones((1, 2)), np.ones((1, 3)), 1, "cosine"),
        (np.ones(2), np.ones((1, 2)), 1, "cosine"),
        (np.ones((1, 2)), np.ones((1, 2)), 0, "cosine"),
        (np.ones((1, 2)), np.ones((1, 2)), 1, "manhattan"),
    ],
)
def test_wrong_arguments(queries, points, k, metric):
    with pytest.raises(ValueError):
        nearest(queries, points, k, metric)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("k", [1, 10, 60])
@pytest.mark.parametrize("order", ["mixed", "by class"])
def test_many_points_are_searched_in_groups_on_several_threads(metric, k, order):
    """Tight classes, far from the origin, of which some are copies: 32 bits do not tell those apart."""
    random = np.random.default_rng(4)
    means = 20 + random.normal(size=(9, 40))
    label = random.integers(0, 9, 2000)
    label = np.sort(label) if order == "by class" else label
    spread = np.array([1, 1e-1, 1e-3, 1e-5, 1e-6, 0, 1e-2, 1, 1])[label][:, None]
    points = (means[label] + spread * random.normal(size=(2000, 40))).astype(np.float32)
    rows, distances = nearest(points, points, k, metric, np.arange(2000))
    chosen = random.choice(2000, 15, replace=False)
    expected_rows, expected = slow(points[chosen], points, k, metric, chosen)
    np.testing.assert_allclose(distances[chosen], expected, atol=1e-13)
    alone = [nearest(points[row : row + 1], points, k, metric, np.array([row])) for row in chosen]
    np.testing.assert_array_equal(rows[chosen], np.concatenate([found for found, _ in alone]))
    np.testing.assert_array_equal(distances[chosen], np.concatenate([far for _, far in alone]))
    ties = np.isclose(expected[:, 1:], expected[:, :-1], atol=1e-13).any(1) if k > 1 else np.zeros(15, bool)
    np.testing.assert_array_equal(rows[chosen][~ties][:, :-1], expected_rows[~ties][:, :-1])
