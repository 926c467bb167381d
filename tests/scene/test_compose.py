"""From the state to the scene: against slow loops, and the very same objects where nothing changed."""

import gc
import weakref
from dataclasses import replace
from math import log

import numpy as np
import pytest

from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.camera import Camera
from latentarium.scene.cameras import project
from latentarium.scene.compose import compose, dot_size
from latentarium.scene.desk import open_run
from latentarium.scene.neighbourhood import neighbours
from latentarium.scene.palettes import THEMES, class_colours, rgba
from latentarium.scene.scene import Flag, Scene
from latentarium.scene.state import EMBEDDING, SIMPLEX, ColourBy, OpenRun, Selection, State, ViewSettings

SIMPLEX_VIEW, EMBEDDING_VIEW = 0, 1


def selection(*rows: int) -> Selection:
    return Selection(frozen_ints(rows))


def drawn(run: Run, view: int = SIMPLEX_VIEW, settings: ViewSettings | None = None, **changes: object) -> Scene:
    views = [SIMPLEX, EMBEDDING]
    if settings is not None:
        views[view] = settings
    state = State(views=tuple(views), **changes)
    return compose(open_run(run, state.views), state, view)


def colours_of(scene: Scene) -> list[tuple[int, ...]]:
    return [tuple(int(part) for part in scene.dots.palette[row]) for row in scene.dots.colours]


# Where the dots are


@pytest.mark.parametrize("view", [SIMPLEX_VIEW, EMBEDDING_VIEW])
def test_dots_lie_between_the_frames_of_the_moment(make_run, view: int) -> None:
    run = make_run()
    opened = open_run(run)
    projection = opened.projections[view]
    dots = compose(opened, State(moment=1.25), view).dots
    assert dots.start is projection.place(run.frame(1))
    assert dots.end is projection.place(run.frame(2))
    assert dots.blend == 0.25
    at_rest = compose(opened, State(moment=2.0), view).dots
    assert at_rest.start is at_rest.end is dots.end
    assert at_rest.blend == 0


def test_a_moment_beyond_the_frames_is_the_last_that_counts(make_run) -> None:
    run = make_run()
    opened = OpenRun(run, 3, open_run(run).projections)  # a fourth has arrived, but is not shown yet
    dots = compose(opened, State(moment=99.0), 0).dots
    assert dots.start is opened.projections[0].place(run.frame(2))
    assert compose(opened, State(moment=-1.0), 0).dots.start is opened.projections[0].place(run.frame(0))


@pytest.mark.parametrize("view", [SIMPLEX_VIEW, EMBEDDING_VIEW])
def test_what_does_not_change_is_the_very_same(make_run, view: int) -> None:
    opened = open_run(make_run())
    state = State(moment=1.25, focus=4, selection=selection(1, 2), colour_by=ColourBy.LOSS)
    scene, again = compose(opened, state, view), compose(opened, replace(state), view)
    assert again.dots is scene.dots
    assert again.links is scene.links
    assert again.ghosts is scene.ghosts
    assert again.grid is scene.grid
    assert again.camera == scene.camera
    assert all(one is other for one, other in zip(again.lines, scene.lines, strict=True))
    later = compose(opened, replace(state, moment=1.4), view)
    for name in ("start", "end", "colours", "palette", "flags"):
        assert getattr(later.dots, name) is getattr(scene.dots, name)
    hovered = compose(opened, replace(state, hovered=9), view)
    assert hovered.dots.flags is not scene.dots.flags
    for name in ("start", "end", "colours", "palette"):
        assert getattr(hovered.dots, name) is getattr(scene.dots, name)
    assert hovered.links is scene.links


def test_colours_by_class_are_the_same_in_all_frames(make_run) -> None:
    opened = open_run(make_run())
    first, last = compose(opened, State(), 0), compose(opened, State(moment=3.0), 1)
    assert first.dots.colours is last.dots.colours


def test_it_lets_a_run_go(make_run) -> None:
    run = Run.open(make_run(classes=6).path)
    watched, frame = weakref.ref(run), weakref.ref(run.frame(1))
    views = (replace(SIMPLEX, counts=True, loss_lines=True, prototypes=True), EMBEDDING)
    for view in (0, 1):
        for by in ColourBy:
            state = State(moment=1.5, focus=3, hovered=2, selection=selection(1), views=views, colour_by=by)
            compose(open_run(run, views), state, view)
    run.close()
    del run
    gc.collect()
    assert watched() is None
    assert frame() is None


# What is special about them


def test_flags_are_those_of_a_slow_loop(make_run) -> None:
    run = make_run()
    opened = open_run(run)
    chosen = selection(0, 3, 5, 999)
    for isolated in (False, True):
        state = State(
            hovered=4, focus=3, selection=chosen, isolated=isolated, hidden=frozenset({1}), among="probe", k=6
        )
        scene = compose(opened, state, 1)
        near = set(scene_neighbours(run, 3, 6))
        for row, label in enumerate(run.probe.labels):
            expected = Flag(0)
            if row == 4:
                expected |= Flag.HOVERED
            if row == 3:
                expected |= Flag.FOCUSED
            if row in (0, 3, 5):
                expected |= Flag.SELECTED
            elif isolated:
                expected |= Flag.DIMMED
            if label == 1:
                expected |= Flag.HIDDEN
            if row in near:
                expected |= Flag.NEIGHBOUR
            assert Flag(int(scene.dots.flags[row])) == expected


def scene_neighbours(run: Run, row: int, k: int) -> list[int]:
    vectors = run.frame(0).embeddings.astype(float)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    order = np.argsort(1 - vectors @ vectors[row], kind="stable")
    return [int(other) for other in order if other != row][:k]


def test_isolating_nothing_dims_nothing(make_run) -> None:
    assert not drawn(make_run(), isolated=True).dots.flags.any()


def test_rows_of_another_run_are_passed_over(make_run) -> None:
    scene = drawn(make_run(points=5), hovered=40, focus=41, selection=selection(2, 42))
    assert list(scene.dots.flags) == [0, 0, Flag.SELECTED, 0, 0]
    assert scene.links is None


# What their colours say


@pytest.mark.parametrize("dark", [True, False])
def test_colours_are_those_of_a_slow_loop(make_run, dark: bool) -> None:
    run = make_run(classes=4, trained=3)
    frame, theme = run.frame(2), THEMES["dark" if dark else "light"]
    palette = [tuple(int(part) for part in colour) for colour in class_colours(4, dark)]
    labels, predictions = run.probe.labels, frame.probabilities.argmax(1)
    by_class = drawn(run, moment=2.0, dark=dark)
    assert colours_of(by_class) == [palette[label] for label in labels]
    by_prediction = drawn(run, moment=2.0, dark=dark, colour_by=ColourBy.PREDICTION)
    assert colours_of(by_prediction) == [palette[label] for label in predictions]
    right = drawn(run, moment=2.0, dark=dark, colour_by=ColourBy.CORRECTNESS)
    for colour, label, prediction in zip(colours_of(right), labels, predictions, strict=True):
        wanted = theme.muted if label == 3 else theme.accent if label == prediction else theme.wrong
        assert colour == rgba(wanted)
    mixed = drawn(run, moment=2.0, dark=dark, colour_by=ColourBy.PROBABILITIES)
    for colour, shares in zip(colours_of(mixed), frame.probabilities, strict=True):
        assert np.abs(np.array(colour[:3]) - 255 * shares).max() < 5


def test_continuous_colours_keep_one_scale_through_the_run(make_run) -> None:
    run = make_run(classes=4, trained=3)
    for index in (0, 3):
        frame = run.frame(index)
        loss = drawn(run, moment=float(index), colour_by=ColourBy.LOSS)
        assert loss.scale == ("loss", 0.0, pytest.approx(2 * log(3)))
        for row, label in enumerate(run.probe.labels):
            if label == 3:
                assert loss.dots.colours[row] == 256
                continue
            value = -log(max(frame.probabilities[row, label], 1e-30))
            assert loss.dots.colours[row] == pytest.approx(min(value / (2 * log(3)), 1) * 255, abs=0.51)
        sure = drawn(run, moment=float(index), colour_by=ColourBy.CONFIDENCE)
        assert sure.scale == ("confidence", pytest.approx(1 / 3), 1.0)
        shares = (frame.probabilities.max(1) - 1 / 3) / (2 / 3)
        np.testing.assert_allclose(sure.dots.colours, shares * 255, atol=0.51)
    assert tuple(loss.dots.palette[256]) == rgba(THEMES["dark"].muted)


def test_with_other_than_three_classes_probabilities_mix_their_colours(make_run) -> None:
    run = make_run(classes=5)
    scene = drawn(run, moment=3.0, colour_by=ColourBy.PROBABILITIES)
    expected = run.frame(3).probabilities @ class_colours(5, True)[:, :3].astype(float)
    np.testing.assert_allclose(np.array(colours_of(scene))[:, :3], expected, atol=9)
    assert "mixed by probability" in scene.note
    assert "mixed" not in drawn(make_run(), colour_by=ColourBy.PROBABILITIES).note


# A second column, whose classes are those of the first by name


def beside(first: Run, second: Run, **changes: object) -> State:
    return State(runs=(open_run(first), open_run(second)), moment=3.0, **changes)


@pytest.mark.parametrize("by", [ColourBy.CLASS, ColourBy.PREDICTION, ColourBy.PROBABILITIES])
def test_dots_and_poles_of_the_second_column_have_the_first_ones_colours_by_name(make_run, by: ColourBy) -> None:
    first, second = make_run(classes=4), make_run(classes=4, names=("class 3", "new", "class 0", "class 2"))
    colours = class_colours(5, True)[[3, 4, 0, 2]]
    probabilities = second.frame(3).probabilities
    shares = {
        ColourBy.CLASS: np.eye(4)[second.probe.labels],
        ColourBy.PREDICTION: np.eye(4)[probabilities.argmax(1)],
        ColourBy.PROBABILITIES: probabilities,
    }[by]
    state = beside(first, second, colour_by=by, focus=7)
    scene = compose(state.runs[1], state, SIMPLEX_VIEW)
    np.testing.assert_allclose(np.array(colours_of(scene))[:, :3], shares @ colours[:, :3].astype(float), atol=9)
    assert [label.colour for label in scene.labels if label.kind == "pole"] == [tuple(row) for row in colours]
    near = neighbours(state.runs[1], state).indices
    reference = second.frame(3).reference_probabilities[near]
    theirs = {
        ColourBy.CLASS: np.eye(4)[second.reference.labels[near]],
        ColourBy.PREDICTION: np.eye(4)[reference.argmax(1)],
        ColourBy.PROBABILITIES: reference,
    }[by]
    ghosts = scene.dots.palette[scene.ghosts.colours][:, :3]
    np.testing.assert_allclose(ghosts, theirs @ colours[:, :3].astype(float), atol=9)


@pytest.mark.parametrize("by", [ColourBy.PREDICTION, ColourBy.CONFIDENCE, ColourBy.PROBABILITIES])
def test_where_nothing_is_predicted_the_second_columns_dots_are_coloured_by_name_too(make_run, by: ColourBy) -> None:
    names = ("class 3", "class 1", "class 0", "class 2")
    first, second = make_run(classes=4), make_run(classes=4, trained=0, classifier="none", names=names)
    state = beside(first, second, colour_by=by)
    scene = compose(state.runs[1], state, EMBEDDING_VIEW)
    expected = class_colours(4, True)[[3, 1, 0, 2]][second.probe.labels]
    np.testing.assert_array_equal(colours_of(scene), expected)


# Neighbours


@pytest.mark.parametrize("view", [SIMPLEX_VIEW, EMBEDDING_VIEW])
def test_neighbours_of_the_reference_are_ghosts_joined_to_the_focus(make_run, view: int) -> None:
    run = make_run()
    opened = open_run(run)
    scene = compose(opened, State(moment=1.25, focus=7, k=6), view)
    vectors = [vector / np.linalg.norm(vector) for vector in run.frame(1).reference_embeddings.astype(float)]
    query = run.frame(1).embeddings[7].astype(float)
    near = sorted(range(40), key=lambda row: (-float(vectors[row] @ query), row))[:6]
    projection = opened.projections[view]
    one, other = projection.place_reference(run.frame(1)), projection.place_reference(run.frame(2))
    np.testing.assert_allclose(scene.ghosts.positions, 0.75 * one[near] + 0.25 * other[near], atol=1e-5)
    assert list(scene.ghosts.colours) == list(run.reference.labels[near])
    np.testing.assert_array_equal(scene.links.end, scene.ghosts.positions)
    mine = 0.75 * scene.dots.start[7] + 0.25 * scene.dots.end[7]
    np.testing.assert_allclose(scene.links.start, np.tile(mine, (6, 1)), atol=1e-5)
    assert not (scene.dots.flags & Flag.NEIGHBOUR).any()


def test_neighbours_of_the_probe_are_dots(make_run) -> None:
    scene = drawn(make_run(), 1, focus=7, k=6, among="probe")
    near = np.flatnonzero(scene.dots.flags & Flag.NEIGHBOUR)
    assert scene.ghosts is None
    assert {tuple(place) for place in scene.links.end} == {tuple(place) for place in scene.dots.start[near]}


def test_neighbours_can_be_left_out(make_run) -> None:
    scene = drawn(make_run(), focus=7, show_neighbours=False)
    assert scene.links is None
    assert scene.ghosts is None
    assert scene.dots.flags[7] == Flag.FOCUSED


# What stands around


def test_poles_carry_their_classes_names_and_colours(make_run) -> None:
    scene = drawn(make_run(classes=5), settings=replace(SIMPLEX, poles=(4, 1)))
    assert [label.text for label in scene.labels if label.kind == "pole"] == ["class 4", "class 1", "rest"]
    assert scene.labels[0].colour == tuple(class_colours(5, True)[4])
    assert scene.labels[2].colour == rgba(THEMES["dark"].muted)
    assert scene.labels[0].position == (-1, 0, 0)
    assert [lines.dashed for lines in scene.lines] == [False, True]
    assert len(drawn(make_run(), settings=replace(SIMPLEX, boundaries=False)).lines) == 1


def test_poles_are_red_green_and_blue_where_the_dots_are(make_run) -> None:
    run = make_run()
    scene = drawn(run, colour_by=ColourBy.PROBABILITIES)
    assert [label.colour[:3] for label in scene.labels if label.kind == "pole"] == [
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
    ]
    axes = drawn(run, settings=replace(SIMPLEX, layout="axes"))
    assert [label.text for label in axes.labels if label.kind == "axis"] == [f"class {n}-ness" for n in range(3)]
    assert not axes.camera.flat
    assert len(axes.lines) == 3


def test_regions_are_counted(make_run) -> None:
    run = make_run(classes=4)
    settings = replace(SIMPLEX, counts=True)
    scene = drawn(run, settings=settings, moment=1.0, hidden=frozenset({2}))
    seen = run.frame(1).predictions[run.probe.labels != 2]
    counts = [label.text for label in scene.labels if label.kind == "count"]
    assert counts == [str((seen == pole).sum()) for pole in range(4)]
    some = drawn(run, settings=settings, moment=1.0, selection=selection(3, 4, 5), isolated=True)
    assert sum(int(label.text) for label in some.labels if label.kind == "count") == 3
    rest = drawn(run, settings=replace(settings, poles=(3,)), moment=1.0)
    half = run.frame(1).probabilities[:, 3] > 0.5
    assert [label.text for label in rest.labels if label.kind == "count"] == [str(half.sum()), str((~half).sum())]


def test_loss_lines_lead_to_the_pole_of_the_label(make_run) -> None:
    run = make_run(classes=6, trained=5)
    settings = replace(SIMPLEX, loss_lines=True, poles=(1, 3))
    scene = drawn(run, settings=settings, moment=0.5)
    loss_lines = scene.lines[2:]
    ends = {label.text: label.position for label in scene.labels if label.kind == "pole"}
    expected = {}
    places = (scene.dots.start + scene.dots.end) / 2
    for row, label in enumerate(run.probe.labels):
        if label != 5:
            pole = {1: "class 1", 3: "class 3"}.get(int(label), "rest")
            expected.setdefault(pole, []).append(places[row])
    assert [len(lines.start) for lines in loss_lines] == [len(expected[text]) for text in ends]
    for lines, text in zip(loss_lines, ends, strict=True):
        np.testing.assert_allclose(lines.start, expected[text], atol=1e-6)
        np.testing.assert_allclose(lines.end, np.tile(ends[text], (len(lines.end), 1)), atol=1e-6)
    row = int(np.flatnonzero(run.probe.labels == 3)[0])
    one = drawn(run, settings=settings, moment=0.5, focus=row)
    assert [len(lines.start) for lines in one.lines[2:]] == [1]


@pytest.mark.parametrize("view", [SIMPLEX_VIEW, EMBEDDING_VIEW])
def test_prototypes_are_the_means_of_placed_reference_points(make_run, view: int) -> None:
    run = make_run()
    settings = (replace(SIMPLEX, prototypes=True), EMBEDDING)[view]
    opened = open_run(run, (SIMPLEX, EMBEDDING))
    scene = drawn(run, view, settings, moment=1.25, hidden=frozenset({0}))
    stars = [label for label in scene.labels if label.kind == "prototype"]
    named = ["class 1", "class 2"]
    assert [star.text for star in stars] == (["", ""] if view == SIMPLEX_VIEW else named)  # there a pole has the name
    one, other = (opened.projections[view].place_reference(run.frame(index)) for index in (1, 2))
    for star, name in zip(stars, (1, 2), strict=True):
        rows = run.reference.labels == name
        mean = 0.75 * one[rows].mean(0) + 0.25 * other[rows].mean(0)
        np.testing.assert_allclose(star.position, mean, atol=1e-4)


@pytest.mark.parametrize("view", [SIMPLEX_VIEW, EMBEDDING_VIEW])
def test_held_out_classes_are_hollow_and_have_stars_of_their_own(make_run, view: int) -> None:
    run = make_run(classes=4, trained=3)
    opened = open_run(run, (SIMPLEX, EMBEDDING))
    scene = drawn(run, view, (SIMPLEX, EMBEDDING)[view], moment=1.0)
    np.testing.assert_array_equal((scene.dots.flags & Flag.HELD_OUT) != 0, run.probe.labels == 3)
    (star,) = [label for label in scene.labels if label.text == "class 3"]
    assert star.kind == "prototype"
    places = opened.projections[view].place(run.frame(1))[run.probe.labels == 3]
    np.testing.assert_allclose(star.position, places.mean(0), atol=1e-4)


def test_stars_of_many_classes_have_no_names(make_run) -> None:
    stars = [label for label in drawn(make_run(classes=30, points=200), 1).labels if label.kind == "prototype"]
    assert len(stars) > 10
    assert {star.text for star in stars} == {""}


def test_the_floor_lies_under_a_cloud_in_three_dimensions(make_run) -> None:
    run = make_run()
    scene = drawn(run, 1)
    assert np.ptp(scene.grid.start[:, 1]) == 0
    assert (scene.dots.start[:, 1] > scene.grid.start[0, 1]).mean() > 0.97
    assert drawn(run, 1, replace(EMBEDDING, grid=False)).grid is None
    assert drawn(run, 1, replace(EMBEDDING, dimensions=2)).grid is None
    assert drawn(make_run(classes=4)).grid is None


# Where one looks from


@pytest.mark.parametrize("classes", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.2])
def test_all_poles_are_in_the_view(make_run, classes: int, aspect: float) -> None:
    opened = open_run(make_run(classes=classes, frames=1))
    scene = compose(opened, State(), 0, aspect)
    seen = project(opened.projections[0].corners, scene.camera, 400 * aspect, 400)
    assert (seen[:, :2] > 20).all()
    assert (seen[:, 0] < 400 * aspect - 20).all()
    assert (seen[:, 1] < 380).all()


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("aspect", [0.6, 1.0, 1.7])
def test_nearly_all_dots_are_in_the_view_at_any_moment(make_run, dimensions: int, aspect: float) -> None:
    run, settings = make_run(points=400, frames=6), replace(EMBEDDING, dimensions=dimensions)
    opened = open_run(run, (SIMPLEX, settings))
    extents = []
    for moment in np.linspace(0, 5, 21):
        scene = compose(opened, State(moment=float(moment), views=(SIMPLEX, settings)), 1, aspect)
        dots = scene.dots
        seen = project(dots.start + dots.blend * (dots.end - dots.start), scene.camera, 400 * aspect, 400)
        inside = (seen[:, 0] > 0) & (seen[:, 0] < 400 * aspect) & (seen[:, 1] > 0) & (seen[:, 1] < 400)
        assert inside.mean() > 0.99
        extents.append(scene.camera.extent)
    changes = np.diff(extents)
    assert np.abs(np.diff(changes)).max() < 0.2 * max(extents)  # no jump


def test_a_camera_that_was_turned_stays(make_run) -> None:
    camera = Camera(extent=7.0, flat=False)
    assert drawn(make_run(), 1, cameras=(None, camera)).camera is camera


# What it says


def test_words(make_run) -> None:
    run = make_run(points=1200)
    scene = drawn(run, moment=2.4)
    assert scene.title == "Simplex"
    assert scene.note == "3 classes · class probabilities"
    assert scene.status == "1,200 of 1,200 shown · accuracy 0.901 · loss 0.31"
    shown = int((run.probe.labels != 0).sum())
    embedding = drawn(run, 1, moment=2.6, hidden=frozenset({0}), selection=selection(1, 2))
    assert embedding.title == "Embedding"
    assert embedding.note.endswith("% of the variance · PCA, 3-D of 5, aligned over time")
    assert embedding.status == f"{shown:,} of 1,200 shown · 2 selected · 1-NN 0.800 · pixels 0.93 · step 0 0.50"


def test_warnings_stand_in_the_note(make_run) -> None:
    assert "held out, without a pole: class 3, class 4" in drawn(make_run(classes=5, trained=3)).note
    many = make_run(classes=60, points=200)
    assert "60 classes: colour alone no longer tells them apart" in drawn(many).note
    assert "colour alone" not in drawn(many, colour_by=ColourBy.LOSS).note


def test_before_the_first_frame_the_poles_wait(make_run) -> None:
    run = make_run()
    opened = OpenRun(run, 0, (open_run(run).projections[0], None))
    simplex, embedding = (compose(opened, State(), view) for view in (0, 1))
    assert [label.text for label in simplex.labels] == ["class 0", "class 1", "class 2"]
    assert len(simplex.lines) == 2
    for scene in (simplex, embedding):
        assert scene.dots.start.shape == (0, 3)
        assert scene.status == "waiting for the first frame"
    assert embedding.note == "being made…"
    assert compose(opened, State(), 0).dots is simplex.dots


def test_themes(make_run) -> None:
    run = make_run()
    for name, theme in THEMES.items():
        scene = drawn(run, dark=name == "dark")
        assert scene.background == rgba(theme.canvas)
        assert scene.foreground == rgba(theme.text)


def test_dots_are_smaller_where_there_are_more(make_run) -> None:
    sizes = [dot_size(count) for count in (0, 10, 500, 1500, 20_000, 10**7)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2:5] == pytest.approx([7, 4.8, 2.6])
    run = make_run()
    assert drawn(run, presenting=True).dots.size > drawn(run).dots.size
    assert drawn(run, dot_size=3.5).dots.size == 3.5
