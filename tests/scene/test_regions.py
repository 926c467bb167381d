"""What lies under the dots of a flat embedding."""

from dataclasses import replace

import numpy as np
import pytest

from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.palettes import class_colours
from latentarium.scene.regions import MOST, offered, shown_examples
from latentarium.scene.scene import Flag, Regions, Scene
from latentarium.scene.state import SIMPLEX, Selection, State, ViewSettings

FLAT = ViewSettings("embedding", method="raw", dimensions=2)


def drawn(run: Run, background: str, view: ViewSettings = FLAT, **changes: object) -> Scene:
    views = (SIMPLEX, replace(view, background=background))
    return compose(open_run(run, views), State(views=views, **changes), 1)


def class_at(regions: Regions, place: np.ndarray) -> int:
    """The class of the polygon that a place (2,) lies in."""
    for row, colour in enumerate(regions.colours):
        corners = regions.corners[regions.starts[row] : regions.starts[row + 1], :2].astype(float)
        edges, away = np.roll(corners, -1, axis=0) - corners, place - corners
        if (edges[:, 0] * away[:, 1] - edges[:, 1] * away[:, 0] >= -1e-6).all():
            return int(colour)
    return -1


def places_in(scene: Scene, count: int = 60) -> np.ndarray:
    x, y, _ = scene.camera.centre
    return np.array([x, y]) + np.random.default_rng(0).uniform(-1, 1, (count, 2)) * scene.camera.extent


@pytest.mark.parametrize("moment", [0.0, 1.25, 3.0])
def test_cells_go_with_the_dots_also_between_two_frames(make_run, moment: float) -> None:
    run = make_run(width=2)
    scene = drawn(run, "voronoi", moment=moment)
    dots = (scene.dots.start + np.float32(scene.dots.blend) * (scene.dots.end - scene.dots.start))[:, :2]
    for place in places_in(scene):
        nearest = np.argsort(((dots - place) ** 2).sum(1))[:2]
        assert class_at(scene.regions, place) in run.probe.labels[nearest]
    assert "Voronoi cells of 60 examples" in scene.note
    np.testing.assert_array_equal(scene.regions.palette[:3, :3], class_colours(3, True)[:, :3])


def test_borders_between_classes_are_clearer_than_those_within(make_run) -> None:
    run = make_run(width=2)
    scene = drawn(run, "voronoi")
    within, between = scene.regions.borders
    dots, labels = scene.dots.start[:, :2], run.probe.labels
    for lines, same in ((within, True), (between, False)):
        middles = ((lines.start + lines.end) / 2)[:, :2]
        for middle in middles[:20]:
            sides = np.argsort(((dots - middle) ** 2).sum(1))[:2]
            assert (labels[sides[0]] == labels[sides[1]]) == same
    assert between.colour[3] > within.colour[3]


def test_the_same_moment_has_the_very_same_cells(make_run) -> None:
    run = make_run(width=2)
    first = drawn(run, "voronoi", moment=1.5)
    assert drawn(run, "voronoi", moment=1.5, hovered=3).regions is first.regions
    assert drawn(run, "voronoi", moment=1.6).regions is not first.regions
    assert drawn(run, "none").regions is None


def test_of_an_isolated_selection_the_other_cells_are_grey(make_run) -> None:
    run = make_run(width=2)
    chosen = Selection(frozen_ints([2, 5, 7]))
    scene = drawn(run, "voronoi", selection=chosen, isolated=True)
    assert sorted(scene.regions.colours[scene.regions.colours < 3].tolist()) == sorted(run.probe.labels[[2, 5, 7]])
    assert drawn(run, "voronoi", selection=chosen).regions.colours.max() == 2


def test_as_many_examples_of_each_class_as_one_likes(make_run) -> None:
    run = make_run(width=2)
    labels = run.probe.labels
    scene = drawn(run, "voronoi", replace(FLAT, examples=5), hidden=frozenset({1}), focus=59)
    seen = np.flatnonzero((scene.dots.flags & int(Flag.HIDDEN)) == 0)
    wanted = sorted(row for label in (0, 2) for row in np.flatnonzero(labels == label)[:5])
    assert len(scene.regions.colours) == 10
    assert sorted({*seen.tolist(), *wanted}) == sorted({*wanted, 59} - set(np.flatnonzero(labels == 1).tolist()))
    assert scene.status.startswith("10 of 60 shown")
    assert sorted(scene.regions.colours.tolist()) == [0] * 5 + [2] * 5
    everywhere = drawn(run, "none", replace(FLAT, examples=5))
    assert not (everywhere.dots.flags & int(Flag.HIDDEN)).any()  # without cells all dots are shown


def test_of_very_many_examples_some_of_each_class_have_cells(make_run) -> None:
    run = make_run(points=MOST + 700, frames=1, width=2)
    rows = shown_examples(run, 0, frozenset())
    assert MOST * 0.85 < len(rows) <= MOST
    counts = np.bincount(run.probe.labels[rows])
    assert counts.max() == counts.min()


@pytest.mark.parametrize("moment", [0.0, 0.5, 2.0])
def test_the_region_of_a_place_is_its_nearest_prototypes(make_run, moment: float) -> None:
    run = make_run(width=2, classifier="none")
    scene = drawn(run, "prototypes", moment=moment)
    stars = np.array([label.position[:2] for label in scene.labels if label.kind == "prototype"])
    for place in places_in(scene):
        assert class_at(scene.regions, place) == ((stars - place) ** 2).sum(1).argmin()


def test_the_region_of_a_dot_is_its_prediction(tmp_path, make_run) -> None:
    run = make_run(width=2)
    head = np.random.default_rng(4).normal(size=(3, 2)), np.array([0.2, 0.0, -0.3])
    frame = run.frame(1)
    for points, shares in (
        (frame.embeddings, frame.probabilities),
        (frame.reference_embeddings, frame.reference_probabilities),
    ):
        powers = np.exp(points @ head[0].T + head[1])
        shares.flags.writeable = True
        shares[:] = powers / powers.sum(1, keepdims=True)
        shares.flags.writeable = False
    scene = drawn(run, "head", moment=1.0)
    found = [class_at(scene.regions, place) for place in frame.embeddings.astype(float)]
    assert found == frame.probabilities.argmax(1).tolist()
    assert "regions of the class head" in scene.note
    told = drawn(run, "head", moment=2.0)  # there the probabilities are made up, and no head says them
    assert told.regions is None
    assert "cannot be told" in told.note


def test_what_a_picture_cannot_show_it_says(make_run) -> None:
    wide = make_run(width=5)
    for background in ("head", "prototypes"):
        scene = drawn(wide, background, replace(FLAT, method="pca"))
        assert scene.regions is None
        assert "this picture is not the embedding itself" in scene.note
    assert drawn(wide, "voronoi", replace(FLAT, method="pca")).regions is not None
    deep = drawn(wide, "voronoi", replace(FLAT, method="pca", dimensions=3))
    assert deep.regions is None
    assert "no regions in 3-D" in deep.note
    metric = make_run(width=2, classifier="none")
    assert "no regions of the class head" in drawn(metric, "head").note
    projection = open_run(metric, (SIMPLEX, FLAT)).projections[1]
    assert offered(metric, projection, FLAT) == ("none", "voronoi", "prototypes")
    assert offered(metric, projection, SIMPLEX) == ()


def test_triplets_on_a_plane_are_seen_as_cells(make_run) -> None:
    assert default_views(make_run(width=2, classifier="none"))[1].background == "voronoi"
    assert default_views(make_run(width=2))[1].background == "none"
    assert default_views(make_run(width=3, classifier="none"))[1].background == "none"
