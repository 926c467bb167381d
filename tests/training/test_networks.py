"""Shapes, scaling of pixels, initialisation, and weights from files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from latentarium.core.arrays import Bytes
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.training.networks import EmbeddingNetwork, build_network, pixel_statistics

Make = Callable[..., Recipe]


def noise(rows: int = 6, size: tuple[int, int] = (9, 9), channels: int = 1) -> Bytes:
    return np.random.RandomState(0).randint(0, 256, (rows, *size, channels)).astype(np.uint8)


def outputs(network: EmbeddingNetwork, images: Bytes) -> Any:
    with torch.inference_mode():
        return network.eval()(torch.from_numpy(images))


@pytest.mark.parametrize("classifier", ["embedding", "trunk", "none"])
@pytest.mark.parametrize("name", ["mlp", "residual-mlp", "conv-small", "resnet18"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_network_embeds_and_classifies(name: str, classifier: str, channels: int, make_recipe: Make) -> None:
    objective = [{"name": "triplet"}]
    recipe = make_recipe(network={"name": name, "classifier": classifier, "embedding": 5}, objective=objective)
    images = noise(channels=channels)
    embeddings, logits = outputs(build_network(recipe, images, 4), images)
    assert embeddings.shape == (6, 5)
    assert (logits is None) if classifier == "none" else (logits.shape == (6, 4))


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (28, 28), (31, 40), (65, 65)])
def test_the_small_convolutional_network_takes_any_size(size: tuple[int, int], make_recipe: Make) -> None:
    images = noise(size=size)
    network = build_network(make_recipe(network={"name": "conv-small"}), images, 3)
    assert outputs(network, images).embeddings.shape == (6, 3)
    network.train()(torch.from_numpy(images)).logits.sum().backward()


@pytest.mark.parametrize("dimensions", [1, 2, 128])
def test_normalised_embeddings_have_length_one(dimensions: int, make_recipe: Make) -> None:
    images = noise()
    network = build_network(make_recipe(network={"normalise": True, "embedding": dimensions}), images, 3)
    lengths = outputs(network, images).embeddings.norm(dim=1)
    torch.testing.assert_close(lengths, torch.ones(6))


def test_the_residual_network_is_the_tutorials(make_recipe: Make) -> None:
    recipe = make_recipe(
        network={"name": "residual-mlp", "embedding": 128, "classifier": "none"}, objective=[{"name": "dcl"}]
    )
    network = build_network(recipe, noise(size=(28, 28)), 10)
    block = 2 * (256 * 256 + 256) + 2 * 2 * 256
    expected = 784 * 256 + 256 + 4 * block + 256 * 128 + 128
    assert sum(parameter.numel() for parameter in network.parameters()) == expected


@pytest.mark.parametrize("activation", ["relu", "softplus", "silu", "leaky-relu"])
def test_the_plain_network_has_the_recipes_layers(activation: str, make_recipe: Make) -> None:
    recipe = make_recipe(network={"hidden": (7, 5), "activation": activation, "embedding": 2})
    network = build_network(recipe, noise(size=(4, 4)), 3)
    shapes = [tuple(value.shape) for name, value in network.named_parameters() if name.endswith("weight")]
    assert shapes == [(7, 16), (5, 7), (2, 5), (3, 2)]


def test_initialisation_depends_on_the_seed_alone(make_recipe: Make) -> None:
    images, recipe = noise(), make_recipe()
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first = build_network(recipe, images, 3).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(4)
    second = build_network(recipe, images, 3).state_dict()
    other = build_network(recipe.model_copy(update={"seed": 1}), images, 3).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["embedding.weight"], other["embedding.weight"])


@pytest.mark.parametrize(("classes", "width"), [(3, 3), (4, 3), (2, 1), (3, 2), (5, 64), (1, 3)])
def test_a_class_head_starts_as_a_regular_simplex(classes: int, width: int, make_recipe: Make) -> None:
    recipe = make_recipe(network={"embedding": width})
    weight = build_network(recipe, noise(), classes).classifier.weight.detach()
    expected = torch.eye(classes) - torch.full((classes, classes), 1 / classes)
    torch.testing.assert_close(weight @ weight.T, expected, atol=1e-5, rtol=0)


def test_pixels_are_scaled_by_their_own_mean_and_deviation(make_recipe: Make) -> None:
    images = noise(50, channels=3)
    means, deviations = pixel_statistics(images)
    np.testing.assert_allclose(means, images.mean((0, 1, 2)) / 255)
    np.testing.assert_allclose(deviations, images.std((0, 1, 2)) / 255)
    recipe = make_recipe(data={"name": "cifar10"})
    network = build_network(recipe, images, 3)
    scaled = (torch.from_numpy(images).float() - network.mean) / network.deviation
    assert scaled.mean().item() == pytest.approx(0, abs=1e-5)
    assert scaled.std().item() == pytest.approx(1, abs=1e-3)
    assert pixel_statistics(np.full((2, 3, 3, 1), 7, np.uint8)) == ((pytest.approx(7 / 255),), (1.0,))


def test_digits_are_scaled_as_the_tutorials_do(make_recipe: Make) -> None:
    network = build_network(make_recipe(data={"name": "mnist"}), noise(), 3)
    assert network.mean.item() == pytest.approx(0.1307 * 255)
    assert network.deviation.item() == pytest.approx(0.3081 * 255)


@pytest.fixture(scope="module")
def resnet_weights() -> dict[str, torch.Tensor]:
    import torchvision.models

    with torch.random.fork_rng():
        torch.manual_seed(1)
        weights: dict[str, torch.Tensor] = torchvision.models.resnet18(weights=None).state_dict()
    return weights


@pytest.mark.parametrize("form", ["safetensors", "bare", "state_dict", "model", "parallel"])
def test_a_resnet_starts_from_a_file(
    form: str, resnet_weights: dict[str, torch.Tensor], tmp_path: Path, make_recipe: Make
) -> None:
    path = tmp_path / ("weights.safetensors" if form == "safetensors" else "weights.pth")
    if form == "safetensors":
        safetensors.torch.save_file(resnet_weights, path)
    elif form == "bare":
        torch.save(resnet_weights, path)
    elif form == "parallel":
        torch.save({"state_dict": {f"module.{name}": value for name, value in resnet_weights.items()}}, path)
    else:
        torch.save({form: resnet_weights, "epoch": 3}, path)
    images = noise(channels=1)
    recipe = make_recipe(network={"name": "resnet18", "weights": str(path)})
    network = build_network(recipe, images, 3)
    body = network.state_dict()
    for name, value in resnet_weights.items():
        if not name.startswith("fc."):
            assert torch.equal(body[f"trunk.body.{name}"], value)
    assert network.mean.shape == (3,)  # the colours of ImageNet
    path.unlink()  # a training that goes on needs the file no more
    again = build_network(recipe, images, 3, network.state_dict())
    assert torch.equal(outputs(again, images).embeddings, outputs(network, images).embeddings)


def test_small_images_get_a_small_stem(make_recipe: Make) -> None:
    recipe = make_recipe(network={"name": "resnet18"})
    stems = {size: build_network(recipe, noise(2, (size, size)), 3) for size in (64, 65)}
    shapes = {size: network.state_dict()["trunk.body.conv1.weight"].shape[-1] for size, network in stems.items()}
    assert shapes == {64: 3, 65: 7}


def test_weights_that_do_not_fit_are_named(
    resnet_weights: dict[str, torch.Tensor], tmp_path: Path, make_recipe: Make
) -> None:
    path = tmp_path / "weights.safetensors"
    recipe = make_recipe(network={"name": "resnet18", "weights": str(path)})

    def message(weights: dict[str, torch.Tensor]) -> str:
        safetensors.torch.save_file(weights, path)
        with pytest.raises(LatentariumError) as caught:
            build_network(recipe, noise(), 3)
        return str(caught.value)

    short = {name: value for name, value in resnet_weights.items() if name != "bn1.weight"}
    assert message(short).endswith("the file lacks bn1.weight.")
    assert message({**resnet_weights, "bn1.weight": torch.ones(3)}).endswith("another shape has bn1.weight.")
    assert message({**resnet_weights, "extra": torch.ones(3)}).endswith("resnet18 has no extra.")


def test_files_that_are_no_weights_are_refused(tmp_path: Path, make_recipe: Make) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("code of the file was run",)

    def message(path: Path) -> str:
        with pytest.raises(LatentariumError) as caught:
            build_network(make_recipe(network={"name": "resnet18", "weights": str(path)}), noise(), 3)
        return str(caught.value)

    assert "no file of weights" in message(tmp_path / "absent.pth")
    assert "no file of weights" in message(tmp_path / "absent.safetensors")
    for name, content in {"a.pth": b"", "b.pth": b"nonsense", "c.safetensors": b"nonsense"}.items():
        (tmp_path / name).write_bytes(content)
        assert name in message(tmp_path / name)
    torch.save({"state_dict": Evil()}, tmp_path / "evil.pth")
    assert "its code is not run" in message(tmp_path / "evil.pth")
    torch.save([1, 2], tmp_path / "list.pth")
    assert "no state dict" in message(tmp_path / "list.pth")
    torch.save({"epoch": 3}, tmp_path / "other.pth")
    assert "more than the tensors" in message(tmp_path / "other.pth")
