"""Runs of every released format open for ever."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.library import list_runs
from latentarium.runs.recording import record
from latentarium.runs.run import Run

ARCHIVE = Path(__file__).parents[1] / "archive"


@pytest.mark.parametrize(
    ("name", "first"), [("shapes", [2.409288, 1.9667976]), ("shapes-half.zip", [2.4101562, 1.9667969])]
)
def test_format_1(name: str, first: list[float]) -> None:
    run = Run.open(ARCHIVE / "v1" / name)
    assert run.check() == []
    assert run.description.version == 1
    assert run.classes == ("circle", "square", "triangle", "cross")
    assert run.trained == 3
    assert run.recipe.title == "Shapes"
    assert run.recipe.objective[0].name == "cross-entropy"
    assert [entry.step for entry in run.entries] == [0, 1, 3, 6, 11, 17, 24, 32, 42, 54, 66, 80]
    assert run.entries[-1].scalars["accuracy"] == pytest.approx(0.6333333)
    assert run.baselines["pixels_knn_accuracy"] == pytest.approx(0.5333333)
    assert run.result["knn_accuracy"] == 0.75
    assert (run.probe.images.shape, int(run.probe.images.sum())) == ((40, 12, 12, 1), 355470)
    assert (run.probe.split, run.reference.split) == ("test", "train")
    assert run.reference.rows["circle/25.png"] < 30
    frame = run.frame(-1)
    assert frame.embeddings[0, :2] == pytest.approx(first, abs=1e-6)
    assert frame.probabilities[0] == pytest.approx([0.64622813, 0.3516542, 0.00211765], abs=1e-6)
    assert frame.predictions[:8].tolist() == [0, 2, 0, 1, 0, 0, 2, 2]
    assert frame.reference_probabilities.shape == (30, 3)
    checkpoint = last_checkpoint(run.folder)
    assert (checkpoint.step, sorted(checkpoint.files)) == (80, ["training.pt", "weights.safetensors"])
    assert not run.writer_alive()
    run.close()


def test_format_1_is_listed_and_goes_on(tmp_path: Path, made: SimpleNamespace) -> None:
    shutil.copytree(ARCHIVE / "v1", tmp_path / "v1")
    assert {run.name: (run.frames, run.points, run.dimensions) for run in list_runs(tmp_path / "v1")} == {
        "shapes": (12, 40, 3),
        "shapes-half": (12, 40, 3),
    }
    folder = tmp_path / "v1" / "shapes"
    before = Run.open(folder).frame(3)
    list(record(iter([made.checkpoint(90)]), folder, None))
    run = Run.open(folder)
    assert last_checkpoint(run.folder).step == 90
    assert np.array_equal(run.frame(3).embeddings, before.embeddings)


def test_the_archive_is_small() -> None:
    for version in ARCHIVE.glob("v*"):
        assert sum(path.stat().st_size for path in version.rglob("*") if path.is_file()) < 200_000


def test_format_1_of_a_space_that_was_brought_in() -> None:
    run = Run.open(ARCHIVE / "imported-v1" / "round.zip")
    assert run.check() == []
    origin = run.recipe.origin
    assert origin is not None
    assert (origin.format, origin.source, origin.dataset, origin.model) == (
        "vectory",
        "round.npy",
        "angles",
        "cosine and sine",
    )
    assert (origin.params, run.recipe.title, run.recipe.objective) == ('{"turns": 1}', "Round", ())
    assert run.classes == ("circle", "cross", "square", "triangle")
    assert run.probe.labels.tolist() == [0, 0, 0, 1, 1, -1, 2, 2, 2, 3, 3, 3]
    assert (run.probe.ids[11], run.probe.metadata["hour"][11], len(run.reference)) == ("p11", "11", 0)
    shapes = [None if image is None else image.shape for image in map(run.probe.image, range(12))]
    assert shapes == [None if row == 7 else (12 - row % 3, 12, 1) for row in range(12)]
    assert run.frame(0).embeddings[3] == pytest.approx([0, 1, 1.5707964], abs=1e-6)
    assert run.frame(0).probabilities.sum(1) == pytest.approx(np.ones(12))
    assert run.frame(0).scalars["knn_accuracy"] == pytest.approx(8 / 11)
    run.close()
