"""Figures on unseen classes beside those of raw pixels and of the first frame."""

from pathlib import Path

import numpy as np

from latentarium.analysis.zero_shot import draw_trials
from latentarium.core.recipe import Data, Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.jobs.zero_shot import Compared, as_table, compare, pixel_figures, worse_than_pixels
from latentarium.runs.run import Run
from latentarium.training.control import Control


def test_every_figure_has_those_of_pixels_and_step_0(recipe: Recipe, tmp_path: Path) -> None:
    data = Data(classes=("0", "1"), held_out=("3", "8"), per_class=60, probe=80, reference=30)
    train_and_record(recipe.model_copy(update={"data": data}), tmp_path / "run", Control())
    run = Run.open(tmp_path / "run")
    trials = draw_trials(run.probe.labels, run.trained)
    assert trials is not None
    found = {figure.name: figure for figure in compare(run, 5)}
    pixels = trials.measure(run.probe.images.reshape(80, -1).astype(np.float64))
    learned, first = trials.measure(run.frame(5).embeddings), trials.measure(run.frame(0).embeddings)
    assert set(found) == set(learned)
    for name, figure in found.items():
        assert (figure.learned, figure.pixels, figure.first) == (learned[name], pixels[name], first[name])
    assert compare(run, 0)[0].learned == first[compare(run, 0)[0].name]
    assert pixel_figures(run.probe, 4) == {}


def test_nothing_to_compare_where_nothing_is_held_out(recipe: Recipe, tmp_path: Path) -> None:
    train_and_record(recipe, tmp_path / "run", Control())
    assert compare(Run.open(tmp_path / "run"), 0) == ()


def test_words_and_tables() -> None:
    better = Compared("verification_accuracy", 0.75, 0.5, 0.625)
    worse = Compared("knn_accuracy_5_shot", 0.5, 0.75, None)
    unknown = Compared("verification_auc", 0.5, None, None)
    assert worse_than_pixels((better, worse, unknown)) == (worse,)
    assert better.text == "0.750 · pixels 0.500 · first frame 0.625"
    assert (worse.title, worse.text) == ("5-shot k-NN", "0.500 · pixels 0.750")
    assert as_table((worse,)) == {"knn_accuracy_5_shot": {"learned": 0.5, "pixels": 0.75, "step_0": None}}


def test_the_preset_beats_raw_pixels_and_step_0(tmp_path: Path) -> None:
    """On a third of its images, which is enough."""
    recipe = assign_all(
        preset("zero-shot"), {"frames.count": 2, "data.reference": 300, "optimiser.batch": 128, "optimiser.steps": 60}
    )
    train_and_record(recipe, tmp_path / "run", Control())
    found = {figure.name: figure for figure in compare(Run.open(tmp_path / "run"), 1)}
    assert worse_than_pixels(tuple(found.values())) == ()
    for name in ("verification_accuracy", "knn_accuracy_5_shot", "prototype_accuracy_5_shot"):
        figure = found[name]
        assert figure.pixels is not None
        assert figure.first is not None
        assert figure.learned > max(figure.pixels, figure.first) + 0.05
