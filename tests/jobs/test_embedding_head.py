"""A class head whose outputs are not the data set's classes, though there are as many."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from latentarium.analysis.accuracy import knn_accuracy
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.recipe import Data, Recipe
from latentarium.data.sources import load
from latentarium.jobs.embedding import embed
from latentarium.jobs.embedding_head import judged
from latentarium.jobs.embedding_preview import preview_embedding
from latentarium.jobs.embedding_task import prepare_embedding
from latentarium.runs.run import Run


@pytest.fixture
def plan(tmp_path: Path) -> EmbeddingPlan:
    """A network whose embedding is the image on a coarser grid, and whose head names the class of the nearest mean."""
    code = (
        "from torch import nn\ndef net():\n    return nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(49, 10))\n"
    )
    (tmp_path / "nets.py").write_text(code, "utf-8")
    digits = load(Data())
    coarse = nn.AvgPool2d(4)(torch.tensor(digits.images[..., 0]) / 255).flatten(1)
    means = torch.stack([coarse[torch.tensor(digits.labels == label)].mean(0) for label in range(10)])
    torch.save({"2.weight": 20 * means, "2.bias": -10 * means.square().sum(1)}, tmp_path / "right.pt")
    torch.save(
        {"2.weight": 20 * means.roll(1, 0), "2.bias": -10 * means.square().sum(1).roll(1)}, tmp_path / "other.pt"
    )
    recipe = Recipe(title="", data=Data(probe=300, reference=200))
    settings = Preprocessing(mean=(0.0,), std=(1.0,))
    return EmbeddingPlan(tmp_path / "right.pt", recipe, f"{tmp_path / 'nets.py'}:net", preprocessing=settings)


def test_a_head_of_these_classes_gives_the_probabilities(plan, tmp_path):
    made = embed(plan, tmp_path / "run")
    run = Run.open(made.run)
    assert run.recipe.network.classifier == "embedding"
    assert run.entries[0].scalars["accuracy"] > 0.6
    assert not [remark for remark in made.remarks if "class head" in remark.lower()]
    assert made.remarks[-1] == "300 of the 5,000 images become points, all from the test part."


def test_a_head_of_other_classes_is_left_out_with_both_figures(plan, tmp_path):
    plan = replace(plan, checkpoint=tmp_path / "other.pt")
    made = embed(plan, tmp_path / "run")
    run = Run.open(made.run)
    frame, probe, reference = run.frame(0), run.probe, run.reference
    means = torch.load(plan.checkpoint)
    logits = torch.tensor(frame.embeddings) @ means["2.weight"].T + means["2.bias"]
    head = float((logits.argmax(1).numpy() == probe.labels).mean())
    near = knn_accuracy(frame.embeddings, probe.labels, frame.reference_embeddings, reference.labels)
    assert head < 0.2 < 0.7 < near
    assert f"is right for {head:.3f} of 300 images, the nearest neighbour for {near:.3f}" in made.remarks[0]
    assert run.recipe.network.classifier == "none"
    assert run.entries[0].scalars["accuracy"] > 0.6  # by the class prototypes
    assert run.recipe.origin is not None
    assert made.remarks[0] in json.loads(run.recipe.origin.params)["remarks"]
    assert "The class head is left out" in preview_embedding(plan).remarks[0]


def test_a_head_whose_classes_are_known_by_name_is_not_doubted(plan, tmp_path):
    task = prepare_embedding(replace(plan, checkpoint=tmp_path / "other.pt"), lambda *_: None, lambda: False)
    made = task.stranger.embed(task.images, "cpu")
    assert not judged(task, *made).headed
    assert judged(replace(task, named=True), *made).headed
