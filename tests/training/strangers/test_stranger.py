"""A stranger's network: where its embedding is, what of its weights must fit, and what it makes of images."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Network, Recipe
from latentarium.training.networks import build_network
from latentarium.training.strangers.python_file import network_of
from latentarium.training.strangers.stranger import assemble, fill_network
from latentarium.training.weights import read_weights

from .conftest import made

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), np.uint8)
HALF = Preprocessing(mean=(0.5,), std=(0.5,))
INPUT = (torch.tensor(IMAGES).permute(0, 3, 1, 2) / 255 - 0.5) / 0.5


@pytest.fixture
def plan(code: Path, tmp_path: Path) -> EmbeddingPlan:
    """The weights of `net`, as a training script keeps them."""
    state = {f"module.{name}": value for name, value in made(code).state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "theirs.pt")
    return EmbeddingPlan(tmp_path / "theirs.pt", Recipe(), f"{code}:net", preprocessing=HALF)


def assembled(plan: EmbeddingPlan, images=IMAGES, classes: int = 3):
    return assemble(plan, fill_network(plan, read_weights(plan.checkpoint)), images[:2], classes)


@torch.inference_mode()
def test_the_embedding_is_what_goes_into_the_class_head(plan, code):
    network, stranger = made(code), assembled(plan)
    embeddings, logits = stranger.embed(IMAGES, "cpu")
    maps = nn.functional.adaptive_avg_pool2d(network.maps(INPUT), 4).flatten(1)
    hidden = torch.relu(network.hidden(maps))
    np.testing.assert_allclose(embeddings, hidden.numpy(), atol=1e-6)
    np.testing.assert_allclose(torch.tensor(logits).log_softmax(1), network(INPUT), atol=1e-5)
    assert stranger.dimensions == 12
    assert stranger.classes == 3
    assert "what goes into last" in stranger.remarks[0]
    assert stranger.remarks[1] == "All 13 keys of the network fit."


@torch.inference_mode()
def test_a_layer_by_name_and_maps_averaged_over_their_places(plan, code):
    embeddings, _ = assembled(replace(plan, layer="conv")).embed(IMAGES, "cpu")
    np.testing.assert_allclose(embeddings, made(code).conv(INPUT).mean((2, 3)).numpy(), atol=1e-6)
    output, _ = assembled(replace(plan, layer="output")).embed(IMAGES, "cpu")
    np.testing.assert_allclose(output, made(code)(INPUT).numpy(), atol=1e-5)
    with pytest.raises(LatentariumError, match=r"no layer hiden; there are hidden"):
        assembled(replace(plan, layer="hiden"))
    with pytest.raises(LatentariumError, match="Nothing passes through"):
        assembled(replace(plan, layer="spare"))


def test_without_a_class_head_it_is_what_the_network_gives(plan, code):
    torch.save(made(code, "many").state_dict(), plan.checkpoint)
    stranger = assembled(replace(plan, network=f"{code}:many"))
    assert (stranger.dimensions, stranger.classes) == (7, 0)
    assert stranger.embed(IMAGES, "cpu")[1] is None


def test_keys_that_the_embedding_does_not_need_may_be_missing(plan, code):
    state = made(code).state_dict()
    for name in ("last.weight", "spare.bias"):
        del state[name]
    torch.save({**state, "extra": torch.zeros(1)}, plan.checkpoint)
    stranger = assembled(plan)
    assert stranger.classes == 0
    assert stranger.embed(IMAGES, "cpu")[1] is None
    assert "last.weight, spare.bias" in " ".join(stranger.missing)
    assert "extra" in " ".join(stranger.remarks)
    del state["hidden.bias"]
    torch.save(state, plan.checkpoint)
    with pytest.raises(LatentariumError, match=r"lacks hidden\.bias"):
        assembled(plan)


def test_a_wrong_network_names_the_keys(plan, code):
    with pytest.raises(LatentariumError, match=r"conv\.weight \(6 × 1 × 3 × 3 in the file, 6 × 3 × 3 × 3"):
        assembled(replace(plan, network=f"{code}:colour"))
    with pytest.raises(LatentariumError, match=r"theirs\.pt do not fit mlp: of its 10 keys 0 fit.*mlp has no conv\.w"):
        assembled(replace(plan, network="mlp"))


def test_images_that_a_network_cannot_take(plan):
    with pytest.raises(LatentariumError, match=r"7 × 7 pixels in 3 channels.*set size"):
        assembled(replace(plan, preprocessing=Preprocessing(size=7, channels="rgb")))
    colour = np.repeat(IMAGES, 3, 3)
    with pytest.raises(LatentariumError, match="three numbers"):
        assembled(replace(plan, preprocessing=Preprocessing(mean=(0.1,) * 3, std=(1.0,) * 3)), colour)
    assert assembled(plan, colour).preprocessing.channels == "grey"


@pytest.mark.parametrize(
    ("function", "words"),
    [("absent", "no function absent"), ("number", "gave back int"), ("broken", "RuntimeError: no luck")],
)
def test_what_goes_wrong_in_a_file_of_code_is_said(plan, code, function, words):
    with pytest.raises(LatentariumError, match=words):
        assembled(replace(plan, network=f"{code}:{function}"))
    assert not (code.parent / "__pycache__").exists()


def test_a_file_of_code_finds_those_beside_it_and_each_its_own(tmp_path):
    for width in (2, 3):
        folder = tmp_path / str(width)
        folder.mkdir()
        (folder / "beside.py").write_text(f"WIDTH = {width}\n", "utf-8")
        (folder / "nets.py").write_text(
            "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom torch import nn\n"
            "from beside import WIDTH\n\n@dataclass\nclass Settings:\n    width: int = WIDTH\n\n"
            "def net():\n    return nn.Linear(1, Settings().width)\n\ndef end():\n    raise SystemExit(3)\n",
            "utf-8",
        )
        assert network_of(f"{folder / 'nets.py'}:net").out_features == width
    with pytest.raises(LatentariumError, match="SystemExit: 3"):
        network_of(f"{folder / 'nets.py'}:end")
    assert not list(tmp_path.rglob("__pycache__"))
    assert "beside" not in sys.modules


def test_a_library_that_is_installed_beneath_a_file_of_code_is_kept(tmp_path, monkeypatch):
    place = tmp_path / "env" / "site-packages"
    place.mkdir(parents=True)
    (place / "installed_library.py").write_text("", "utf-8")
    (tmp_path / "nets.py").write_text(
        "import installed_library\nfrom torch import nn\ndef net():\n    return nn.Identity()\n", "utf-8"
    )
    monkeypatch.syspath_prepend(place)
    network_of(f"{tmp_path / 'nets.py'}:net")
    assert sys.modules.pop("installed_library", None), "many a library cannot be imported again"


@torch.inference_mode()
def test_an_embedder_stands_on_the_trunk(plan, code, tmp_path):
    theirs = made(code, "embedder")
    torch.save(theirs.state_dict(), tmp_path / "embedder.pth")
    hidden, _ = assembled(plan).embed(IMAGES, "cpu")
    named = replace(plan, embedder=tmp_path / "embedder.pth", embedder_network=f"{code}:embedder")
    np.testing.assert_allclose(assembled(named).embed(IMAGES, "cpu")[0], theirs(torch.tensor(hidden)), atol=1e-6)
    guessed = assembled(replace(named, embedder_network=""))
    x = torch.tensor(hidden)
    np.testing.assert_allclose(guessed.embed(IMAGES, "cpu")[0], theirs[2](theirs[0](x).relu()), atol=1e-6)
    assert "2 linear layers with ReLU" in " ".join(guessed.remarks)
    torch.save({"a.weight": torch.zeros(2, 5)}, tmp_path / "embedder.pth")
    with pytest.raises(LatentariumError, match=r"embedder cannot take what their_nets\.py:net gives"):
        assembled(replace(named, embedder_network=""))
    torch.save({"a.weight": torch.zeros(2)}, tmp_path / "embedder.pth")
    with pytest.raises(LatentariumError, match=r"FILE\.py:FUNCTION"):
        assembled(replace(named, embedder_network=""))


@pytest.mark.parametrize("name", ["mlp", "residual-mlp", "conv-small", "resnet18"])
@torch.inference_mode()
def test_this_programs_own_networks_as_their_weights_say(plan, name):
    settings = Network(name=name, embedding=5, hidden=(9, 7), classifier="trunk")
    network = build_network(Recipe(network=settings), IMAGES, 4).eval()
    torch.save(network.state_dict(), plan.checkpoint)
    own = replace(plan, network=name, preprocessing=Preprocessing())
    stranger = assembled(own)
    embeddings, logits = stranger.embed(IMAGES, "cpu")
    output = network(torch.tensor(IMAGES))
    np.testing.assert_allclose(embeddings, output.embeddings, atol=1e-5)
    np.testing.assert_allclose(logits, output.logits, atol=1e-5)
    assert stranger.classes == 4
    with pytest.raises(LatentariumError, match="give neither"):
        assembled(replace(own, preprocessing=HALF))


def test_a_strangers_weights_in_one_of_ours_need_no_statistics(plan):
    network = build_network(Recipe(network=Network(name="mlp", hidden=(9,))), IMAGES, 3)
    state = {name: value for name, value in network.state_dict().items() if name not in ("mean", "deviation")}
    torch.save(state, plan.checkpoint)
    stranger = assembled(replace(plan, network="mlp"))
    with torch.inference_mode():
        network.mean.fill_(127.5)
        network.deviation.fill_(127.5)
        expected = network(torch.tensor(IMAGES)).embeddings
    np.testing.assert_allclose(stranger.embed(IMAGES, "cpu")[0], expected, atol=1e-5)


@torch.inference_mode()
def test_torchvisions_models_have_as_many_classes_as_the_file(plan):
    import torchvision.models

    theirs = torchvision.models.resnet18(num_classes=7).eval()
    torch.save({"model": {f"backbone.{k}": v for k, v in theirs.state_dict().items()}}, plan.checkpoint)
    images = np.random.default_rng(1).integers(0, 256, (2, 40, 40, 3), np.uint8)
    asked = replace(plan, network="resnet18", preprocessing=Preprocessing(size=36, crop=32))
    stranger = assembled(asked, images)
    embeddings, logits = stranger.embed(images, "cpu")
    assert embeddings.shape == (2, 512)
    assert logits is not None
    assert logits.shape == (2, 7)
    np.testing.assert_allclose(theirs.fc(torch.tensor(embeddings)), logits, atol=1e-5)
    assert "ImageNet" in stranger.remarks[0]
    with pytest.raises(LatentariumError, match=r"resnet19.*Did you mean resnet1"):
        assembled(replace(asked, network="resnet19"), images)
    with pytest.raises(LatentariumError, match="timm"):
        assembled(replace(asked, network="timm:no_such_model"), images)


def test_a_stem_for_small_images_is_recognised(plan):
    import torchvision.models

    theirs = torchvision.models.resnet18(num_classes=10)
    theirs.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    torch.save(theirs.state_dict(), plan.checkpoint)
    stranger = assembled(replace(plan, network="torchvision:resnet18", preprocessing=Preprocessing()))
    assert stranger.preprocessing.channels == "rgb"
    assert stranger.dimensions == 512
