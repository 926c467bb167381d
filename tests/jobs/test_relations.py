"""Relations are told of while they are computed, can be stopped, and are at hand the next time."""

from pathlib import Path
from typing import Any

import pytest

from latentarium.core.errors import CancelledError
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all
from latentarium.jobs.training import train_and_record
from latentarium.training.control import Control

SEARCHING = "Finding neighbours in pixels"


@pytest.fixture
def related(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    monkeypatch.setenv("LATENTARIUM_CACHE", str(tmp_path / "cache"))
    objectives = [{"name": "tsne", "perplexity": 8}]
    return assign_all(recipe, {"objective": objectives, "network.classifier": "none", "optimiser.steps": 6})


def test_the_listener_hears_of_them_once(related: Recipe, tmp_path: Path, notes: Any) -> None:
    first, second = notes(), notes()
    outcome = train_and_record(related, tmp_path / "first", Control(), first)
    again = train_and_record(related, tmp_path / "second", Control(), second)
    assert SEARCHING in [text for text, _ in first.named("stage")]
    assert SEARCHING not in [text for text, _ in second.named("stage")]
    assert outcome.accuracy == again.accuracy
    assert not again.stopped


def test_a_stop_while_they_are_computed_leaves_nothing(related: Recipe, tmp_path: Path, notes: Any) -> None:
    control, heard = Control(), notes()

    def stage(text: str, fraction: float | None) -> None:
        if text == SEARCHING:
            control.stop()

    heard.stage = stage
    with pytest.raises(CancelledError):
        train_and_record(related, tmp_path / "run", control, heard)
    assert not (tmp_path / "run").exists()
