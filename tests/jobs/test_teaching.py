"""Runs of made points are runs like any other, but for their training."""

from pathlib import Path

import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ACCURACY, PROBE_LOSS
from latentarium.core.recipe_text import preset
from latentarium.jobs.teaching import is_made
from latentarium.jobs.training import continue_run, train_and_record
from latentarium.runs.run import Run
from latentarium.training.control import Control


def test_same_loss_is_recorded_at_once(tmp_path: Path) -> None:
    recipe = preset("same-loss")
    outcome = train_and_record(recipe, tmp_path / "run", Control())
    assert (outcome.frames, outcome.stopped, outcome.accuracy) == (2, False, 0.0)
    run = Run.open(tmp_path / "run")
    figures = [(entry.scalars[ACCURACY], entry.scalars[PROBE_LOSS]) for entry in run.entries]
    assert [accuracy for accuracy, _ in figures] == [1.0, 0.0]
    assert figures[1][1] == pytest.approx(figures[0][1], rel=0.15)
    assert run.check() == []
    run.close()


def test_the_same_lesson_is_known_again(tmp_path: Path) -> None:
    recipe = preset("cartoon")
    assert not is_made(tmp_path / "run", recipe)
    train_and_record(recipe, tmp_path / "run", Control())
    assert is_made(tmp_path / "run", recipe)
    assert not is_made(tmp_path / "run", recipe.model_copy(update={"seed": 5}))


def test_nothing_is_to_be_continued(tmp_path: Path) -> None:
    train_and_record(preset("clusters"), tmp_path / "run", Control())
    with pytest.raises(LatentariumError, match="made points"):
        continue_run(tmp_path / "run", Control(), steps=10)
