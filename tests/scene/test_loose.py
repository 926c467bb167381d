"""The loose dot: from a place to probabilities and back."""

import numpy as np
import pytest

from latentarium.projections.simplex import Simplex, corners
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import place_beside, project
from latentarium.scene.loose import loose_label, mixture, nearest_weights, probabilities_at


def simplex(count: int, rest: bool = False, layout: str = "equilateral") -> Simplex:
    return Simplex(corners(count, layout), tuple(range(count - rest)), rest, layout, "")


@pytest.mark.parametrize(("count", "layout"), [(2, "equilateral"), (3, "equilateral"), (3, "axes"), (4, "equilateral")])
def test_a_place_inside_gives_its_own_probabilities(count: int, layout: str) -> None:
    for shares in np.random.default_rng(0).dirichlet(np.ones(count), 20):
        label = loose_label(simplex(count, layout=layout), tuple(shares), dark=True)
        found = probabilities_at(simplex(count, layout=layout), label.position, count)
        assert found == pytest.approx(shares, abs=1e-6)


def test_a_place_outside_gives_the_nearest_point() -> None:
    places = corners(3)
    grid = np.random.default_rng(1).dirichlet(np.ones(3) * 0.4, 20_000)
    for place in ((3.0, 0.5, 0.0), (0.0, -2.0, 0.0), (-1.5, 2.0, 0.0)):
        weights = nearest_weights(places, np.array(place))
        nearest = np.linalg.norm(grid @ places - place, axis=1).min()
        assert weights.sum() == pytest.approx(1)
        assert np.linalg.norm(weights @ places - place) <= nearest + 1e-9


def test_what_the_rest_draws_with_is_shared() -> None:
    found = probabilities_at(simplex(3, rest=True), corners(3)[2].tolist(), 5)
    assert found == pytest.approx((0, 0, 1 / 3, 1 / 3, 1 / 3))


def test_three_classes_are_red_green_and_blue() -> None:
    assert mixture((1.0, 0.0, 0.0), dark=True) == (255, 0, 0, 255)
    assert mixture((0.0, 0.5, 0.5), dark=False) == (0, 128, 128, 255)


@pytest.mark.parametrize("flat", [True, False])
def test_the_place_beside_a_point_is_seen_where_it_was_asked_for(flat: bool) -> None:
    camera = Camera(centre=(0.2, 0.1, -0.3), extent=1.4, rotation=(0.9, 0.2, 0.3, 0.1), flat=flat)
    point = (0.5, -0.4, 0.6) if not flat else (0.5, -0.4, 0.0)
    found = place_beside(camera, 123.0, 456.0, 800, 600, point)
    (x, y, depth), (_, _, asked) = (
        project(np.array([found]), camera, 800, 600)[0],
        project(np.array([point]), camera, 800, 600)[0],
    )
    assert (x, y) == pytest.approx((123, 456), abs=1e-3)
    if not flat:
        assert depth == pytest.approx(asked, rel=1e-5)
