"""Which projection a view gets."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from latentarium.analysis.similarity import class_similarity
from latentarium.core.annotations import NO_ANNOTATIONS
from latentarium.core.arrays import frozen_floats
from latentarium.core.origin import Origin
from latentarium.projections.simplex import Simplex
from latentarium.scene.alike import alike
from latentarium.scene.columns import shows_view
from latentarium.scene.desk import default_views, foresee, methods, open_run, poles, project, seen_views
from latentarium.scene.metadata import table_for
from latentarium.scene.state import EMBEDDING, SIMPLEX, ColourBy, State, ViewSettings
from latentarium.scene.words import note


def simplex_settings(*chosen: int, rest: bool = True, layout: str = "equilateral") -> ViewSettings:
    return ViewSettings("simplex", layout=layout, poles=chosen, rest=rest)


@pytest.mark.parametrize(
    ("trained", "chosen", "rest", "expected"),
    [
        (1, (), True, ((0,), False)),
        (3, (), True, ((0, 1, 2), False)),
        (4, (), False, ((0, 1, 2, 3), False)),
        (5, (), True, ((0, 1, 2), True)),
        (10, (), False, ((0, 1, 2), True)),
        (10, (7, 2), True, ((7, 2), True)),
        (10, (7, 2), False, ((7, 2), False)),
        (10, (1, 2, 3, 4), True, ((1, 2, 3), True)),
        (10, (1, 2, 3, 4, 5), False, ((1, 2, 3, 4), False)),
        (10, (3,), False, ((3,), True)),
        (10, (3, 3, 12, -1), True, ((3,), True)),
        (3, (0, 1, 2), True, ((0, 1, 2), False)),
        (3, (2, 0), True, ((2, 0), True)),
        (2, (9,), True, ((0, 1), False)),
    ],
)
def test_the_poles(trained: int, chosen: tuple, rest: bool, expected: tuple) -> None:
    assert poles(trained, simplex_settings(*chosen, rest=rest)) == expected


def test_a_title_says_what_stands_at_the_poles(make_run) -> None:
    ten = make_run(classes=10)
    assert project(ten, SIMPLEX).title == (
        "class 0, class 1, class 2 and rest (7 classes as one) · class probabilities"
    )
    assert "only class 4, class 2 of 10 classes, renormalised" in project(ten, simplex_settings(4, 2, rest=False)).title
    assert project(make_run(), SIMPLEX).title == "3 classes · class probabilities"
    assert "every point has probability 1" in project(make_run(classes=1), SIMPLEX).title
    assert project(make_run(classifier="none"), SIMPLEX).title.endswith(" · prototype probabilities, T = 1")


def test_layouts_are_for_three_poles(make_run) -> None:
    run = make_run(classes=4)
    three = project(run, simplex_settings(0, 1, rest=True, layout="axes"))
    four = project(run, simplex_settings(layout="axes"))
    assert isinstance(three, Simplex)
    assert isinstance(four, Simplex)
    assert (three.layout, three.dimensions) == ("axes", 3)
    assert (four.layout, four.dimensions) == ("equilateral", 3)


def test_embeddings_are_raw_only_where_there_is_room(make_run) -> None:
    wide, narrow = make_run(width=5), make_run(width=3)
    assert methods(wide) == ("pca", "svd", "umap", "tsne")
    assert methods(narrow) == ("raw", "pca", "svd", "umap", "tsne")
    assert methods(make_run(width=64))[-1] == "pca-umap"
    assert methods(make_run(width=2)) == ("raw", "pca", "svd")
    assert default_views(wide) == (SIMPLEX, EMBEDDING)
    assert default_views(narrow)[1].method == "raw"
    assert default_views(make_run(width=1))[1].dimensions == 2
    raw = ViewSettings("embedding", method="raw")
    assert project(narrow, raw).title == "3-D, as the network made it"
    assert project(wide, raw).title == "PCA, 3-D of 5, aligned over time (raw shows at most 3 dimensions)"
    assert project(narrow, ViewSettings("embedding", method="raw", dimensions=2)).title == (
        "2-D, the first 2 of 3 dimensions"
    )


def test_projections_stay_with_the_run_and_let_it_go(make_run) -> None:
    run = make_run()
    opened = open_run(run)
    assert opened.count == 4
    assert open_run(run).projections == opened.projections
    assert open_run(run, (SIMPLEX, ViewSettings("embedding", method="svd"))).projections[0] is opened.projections[0]
    opened.projections[1].extend(3)
    kept = weakref.ref(opened.projections[1])
    del opened
    gc.collect()
    assert kept() is not None
    assert project(run, EMBEDDING) is kept()


def test_one_frame_is_not_said_to_be_aligned_over_time(make_run) -> None:
    one, more = make_run(frames=1), make_run(frames=2)
    notes = [note(run, project(run, EMBEDDING), None, ColourBy.CLASS) for run in (one, more)]
    assert ["aligned over time" in words for words in notes] == [False, True]
    assert "PCA, 3-D of 5" in notes[0]


def test_a_simplex_with_all_dots_in_its_corners_is_not_shown(make_run) -> None:
    run, apart = make_run(frames=2, classifier="none"), make_run(frames=2, classifier="none")
    assert len(seen_views(run)) == 2
    for one in (run, apart):
        one.recipe = one.recipe.model_copy(update={"origin": Origin(format="table")})
    last = apart.frame(-1)
    corners = frozen_floats(last.probabilities == last.probabilities.max(1)[:, None])
    run.remember(1, replace(last, probabilities=corners))
    assert [settings.kind for settings in seen_views(run)] == ["embedding"]
    assert len(seen_views(apart)) == 2
    state = State(runs=(open_run(run),))
    assert [shows_view(state, 0, view) for view in range(2)] == [False, True]


def test_what_the_window_asks_for_first_is_known_before(make_run) -> None:
    run = make_run(frames=2, classifier="none")
    foresee(run)
    frame, table = run.frame(-1), table_for(run, None, NO_ANNOTATIONS)
    known = alike(run, frame)
    assert known is alike(run, frame)
    assert table_for(run, None, NO_ANNOTATIONS) is table
    expected = class_similarity(frame.embeddings, run.probe.labels, len(run.classes))
    np.testing.assert_array_equal(known, expected)
