"""Small real runs, recorded and read back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.frame import Frame
from latentarium.core.recipe import Network, Recipe
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run

MakeRun = Callable[..., Run]


def sample(labels: np.ndarray, split: str) -> Sample:
    images = np.random.default_rng(1).integers(0, 255, (len(labels), 2, 2, 1))
    return Sample(frozen_bytes(images), frozen_ints(labels), tuple(f"{split}-{n}" for n in range(len(labels))), split)


def made_frame(step: int, probe: np.ndarray, reference: np.ndarray, trained: int, width: int) -> Frame:
    """Classes that part as the steps go on, with the probabilities of a guess that gets better."""
    rng = np.random.default_rng(step)
    far = np.random.default_rng(0).normal(size=(max(probe.max(), reference.max()) + 1, width))

    def cloud(labels: np.ndarray) -> Any:
        return frozen_floats(rng.normal(size=(len(labels), width)) + (1 + step / 10) * far[labels])

    def shares(labels: np.ndarray) -> Any:
        logits = rng.normal(size=(len(labels), trained))
        known = np.flatnonzero(labels < trained)
        logits[known, labels[known]] += step / 10
        weights = np.exp(logits)
        return frozen_floats(weights / weights.sum(1, keepdims=True))

    scalars = {"accuracy": 0.901, "probe_loss": 0.314, "knn_accuracy": 0.5 + step / 100}
    return Frame(step, step / 10, cloud(probe), shares(probe), cloud(reference), shares(reference), scalars)


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[MakeRun]:
    """Records runs: `make_run(classes=4, trained=3, points=60, width=5, frames=4, classifier="embedding")`."""
    runs: list[Run] = []

    def make(
        classes: int = 3,
        trained: int | None = None,
        points: int = 60,
        width: int = 5,
        frames: int = 4,
        classifier: str = "embedding",
        objective: str = "",
        names: tuple[str, ...] = (),
    ) -> Run:
        trained = classes if trained is None else trained
        rng = np.random.default_rng(0)
        probe, reference = rng.integers(0, classes, points), rng.integers(0, classes, 40)
        objective = objective or ("cross-entropy" if classifier != "none" else "triplet")
        recipe = Recipe(network=Network(embedding=width, classifier=classifier), objective=({"name": objective},))
        header = Header(
            recipe=recipe,
            classes=names or tuple(f"class {n}" for n in range(classes)),
            trained=trained,
            probe=sample(probe, "test"),
            reference=sample(reference, "train"),
            dataset="made up",
            fingerprint="0" * 64,
            threads=1,
            device="cpu",
            baselines={"pixels_knn_accuracy": 0.93},
        )
        folder = tmp_path / f"run {len(runs)}"
        items = (made_frame(10 * n, probe, reference, trained, width) for n in range(frames))
        for _ in record(items, folder, header):
            pass
        runs.append(Run.open(folder))
        return runs[-1]

    yield make
    for run in runs:
        run.close()
