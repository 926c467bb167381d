"""Verification, few-shot accuracy and their trials, against loops over pairs, thresholds and draws."""

import math

import numpy as np
import pytest

from latentarium.analysis.few_shot import VOTERS, draw_examples, few_shot
from latentarium.analysis.verification import (
    best_threshold,
    draw_pairs,
    pair_distances,
    roc_auc,
    threshold_accuracy,
)
from latentarium.analysis.zero_shot import draw_trials
from latentarium.core.frame import KNN_SHOTS, PROTOTYPE_SHOTS, VERIFICATION, VERIFICATION_AUC, ZERO_SHOT

RANDOM = np.random.default_rng(0)
LABELS = np.concatenate([RANDOM.integers(0, 4, 60), np.repeat([4, 5, 6], [30, 40, 26]), [-1, -1]])
POINTS = (RANDOM.normal(size=(len(LABELS), 5)) + np.eye(7, 5)[LABELS]).astype(np.float32)
ROWS = np.flatnonzero(LABELS >= 4)


def test_pairs_are_of_unseen_images_alone_half_of_them_of_one_class():
    pairs = draw_pairs(LABELS, ROWS, 200)
    assert len(pairs) == 400
    assert set(pairs.first) | set(pairs.second) <= set(ROWS)
    assert (pairs.same == (LABELS[pairs.first] == LABELS[pairs.second])).all()
    assert (pairs.first != pairs.second).all()
    assert len({frozenset(pair) for pair in zip(pairs.first, pairs.second, strict=True)}) == 400
    for half in (pairs.same[: pairs.half], pairs.same[pairs.half :]):
        assert half.mean() == 0.5
    again = draw_pairs(LABELS, ROWS, 200)
    assert (again.first == pairs.first).all()
    assert not pairs.same.flags.writeable
    drawn = np.bincount(LABELS[pairs.first[pairs.same]])[4:]
    assert drawn.min() > 45  # of 200: each class as likely as another


@pytest.mark.parametrize("labels", [[], [4], [4, 5], [4, 4, 4], [4, 4, 5]])
def test_too_few_unseen_images_make_no_pairs(labels):
    assert draw_pairs(np.array(labels, np.int64), np.arange(len(labels))) is None


def test_few_unseen_images_make_few_pairs():
    pairs = draw_pairs(np.array([4, 4, 5, 5]), np.arange(4))
    assert len(pairs) == 4
    assert pairs.half == 2


def slow_threshold_accuracy(distances, same, threshold):
    return np.mean([(distance <= threshold) == alike for distance, alike in zip(distances, same, strict=True)])


@pytest.mark.parametrize("seed", range(6))
def test_no_threshold_is_better_than_the_best(seed):
    random = np.random.default_rng(seed)
    distances = random.integers(0, 12, 40) / 4  # many ties, and 0
    same = random.random(40) < (0.9, 0.5, 0.1)[seed % 3]
    threshold = best_threshold(distances, same)
    wanted = max(slow_threshold_accuracy(distances, same, cut) for cut in [-1, *distances])
    assert threshold_accuracy(distances, same, threshold) == pytest.approx(wanted)
    assert slow_threshold_accuracy(distances, same, threshold) == pytest.approx(wanted)


def test_thresholds_at_the_ends():
    near, far = np.array([1.0, 2.0]), np.array([False, False])
    assert best_threshold(near, far) < 1
    assert best_threshold(near, ~far) == 2
    assert best_threshold(np.array([1.0, 2.0, 4.0]), np.array([True, True, False])) == 3
    assert best_threshold(np.zeros(2), far) < 0
    with pytest.raises(ValueError, match="pair"):
        best_threshold(np.empty(0), np.empty(0, bool))
    assert math.isnan(threshold_accuracy(np.empty(0), np.empty(0, bool), 1.0))


def test_the_area_counts_pairs_of_pairs():
    distances = RANDOM.integers(0, 10, 50).astype(float)
    same = RANDOM.random(50) < 0.4
    wins = [(a < b) + (a == b) / 2 for a in distances[same] for b in distances[~same]]
    assert roc_auc(distances, same) == pytest.approx(np.mean(wins))
    assert roc_auc(np.array([1.0, 2.0]), np.array([True, False])) == 1
    assert math.isnan(roc_auc(distances, np.zeros(50, bool)))


def test_draws_share_out_each_class_alike():
    draws = draw_examples(LABELS, ROWS)
    assert draws.shots == (1, 5, 20)
    assert draws.examples.shape == (20, 3, 20)
    assert draws.queries.shape == (20, 3, 6)  # the smallest class has 26
    for examples, queries in zip(draws.examples, draws.queries, strict=True):
        assert len({*examples.flat, *queries.flat}) == 3 * 26
        for label, some, asked in zip((4, 5, 6), examples, queries, strict=True):
            assert (LABELS[some] == label).all()
            assert (LABELS[asked] == label).all()
    assert draw_examples(np.array([4] * 9 + [5] * 6), np.arange(15)).shots == (1, 5)
    assert draw_examples(np.array([4] * 9 + [5]), np.arange(10)) is None
    assert draw_examples(np.array([4] * 9), np.arange(9)) is None
    assert len(draw_examples(np.repeat(np.arange(60), 2), np.arange(120)).examples) == 2


def test_few_shots_against_loops():
    draws = draw_examples(LABELS, ROWS)
    points = POINTS.astype(np.float64)
    found = few_shot(POINTS, draws)
    assert tuple(found) == draws.shots
    for shots, (by_mean, by_vote) in found.items():
        right_mean, right_vote = [], []
        for examples, queries in zip(draws.examples, draws.queries, strict=True):
            means = [points[some[:shots]].mean(0) for some in examples]
            labelled = [(label, row) for label, some in enumerate(examples) for row in some[:shots]]
            for label, asked in enumerate(queries):
                for query in points[asked]:
                    right_mean.append(int(np.argmin([((query - mean) ** 2).sum() for mean in means])) == label)
                    order = sorted(labelled, key=lambda pair, query=query: ((query - points[pair[1]]) ** 2).sum())
                    votes = [vote for vote, _ in order[: VOTERS[shots]]]
                    winner = max(votes, key=lambda vote, votes=votes: (votes.count(vote), -votes.index(vote)))
                    right_vote.append(winner == label)
        assert by_mean == pytest.approx(np.mean(right_mean))
        assert by_vote == pytest.approx(np.mean(right_vote))


def test_trials_measure_a_space():
    trials = draw_trials(LABELS, 4)
    figures = trials.measure(POINTS)
    assert tuple(sorted(figures)) == tuple(sorted(ZERO_SHOT))
    pairs, half = trials.pairs, trials.pairs.half
    distances = np.linalg.norm(POINTS[pairs.first].astype(float) - POINTS[pairs.second], axis=1)
    np.testing.assert_allclose(pair_distances(POINTS, pairs.first, pairs.second), distances)
    threshold = best_threshold(distances[:half], pairs.same[:half])
    assert figures[VERIFICATION] == threshold_accuracy(distances[half:], pairs.same[half:], threshold)
    assert figures[VERIFICATION_AUC] == roc_auc(distances, pairs.same)
    assert (figures[PROTOTYPE_SHOTS[5]], figures[KNN_SHOTS[5]]) == few_shot(POINTS, trials.draws)[5]
    apart = np.eye(7, dtype=np.float32)[LABELS]  # every class in a place of its own
    assert set(trials.measure(apart).values()) == {1.0}
    together = trials.measure(np.zeros_like(apart))
    assert together[VERIFICATION] == together[VERIFICATION_AUC] == 0.5


def test_no_trials_where_nothing_is_held_out():
    assert draw_trials(LABELS, 7) is None
    assert draw_trials(LABELS, 6) is None  # one unseen class: there are no different pairs
    alone = draw_trials(np.array([0, 0, 1, 1, 1, 2]), 1)
    assert alone.draws is None
    assert set(alone.measure(np.zeros((6, 2), np.float32))) == {VERIFICATION, VERIFICATION_AUC}
