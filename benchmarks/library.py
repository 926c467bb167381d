"""A library of 1,000 runs of 200 frames: how long until all are listed, and how long the window waits meanwhile.

Beside it, the plain way: every line of every manifest read and checked.
"""

import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Frames, Network, Optimiser, Recipe
from latentarium.runs.library import list_runs
from latentarium.runs.manifest import read_manifest
from latentarium.runs.recording import Header, record

GOAL = 1.0  # seconds
PROBE, REFERENCE, CLASSES, FRAMES = 20, 10, 2, 200


def sample(rows: int, split: str) -> Sample:
    """Black images."""
    images = frozen_bytes(np.zeros((rows, 4, 4, 1)))
    return Sample(images, frozen_ints(np.arange(rows) % CLASSES), tuple(f"{split}-{row}" for row in range(rows)), split)


def frames(count: int) -> Iterator[Frame | Checkpoint]:
    """A run's frames with the scalars that a training tells, and its end."""
    for step in range(count):
        yield Frame(
            step=step,
            epoch=step / 10,
            embeddings=frozen_floats(np.zeros((PROBE, 3))),
            probabilities=frozen_floats(np.full((PROBE, CLASSES), 1 / CLASSES)),
            reference_embeddings=frozen_floats(np.zeros((REFERENCE, 3))),
            reference_probabilities=frozen_floats(np.full((REFERENCE, CLASSES), 1 / CLASSES)),
            scalars=dict.fromkeys(("loss", "probe_loss", "accuracy", "knn_accuracy", "train_accuracy", "seconds"), 0.5),
        )
    yield Checkpoint(count - 1, count / 10, {"weights.safetensors": b"-"}, {"accuracy": 0.9, "knn_accuracy": 0.8})


def made_up(folder: Path, runs: int) -> None:
    """A library of so many runs, of one that was recorded."""
    recipe = Recipe(
        title="Listed", network=Network(embedding=3), optimiser=Optimiser(steps=FRAMES), frames=Frames(count=FRAMES)
    )
    header = Header(
        recipe, ("a", "b"), CLASSES, sample(PROBE, "test"), sample(REFERENCE, "train"), "", "0" * 64, 1, "cpu"
    )
    for _ in record(frames(FRAMES), folder / "first", header):
        pass
    text = (folder / "first" / "run.json").read_text(encoding="utf-8")
    for number in range(runs):
        (folder / f"run-{number}").mkdir()
        shutil.copy(folder / "first" / "manifest.jsonl", folder / f"run-{number}")
        (folder / f"run-{number}" / "run.json").write_text(
            text.replace('"title": "Listed"', f'"title": "Listed {number} {uuid.uuid4().hex}"'), encoding="utf-8"
        )
    shutil.rmtree(folder / "first")


def main(runs: int = 1_000) -> None:
    """Print seconds; goal: 1,000 runs within 1 s."""
    print("(l) listing a library")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up(folder, runs)
        for attempt in ("first", "again"):
            began = time.perf_counter()
            found = list_runs(folder)
            took = time.perf_counter() - began
            verdict = f"   goal <= {GOAL:g} s: {'met' if took <= GOAL else 'MISSED'}" if runs == 1_000 else ""
            print(f"    {len(found):,} runs of {FRAMES} frames, {attempt}: {took:.2f} s{verdict}")
        some = found[:: max(1, len(found) // 50)]
        began = time.perf_counter()
        for run in some:
            read_manifest(run.path)
        plainly = (time.perf_counter() - began) / len(some) * len(found)
        print(f"    every line of every manifest: {plainly:.2f} s ({plainly / took:.1f} times as long)")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
