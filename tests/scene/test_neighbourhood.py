"""Neighbours of the focus, against a sort of all distances."""

import numpy as np
import pytest

from latentarium.scene.desk import open_run
from latentarium.scene.neighbourhood import neighbours
from latentarium.scene.state import State


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("among", ["reference", "probe"])
def test_they_are_the_nearest_of_all(make_run, metric: str, among: str) -> None:
    run = make_run()
    state = State(moment=1.6, focus=7, k=9, metric=metric, among=among)
    found = neighbours(open_run(run), state)
    frame = run.frame(2)
    query = frame.embeddings[7].astype(float)
    points = (frame.embeddings if among == "probe" else frame.reference_embeddings).astype(float)
    if metric == "cosine":
        query, points = query / np.linalg.norm(query), points / np.linalg.norm(points, axis=1, keepdims=True)
        distances = 1 - points @ query
    else:
        distances = np.linalg.norm(points - query, axis=1)
    if among == "probe":
        distances[7] = np.inf
    nearest = np.argsort(distances, kind="stable")[:9]
    np.testing.assert_array_equal(found.indices, nearest)
    np.testing.assert_allclose(found.distances, distances[nearest], atol=1e-6)
    labels = (run.probe if among == "probe" else run.reference).labels[nearest]
    np.testing.assert_array_equal(found.labels, labels)
    assert found.same == (labels == run.probe.labels[7]).sum()
    assert len(found) == 9
    assert found.among == among


def test_the_same_question_has_the_very_same_answer(make_run) -> None:
    opened = open_run(make_run())
    state = State(moment=1.0, focus=3)
    assert neighbours(opened, state) is neighbours(opened, State(moment=1.2, focus=3, hovered=9))
    assert neighbours(opened, state) is not neighbours(opened, State(moment=2.0, focus=3))
    assert neighbours(opened, state, 5) is neighbours(opened, State(moment=1.0, focus=5))


def test_without_a_point_or_a_frame_there_are_none(make_run) -> None:
    run = make_run()
    opened = open_run(run)
    assert neighbours(opened, State()) is None
    assert neighbours(opened, State(focus=60)) is None
    empty = type(opened)(run, 0, opened.projections)
    assert neighbours(empty, State(focus=3)) is None


def test_there_may_be_fewer_than_asked_for(make_run) -> None:
    opened = open_run(make_run(points=5))
    assert len(neighbours(opened, State(focus=3, k=50, among="probe"))) == 4
    assert len(neighbours(opened, State(focus=3, k=50))) == 40
