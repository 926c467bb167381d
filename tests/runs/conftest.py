"""Synthetic runs: the recorder is real, only the training is not."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latentarium.core.arrays import frozen_bytes, frozen_floats, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.runs.recording import Header, record

CLASSES = ("circle", "square", "late", 'never seen, "quoted"')
TRAINED, DIMENSIONS = 3, 5


def make_sample(rows: int, split: str, seed: int = 0) -> Sample:
    """Noise images of 8 × 8, labels in turn, one column of metadata with awkward texts."""
    generator = np.random.default_rng(seed)
    return Sample(
        images=frozen_bytes(generator.integers(0, 256, (rows, 8, 8, 1))),
        labels=frozen_ints(np.arange(rows) % (len(CLASSES) if split == "test" else TRAINED)),
        ids=tuple(f"{split}-{row}" for row in range(rows)),
        split=split,
        metadata={"remark": tuple(f'=row {row}, "a\nb" ü' for row in range(rows))},
    )


def make_header(half: bool = False, probe: int = 30, reference: int = 20) -> Header:
    recipe = Recipe(
        title="Shapes, drawn",
        data=Data(classes=CLASSES[:TRAINED], held_out=CLASSES[TRAINED:]),
        network=Network(embedding=DIMENSIONS),
        optimiser=Optimiser(steps=400),
        frames=Frames(half=half),
    )
    samples = make_sample(probe, "test"), make_sample(reference, "train", 1)
    return Header(recipe, CLASSES, TRAINED, *samples, "shapes", "f" * 64, 1, "cpu", {"pixels_knn_accuracy": 0.5})


def make_frame(header: Header, step: int) -> Frame:
    generator = np.random.default_rng(step)

    def shares(rows: int) -> np.ndarray:
        values = generator.random((rows, header.trained))
        return frozen_floats(values / values.sum(1, keepdims=True))

    probe, reference = len(header.probe), len(header.reference)
    return Frame(
        step=step,
        epoch=step / 7,
        embeddings=frozen_floats(generator.normal(size=(probe, DIMENSIONS))),
        probabilities=shares(probe),
        reference_embeddings=frozen_floats(generator.normal(size=(reference, DIMENSIONS))),
        reference_probabilities=shares(reference),
        scalars={"probe_loss": float(generator.random()), "accuracy": 0.5, **({"loss": 0.1 + 0.2} if step else {})},
    )


def make_checkpoint(step: int, **result: float) -> Checkpoint:
    files = {"weights.safetensors": bytes([step % 256]) * 1000, "training.pt": b"state %d" % step}
    return Checkpoint(step, step / 7, files, result)


@pytest.fixture
def made() -> SimpleNamespace:
    """The makers: made.header(), made.frame(header, step), made.checkpoint(step), made.sample(rows, split)."""
    return SimpleNamespace(header=make_header, frame=make_frame, checkpoint=make_checkpoint, sample=make_sample)


@pytest.fixture
def header() -> Header:
    return make_header()


def write_items(header: Header, steps: range, finished: bool) -> Iterator[Frame | Checkpoint]:
    """Frames at `steps`, a checkpoint after every second one and at the end."""
    for index, step in enumerate(steps):
        yield make_frame(header, step)
        if index % 2 == 1 and step != steps[-1]:
            yield make_checkpoint(step)
    result = {"accuracy": 0.9, "knn_accuracy": 0.8, "seconds": 1.5} if finished else {}
    yield make_checkpoint(steps[-1], **result)


@pytest.fixture
def write_run(tmp_path: Path, header: Header) -> Callable[..., Path]:
    """Record six frames and three checkpoints to a folder of the name given."""

    def write(name: str = "run", finished: bool = True) -> Path:
        for _ in record(write_items(header, range(0, 60, 10), finished), tmp_path / name, header):
            pass
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that `run_folder` copies, for flushing to disk takes longer."""
    header, folder = make_header(), tmp_path_factory.mktemp("finished") / "run"
    for _ in record(write_items(header, range(0, 60, 10), True), folder, header):
        pass
    return folder


@pytest.fixture
def run_folder(finished_run: Path, tmp_path: Path) -> Path:
    """A finished run of six frames, to do with as one likes."""
    return Path(shutil.copytree(finished_run, tmp_path / "run"))
