"""Probabilities among poles, against the article's formulas and slow loops."""

import numpy as np
import pytest

from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.simplex import Simplex, boundaries, corners, edges, weigh


def probabilities(count: int, classes: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), count)


def frame_of(shares: np.ndarray, reference: np.ndarray | None = None) -> Frame:
    shares, reference = frozen_floats(shares), frozen_floats(shares if reference is None else reference)
    return Frame(0, 0.0, shares, shares, reference, reference)


def simplex(count: int, layout: str = "equilateral") -> Simplex:
    return Simplex(corners(count, layout), tuple(range(count)), False, layout, "")


def test_the_article_places_three_classes_by_differences() -> None:
    p = probabilities(50, 3)
    places = simplex(3, "article").place(frame_of(p))
    np.testing.assert_allclose(places, np.column_stack([p[:, 1] - p[:, 0], p[:, 2], np.zeros(50)]), atol=1e-6)


def test_the_equilateral_triangle_stretches_the_article_s() -> None:
    p = probabilities(50, 3)
    places = simplex(3).place(frame_of(p))
    np.testing.assert_allclose(places[:, 0], p[:, 1] - p[:, 0], atol=1e-6)
    np.testing.assert_allclose(places[:, 1], np.sqrt(3) * p[:, 2], atol=1e-6)
    sides = np.linalg.norm(np.subtract(*edges(corners(3))), axis=1)
    np.testing.assert_allclose(sides, 2, atol=1e-6)


def test_axes_are_the_probabilities_themselves() -> None:
    p = probabilities(20, 3)
    projection = simplex(3, "axes")
    np.testing.assert_allclose(projection.place(frame_of(p)), p, atol=1e-6)
    assert projection.dimensions == 3


def test_the_tetrahedron_is_regular_about_the_origin() -> None:
    places = corners(4)
    np.testing.assert_allclose(places, 0.5 * np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]))
    np.testing.assert_allclose(np.linalg.norm(np.subtract(*edges(places)), axis=1), np.sqrt(2), atol=1e-6)
    np.testing.assert_allclose(places.sum(0), 0, atol=1e-7)
    p = probabilities(30, 4)
    np.testing.assert_allclose(simplex(4).place(frame_of(p)), p @ places, atol=1e-6)


def test_two_classes_lie_on_a_segment_and_one_on_a_point() -> None:
    p = probabilities(20, 2)
    places = simplex(2).place(frame_of(p))
    np.testing.assert_allclose(places[:, 0], p[:, 1] - p[:, 0], atol=1e-6)
    assert not places[:, 1:].any()
    assert not simplex(1).place(frame_of(np.ones((5, 1)))).any()
    assert simplex(1).bounds(frame_of(np.ones((5, 1)))).radius > 0


@pytest.mark.parametrize("rest", [True, False])
def test_weights_are_those_of_a_slow_loop(rest: bool) -> None:
    p = probabilities(40, 7)
    poles = (4, 0, 2)
    expected = []
    for row in p:
        drawn = [row[pole] for pole in poles]
        expected.append([*drawn, 1 - sum(drawn)] if rest else [share / sum(drawn) for share in drawn])
    np.testing.assert_allclose(weigh(p, poles, rest), expected, atol=1e-9)


def test_a_point_with_no_part_in_any_pole_is_drawn_by_all_alike() -> None:
    p = np.array([[0, 0, 1.0], [np.nan, np.nan, np.nan]])
    np.testing.assert_allclose(weigh(p, (0, 1), False), 0.5)
    np.testing.assert_allclose(weigh(p, (0, 1), True)[0], [0, 0, 1])


def test_shares_that_round_beyond_one_leave_nothing_negative() -> None:
    p = np.array([[0.6, 0.4000001, 0]], np.float32)
    assert (weigh(p, (0, 1), True) >= 0).all()


@pytest.mark.parametrize(
    ("count", "layout"), [(2, "equilateral"), (3, "equilateral"), (3, "article"), (3, "axes"), (4, "equilateral")]
)
def test_boundaries_part_the_regions_of_the_greatest_probability(count: int, layout: str) -> None:
    places = corners(count, layout)
    for start, end in zip(*boundaries(places), strict=True):
        for share in (0.1, 0.5, 0.9):
            place = start + share * (end - start)
            if count == 2:
                place = place * [1, 0, 0]  # the stroke crosses the segment there
            # Barycentric coordinates: what probabilities lie at this place.
            shares = np.linalg.lstsq(np.vstack([places.T, np.ones(count)]), np.append(place, 1), rcond=None)[0]
            first, second = np.sort(shares)[::-1][:2]
            assert first == pytest.approx(second, abs=1e-6)


def test_a_triangle_s_boundaries_run_from_the_centre_to_the_middles_of_the_edges() -> None:
    starts, ends = boundaries(corners(3))
    np.testing.assert_allclose(starts, np.tile(corners(3).mean(0), (3, 1)), atol=1e-6)
    middles = {tuple(np.round((corners(3)[a] + corners(3)[b]) / 2, 5)) for a, b in ((0, 1), (1, 2), (0, 2))}
    assert {tuple(np.round(end, 5)) for end in ends} == middles


def test_the_same_frame_gives_the_very_same_places() -> None:
    frame, projection = frame_of(probabilities(9, 3), probabilities(5, 3, 1)), simplex(3)
    assert projection.place(frame) is projection.place(frame)
    assert projection.place_reference(frame) is projection.place_reference(frame)
    assert projection.place_reference(frame).shape == (5, 3)
    assert not projection.place(frame).flags.writeable
    assert projection.ready_to(99)
    assert projection.extend(99)
