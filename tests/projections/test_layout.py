"""Layouts of some frames, shown as one projection of all; and the process that makes them."""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.progress import ignore, never
from latentarium.projections.chain import Chain
from latentarium.projections.layouts.layout import Atlas, Layout, Placed, settings_of, settle
from latentarium.projections.layouts.settings import ITERATIONS, NEIGHBOURS, PARALLEL, SEED, described
from latentarium.projections.layouts.task import Task
from latentarium.projections.layouts.workshop import Workshop


def frame_at(step: int, probe: int = 12, reference: int = 5) -> Frame:
    generator = np.random.default_rng(step)

    def values(rows: int, columns: int) -> Floats:
        return frozen_floats(generator.normal(size=(rows, columns)))

    return Frame(step, float(step), values(probe, 6), values(probe, 3), values(reference, 6), values(reference, 3))


class Series:
    def __init__(self, steps: tuple[int, ...]) -> None:
        self.frames = [frame_at(step) for step in steps]

    def __len__(self) -> int:
        return len(self.frames)

    def frame(self, index: int) -> Frame:
        return self.frames[index]


@pytest.fixture
def series() -> Series:
    return Series((0, 10, 20, 30, 40))


@pytest.fixture
def empty(series: Series) -> Layout:
    return Layout("umap", 2, 6, Chain(series, "pca", 2, "PCA"))


def laid(step: int, dimensions: int = 2) -> Placed:
    places = np.random.default_rng(100 + step).normal(size=(17, dimensions)).astype(np.float32)
    return settle(step, places, 12, np.zeros((17, 3), np.float32))


def test_before_the_first_layout_principal_components_stand_in(series: Series, empty: Layout) -> None:
    frame = series.frame(2)
    np.testing.assert_array_equal(empty.place(frame), empty.before.place(frame))
    np.testing.assert_array_equal(empty.place_reference(frame), empty.before.place_reference(frame))
    assert empty.tell(20) == "not laid out yet: PCA in its place"


def test_between_two_layouts_points_go_straight_and_beyond_they_stay(series: Series, empty: Layout) -> None:
    book = Atlas(empty)
    book.add(laid(30))
    layout = book.add(laid(10))
    assert layout.steps == (10, 30)
    first, second = (layout.place(series.frame(index)) for index in (1, 3))
    np.testing.assert_allclose(layout.place(series.frame(2)), (first + second) / 2, atol=1e-6)
    assert layout.place(series.frame(0)) is first
    assert layout.place(series.frame(4)) is second
    assert layout.place(series.frame(2)) is layout.place(series.frame(2)), "the same frame gives the same array"
    assert layout.tell(10) == "laid out at this step, 10"
    assert layout.tell(20) == "between the layouts of steps 10 and 30"
    assert layout.tell(40) == "laid out at step 30, not at this one"
    assert not layout.place(series.frame(2)).flags.writeable


def test_it_says_how_it_can_be_made_again(empty: Layout) -> None:
    book = Atlas(empty)
    assert settings_of(empty, 10) == ""
    book.add(laid(10))
    layout = book.add(replace(laid(30), begun="its layout at step 10"))
    first, second = settings_of(layout, 10), settings_of(layout, 40)
    assert first == (
        f"Euclidean distances, {NEIGHBOURS} neighbours, minimum distance 0.1, "
        f"500 epochs from the spectral layout, seed {SEED}, with 5 reference points"
    )
    assert "30 epochs from its layout at step 10" in second
    assert f"perplexity 5.33333, learning rate 50, early exaggeration 12, {ITERATIONS:,} iterations from PCA" in (
        described("tsne", 17, "")
    )
    assert "no early exaggeration, 250 iterations from the layout of A" in described("tsne", 17, "the layout of A")
    assert settings_of(layout, 20) == "", "between two layouts there are two"
    assert described("pca-umap", 8_000, "").startswith(f"Euclidean distances, {NEIGHBOURS} neighbours")
    assert "a little different each time" in described("umap", PARALLEL + 1, "")
    assert "each time" not in described("umap", PARALLEL, "") + described("tsne", PARALLEL + 1, "")
    assert described("umap", 5, "") == "PCA, for so few points"


def test_a_layout_that_a_view_holds_stays_as_it_is(series: Series, empty: Layout) -> None:
    book = Atlas(empty)
    held = book.add(laid(10))
    newer = book.add(laid(40))
    assert held.steps == (10,)
    assert book.newest is newer
    assert newer.nearest(35) is not None
    assert [newer.nearest(step).step for step in (0, 10, 39, 40)] == [10, 10, 10, 40]  # type: ignore[union-attr]


def test_dots_go_to_a_new_layout_from_where_they_are(series: Series, empty: Layout) -> None:
    book = Atlas(empty)
    newest = book.add(laid(20))
    frame = series.frame(2)
    for part in (0.0, 0.25, 1.0):
        stage = newest.coming_from(empty, part)
        there = (1 - part) * empty.place(frame) + part * newest.place(frame)
        np.testing.assert_allclose(stage.place(frame), there, atol=1e-6)
        assert stage.place(frame) is stage.place(frame)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_fresh_layout_is_turned_and_moved_onto_the_last(dimensions: int) -> None:
    generator = np.random.default_rng(3)
    target = np.zeros((40, 3), np.float32)
    target[:, :dimensions] = generator.normal(size=(40, dimensions))
    rotation, _ = np.linalg.qr(generator.normal(size=(dimensions, dimensions)))
    turned = (target[:, :dimensions] @ rotation + 7).astype(np.float32)
    placed = settle(5, turned, 25, target)
    np.testing.assert_allclose(placed.both, target, atol=1e-5)
    assert placed.probe.shape == (25, 3)
    assert placed.bounds.radius > 0


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    # Not a folder of its own: compiling everything anew would take half a minute each time.
    made = Workshop(Path(tempfile.gettempdir(), "latentarium-tests-numba"))
    yield made
    made.end()
    assert not made.running


def clusters(count: int = 150) -> tuple[Floats, np.ndarray]:
    generator = np.random.default_rng(0)
    labels = np.arange(count) % 3
    return frozen_floats(5 * np.eye(3, 10)[labels] + 0.3 * generator.normal(size=(count, 10))), labels


def apart(places: np.ndarray, labels: np.ndarray) -> bool:
    """Whether nearly every point's nearest other one is of its class."""
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    return bool((labels[gaps.argmin(1)] == labels).mean() > 0.97)


def test_tsne_tells_how_far_it_is_and_goes_on_from_its_last_layout(workshop: Workshop) -> None:
    points, labels = clusters()
    told: list[float] = []
    first = workshop.lay_out(Task("tsne", 2, points), lambda text, part: told.append(part or 0.0), never)
    assert first.shape == (150, 2)
    assert apart(first, labels)
    assert told == sorted(told)
    assert told[-1] > 0.9
    again = workshop.lay_out(Task("tsne", 2, points, first), ignore, never)
    assert np.linalg.norm(again - first, axis=1).mean() < 0.5 * np.linalg.norm(first - first.mean(0), axis=1).mean()


@pytest.mark.timeout(300)  # it compiles
def test_umap_is_laid_out_in_the_other_process(workshop: Workshop) -> None:
    points, labels = clusters()
    first = workshop.lay_out(Task("umap", 2, points), ignore, never)
    assert apart(first, labels)
    again = workshop.lay_out(Task("umap", 2, points, first), ignore, never)
    assert apart(again, labels)
    assert np.linalg.norm(again - first, axis=1).mean() < 0.3 * np.linalg.norm(first - first.mean(0), axis=1).mean()
    assert "umap" not in sys.modules
    assert "numba" not in sys.modules


def test_a_task_that_is_cancelled_leaves_the_process_fit_for_the_next(workshop: Workshop) -> None:
    points, _ = clusters()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        workshop.lay_out(Task("tsne", 2, points), ignore, lambda: True)
    assert time.monotonic() - began < 5
    assert workshop.lay_out(Task("tsne", 3, points[:5]), ignore, never).shape == (5, 3)


def test_ending_it_ends_a_task_at_once(tmp_path: Path) -> None:
    points, _ = clusters()
    ours = Workshop(tmp_path)
    raised: list[type[BaseException]] = []

    def work() -> None:
        try:
            ours.lay_out(Task("tsne", 2, points), ignore, never)
        except BaseException as error:
            raised.append(type(error))

    thread = threading.Thread(target=work)
    thread.start()
    while not ours.running:
        time.sleep(0.01)
    ours.end()
    thread.join(5)
    assert raised == [CancelledError]
    assert not ours.running
    with pytest.raises(CancelledError):
        ours.lay_out(Task("tsne", 2, points), ignore, never)


def test_a_process_that_died_is_said_to_have_and_is_replaced(tmp_path: Path) -> None:
    points, _ = clusters(30)
    ours = Workshop(tmp_path)
    try:
        ours.warm()
        assert ours._process is not None
        ours._process.kill()
        ours._process.join()
        assert ours.lay_out(Task("tsne", 2, points[:4]), ignore, never).shape == (4, 2)

        def kill() -> bool:
            assert ours._process is not None
            ours._process.kill()
            return False

        with pytest.raises(LatentariumError, match="ended unexpectedly"):
            ours.lay_out(Task("tsne", 2, points), ignore, kill)
    finally:
        ours.end()
