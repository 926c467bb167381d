"""Accuracy, class similarity, confusion and probabilities against loops over pairs."""

import math

import numpy as np
import pytest

from latentarium.analysis.accuracy import accuracy, knn_accuracy
from latentarium.analysis.confusion import confusion
from latentarium.analysis.probabilities import cross_entropy, prototype_probabilities, prototypes
from latentarium.analysis.similarity import class_similarity

RANDOM = np.random.default_rng(0)
POINTS = RANDOM.normal(size=(40, 6)).astype(np.float32)
LABELS = RANDOM.integers(0, 4, 40)


def test_accuracy():
    assert accuracy(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 0])) == 0.75
    assert math.isnan(accuracy(np.array([], np.int64), np.array([], np.int64)))


@pytest.mark.parametrize("k", [1, 3, 6])
def test_knn_accuracy_is_a_vote(k):
    queries = RANDOM.normal(size=(25, 6)).astype(np.float32)
    labels = RANDOM.integers(0, 4, 25)
    right = 0
    for query, label in zip(queries, labels, strict=True):
        order = np.argsort(((POINTS - query) ** 2).sum(1), kind="stable")[:k]
        votes = list(LABELS[order])
        winner = max(votes, key=lambda vote: (votes.count(vote), -votes.index(vote)))
        right += winner == label
    assert knn_accuracy(queries, labels, POINTS, LABELS, k) == right / 25
    assert math.isnan(knn_accuracy(queries[:0], labels[:0], POINTS, LABELS))


def test_class_similarity_is_the_mean_over_pairs():
    points = np.concatenate([POINTS, np.zeros((1, 6), np.float32), np.ones((1, 6), np.float32)])
    labels = np.concatenate([LABELS, [2, 4]])
    measured = class_similarity(points, labels, 6)
    for a in range(6):
        for b in range(6):
            pairs = []
            for i in np.flatnonzero(labels == a):
                for j in np.flatnonzero(labels == b):
                    if i != j:
                        lengths = np.linalg.norm(points[i]) * np.linalg.norm(points[j])
                        pairs.append(float(points[i] @ points[j] / lengths) if lengths > 0 else 0.0)
            expected = np.mean(pairs) if pairs else math.nan
            assert measured[a, b] == pytest.approx(expected, abs=1e-6, nan_ok=True)
    assert math.isnan(measured[4, 4])  # one point has no pair
    assert np.isnan(measured[5]).all()  # no point


def test_confusion_counts_pairs():
    labels, predictions = np.array([0, 0, 1, 2, -1, 1, 3]), np.array([0, 1, 1, 0, 0, 1, 1])
    np.testing.assert_array_equal(confusion(labels, predictions, 3), [[1, 1, 0], [0, 2, 0], [1, 0, 0]])
    assert confusion(labels, predictions, 3).dtype == np.int64


def test_prototypes_are_means():
    measured = prototypes(POINTS, LABELS, 5)
    for label in range(4):
        np.testing.assert_allclose(measured[label], POINTS[label == LABELS].astype(np.float64).mean(0), atol=1e-12)
    assert np.isnan(measured[4]).all()


@pytest.mark.parametrize("temperature", [0.05, 1.0, 30.0])
def test_prototype_probabilities_are_a_softmax_of_squared_distances(temperature):
    centres = prototypes(POINTS + 100, LABELS, 5)
    measured = prototype_probabilities(POINTS + 100, centres, temperature)
    for row, point in enumerate((POINTS + 100).astype(np.float64)):
        exponents = [-float(((point - centre) ** 2).sum()) / temperature for centre in centres[:4]]
        weights = [math.exp(exponent - max(exponents)) for exponent in exponents]
        np.testing.assert_allclose(measured[row, :4], np.array(weights) / sum(weights), rtol=1e-5, atol=1e-9)
    assert (measured[:, 4] == 0).all()
    assert measured.dtype == np.float32
    np.testing.assert_allclose(measured.sum(1), 1, atol=1e-6)


def test_prototype_probabilities_far_away_stay_finite():
    measured = prototype_probabilities(np.array([[1e6, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]), 1e-3)
    np.testing.assert_array_equal(measured, [[0, 1]])
    with pytest.raises(ValueError):
        prototype_probabilities(POINTS, np.full((2, 6), np.nan), 1.0)


def test_cross_entropy():
    rows = np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5], [0.5, 0.5], [1.0, 0.0]], np.float32)
    loss = cross_entropy(rows, np.array([1, 0, 2, -1, 1]))
    np.testing.assert_allclose(loss[:2], [-math.log(0.75), 0])
    assert np.isnan(loss[2:4]).all()
    assert 87 < loss[4] < 88
    assert not np.signbit(loss[1])
