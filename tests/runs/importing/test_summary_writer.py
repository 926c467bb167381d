import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.runs.importing.conftest import image_of

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run

Brought = Callable[..., Run]
STEPS, POINTS = (0, 10, 20, 30, 400), 23
VECTORS = np.random.default_rng(3).normal(size=(len(STEPS), POINTS, 4)).astype(np.float32)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five steps by torch's own writer, with labels and images; a second tag with two."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that it imports
        import torch
        from torch.utils.tensorboard import SummaryWriter

        folder = tmp_path_factory.mktemp("logs") / "experiment"
        images = torch.from_numpy(np.stack([image_of(row, 10, 12) for row in range(POINTS)])).permute(0, 3, 1, 2) / 255
        labels = [f"c{row % 4}" for row in range(POINTS)]
        with SummaryWriter(str(folder)) as writer:
            for step, vectors in zip(STEPS, VECTORS, strict=True):
                writer.add_embedding(torch.from_numpy(vectors), metadata=labels, label_img=images, global_step=step)
            for step in (1, 2):
                writer.add_embedding(torch.zeros(7, 2) + step, global_step=step, tag="other")
    return folder


@pytest.fixture
def logs(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "experiment"))


def test_every_step_becomes_a_frame(logs: Path, brought: Brought) -> None:
    found = recognise(logs)
    assert (found.format, found.name, found.points, found.dimensions) == ("summary-writer", "experiment", POINTS, 4)
    assert (found.frames, found.spaces, found.pictured) == (5, ("default", "other"), True)
    run = brought(logs)
    assert [entry.step for entry in run.entries] == list(STEPS)
    for index, vectors in enumerate(VECTORS):
        np.testing.assert_allclose(run.frame(index).embeddings, vectors, rtol=1e-6)
    assert run.classes == ("c0", "c1", "c2", "c3")
    for row in range(POINTS):
        image = run.probe.image(row)
        assert image is not None
        assert np.abs(image.astype(int) - image_of(row, 10, 12)).max() <= 1  # the writer rounds down


def test_another_tag_is_another_run(logs: Path, brought: Brought) -> None:
    run = brought(logs, Hints(space="other"))
    assert ([entry.step for entry in run.entries], run.frame(1).embeddings.shape) == ([1, 2], (7, 2))
    with pytest.raises(LatentariumError, match="has no embedding third; it has default, other"):
        recognise(logs, Hints(space="third"))


def test_a_step_of_other_points_is_left_out_and_named(logs: Path, brought: Brought) -> None:
    (logs / "00010" / "default" / "tensors.tsv").unlink()
    tensor = logs / "00020" / "default" / "tensors.tsv"
    tensor.write_text("".join(tensor.read_text().splitlines(keepends=True)[:-1]))
    labels = logs / "00030" / "default" / "metadata.tsv"
    labels.write_text("\n".join(reversed(labels.read_text().splitlines())))
    found = recognise(logs)
    assert found.frames == 2
    told = [sentence for sentence in found.missing if "left out" in sentence]
    assert [int(re.findall(r"\d+", sentence)[0]) for sentence in told] == [10, 20, 30]
    assert "not that of step 0, so its rows may be other points" in told[2]
    assert [entry.step for entry in brought(logs).entries] == [0, 400]
    table = logs / "00000" / "default" / "metadata.tsv"
    assert recognise(logs, Hints(table=table)).frames == 3  # a person says that they are the same points


def test_arrays_of_numpy_and_a_folder_without_its_config(logs: Path, brought: Brought) -> None:
    (logs / "projector_config.pbtxt").unlink()
    for step, vectors in zip(STEPS, VECTORS, strict=True):
        place = logs / f"{step:05d}" / "default"
        (place / "tensors.tsv").unlink()
        np.save(place / "tensors.npy", vectors)
    run = brought(logs)
    assert len(run) == 5
    np.testing.assert_array_equal(run.frame(4).embeddings, VECTORS[4])
    assert run.classes == ("c0", "c1", "c2", "c3")
