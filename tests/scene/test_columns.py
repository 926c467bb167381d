"""Two columns: which moments, which views, which cameras."""

from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latentarium.runs.run import Run
from latentarium.scene.alignment import anchored_here, laid_over, outdated_views
from latentarium.scene.camera import Camera
from latentarium.scene.columns import (
    beside,
    frame_beside,
    framed,
    linked,
    linked_cameras,
    own_cameras,
    reframed,
    shows_both,
    shows_second,
    shows_view,
    stands_left,
    swapped,
    with_second,
)
from latentarium.scene.compose import compose
from latentarium.scene.desk import open_run
from latentarium.scene.link import length_of, moment_at, step_at
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Flag
from latentarium.scene.state import State


def after(state: State, changes: dict[str, Any]) -> State:
    return replace(state, **changes)


def test_steps_between_frames_go_straight(make_run: Any) -> None:
    run: Run = make_run(frames=6)
    steps = [entry.step for entry in run.entries]
    for moment in np.linspace(0, 5, 23):
        step = step_at(run, float(moment))
        assert step == pytest.approx(np.interp(moment, range(6), steps))
        assert moment_at(run, 6, step) == pytest.approx(moment)
    assert moment_at(run, 3, 1e9) == 2
    assert moment_at(run, 6, -5) == 0
    assert step_at(run, 99) == steps[-1]
    assert length_of(run, False) == steps[-1]
    assert length_of(run, True) >= steps[-1]


def test_a_second_run_follows_by_step_by_fraction_or_not(make_run: Any) -> None:
    long, short = make_run(frames=9), make_run(frames=5)
    state = State(runs=(open_run(long),), moment=8.0)
    state = after(state, beside(state, open_run(short)))
    other = state.runs[1]
    assert state.link == "step"
    assert state.moment_in(state.runs[0]) == 8
    assert state.moment_in(other) == 4, "there is no such step: its last frame"
    half = replace(state, moment=4.0)
    assert step_at(short, half.moment_in(other)) == min(step_at(long, 4.0), short.entries[-1].step)
    share = after(half, linked(half, "fraction"))
    got = step_at(short, share.moment_in(share.runs[1])) / short.entries[-1].step
    assert got == pytest.approx(step_at(long, 4.0) / long.entries[-1].step)
    alone = after(share, linked(share, "alone"))
    assert alone.runs[1].moment == round(share.moment_in(share.runs[1]))
    assert replace(alone, moment=0.0).moment_in(alone.runs[1]) == alone.runs[1].moment
    assert after(alone, linked(alone, "step")).runs[1].moment is None


def test_single_frames_and_frames_asked_for_stand_alone(make_run: Any) -> None:
    state = State(runs=(open_run(make_run(frames=6)),), moment=3.0)
    single = after(state, beside(state, open_run(make_run(frames=1))))
    assert (single.link, single.runs[1].moment) == ("alone", 0)
    asked = after(state, beside(state, open_run(make_run(frames=6)), -2))
    assert (asked.link, asked.runs[1].moment, asked.anchor) == ("alone", 4, (3, 4))
    same = after(state, frame_beside(state, 0))
    assert same.runs[1].run is same.runs[0].run
    assert same.frame_in(same.runs[1]) == 0


def test_swapping_keeps_what_is_seen(make_run: Any) -> None:
    state = State(runs=(open_run(make_run(frames=6)),), moment=3.0)
    state = after(state, beside(state, open_run(make_run(frames=6)), 1))
    state = replace(state, comparison=replace(state.comparison, metric_b="euclidean"))
    other = after(state, swapped(state))
    assert [shown.run for shown in other.runs] == [shown.run for shown in reversed(state.runs)]
    assert [other.moment_in(shown) for shown in other.runs] == [1, 3]
    assert (other.comparison.metric_a, other.comparison.metric_b) == ("euclidean", "cosine")
    assert other.anchor == (1, 3)
    back = after(other, swapped(other))
    assert [back.moment_in(shown) for shown in back.runs] == [3, 1]


def test_which_views_and_columns_are_seen(make_run: Any) -> None:
    state = State(runs=(open_run(make_run(frames=6)),), moment=3.0, workspace="compare")
    assert not shows_second(state)
    assert shows_both(state, 0)
    state = after(state, beside(state, open_run(make_run(frames=6))))
    assert shows_second(state)
    assert not shows_second(replace(state, workspace="train")), "another run is seen where it is compared"
    assert [shows_view(state, 0, view) for view in (0, 1)] == [False, True]
    both = after(state, with_second(state, shows="both"))
    assert [shows_view(both, 1, view) for view in (0, 1)] == [True, True]
    moments = after(state, frame_beside(state, 0))
    assert not stands_left(moments), "A is at the left where runs are compared"
    assert stands_left(replace(moments, workspace="train"))


def test_cameras_of_two_columns(make_run: Any) -> None:
    state = State(runs=(open_run(make_run(frames=6)),), moment=3.0, workspace="compare")
    state = after(state, beside(state, open_run(make_run(frames=6))))
    aim = {"cameras": (None, Camera((1.0, 0.0, 0.0)))}
    assert own_cameras(state, 1, 1, aim) is aim
    apart = after(state, linked_cameras(state, False))
    assert apart.runs[1].cameras == (None, None)
    moved = after(apart, own_cameras(apart, 1, 1, aim))
    assert moved.runs[1].cameras == aim["cameras"]
    assert moved.cameras == (None, None)
    assert own_cameras(moved, 0, 1, aim) is aim
    assert after(moved, reframed(moved, (None, None), 1)).runs[1].cameras == (None, None)
    assert after(moved, framed(moved)).runs[1].cameras == (None, None)
    assert after(moved, linked_cameras(moved, True)).runs[1].cameras is None


def test_the_second_lies_over_the_first_and_morphs_into_it(make_run: Any) -> None:
    run, other = make_run(frames=6, width=5), make_run(frames=6, width=4)
    state = State(runs=(open_run(run),), moment=5.0, workspace="compare")
    state = after(state, beside(state, open_run(other)))
    assert [view for view, _ in outdated_views(state)] == []  # nothing is placed yet
    for shown in state.runs:
        for projection in shown.projections:
            assert projection is not None
            projection.extend(5)
    assert [view for view, _ in outdated_views(state)] == [1]
    state = after(state, with_second(state, aligned=laid_over(state)))
    assert outdated_views(state) == ()
    first, second = state.runs
    assert second.seen(1) is second.aligned[1]
    assert second.seen(0) is second.projections[0]

    scenes = [compose(shown, state, 1) for shown in state.runs]
    assert scenes[0].camera == scenes[1].camera, "two clouds over each other are framed as one"
    assert "aligned to A" in scenes[1].note
    start, goal = (scene.dots.start for scene in scenes)
    half = replace(state, morph=0.5)
    moving = compose(first, half, 1)
    assert (moving.dots.start is start, moving.dots.end is goal, moving.dots.blend) == (True, True, 0.5)
    assert "50% of the way to B" in moving.note
    later = compose(first, replace(state, morph=0.75), 1)
    assert (later.dots.start is start, later.dots.end is goal, later.dots.blend) == (True, True, 0.75)
    assert compose(half.runs[1], half, 1).dots is scenes[1].dots, "B stays"
    simplex = compose(first, half, 0)
    assert simplex.dots.blend == 0.5
    ends = [{label.text: label for label in compose(shown, state, 0).labels} for shown in state.runs]
    for label in simplex.labels:
        if label.kind == "prototype" and label.text:
            places = [end[label.text].position for end in ends]
            np.testing.assert_allclose(label.position, np.mean(places, axis=0), atol=1e-5)
        elif label.kind != "prototype":
            assert label == ends[0][label.text], "the poles stay"
    stars = [[label.position for label in compose(first, now, 1).labels] for now in (state, half)]
    theirs = [label.position for label in scenes[1].labels]
    np.testing.assert_allclose(stars[1], (np.array(stars[0]) + theirs) / 2, atol=1e-4)
    between = compose(first, replace(half, moment=2.5), 1)
    expected = [shown.seen(1) for shown in state.runs]
    middle = [
        0.5 * (p.place(s.run.frame(2)) + p.place(s.run.frame(3))) for p, s in zip(expected, state.runs, strict=True)
    ]
    np.testing.assert_allclose(between.dots.start, middle[0], atol=1e-5)
    np.testing.assert_allclose(between.dots.end, middle[1], atol=1e-5)

    # Another wish, and the same at other frames.
    other_wish = replace(state, align="rotation")
    assert [view for view, _ in outdated_views(other_wish)] == [1]
    assert [key for _, key in outdated_views(replace(state, align="none"))] == [None]
    here = after(replace(state, moment=2.0), anchored_here(replace(state, moment=2.0)))
    assert here.anchor == (2, 2)
    assert [view for view, _ in outdated_views(here)] == [1]


def test_classes_of_both_columns_are_the_same_by_name(make_run: Any) -> None:
    """B counts its classes otherwise: colours, poles and hidden classes are those of A's names."""
    run = make_run(classes=3)
    other = copy(make_run(classes=4))
    other.classes = ("new", "class 2", "class 0", "class 1")
    state = State(runs=(open_run(run), open_run(other)), moment=3.0, workspace="compare", hidden=frozenset({1}))
    own = class_colours(4, True)
    first, second = (compose(shown, state, 0) for shown in state.runs)
    np.testing.assert_array_equal(first.dots.palette[:3], own[:3])
    np.testing.assert_array_equal(second.dots.palette, own[[3, 2, 0, 1]])
    hidden = (second.dots.flags & Flag.HIDDEN) != 0
    np.testing.assert_array_equal(hidden, other.probe.labels == 3)
    poles = {label.text: label.colour for label in second.labels if label.kind == "pole"}
    for name, colour in zip(other.classes, own[[3, 2, 0, 1]].tolist(), strict=True):
        assert list(poles[name]) == colour
    alone = compose(state.runs[1], replace(state, runs=state.runs[1:], hidden=frozenset()), 0)
    np.testing.assert_array_equal(alone.dots.palette, own)
