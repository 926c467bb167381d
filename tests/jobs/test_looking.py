"""Triplets and springs of an image of a recorded run."""

from pathlib import Path

import numpy as np
import pytest

from latentarium.core.objectives import CrossEntropy, Decoupled, SupCon, Triplet
from latentarium.core.recipe import Augment, Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.looking import look
from latentarium.jobs.training import train_and_record
from latentarium.runs.run import Run
from latentarium.training.control import Control


def small(*objectives: CrossEntropy | Decoupled | SupCon | Triplet, head: str = "none") -> Recipe:
    return Recipe(
        data=Data(classes=("0", "1", "2"), held_out=("2",), per_class=30, probe=30, reference=24),
        network=Network.model_validate({"name": "mlp", "embedding": 2, "hidden": (8,), "classifier": head}),
        objective=objectives,
        optimiser=Optimiser(steps=4, batch=16),
        augment=Augment(shift=1),
        frames=Frames(count=3),
    )


def opened(recipe: Recipe, folder: Path) -> Run:
    return Run.open(train_and_record(recipe, folder, Control()).run)


def test_an_image_of_a_frame_has_triplets_and_springs_among_the_reference(tmp_path: Path) -> None:
    run = opened(small(Triplet(mining="semi-hard")), tmp_path / "run")
    frame = run.frame(-1)
    row = int(np.flatnonzero(run.probe.labels == 1)[0])
    looked = look(run, frame, row, 4)
    assert looked.sentence == ""
    assert looked.triplets is not None
    assert looked.springs is not None
    assert len(looked.triplets.positive) == 4
    assert (run.reference.labels[looked.triplets.positive] == 1).all()
    squares = ((frame.reference_embeddings.astype(float) - frame.embeddings[row]) ** 2).sum(1)
    np.testing.assert_allclose(looked.triplets.near, squares[looked.triplets.positive])
    np.testing.assert_array_equal(run.reference.labels[looked.springs.rows] == 1, looked.springs.attraction)
    held_out = int(np.flatnonzero(run.probe.labels == 2)[0])
    assert "class 2 are never trained on" in look(run, frame, held_out).sentence
    with pytest.raises(IndexError):
        look(run, frame, 30)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (small(CrossEntropy(), head="embedding"), "compares no pairs"),
        (small(SupCon(positives="augmentations")), "augmentations of the same image"),
    ],
    ids=["cross-entropy", "augmentations"],
)
def test_where_nothing_is_to_be_seen_a_sentence_says_why(recipe: Recipe, words: str, tmp_path: Path) -> None:
    run = opened(recipe, tmp_path / "run")
    looked = look(run, run.frame(-1), int(np.flatnonzero(run.probe.labels == 1)[0]))
    assert looked.triplets is None
    assert looked.springs is None
    assert words in looked.sentence
