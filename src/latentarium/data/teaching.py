"""Made points that teach how to read the pictures: nothing is trained, and every figure is known beforehand.

After mrspuff, "The Joy of 3D": the cartoon of a training, two states of nearly the same loss, and metric clusters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from latentarium.core.arrays import Bytes

Doubles = NDArray[np.float64]

COUNT, SPREAD = 400, 2.2  # of the cartoon: points, and half the width of their logits
STEPS = 10  # of the cartoon
BESIDE, NEAR, SHARPNESS = 50, 0.007, 7.0  # points on each side of a boundary, how near, and how they are sharpened
EACH, VARIANCE, TEMPERATURE = 100, 0.002, 0.05  # of the clusters: points, variance of an axis, T of their probabilities
SIDE = 16  # pixels of a point's picture


@dataclass(frozen=True, eq=False)
class Points:
    """Made points at every moment: `embeddings` (F, N, D), `probabilities` (F, N, K), `labels` int64 (N,).

    `images` uint8 (N, SIDE, SIDE, 3) are plain colours, for a made point has no picture of its own.
    """

    embeddings: Doubles
    probabilities: Doubles
    labels: NDArray[np.int64]
    images: Bytes


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is shown, a second draw of the same kind as its reference, and the classes' names."""

    classes: tuple[str, ...]
    points: Points
    reference: Points


def lesson(name: str, seed: int) -> Lesson:
    """The lesson of this name, the same for the same seed. Raises KeyError for a name that there is not."""
    make, classes = {"cartoon": (cartoon, "ABC"), "same-loss": (same_loss, "ABC"), "clusters": (clusters, "ABCD")}[name]
    generator = np.random.default_rng(seed)
    centres = 0.8 * generator.uniform(size=(len(classes), 3))
    return Lesson(tuple(classes), make(generator, centres), make(generator, centres))


def cartoon(generator: Generator, centres: Doubles) -> Points:
    """Probabilities on their way to random targets: P + step/10 · (onehot − P), for ten steps."""
    begun = softmax(generator.uniform(-SPREAD, SPREAD, (COUNT, len(centres))))
    labels = generator.integers(len(centres), size=COUNT)
    aims = np.eye(len(centres))[labels]
    moments = np.stack([begun + step / STEPS * (aims - begun) for step in range(STEPS + 1)])
    return Points(moments, moments, labels, plain(begun))


def same_loss(generator: Generator, centres: Doubles) -> Points:
    """Points just on the right side of the boundaries, and just on the wrong one: all is changed but the loss."""
    count = len(centres)
    right, wrong, labels = [], [], []
    for pair in combinations(range(count), 2):
        third = np.delete(np.arange(count), pair)
        for own, other in (pair, pair[::-1]):
            # On the boundary between two classes their probabilities are equal, and no other is larger.
            shares = generator.uniform(0, 1 / count, BESIDE)
            on = np.zeros((BESIDE, count))
            on[:, third] = shares[:, None]
            on[:, [own, other]] = (1 - shares[:, None]) / 2
            way = np.zeros(count)
            way[own], way[other] = NEAR, -NEAR
            right.append(softmax(SHARPNESS * (on + way)))
            wrong.append(softmax(SHARPNESS * (on - way)))
            labels += [own] * BESIDE
    moments = np.stack([np.vstack(right), np.vstack(wrong)])
    return Points(moments, moments, np.array(labels), plain(moments[0]))


def clusters(generator: Generator, centres: Doubles) -> Points:
    """A normal cloud about each centre; the nearer a centre, the more probable its class."""
    labels = np.repeat(np.arange(len(centres)), EACH)
    places = centres[labels] + np.sqrt(VARIANCE) * generator.standard_normal((len(labels), centres.shape[1]))
    squares = np.square(places[:, None] - centres[None]).sum(2)
    return Points(places[None], softmax(-squares / TEMPERATURE)[None], labels, plain(places))


def softmax(logits: Doubles) -> Doubles:
    """Probabilities of logits: (…, K) -> (…, K), rows sum to one."""
    raised: Doubles = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Doubles = raised / raised.sum(-1, keepdims=True)
    return shares


def plain(colours: Doubles) -> Bytes:
    """A picture of one colour for each row of red, green and blue, 0 to 1: (N, 3) -> uint8 (N, SIDE, SIDE, 3)."""
    tones = np.round(255 * np.clip(colours, 0, 1)).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(tones[:, None, None, :], (len(tones), SIDE, SIDE, 3)))


def names_of(count: int, word: str) -> Sequence[str]:
    """Ids of made points: "point-0", "point-1" …"""
    return tuple(f"{word}-{row}" for row in range(count))
