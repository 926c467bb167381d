"""What happens between two frames, against a slow obvious version."""

import math

import numpy as np
import pytest

from latentarium.analysis.events import FLIP, FORGOTTEN, JUMP, MOVER, distances_moved, events_between
from latentarium.core.arrays import frozen_floats
from latentarium.core.frame import Frame


def frame(embeddings: np.ndarray, probabilities: np.ndarray) -> Frame:
    return Frame(0, 0.0, *(frozen_floats(values) for values in (embeddings, probabilities, embeddings, probabilities)))


def rotation(seed: int, width: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(width, width)))[0]


def test_what_happens_is_what_a_loop_finds() -> None:
    generator = np.random.default_rng(0)
    count, classes = 300, 4
    old, new = (generator.dirichlet(np.ones(classes) * 0.3, count) for _ in range(2))
    labels = generator.integers(-1, classes + 1, count)  # -1: no label; 4: held out
    places = generator.normal(size=(count, 5))
    moved = (places + generator.normal(size=(count, 5)) * generator.exponential(0.3, (count, 1))) @ rotation(1, 5) + 3
    found = {e.kind: e for e in events_between(frame(places, old), frame(moved, new), labels, 7)}
    far = distances_moved(frozen_floats(places), frozen_floats(moved))
    limit = sum(far) / count + 2 * math.sqrt(sum((d - sum(far) / count) ** 2 for d in far) / count)
    expected: dict[str, list[int]] = {FLIP: [], FORGOTTEN: [], JUMP: [], MOVER: []}
    for row in range(count):
        a, b = int(np.argmax(old[row])), int(np.argmax(new[row]))
        if a != b:
            expected[FLIP].append(row)
        if a == labels[row] and b != labels[row]:
            expected[FORGOTTEN].append(row)
        if abs(max(new[row]) - max(old[row])) > 0.5:
            expected[JUMP].append(row)
        if far[row] > limit:
            expected[MOVER].append(row)
    assert all(expected.values())
    assert {kind: event.rows.tolist() for kind, event in found.items()} == expected
    assert {event.frame for event in found.values()} == {7}


@pytest.mark.parametrize("width", [2, 3, 40])
def test_a_turned_and_shifted_cloud_has_not_moved(width: int) -> None:
    places = np.random.default_rng(2).normal(size=(100, width))
    turned = places @ rotation(3, width) - 5
    assert distances_moved(places, turned).max() < 1e-9
    turned[17] += 1.0
    assert distances_moved(places, turned).argmax() == 17


def test_nothing_happens_between_equal_frames() -> None:
    one = frame(np.random.default_rng(4).normal(size=(20, 3)), np.full((20, 3), 1 / 3))
    assert events_between(one, one, np.zeros(20, np.int64), 1) == ()


def test_what_is_no_number_stops_nothing() -> None:
    places = np.random.default_rng(5).normal(size=(30, 3))
    broken = places.copy()
    broken[4] = np.nan, np.inf, -np.inf
    assert np.isfinite(distances_moved(places, broken)).all()
    assert distances_moved(places, broken).argmax() == 4
    assert distances_moved(places[:0], places[:0]).shape == (0,)
    assert events_between(*(frame(places[:0], np.empty((0, 3))) for _ in range(2)), np.empty(0, np.int64), 1) == ()
