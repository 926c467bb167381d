"""Where an objective leaves its starting layout, the optimiser begins anew, also when training goes on from there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch

from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.objectives import TSNE, UMAP, CrossEntropy
from latentarium.core.recipe import Recipe
from latentarium.training.optimisers import turning_steps


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTARIUM_CACHE", str(tmp_path))


def test_turning_steps_are_those_of_the_objectives_that_count() -> None:
    objectives = [CrossEntropy(), TSNE(start_epochs=3), UMAP(start_epochs=5, weight=0)]
    assert turning_steps(objectives, 6) == {18}
    assert turning_steps([TSNE()], 6) == set()


@pytest.mark.parametrize("name", ["tsne", "umap"])
def test_a_start_counts_for_the_weights_and_not_for_the_moments(
    name: str, run: Callable[..., list[Frame | Checkpoint]], make_recipe: Callable[..., Recipe]
) -> None:
    settings = {"name": name, "start_epochs": 2, **({"perplexity": 8} if name == "tsne" else {"neighbours": 8})}

    def recipe(steps: int) -> Recipe:
        return make_recipe(
            objective=[settings],
            network={"classifier": "none"},
            optimiser={"steps": steps, "batch": 16, "schedule": "constant"},
            augment={"shift": 0, "flip": False, "jitter": 0},
        )

    whole = run(recipe(20))
    frames = [item for item in whole if isinstance(item, Frame)]
    losses = [frame.scalars["loss"] for frame in frames if "loss" in frame.scalars]
    assert np.isfinite(losses).all()
    for steps in (9, 12, 15):  # six steps an epoch: before, at and after the turn
        (*_, checkpoint) = run(recipe(steps))
        assert isinstance(checkpoint, Checkpoint)
        (*_, last, _) = run(recipe(20), checkpoint)
        assert isinstance(last, Frame)
        np.testing.assert_array_equal(last.embeddings, frames[-1].embeddings)

    # The optimiser's very first step moves every weight with a gradient by the whole rate; so does the one at the turn.
    def moved(step: int) -> float:
        (*_, before), (*_, after) = run(recipe(step)), run(recipe(step + 1))
        assert isinstance(before, Checkpoint)
        assert isinstance(after, Checkpoint)
        old, new = (safetensors.torch.load(one.files["weights.safetensors"]) for one in (before, after))
        return float((new["embedding.weight"] - old["embedding.weight"]).abs().median())

    assert moved(12) == pytest.approx(1e-2, rel=0.02)
    assert moved(11) < 0.9e-2
