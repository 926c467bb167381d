"""Chains of frames: the same whoever asks first, and calm."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import Frame
from latentarium.projections.chain import Chain
from latentarium.projections.linear import align, fit


def frame_of(step: int, embeddings: np.ndarray, reference: np.ndarray | None = None) -> Frame:
    shares = frozen_floats(np.ones((len(embeddings), 1)))
    other = embeddings if reference is None else reference
    return Frame(step, 0.0, frozen_floats(embeddings), shares, frozen_floats(other), shares)


class Film:
    """Frames in memory, and how often each was asked for."""

    def __init__(self, frames: list[Frame]) -> None:
        self.frames = frames
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.frames)

    def frame(self, index: int) -> Frame:
        self.asked.append(index)
        return self.frames[index]


def drifting(count: int = 12, width: int = 6, seed: int = 0) -> Film:
    """A cloud that slowly changes its shape, each frame's axes thrown about at random."""
    rng = np.random.default_rng(seed)
    cloud = rng.normal(size=(80, width)) * np.linspace(4, 1, width)
    frames = []
    for step in range(count):
        cloud = cloud + 0.05 * rng.normal(size=cloud.shape)
        turn = np.linalg.qr(rng.normal(size=(width, width)))[0]
        frames.append(frame_of(10 * step, cloud @ turn))
    return Film(frames)


def slow_chain(film: Film, method: str, dimensions: int) -> list[np.ndarray]:
    places: list[np.ndarray] = []
    for frame in film.frames:
        basis = fit(method, frame.embeddings, dimensions)
        here = basis.place(frame.embeddings).astype(float)
        if places:
            here = here @ align(here, places[-1])
        places.append(here)
    return places


@pytest.mark.parametrize("method", ["pca", "svd"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_each_frame_is_aligned_to_the_one_before(method: str, dimensions: int) -> None:
    film = drifting()
    chain = Chain(film, method, dimensions, "")
    for frame, expected in zip(film.frames, slow_chain(film, method, dimensions), strict=True):
        np.testing.assert_allclose(chain.place(frame), expected, atol=1e-3)


def test_frames_in_any_order_lie_at_the_same_places() -> None:
    film = drifting()
    forward, backward = Chain(film, "pca", 3, ""), Chain(film, "pca", 3, "")
    ahead = [forward.place(frame) for frame in film.frames]
    behind = [backward.place(frame) for frame in film.frames[::-1]][::-1]
    for one, other in zip(ahead, behind, strict=True):
        np.testing.assert_array_equal(one, other)
    for frame in film.frames:
        assert forward.bounds(frame) == backward.bounds(frame)


def test_points_do_not_jump_although_the_axes_do() -> None:
    film = drifting(40)
    chain = Chain(film, "pca", 3, "")
    places = np.array([chain.place(frame) for frame in film.frames])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=2).mean(1)
    assert steps.max() < 0.2 * places[0].std()


def test_raw_is_never_turned() -> None:
    rng = np.random.default_rng(0)
    film = Film([frame_of(step, rng.normal(size=(20, 3))) for step in range(4)])
    chain = Chain(film, "raw", 3, "")
    np.testing.assert_array_equal(chain.place(film.frames[3]), film.frames[3].embeddings)
    assert chain.share(film.frames[3]) == 1


def test_the_reference_is_seen_as_the_probe_is() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(30, 5))
    film = Film([frame_of(step, points + step, (points + step)[:7]) for step in range(3)])
    chain = Chain(film, "pca", 3, "")
    last = film.frames[-1]
    np.testing.assert_allclose(chain.place_reference(last), chain.place(last)[:7], atol=1e-5)


def test_the_same_frame_gives_the_very_same_array_and_is_read_once() -> None:
    film = drifting()
    chain = Chain(film, "pca", 2, "")
    assert chain.place(film.frames[5]) is chain.place(film.frames[5])
    assert chain.place_reference(film.frames[5]) is chain.place_reference(film.frames[5])
    again = frame_of(film.frames[5].step, film.frames[5].embeddings)  # read from the disk once more
    np.testing.assert_array_equal(chain.place(again), chain.place(film.frames[5]))
    assert film.asked == list(range(6))


def test_it_says_how_far_it_got_and_stops_when_told() -> None:
    film = drifting()
    chain = Chain(film, "pca", 3, "")
    assert not chain.ready_to(0)
    answers = iter([False, False, True])
    assert not chain.extend(9, lambda: next(answers))
    assert chain.ready_to(1)
    assert not chain.ready_to(2)
    assert chain.extend(100)  # at most the last
    assert chain.ready_to(11)


def test_a_run_may_grow() -> None:
    film = drifting()
    later = film.frames.pop()
    chain = Chain(film, "pca", 3, "")
    assert chain.extend(10)
    with pytest.raises(ValueError, match="step 110"):
        chain.place(later)
    film.frames.append(later)
    assert chain.place(later).shape == (80, 3)


def test_two_threads_build_one_chain() -> None:
    film = drifting(30)
    chain = Chain(film, "pca", 3, "")
    threads = [threading.Thread(target=chain.extend, args=(29,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    chain.place(film.frames[-1])
    for thread in threads:
        thread.join()
    assert film.asked == list(range(30))


def test_a_view_keeps_nearly_all_points_grows_at_once_and_closes_in_slowly() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(500, 3))
    sizes = [1, 2, 5, 20, *[4] * 60]
    film = Film([frame_of(step, points * size + 3 * size) for step, size in enumerate(sizes)])
    chain = Chain(film, "raw", 3, "")
    radii = []
    for frame in film.frames:
        bounds = chain.bounds(frame)
        away = np.linalg.norm(chain.place(frame) - np.array(bounds.centre), axis=1)
        assert (away <= bounds.radius * 1.0001).mean() >= 0.97
        radii.append(bounds.radius)
    assert radii == sorted(radii[:4]) + sorted(radii[4:], reverse=True)
    assert all(later > 0.9 * earlier for earlier, later in pairwise(radii))
    assert radii[-1] < 0.4 * radii[3]


def test_bounds_between_frames() -> None:
    film = drifting()
    chain = Chain(film, "pca", 3, "")
    first, second = chain.bounds(film.frames[3]), chain.bounds(film.frames[4])
    half = first.blended(second, 0.5)
    assert half.radius == pytest.approx((first.radius + second.radius) / 2)
    np.testing.assert_allclose(half.centre, (np.array(first.centre) + second.centre) / 2)
    assert first.blended(second, 0.0) is first


def test_one_point_and_none() -> None:
    for count in (0, 1):
        film = Film([frame_of(step, np.ones((count, 4)) * step) for step in range(3)])
        chain = Chain(film, "pca", 3, "")
        assert chain.place(film.frames[2]).shape == (count, 3)
        assert chain.bounds(film.frames[2]).radius == 0
