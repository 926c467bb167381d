"""Networks in a person's file that do what no network should, each met with a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.training.strangers.stranger import assemble, fill_network
from latentarium.training.weights import read_weights

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 1), np.uint8)
CODE = """
import sys
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, change=lambda y: y):
        super().__init__()
        self.a, self.b = nn.Linear(16, 6), nn.Linear(6, 5)
        self.change = change

    def forward(self, x):
        return self.change(self.b(self.a(x.flatten(1)).tanh()))


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.LazyLinear(6), nn.Linear(6, 5)


def only_two(y):
    if len(y) > 2:
        raise RuntimeError("only two at a time\\nand no more")
    return y


good = Net
lazy = Lazy
double = lambda: Net().double()
scripted = lambda: torch.jit.script(nn.Linear(2, 2))
scalar = lambda: Net(lambda y: y.mean())
fewer = lambda: Net(lambda y: y[:1])
longer = lambda: Net(lambda y: torch.cat([y] * len(y), 1))
complex_numbers = lambda: Net(lambda y: y * 1j)
no_numbers = lambda: Net(lambda y: y[:, :0])
words = lambda: Net(lambda y: "vectors")
endings = lambda: Net(lambda y: sys.exit(3))
some = lambda: Net(only_two)
class Picky(Net):
    def _load_from_state_dict(self, state, prefix, versions, *others):
        if versions.get("version") != 1:
            raise ValueError("not of my version")
        super()._load_from_state_dict(state, prefix, versions, *others)


class Stubborn(Net):
    def _load_from_state_dict(self, *others):
        raise ValueError("no weights are good enough")


picky = Picky
stubborn = Stubborn
spoilt = lambda: Net(lambda y: y / 0)
"""


@pytest.fixture
def plan(tmp_path: Path) -> EmbeddingPlan:
    (tmp_path / "bad.py").write_text(CODE, "utf-8")
    torch.manual_seed(0)
    state = {f"a.{name}": value for name, value in nn.Linear(16, 6).state_dict().items()}
    state |= {f"b.{name}": value for name, value in nn.Linear(6, 5).state_dict().items()}
    torch.save(state, tmp_path / "theirs.pt")
    settings = Preprocessing(mean=(0.0,), std=(1.0,))
    return EmbeddingPlan(
        tmp_path / "theirs.pt", Recipe(), f"{tmp_path / 'bad.py'}:good", "output", preprocessing=settings
    )


def embedded(plan: EmbeddingPlan, function: str = "good") -> np.ndarray:
    plan = replace(plan, network=f"{plan.checkpoint.parent / 'bad.py'}:{function}")
    stranger = assemble(plan, fill_network(plan, read_weights(plan.checkpoint)), IMAGES[:2], 3)
    return stranger.embed(IMAGES, "cpu")[0]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("lazy", "layers without a size"),
        ("scripted", "scripted module"),
        ("scalar", "no vectors"),
        ("fewer", r"Of 2 images bad\.py:fewer makes 1 × 5 numbers"),
        ("longer", r"Of 5 images bad\.py:longer makes 5 × 25 numbers"),
        ("complex_numbers", "no vectors"),
        ("no_numbers", "no vectors"),
        ("words", "no vectors"),
        ("endings", r"cannot take images of 4 × 4 pixels in 1 channel \(3\)"),
        ("some", r"bad\.py:some cannot take 5 images \(only two at a time\)\."),
        ("stubborn", r"cannot take the weights of theirs\.pt \(no weights are good enough\)"),
        ("spoilt", "not finite; are mean, std and layer right"),
        ("", r"Say which function of .*bad\.py makes the network"),
    ],
)
@pytest.mark.filterwarnings("ignore:Lazy modules:UserWarning", "ignore:.*torch.jit.script:FutureWarning")
def test_each_is_a_sentence(plan, function, words):
    with pytest.raises(LatentariumError, match=words):
        embedded(plan, function)


def test_numbers_of_twice_the_width_are_taken_as_ours(plan):
    np.testing.assert_allclose(embedded(plan, "double"), embedded(plan), atol=1e-6)


def test_a_layer_that_asks_for_its_version_is_told(plan):
    np.testing.assert_array_equal(embedded(plan, "picky"), embedded(plan))


def test_weights_that_are_not_finite_are_named(plan):
    state = read_weights(plan.checkpoint)
    state["b.weight"][0, 0] = float("nan")
    torch.save(state, plan.checkpoint)
    with pytest.raises(LatentariumError, match=r"as are some of its weights: b\.weight\."):
        embedded(plan)


def test_a_crop_larger_than_the_images_is_refused(plan):
    with pytest.raises(LatentariumError, match="crop of 5 pixels is larger than the images, which are 4 × 4"):
        embedded(replace(plan, preprocessing=Preprocessing(crop=5)))
