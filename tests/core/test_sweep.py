"""One field, several values."""

import pytest

from latentarium.core.errors import LatentariumError
from latentarium.core.objectives import CrossEntropy, Triplet
from latentarium.core.recipe import Recipe, SweepOver
from latentarium.core.recipe_text import read_recipe, write_recipe
from latentarium.core.sweep import Sweep, label, name_of, plan, text_of, values_text

RECIPE = Recipe(title="Two", objective=(CrossEntropy(), Triplet(margin=0.3)))


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("objective.triplet.weight", "0, 5,20", (0, 5, 20)),
        ("optimiser.rate", "1e-3,0.01,0.1", (0.001, 0.01, 0.1)),
        ("network.normalise", "true,false", ("true", "false")),
        ("network.hidden", "[100, 50], [200]", ("[100, 50]", "[200]")),
        ("network.name", "mlp, conv-small", ("mlp", "conv-small")),
        ("objective", "cross-entropy, triplet", ("cross-entropy", "triplet")),
        ("data.classes", '["3", "5"], ["0", "1", "2"]', ('["3", "5"]', '["0", "1", "2"]')),
        ("seed", " 2 ,0,1,", (2, 0, 1)),
        ("optimiser.epochs", "0.5,1.0", (0.5, 1)),
    ],
)
def test_values_are_read_as_the_field_needs_them(field: str, text: str, values: tuple[object, ...]) -> None:
    assert plan(RECIPE, field, text) == Sweep(RECIPE, field, values)


def test_each_run_has_a_recipe_of_its_own() -> None:
    first, second = plan(RECIPE, "objective.triplet.weight", "0,5").recipes()
    assert first.objective == (CrossEntropy(), Triplet(margin=0.3, weight=0))
    assert second.objective == (CrossEntropy(), Triplet(margin=0.3, weight=5))
    assert [first.title, second.title] == ["Two · w = 0", "Two · w = 5"]
    longer = plan(RECIPE, "optimiser.epochs", "0.5,1").recipes()[1].optimiser
    assert (longer.epochs, longer.steps) == (1, None)


def test_a_recipe_may_bring_its_sweep() -> None:
    recipe = RECIPE.model_copy(update={"sweep": SweepOver(field="network.embedding", values=(2, 3, 8))})
    assert read_recipe(write_recipe(recipe)) == recipe
    sweep = plan(recipe)
    assert (sweep.field, sweep.values, sweep.recipe) == ("network.embedding", (2, 3, 8), RECIPE)
    assert all(one.sweep == SweepOver() for one in sweep.recipes())
    assert plan(recipe, values="5,6").values == (5, 6)
    assert plan(recipe, "seed", "1,2").field == "seed"


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        (None, None, "sweeps over nothing"),
        ("", "1,2", "Name the field"),
        ("seed", None, "which values seed"),
        ("seed", " , ", "which values seed"),
        ("seed", "1,2,1", "seed is to be 1 twice"),
        ("optimiser.rate", "1e-3,0.001", "twice"),
        ("optimiser.rate", "1,100", "optimiser.rate is 100"),
        ("network.embedding", "2,three", "network.embedding is 'three'"),
        ("network.embeding", "2,3", "did you mean network.embedding"),
        ("objective.tsne.weight", "0,5", "objective=cross-entropy,triplet,tsne"),
        ("title", "a,b", "makes no difference"),
        ("sweep.field", "a,b", "makes no difference"),
        ("seed", ",".join(map(str, range(201))), "more than the 200"),
    ],
)
def test_what_cannot_be_swept_is_a_sentence(field: str | None, values: str | None, words: str) -> None:
    with pytest.raises(LatentariumError) as caught:
        plan(RECIPE, field, values)
    assert words in str(caught.value)


def test_made_points_are_not_swept() -> None:
    with pytest.raises(LatentariumError, match="made points"):
        plan(RECIPE.model_copy(update={"teaching": "clusters"}), "seed", "1,2")


def test_names_for_people() -> None:
    assert [label(field) for field in ("objective.tsne.weight", "optimiser.weight_decay", "network.embedding")] == [
        "w",
        "weight decay",
        "dimensions",
    ]
    assert [text_of(value) for value in (0, 5.0, 0.001, 1e-7, "mlp")] == ["0", "5", "0.001", "1e-07", "mlp"]
    assert name_of("optimiser.rate", 0.01) == "rate = 0.01"
    assert values_text((0, 5, "x")) == "0, 5, x"
