"""Neighbours, affinities and graphs against slow obvious versions."""

from pathlib import Path

import numpy as np
import pytest
import torch

from latentarium.core.errors import CancelledError
from latentarium.training.relations import neighbours, store
from latentarium.training.relations.affinities import fuzzy_memberships, gaussian_affinities
from latentarium.training.relations.curve import fit_curve
from latentarium.training.relations.graph import sum_symmetrised, union_symmetrised
from latentarium.training.relations.neighbours import nearest_images
from latentarium.training.relations.roots import rising_roots
from latentarium.training.relations.sources import pixel_components, spectral_layout, tsne_graph, umap_graph


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTARIUM_CACHE", str(tmp_path / "cache"))


def pictures(count: int, size: int = 6, channels: int = 1, most: int = 255) -> np.ndarray:
    return np.random.RandomState(count).randint(0, most + 1, (count, size, size, channels)).astype(np.uint8)


def slow_nearest(images: np.ndarray, k: int) -> tuple[list[list[int]], list[list[int]]]:
    flat = images.reshape(len(images), -1).astype(np.int64)
    rows, squares = [], []
    for row, image in enumerate(flat):
        found = sorted((int(((image - other) ** 2).sum()), at) for at, other in enumerate(flat) if at != row)[:k]
        rows.append([at for _, at in found])
        squares.append([square for square, _ in found])
    return rows, squares


@pytest.mark.parametrize("most", [1, 255])  # with two brightnesses nearly all distances tie
@pytest.mark.parametrize(
    ("count", "size", "channels", "k"), [(40, 6, 1, 7), (30, 20, 3, 4), (5, 3, 1, 10), (2, 1, 1, 1)]
)
def test_neighbours_are_exact_and_ties_go_to_the_lower_row(
    count: int, size: int, channels: int, k: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "DISTANCES", 3 * count)  # several blocks
    images = pictures(count, size, channels, most)
    rows, squares = nearest_images(images, k)
    slow_rows, slow_squares = slow_nearest(images, k)
    assert rows.tolist() == slow_rows
    assert squares.tolist() == slow_squares


def test_large_images_do_not_overflow() -> None:
    images = np.zeros((3, 130, 130, 1), np.uint8)
    images[1:] = 255
    images[2, 0, 0] = 254
    rows, squares = nearest_images(images, 2)
    assert rows.tolist() == [[2, 1], [2, 0], [1, 0]]
    assert squares[0].tolist() == [130 * 130 * 255**2 - 255**2 + 254**2, 130 * 130 * 255**2]


def test_copies_are_neighbours_and_one_image_has_none() -> None:
    images = np.repeat(pictures(2), 3, 0)
    rows, squares = nearest_images(images, 2)
    assert rows[0].tolist() == [1, 2]
    assert squares[0].tolist() == [0, 0]
    assert nearest_images(images[:1], 5)[0].shape == (1, 0)


def test_the_search_tells_and_can_be_cancelled() -> None:
    heard: list[tuple[str, float | None]] = []
    nearest_images(pictures(4), 1, lambda text, share: heard.append((text, share)))
    assert heard == [("Finding neighbours in pixels", 0.0)]
    with pytest.raises(CancelledError):
        nearest_images(pictures(4), 1, cancelled=lambda: True)


def test_roots_are_found_for_all_at_once() -> None:
    wanted = np.array([1e-9, 0.3, 1.0, 7.0, 1e9])
    np.testing.assert_allclose(rising_roots(lambda x: x - wanted, 5), wanted, rtol=1e-8)
    np.testing.assert_allclose(rising_roots(lambda x: np.log(x) ** 3 + np.log(x), 5), 1, rtol=1e-8)
    ends = rising_roots(lambda x: np.array([-1.0, 1.0]), 2)
    assert ends[0] > 1e17
    assert ends[1] < 1e-17


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e12])
def test_affinities_have_the_perplexity(scale: float) -> None:
    squares = np.sort(np.random.RandomState(0).gamma(2, 1, (50, 24)), 1) * scale
    affinities = gaussian_affinities(squares, 8)
    np.testing.assert_allclose(affinities.sum(1), 1)
    np.testing.assert_allclose(2 ** -(affinities * np.log2(affinities)).sum(1), 8, rtol=1e-6)
    row = np.log(affinities[3])  # is −β d² and a constant
    slope = np.polyfit(squares[3] / scale, row, 1)
    np.testing.assert_allclose(np.polyval(slope, squares[3] / scale), row, atol=1e-6)
    assert slope[0] < 0


def test_rows_that_cannot_have_the_perplexity_are_even() -> None:
    equal = gaussian_affinities(np.zeros((1, 6)), 3)
    np.testing.assert_allclose(equal, 1 / 6)
    few = gaussian_affinities(np.array([[1.0, 4.0]]), 30)
    np.testing.assert_allclose(few, 1 / 2, atol=1e-6)
    tied = gaussian_affinities(np.array([[1.0, 1.0, 1.0, 1.0, 9.0]]), 2)
    np.testing.assert_allclose(tied, [[0.25, 0.25, 0.25, 0.25, 0]], atol=1e-9)


def test_memberships_sum_to_the_logarithm_of_the_neighbours() -> None:
    distances = np.sort(np.random.RandomState(1).gamma(2, 3, (40, 15)), 1)
    memberships = fuzzy_memberships(distances, 15)
    np.testing.assert_allclose(memberships.sum(1), np.log2(15), rtol=1e-6)
    np.testing.assert_allclose(memberships[:, 0], 1)
    sigma = -(distances[:, 5] - distances[:, 0]) / np.log(memberships[:, 5])
    np.testing.assert_allclose(memberships, np.exp(-(distances - distances[:, :1]) / sigma[:, None]), rtol=1e-6)
    assert fuzzy_memberships(np.zeros((1, 6)), 6).tolist() == [[1] * 6]


def test_symmetrising_is_that_of_the_dense_matrices() -> None:
    random = np.random.RandomState(2)
    rows = np.array([random.permutation([other for other in range(12) if other != row])[:4] for row in range(12)])
    values = random.rand(12, 4)
    full = np.zeros((12, 12))
    np.put_along_axis(full, rows, values, 1)
    for graph, expected in (
        (sum_symmetrised(rows, values), (full + full.T) / 2 / full.sum()),
        (union_symmetrised(rows, values), full + full.T - full * full.T),
    ):
        first, second, found = (part.numpy() for part in graph.pairs)
        assert (first < second).all()
        dense = np.zeros((12, 12))
        dense[first, second] = dense[second, first] = found
        np.testing.assert_allclose(dense, expected, rtol=1e-6)
        some = torch.tensor([7, 0, 3, 11, 5])
        first, second, found = (part.numpy() for part in graph.among(some))
        part = np.zeros((5, 5))
        part[first, second] += found
        part[second, first] += found
        np.testing.assert_allclose(part, expected[np.ix_(some, some)], rtol=1e-6)


def test_a_graph_without_pairs_gives_none() -> None:
    graph = tsne_graph(pictures(1), 30)
    assert [len(part) for part in graph.among(torch.tensor([0]))] == [0, 0, 0]
    assert umap_graph(pictures(1), 5).pairs[0].tolist() == []


def test_relations_are_kept_on_disk_and_made_anew_where_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    images = pictures(30)
    first = tsne_graph(images, 4)
    (file,) = store.relations_folder().iterdir()
    monkeypatch.setattr("latentarium.training.relations.sources.nearest_images", lambda *_: pytest.fail("computed"))
    again = tsne_graph(images, 4)
    assert all(torch.equal(a, b) for a, b in zip(first.pairs, again.pairs, strict=True))
    monkeypatch.undo()
    monkeypatch.setenv("LATENTARIUM_CACHE", str(file.parent.parent))
    file.write_bytes(file.read_bytes()[:40])
    again = tsne_graph(images, 4)
    assert all(torch.equal(a, b) for a, b in zip(first.pairs, again.pairs, strict=True))
    other = tsne_graph(images, 5)
    assert not torch.equal(first.values, other.values) or len(first.values) != len(other.values)
    assert len(list(file.parent.iterdir())) == 2


def test_old_relations_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    umap_graph(pictures(20), 4)
    (file,) = store.relations_folder().iterdir()
    monkeypatch.setattr(store, "MOST", file.stat().st_size + 10)
    umap_graph(pictures(21), 4)
    left = list(store.relations_folder().iterdir())
    assert len(left) == 1
    assert left != [file]


def test_a_cache_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LATENTARIUM_CACHE", str(tmp_path / "file"))
    assert len(tsne_graph(pictures(10), 2)) == 10


@pytest.mark.parametrize("count", [20, 60])
def test_components_are_those_of_the_pixels(count: int) -> None:
    images = pictures(count)
    pixels = images.reshape(count, -1) / 255
    centred = pixels - pixels.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    found = pixel_components(images, 3)
    np.testing.assert_allclose(np.abs(found), np.abs(left[:, :3] * sizes[:3]), atol=1e-4)
    assert pixel_components(images[:2], 5)[:, 2:].any() == np.False_


@pytest.mark.parametrize("count", [30, 90])  # densely, and by Lanczos' method
def test_the_spectral_layout_is_of_the_laplacian(count: int) -> None:
    graph = umap_graph(pictures(count), 8)
    first, second, values = (part.numpy() for part in graph.pairs)
    dense = np.zeros((count, count))
    dense[first, second] = dense[second, first] = values
    root = 1 / np.sqrt(dense.sum(0))
    _, vectors = np.linalg.eigh(np.eye(count) - root[:, None] * dense * root)
    layout = spectral_layout(graph, 2)
    assert np.abs(layout).max() == pytest.approx(10)
    scale = np.abs(layout[:, 0]).max() / np.abs(vectors[:, 1]).max()
    np.testing.assert_allclose(np.abs(layout), np.abs(vectors[:, 1:3]) * scale, atol=0.05)


def test_the_curve_is_that_of_the_reference() -> None:
    assert fit_curve(0.1, 1.0) == pytest.approx((1.5769, 0.8951), abs=1e-3)  # as its documentation says
    a, b = fit_curve(0.01, 1.0)
    assert 1 / (1 + a * 0.01 ** (2 * b)) > 0.98
