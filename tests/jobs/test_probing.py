"""A linear probe of a recorded run."""

from pathlib import Path

import numpy as np
import pytest

from latentarium.analysis.linear_probe import linear_probe
from latentarium.core.errors import CancelledError
from latentarium.core.recipe import Data, Recipe
from latentarium.jobs.probing import TRAINED, UNSEEN, probe_linearly
from latentarium.jobs.training import train_and_record
from latentarium.runs.run import Run
from latentarium.training.control import Control


def test_a_straight_cut_is_found_where_there_is_one() -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(200, 4)) * (1, 100, 0, 1)
    labels = (points[:, 0] + points[:, 1] / 100 > 0).astype(np.int64)
    assert linear_probe(points[:150], labels[:150], points[150:], labels[150:]) > 0.93
    ring = (np.linalg.norm(points[:, [0, 3]], axis=1) > 1.2).astype(np.int64)  # no straight cut tells these
    assert linear_probe(points[:150], ring[:150], points[150:], ring[150:]) < 0.8
    assert np.isnan(linear_probe(points, np.zeros(200, np.int64), points, labels))
    assert np.isnan(linear_probe(points, labels, points[:0], labels[:0]))


def test_a_run_is_probed_beside_pixels_and_step_0(recipe: Recipe, tmp_path: Path) -> None:
    data = Data(classes=("0", "1"), held_out=("3", "8"), per_class=60, probe=80, reference=30)
    train_and_record(recipe.model_copy(update={"data": data}), tmp_path / "run", Control())
    run = Run.open(tmp_path / "run")
    told: list[float | None] = []
    found = {figure.name: figure for figure in probe_linearly(run, 11, lambda _, share: told.append(share))}
    assert told == [0, 1 / 3, 2 / 3]
    assert set(found) == {TRAINED, UNSEEN}
    frame, shown = run.frame(11), run.probe.labels < 2
    again = linear_probe(
        frame.reference_embeddings, run.reference.labels, frame.embeddings[shown], run.probe.labels[shown]
    )
    assert found[TRAINED].learned == again > 0.9
    assert found[UNSEEN].pixels is not None
    assert found[UNSEEN].pixels > 0.6
    with pytest.raises(CancelledError):
        probe_linearly(run, 11, cancelled=lambda: True)


def test_nothing_held_out_is_probed_on_trained_classes_alone(recipe: Recipe, tmp_path: Path) -> None:
    train_and_record(recipe, tmp_path / "run", Control())
    assert [figure.name for figure in probe_linearly(Run.open(tmp_path / "run"), 0)] == [TRAINED]
