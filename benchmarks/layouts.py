"""Layouts while training: UMAP refreshed from the last layout, and PCA kept aligned, against UMAP from nothing.

The clouds are those of a network that learns: its points gather about their classes a little more at each frame. The
peer is `umap.UMAP().fit` as it comes, after a first fit that is not counted (it compiles). Ours answers from its own
process, neighbours included; its compiling is not counted either. Trustworthiness is of 2,000 of the points, k = 10.
The movement is the mean distance that a point moves between adjacent frames, by the cloud's spread (the root of the
mean squared distance to its middle): of PCA with alignment, of UMAP refreshed, and of independent UMAPs.

    python -m benchmarks.layouts [points] [rounds]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from latentarium.analysis.trust import sample_rows, trustworthiness
from latentarium.core.arrays import Floats, frozen_floats
from latentarium.core.frame import Frame
from latentarium.core.progress import ignore, never
from latentarium.projections.chain import Chain
from latentarium.projections.layouts.layout import Atlas, Layout, settle
from latentarium.projections.layouts.task import Task
from latentarium.projections.layouts.workshop import Workshop

POINTS, DIMENSIONS, CLASSES, FRAMES, ROUNDS = 10_000, 128, 10, 6, 3

PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, umap
clouds = np.load(sys.argv[1])
umap.UMAP().fit(clouds[0])  # compiles, other functions for many points than for few
seconds = []
for index, cloud in enumerate(clouds):
    began = time.perf_counter()
    places = umap.UMAP().fit(cloud).embedding_
    seconds.append(time.perf_counter() - began)
    np.save(f"{sys.argv[2]}/{index}.npy", places)
print(json.dumps(seconds))
"""


def clouds(points: int, frames: int) -> list[Floats]:
    """Points that gather about the means of their classes, frame by frame: (points, DIMENSIONS) each."""
    generator = np.random.default_rng(0)
    means = generator.normal(size=(CLASSES, DIMENSIONS))[generator.integers(0, CLASSES, points)]
    curved = np.tanh(generator.normal(size=(points, 8)) @ generator.normal(size=(8, DIMENSIONS)))
    noise = 0.2 * generator.normal(size=(points, DIMENSIONS))
    shares = 0.4 + 0.01 * np.arange(frames)  # about what 200 frames of a training do
    return [frozen_floats(share * means + (1 - share) * curved + noise) for share in shares]


def frame_of(cloud: Floats, step: int) -> Frame:
    """A frame whose probe is the cloud."""
    none = frozen_floats(np.empty((0, DIMENSIONS)))
    return Frame(step, float(step), cloud, frozen_floats(np.ones((len(cloud), 1))), none, none)


class Series:
    """Frames in order, as a chain wants them."""

    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames

    def __len__(self) -> int:
        return len(self._frames)

    def frame(self, index: int) -> Frame:
        return self._frames[index]


def movement(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The mean distance that a point moves, by the spread of where it comes from."""
    spread = float(np.sqrt(((before - before.mean(0)) ** 2).sum(1).mean()))
    return float(np.linalg.norm(after - before, axis=1).mean()) / spread


def refreshed(frames: list[Frame], workshop: Workshop) -> tuple[list[float], list[Floats]]:
    """UMAP of each frame from the one before: seconds, and where the points lie."""
    chain = Chain(Series(frames), "pca", 2, "PCA")
    book, seconds, places = Atlas(Layout("umap", 2, DIMENSIONS, chain)), [], []
    for frame in frames:
        began = time.perf_counter()
        last = book.newest.nearest(frame.step)
        start = frozen_floats(last.both[:, :2]) if last else None
        found = workshop.lay_out(Task("umap", 2, frame.embeddings, start), ignore, never)
        target = last.both if last else chain.place(frame)
        layout = book.add(settle(frame.step, found, len(frame.embeddings), target))
        seconds.append(time.perf_counter() - began)
        places.append(layout.place(frame)[:, :2])
    return seconds[1:], places


def live(frames: list[Frame]) -> tuple[list[float], list[Floats]]:
    """PCA of each frame, aligned to the one before: seconds, and where the points lie."""
    chain, seconds, places = Chain(Series(frames), "pca", 2, "PCA"), [], []
    for frame in frames:
        began = time.perf_counter()
        places.append(chain.place(frame)[:, :2])
        seconds.append(time.perf_counter() - began)
    return seconds[1:], places


def fitted(points: list[Floats]) -> tuple[list[float], list[Floats]]:
    """The peer on each cloud, independently."""
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "clouds.npy"), np.stack(points))
        command = [sys.executable, "-c", PEER, str(Path(folder, "clouds.npy")), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        seconds: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
        return seconds, [np.load(Path(folder, f"{index}.npy")) for index in range(len(points))]


def trusted(points: list[Floats], places: list[Floats]) -> float:
    """The mean trustworthiness of the pictures."""
    rows = sample_rows(len(points[0]))
    found = [trustworthiness(cloud[rows], place[rows]) for cloud, place in zip(points, places, strict=True)]
    return statistics.mean(found)


def main(points: int = POINTS, rounds: int = ROUNDS) -> None:
    """Print medians and ratios; goals: 8 times as fast, .98 of the trust, 1/100 of the time, 1/4 of the movement."""
    print(
        f"(d, e) layouts of {points:,} points of {DIMENSIONS} dimensions, {FRAMES} frames, medians of {rounds} rounds"
    )
    series = clouds(points, FRAMES)
    frames = [frame_of(cloud, step) for step, cloud in enumerate(series)]
    ours, straight, theirs = [], [], []
    workshop = Workshop(Path(tempfile.gettempdir(), "latentarium-benchmark-numba"))
    try:
        refreshed([frame_of(cloud, step) for step, cloud in enumerate(series[:2])], workshop)  # compiles
        for _ in range(rounds):
            theirs.append(fitted(series))
            ours.append(refreshed(frames, workshop))
            straight.append(live(frames))
    finally:
        workshop.end()
    fit, refresh, pca = (
        statistics.median(s for seconds, _ in side for s in seconds) for side in (theirs, ours, straight)
    )
    trust_fit, trust_refresh = trusted(series[1:], theirs[-1][1][1:]), trusted(series[1:], ours[-1][1][1:])
    moved = [
        statistics.mean(movement(a, b) for a, b in zip(side[-1][1][:-1], side[-1][1][1:], strict=True))
        for side in (straight, ours, theirs)
    ]
    for name, seconds, trust, moves in (
        ("umap.UMAP().fit, warm", fit, trust_fit, moved[2]),
        ("UMAP from the last layout", refresh, trust_refresh, moved[1]),
        ("PCA, aligned", pca, trusted(series[1:], straight[-1][1][1:]), moved[0]),
    ):
        print(f"    {name:26}{seconds:8.3f} s    trustworthiness {trust:.3f}    movement {moves:.3f}")
    faster, share = fit / refresh, trust_refresh / trust_fit
    print(f"    refreshed: {faster:.1f} times as fast (goal >= 8), {share:.3f} of the trust (goal >= .98)")
    print(f"    live PCA: 1/{fit / pca:.0f} of the time (goal <= 1/100)")
    parts = f"PCA {moved[0] / moved[2]:.3f} (goal <= .25), refreshed {moved[1] / moved[2]:.3f}"
    print(f"    movement by that of independent UMAPs: {parts}")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
