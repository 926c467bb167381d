"""Trails and springs of the dots one looks at."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latentarium.core.arrays import frozen_ints
from latentarium.core.objectives import Contrastive, Decoupled, InfoNCE, SupCon, Triplet
from latentarium.scene.compose import compose
from latentarium.scene.desk import open_run
from latentarium.scene.forces import Comparing, springs
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Lines
from latentarium.scene.state import EMBEDDING, SIMPLEX, Selection, State, ViewSettings
from latentarium.scene.trails import looked_at, trails

RAW = ViewSettings("embedding", method="raw", dimensions=2)


def segments(lines: tuple[Lines, ...]) -> list[tuple[float, ...]]:
    ends = [np.hstack([group.start, group.end]) for group in lines]
    return sorted(tuple(np.round(row, 4).tolist()) for row in (np.vstack(ends) if ends else []))


@pytest.mark.parametrize(("moment", "earlier"), [(0.0, []), (1.0, [0]), (2.5, [1, 2]), (3.0, [1, 2])])
def test_a_trail_is_the_way_over_the_last_frames(make_run, moment: float, earlier: list[int]) -> None:
    run = make_run(width=2)
    views = (SIMPLEX, RAW)
    opened = open_run(run, views)
    state = State(views=views, moment=moment, trail=2, hovered=4, focus=7, selection=Selection(frozen_ints([7, 9])))
    projection = opened.projections[1]
    shown = compose(opened, state, 1).dots
    now = shown.start + np.float32(shown.blend) * (shown.end - shown.start)
    wanted = []
    for row in (4, 7, 9):
        places = [projection.place(run.frame(index))[row] for index in earlier] + [now[row]]
        wanted += [np.concatenate(pair) for pair in pairwise(places)]
    assert segments(trails(opened, projection, state)) == sorted(tuple(np.round(row, 4).tolist()) for row in wanted)


def test_a_trail_has_its_classs_colour_and_fades_with_age(make_run) -> None:
    run = make_run(width=2, frames=9)
    opened = open_run(run, (SIMPLEX, RAW))
    state = State(views=(SIMPLEX, RAW), moment=8.0, trail=8, focus=5)
    lines = trails(opened, opened.projections[1], state)
    assert {group.colour[:3] for group in lines} == {tuple(class_colours(3, True)[run.probe.labels[5], :3].tolist())}
    alphas = [group.colour[3] for group in lines]
    assert alphas == sorted(set(alphas))
    place = opened.projections[1].place
    np.testing.assert_array_equal(lines[0].start[0], place(run.frame(0))[5])
    np.testing.assert_array_equal(lines[-1].end[-1], place(run.frame(8))[5])
    assert trails(opened, opened.projections[1], state) is lines
    assert trails(opened, opened.projections[1], replace(state, trail=0)) == ()


def test_hidden_classes_and_rows_that_are_not_there_have_no_trail(make_run) -> None:
    run = make_run()
    hidden = frozenset({int(run.probe.labels[3])})
    state = State(hovered=3, focus=999, selection=Selection(frozen_ints([1, 3])), hidden=hidden)
    rows = looked_at(open_run(run), state).tolist()
    assert rows == ([1] if int(run.probe.labels[1]) not in hidden else [])


def test_springs_pull_by_their_length_and_push_within_the_margin() -> None:
    points = np.array([[3.0, 0.0], [1.0, 0.0], [0.0, 0.5], [0.0, 2.0], [0.0, 0.0]])
    found = springs(Contrastive(margin=2.0), np.zeros(2), 1, points, np.array([1, 1, 0, 0, 1]))
    assert found.rows.tolist() == [0, 2, 1]  # 3 is beyond the margin, 4 has length 0
    assert found.attraction.tolist() == [True, False, True]
    np.testing.assert_allclose(found.force * 5, [3.0, 1.5, 1.0])


def test_a_triplet_whose_hinge_is_active_pulls_and_pushes() -> None:
    points = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.5], [0.0, 9.0]])
    found = springs(Triplet(margin=1.0), np.zeros(2), 0, points, np.array([0, 0, 1, 1]))
    wanted = np.zeros(4)
    for positive in (0, 1):
        for negative in (2, 3):
            near, far = np.linalg.norm(points[positive]), np.linalg.norm(points[negative])
            if near**2 - far**2 + 1.0 > 0:
                wanted[[positive, negative]] += np.array([2 * near, 2 * far]) / 4
    np.testing.assert_allclose(found.force, sorted(wanted[wanted > 0], reverse=True))
    assert dict(zip(found.rows.tolist(), found.attraction.tolist(), strict=True)) == {1: True, 2: False}


@pytest.mark.parametrize(
    "settings",
    [
        Contrastive(margin=3.0),
        Triplet(mining="batch-hard"),
        Triplet(mining="semi-hard", margin=4.0),
        InfoNCE(temperature=0.2),
        Decoupled(),
        SupCon(temperature=0.5),
    ],
)
def test_the_forces_are_those_that_train(make_run, settings: Comparing) -> None:
    from latentarium.training.inspection import springs_of

    run = make_run(width=2, classifier="none")
    recipe = run.recipe.model_copy(update={"objective": (settings,)})
    frame, label, labels = run.frame(2), int(run.probe.labels[11]), run.reference.labels
    trained = springs_of(recipe, frame.embeddings[11], label, frame.reference_embeddings, labels)
    found = springs(settings, frame.embeddings[11], label, frame.reference_embeddings, labels)
    forces = [np.zeros(len(labels)), np.zeros(len(labels))]
    for force, spring in zip(forces, (trained, found), strict=True):
        force[spring.rows] = np.where(spring.attraction, spring.force, -spring.force)
    assert np.abs(forces[0]).max() > 0
    np.testing.assert_allclose(forces[1], forces[0], rtol=1e-4, atol=1e-7)


def test_the_focus_shows_its_springs_in_two_colours(make_run) -> None:
    run = make_run(width=2, classifier="none", objective="contrastive")
    views = (SIMPLEX, RAW)
    opened = open_run(run, views)
    frame, labels = run.frame(2), run.probe.labels
    gaps = np.linalg.norm(frame.embeddings[:, None] - frame.reference_embeddings[None], axis=2)
    near = (gaps + 10 * (labels[:, None] == run.reference.labels[None])).min(1)
    row = int(near.argmin())  # the dot that another class comes nearest to
    scene = compose(opened, State(views=views, moment=1.5, focus=row), 1)
    focus = scene.dots.start[row] + np.float32(0.5) * (scene.dots.end[row] - scene.dots.start[row])
    assert len({group.colour[:3] for group in scene.lines}) == 2
    for group in scene.lines:
        np.testing.assert_allclose(group.start, np.broadcast_to(focus, group.start.shape), rtol=1e-6)
    ends = np.vstack([group.end for group in scene.lines])
    assert {tuple(row) for row in ends.tolist()} == {tuple(row) for row in scene.ghosts.positions.tolist()}
    assert "springs: " in scene.note
    off = (SIMPLEX, replace(RAW, springs=False))
    assert compose(opened, State(views=off, moment=1.5, focus=11), 1).lines == ()
    other = make_run(width=5)
    assert compose(open_run(other), State(views=(SIMPLEX, EMBEDDING), focus=11), 1).lines == ()
