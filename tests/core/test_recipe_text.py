"""Recipes as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from latentarium.core.errors import LatentariumError
from latentarium.core.objectives import CrossEntropy, Decoupled, Triplet
from latentarium.core.recipe import Data, Network, Optimiser, Recipe
from latentarium.core.recipe_text import (
    assign,
    assign_all,
    explain,
    preset,
    preset_names,
    read_recipe,
    write_recipe,
)

RECIPE = Recipe(
    title="A “title” = [with] # signs\nand lines",
    data=Data(classes=("3", "a, b", 'quo"te'), root="/a\\b"),
    network=Network(hidden=(), classifier="trunk"),
    objective=(Triplet(margin=0.2), CrossEntropy(weight=0.1)),
    optimiser=Optimiser(epochs=2.5, rate=1e-5),
)


def test_round_trip():
    assert read_recipe(write_recipe(RECIPE)) == RECIPE
    assert read_recipe(write_recipe(Recipe())) == Recipe()
    assert "[[objective]]" in write_recipe(RECIPE)
    assert "steps" not in write_recipe(RECIPE)


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    st.floats(0, 10, exclude_min=True),
)
def test_round_trip_of_anything(title, classes, rate):
    recipe = Recipe(title=title, data=Data(classes=tuple(classes)), optimiser=Optimiser(steps=1, rate=rate))
    assert read_recipe(write_recipe(recipe)) == recipe


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=", ["TOML"]),
        ("colour = 1", ["colour", "no field", "title"]),
        ("[data]\nprobes = 3", ["data.probes", "no field", "did you mean probe?"]),
        ("[data]\nprobe = 0", ["data.probe", "is 0", "from 1 to 10000"]),
        ("[data]\nprobe = 2.5", ["data.probe", "2.5", "whole number"]),
        ("[data]\nclasses = [3]", ["data.classes", "3", "text in quotes"]),
        ("[data]\nname = 'imagenet'", ["data.name", "'imagenet'", "mnist-5k", "folder"]),
        ("data = 3", ["data", "3", "a table"]),
        ("[optimiser]\nsteps = 3\nrate = 0", ["optimiser.rate", "above 0 and at most 10"]),
        ("[optimiser]\nsteps = 3\nrate = inf", ["optimiser.rate", "inf", "number"]),
        ("[optimiser]\nsteps = 3\nepochs = 3", ["exactly one of steps and epochs"]),
        ("[network]\nhidden = [0]", ["network.hidden", "from 1 to 65536"]),
        ("[network]\nclassifier = 'none'", ["network.classifier", "cross-entropy needs a class head"]),
        ("[augment]\nflip = 'maybe'", ["augment.flip", "true or false"]),
        ("objective = []", ["objective", "at least 1"]),
        ("[[objective]]\nname = 'hinge'", ["objective.name", "'hinge'", "cross-entropy", "triplet"]),
        ("[[objective]]\nweight = 1", ["objective", "needs a name"]),
        ("[[objective]]\nname = 'triplet'\nmargin = 0", ["objective.triplet.margin", "above 0"]),
        (
            "[[objective]]\nname = 'triplet'\nmining = 'x'",
            ["objective.triplet.mining", "random, semi-hard, batch-hard"],
        ),
        ("[[objective]]\nname = 'triplet'\nweigth = 2", ["objective.triplet.weigth", "did you mean weight?"]),
    ],
)
def test_what_is_wrong_is_said(text, words):
    with pytest.raises(LatentariumError) as caught:
        read_recipe(text)
    sentence = str(caught.value)
    for word in words:
        assert word in sentence
    assert "\n" not in sentence
    assert "pydantic" not in sentence


def test_explain_names_each_field():
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(
            {
                "data": {"probe": -1, "classes": ["a", 3]},
                "objective": [{"name": "dcl"}, {"name": "triplet", "margin": -1}],
                "network": {"hidden": [3, 0]},
            }
        )
    assert set(explain(caught.value)) == {"data.probe", "data.classes", "objective.triplet.margin", "network.hidden"}
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate({"optimiser": {"steps": 3, "epochs": 3}})
    assert set(explain(caught.value)) == {"optimiser.steps"}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("title", "123", "123"),
        ("seed", "7", 7),
        ("seed", 7, 7),
        ("data.classes", "3,5,8", ("3", "5", "8")),
        ("data.classes", " 3, 5 ", ("3", "5")),
        ("data.classes", '["a, b", "c"]', ("a, b", "c")),
        ("data.classes", "[3, 5]", ("3", "5")),
        ("data.classes", "[odd", ("[odd",)),
        ("data.classes", "", ()),
        ("data.classes", ("3",), ("3",)),
        ("data.train", "train[:5000]", "train[:5000]"),
        ("network.hidden", "64,32", (64, 32)),
        ("network.hidden", "[64]", (64,)),
        ("network.normalise", "true", True),
        ("optimiser.rate", "1e-3", 1e-3),
        ("optimiser.rate", ".5", 0.5),
        ("optimiser.steps", "4e2", 400),
    ],
)
def test_assign(path, value, expected):
    recipe = assign(Recipe(), path, value)
    table, _, name = path.rpartition(".")
    assert getattr(getattr(recipe, table) if table else recipe, name) == expected
    assert Recipe().data.classes == ()


def test_steps_and_epochs_clear_each_other():
    recipe = assign(Recipe(), "optimiser.epochs", "2")
    assert (recipe.optimiser.steps, recipe.optimiser.epochs) == (None, 2.0)
    recipe = assign(recipe, "optimiser.steps", 10)
    assert (recipe.optimiser.steps, recipe.optimiser.epochs) == (10, None)


def test_objectives_are_addressed_by_name():
    recipe = assign(RECIPE, "objective.triplet.margin", "0.5")
    assert recipe.objective == (Triplet(margin=0.5), CrossEntropy(weight=0.1))
    recipe = assign(recipe, "objective", "dcl,triplet")
    assert recipe.objective == (Decoupled(), Triplet(margin=0.5))
    recipe = assign(recipe, "objective", [CrossEntropy()])
    assert recipe.objective == (CrossEntropy(),)
    with pytest.raises(LatentariumError, match="objectives are cross-entropy; add it with objective=cross-entropy,dcl"):
        assign(recipe, "objective.dcl.temperature", "1")


def test_settings_that_depend_on_each_other_are_checked_together():
    settings = {"network.classifier": "none", "objective": "dcl"}
    recipe = assign_all(Recipe(), settings)
    assert recipe.network.classifier == "none"
    with pytest.raises(LatentariumError, match="class head"):
        assign(Recipe(), "network.classifier", "none")


@pytest.mark.parametrize(
    "path",
    ["x", "data", "data.x", "data.probe.x", "objective.dcl", "objective.x.y", "objective.cross-entropy.name", "", "."],
)
def test_unknown_fields(path):
    with pytest.raises(LatentariumError):
        assign(Recipe(), path, "1")


def test_a_near_name_is_suggested():
    with pytest.raises(LatentariumError, match=r"did you mean data\.probe\?"):
        assign(Recipe(), "data.probes", "1")


def test_presets_are_recipes():
    names = preset_names()
    assert names[0] == "triangle"
    for name in names:
        recipe = preset(name)
        assert recipe.title != "Untitled"
        assert recipe.about
        assert read_recipe(write_recipe(recipe)) == recipe


def test_recipe_files(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(write_recipe(RECIPE), "utf-8")
    assert preset(str(path)) == RECIPE
    with pytest.raises(LatentariumError, match="triangle"):
        preset("nothing-like-this")
    with pytest.raises(LatentariumError, match=r"absent\.toml cannot be read"):
        preset(str(tmp_path / "absent.toml"))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LatentariumError, match=r"mine\.toml is not a recipe"):
        preset(str(path))
    path.write_text("colour = 1")
    with pytest.raises(LatentariumError, match=r"mine\.toml: colour is no field"):
        preset(str(path))
    path.write_text("#" * (2**20 + 1))
    with pytest.raises(LatentariumError, match="too large"):
        preset(str(path))
    with pytest.raises(LatentariumError, match=r"is a folder, not a recipe.* data\.root"):
        preset(str(tmp_path))
