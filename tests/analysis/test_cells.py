"""Cells against distances measured one by one."""

import numpy as np
import pytest

from latentarium.analysis.cells import Cells
from latentarium.analysis.neighbours import LARGE, nearest


def clusters(count, dimensions, seed=0, spread=0.3):
    random = np.random.default_rng(seed)
    means = random.normal(size=(8, dimensions))
    return (means[np.arange(count) % 8] + spread * random.normal(size=(count, dimensions))).astype(np.float32)


@pytest.mark.parametrize("dimensions", [1, 2, 40])
def test_every_point_is_in_one_cell(dimensions):
    points = clusters(500, dimensions)
    cells = Cells(points)
    assert cells.sizes.sum() == 500
    every = cells.rows(np.arange(len(cells.sizes)))
    np.testing.assert_array_equal(every, np.arange(500))
    for cell in range(len(cells.sizes)):
        rows = cells.rows(np.array([cell]))
        assert len(rows) == cells.sizes[cell]
        assert (cells.nearest(cells.products(points[rows])) == cell).all()


@pytest.mark.parametrize("dimensions", [1, 2, 40])
@pytest.mark.parametrize("spread", [0.05, 1.0])
def test_what_is_within_reach_lies_in_the_cells_near(dimensions, spread):
    points, queries = clusters(600, dimensions, spread=spread), clusters(90, dimensions, seed=3, spread=spread)
    cells = Cells(points)
    products = cells.products(queries)
    own, random = cells.nearest(products), np.random.default_rng(1)
    left_out = 0
    for cell in np.unique(own).tolist():
        asked = np.flatnonzero(own == cell)
        reach = random.uniform(0, 2, len(asked))
        looked = set(cells.rows(cells.near(products[asked], own[asked], reach, 1e-4)).tolist())
        left_out += len(points) - len(looked)
        for query, far in zip(queries[asked], reach, strict=True):
            within = np.flatnonzero(np.linalg.norm(points.astype(float) - query, axis=1) <= far)
            assert looked.issuperset(within.tolist())
    assert left_out > 0


def test_the_cells_about_one_begin_with_it_and_hold_enough():
    cells = Cells(clusters(400, 3))
    for cell in range(len(cells.sizes)):
        about = cells.about(cell, 60)
        assert about[0] == cell
        assert cells.sizes[about].sum() >= 60 > cells.sizes[about[:-1]].sum()
    assert len(cells.about(0, 401)) == len(cells.sizes)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("space", ["clusters", "one cloud", "copies"])
def test_many_queries_have_the_neighbours_of_each_alone(metric, kind, space):
    """What is searched with cells is what one query finds, which looks at every point."""
    random = np.random.default_rng(7)
    points = clusters(3000, 124).astype(kind) if space != "one cloud" else random.normal(size=(3000, 124)).astype(kind)
    if space == "copies":
        points = points[random.integers(0, 700, 3000)] + 20
    points[11] = points[17] = 0
    assert points.size * len(points) >= LARGE
    skip = np.where(random.random(3000) < 0.8, np.arange(3000), random.integers(-1, 3000, 3000))
    rows, distances = nearest(points, points, 12, metric, skip)
    for row in [11, 17, *random.choice(3000, 60, replace=False).tolist()]:
        alone, far = nearest(points[row : row + 1], points, 12, metric, skip[row : row + 1])
        np.testing.assert_array_equal(rows[row], alone[0])
        np.testing.assert_array_equal(distances[row], far[0])


def test_more_neighbours_than_a_cell_has():
    points = clusters(3000, 124)
    rows, _ = nearest(points, points, 400, "euclidean", np.arange(3000))
    for row in (5, 1234):
        far = np.linalg.norm(points.astype(float) - points[row], axis=1)
        far[row] = np.inf
        assert set(rows[row].tolist()) == set(np.argsort(far)[:400].tolist())


def test_a_search_tells_how_far_it_is_and_ends_when_told_to():
    points, heard = clusters(3000, 124), []
    nearest(points, points, 5, "cosine", tell=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1

    def stop(_share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nearest(points, points, 5, "cosine", tell=stop)
