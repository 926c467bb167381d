"""One space laid over another."""

from typing import Any

import numpy as np
import pytest

from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.aligned import Aligned, bare, procrustes
from latentarium.projections.layouts.layout import Layout, Placed
from latentarium.projections.projection import Bounds


class Fixed:
    """Every frame at its embeddings."""

    title, dimensions = "raw", 3

    def place(self, frame: Frame) -> Any:
        return frame.embeddings

    def place_reference(self, frame: Frame) -> Any:
        return frame.reference_embeddings

    def bounds(self, frame: Frame) -> Bounds:
        return Bounds((1.0, 2.0, 3.0), 4.0)

    def ready_to(self, index: int) -> bool:
        return index < 3

    def extend(self, index: int, cancelled: Any = None) -> bool:
        return True


def cloud(seed: int, rows: int = 50) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, 3)).astype(np.float32)


def turned(seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]


def frame_of(places: np.ndarray) -> Frame:
    shares = frozen_floats(np.ones((len(places), 1)))
    return Frame(0, 0.0, frozen_floats(places), shares, frozen_floats(places[:5]), shares[:5], {})


def test_a_cloud_that_was_moved_turned_mirrored_and_blown_up_comes_back() -> None:
    for seed in range(6):
        target = cloud(seed)
        moved = (target @ turned(seed) * 7 + (3, -2, 5)).astype(np.float32)
        np.testing.assert_allclose(procrustes(moved, target).move(moved), target, atol=1e-5)


def test_no_other_similarity_lies_nearer() -> None:
    ours, target, rng = cloud(1), cloud(2), np.random.default_rng(3)
    best = procrustes(ours, target)
    least = np.square(best.move(ours) - target).sum()
    for _ in range(300):
        turn = np.linalg.qr(best.turn + rng.normal(size=(3, 3)) * 0.1)[0]
        scale = best.scale * np.exp(rng.normal() * 0.2)
        shift = best.target + rng.normal(size=3) * 0.1
        assert np.square((ours - best.origin) @ turn * scale + shift - target).sum() >= least - 1e-3


def test_the_size_stays_where_only_turning_is_wanted() -> None:
    target = cloud(4)
    found = procrustes(target * 9, target, scaled=False)
    assert found.scale == 1
    np.testing.assert_allclose(found.turn, np.eye(3), atol=1e-6)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_points_and_points_that_are_all_one_are_only_moved(rows: int) -> None:
    found = procrustes(np.zeros((rows, 3), np.float32), np.ones((rows, 3), np.float32))
    assert found.scale == 1
    with pytest.raises(ValueError, match="cannot be laid"):
        procrustes(cloud(1), cloud(1, 3))


def test_flat_clouds_stay_flat() -> None:
    ours, target = cloud(1), cloud(2)
    ours[:, 2] = target[:, 2] = 0
    assert not np.any(procrustes(ours, target).move(ours)[:, 2])


def test_a_projection_seen_through_a_map() -> None:
    frame, target = frame_of(cloud(1)), cloud(2)
    aligned = Aligned(Fixed(), procrustes(frame.embeddings, target))
    assert aligned.title == "raw, aligned to A"
    assert aligned.place(frame) is aligned.place(frame)
    assert aligned.place_reference(frame) is aligned.place_reference(frame)
    np.testing.assert_allclose(aligned.place(frame)[:5], aligned.place_reference(frame), atol=1e-6)
    assert aligned.bounds(frame).radius == pytest.approx(4 * aligned.map.scale)
    assert aligned.dimensions == 3
    assert aligned.ready_to(2)
    assert not aligned.ready_to(3)
    assert aligned.extend(9)
    assert bare(aligned) is aligned.inner
    assert bare(aligned.inner) is aligned.inner


def test_a_later_state_of_a_layout_is_seen_through_the_same_map() -> None:
    places = frozen_floats(cloud(1))
    first, second = (Placed(step, places, places[:5], Bounds((0.0, 0.0, 0.0), 1.0)) for step in (0, 5))
    empty, one = Layout("umap", 3, 9, Fixed()), Layout("umap", 3, 9, Fixed(), (first,))
    both = Layout("umap", 3, 9, one.before, (first, second))
    aligned = Aligned(one, procrustes(cloud(1), cloud(2)), ("key",))
    later = aligned.followed_by(both)
    assert later is not None
    assert (later.inner, later.map, later.key) == (both, aligned.map, ("key",))
    assert aligned.followed_by(one) is aligned
    assert Aligned(empty, aligned.map).followed_by(one) is None, "the first layout lies over A by itself"
    assert aligned.followed_by(Layout("tsne", 3, 9, Fixed(), (first,))) is None
    assert aligned.followed_by(Fixed()) is None
