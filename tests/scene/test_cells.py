"""Partitions of the plane, against asking every point of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from latentarium.scene.cells import Cells, largest, voronoi


def owners_of(cells: Cells, places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whose cell each place (P, 2) lies in, found by looking at every edge of every cell; -1 for nobody's."""
    found = np.full(len(places), -1)
    for row, owner in enumerate(cells.owners):
        corners = cells.corners[cells.starts[row] : cells.starts[row + 1]]
        edges = np.roll(corners, -1, axis=0) - corners
        away = places[:, None] - corners[None]
        inside = (edges[None, :, 0] * away[..., 1] - edges[None, :, 1] * away[..., 0] > -1e-9).all(1)
        found[inside] = owner
    return found


def clusters(count: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(3)
    middles = rng.normal(size=(5, 2)) * 4 + 30
    return (middles[rng.integers(0, 5, count)] + rng.normal(size=(count, 2))).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 400])
def test_every_place_lies_in_the_cell_of_the_nearest_point(count: int) -> None:
    points = clusters(count)
    places = 30 + np.random.default_rng(0).normal(size=(3000, 2)) * (12 if count > 1 else 5)
    nearest = ((places[:, None] - points[None].astype(float)) ** 2).sum(-1).argmin(1)
    assert (owners_of(voronoi(points), places) == nearest).mean() > 0.9995  # but for places on a border


def test_a_border_is_as_far_from_one_side_as_from_the_other() -> None:
    points = clusters(300)
    cells = voronoi(points)
    for end in (0, 1):
        away = np.linalg.norm(cells.borders[:, end, None] - points[cells.sides].astype(float), axis=2)
        np.testing.assert_allclose(away[:, 0], away[:, 1], rtol=1e-6, atol=1e-6)


def test_a_cell_is_bounded_by_its_borders_with_others() -> None:
    points = clusters(200)
    cells = voronoi(points)
    middle = int(((points - points.mean(0)) ** 2).sum(1).argmin())
    mine = cells.borders[(cells.sides == middle).any(1)]
    row = int(np.flatnonzero(cells.owners == middle)[0])
    corners = cells.corners[cells.starts[row] : cells.starts[row + 1]]
    round_about = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).sum()
    assert np.linalg.norm(mine[:, 0] - mine[:, 1], axis=1).sum() == pytest.approx(round_about, rel=1e-6)


@pytest.mark.parametrize(
    ("points", "distinct"),
    [
        (np.zeros((4, 2)), 1),
        (np.c_[np.arange(6.0), np.zeros(6)], 6),
        (np.mgrid[:5, :5].reshape(2, -1).T.astype(float), 25),
        (np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], 5, axis=0), 3),
        (np.empty((0, 2)), 0),
    ],
)
def test_points_at_one_place_on_a_line_and_on_a_grid(points: NDArray[np.float64], distinct: int) -> None:
    cells = voronoi(points)
    assert len(cells.owners) == distinct
    assert np.isfinite(cells.corners).all()
    if distinct:
        places = np.random.default_rng(0).uniform(-1, 6, (500, 2))
        reached = np.linalg.norm(places - points[owners_of(cells, places)], axis=1)
        nearest = np.linalg.norm(places[:, None] - points[None], axis=2).min(1)
        np.testing.assert_allclose(reached, nearest, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 3, 10, 40])
def test_every_place_lies_in_the_region_of_the_largest_function(count: int) -> None:
    rng = np.random.default_rng(count)
    weights, offsets = rng.normal(size=(count, 2)), rng.normal(size=count)
    cells = largest(weights, offsets, (1.0, -2.0), 5.0)
    places = np.array([1.0, -2.0]) + rng.uniform(-5, 5, (2000, 2))
    assert (owners_of(cells, places) == (places @ weights.T + offsets).argmax(1)).mean() > 0.999
    for ends, (one, other) in zip(cells.borders, cells.sides, strict=True):
        heights = ends @ weights[[one, other]].T + offsets[[one, other]]
        np.testing.assert_allclose(heights[:, 0], heights[:, 1], atol=1e-9)


def test_functions_that_are_not_known_or_the_same_twice() -> None:
    weights = np.array([[1.0, 0.0], [np.nan, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    cells = largest(weights, np.zeros(4), (0.0, 0.0), 1.0)
    assert cells.owners.tolist() == [0, 2]
    assert cells.sides.tolist() == [[0, 2]]
