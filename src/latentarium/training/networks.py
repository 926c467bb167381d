"""Networks that turn images into embeddings and, where there is a class head, logits."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from latentarium.core.arrays import Bytes
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Network, Recipe
from latentarium.training.activations import ACTIVATIONS
from latentarium.training.convolutional import small_convolutional
from latentarium.training.residual import residual_mlp
from latentarium.training.resnet import resnet
from latentarium.training.weights import read_weights

# Mean and deviation of each channel, of 1: what tutorials on MNIST use, and what pretrained weights are used to.
MNIST_PIXELS = ((0.1307,), (0.3081,))
PLAIN_PIXELS = ((0.0,), (1.0,))
IMAGENET_PIXELS = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


class Output(NamedTuple):
    """Embeddings (B, D), and logits (B, K) or None."""

    embeddings: Tensor
    logits: Tensor | None


class EmbeddingNetwork(nn.Module):
    """A trunk, the embedding on it, and a class head on the embedding, on the trunk, or none.

    Takes images as uint8 or float of 0 to 255, (B, H, W, C), and scales them itself with its buffers `mean` and
    `deviation`, so that its weights are all there is to know.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, trunk: nn.Module, width: int, settings: Network, classes: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.embedding = nn.Linear(width, settings.embedding)
        self.normalise = settings.normalise
        self.on_trunk = settings.classifier == "trunk"
        self.classifier = None
        if settings.classifier != "none":
            self.classifier = nn.Linear(width if self.on_trunk else settings.embedding, classes)
            if not self.on_trunk:  # there a wide head begins small anyway, and smaller generalises a little better
                spread_evenly(self.classifier)

    def forward(self, images: Tensor) -> Output:
        pixels = (images.float() - self.mean).div_(self.deviation)
        features = self.trunk(pixels.permute(0, 3, 1, 2))
        embeddings = self.embedding(features)
        if self.normalise:
            embeddings = functional.normalize(embeddings, dim=1)
        if self.classifier is None:
            return Output(embeddings, None)
        return Output(embeddings, self.classifier(features if self.on_trunk else embeddings))


def build_network(
    recipe: Recipe, images: Bytes, classes: int, saved: Mapping[str, Tensor] | None = None
) -> EmbeddingNetwork:
    """The recipe's network for `classes` classes of images like the training `images`, uint8 (N, H, W, C), on the CPU.

    Initialised from the recipe's seed, or with the state `saved` before. Leaves torch's own random state as it was.
    Raises LatentariumError where weights do not fit.
    """
    settings = recipe.network
    height, width, channels = images.shape[1:]
    pixels = pixel_statistics(images) if not recipe.data.name.startswith("mnist") else MNIST_PIXELS
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(recipe.seed)  # torch.manual_seed would reach for the other devices too
        if settings.name == "mlp":
            trunk, features = mlp(height * width * channels, settings)
        elif settings.name == "residual-mlp":
            trunk, features = residual_mlp(height * width * channels)
        elif settings.name == "conv-small":
            trunk, features = small_convolutional(channels)
        else:
            file = Path(os.path.expanduser(settings.weights)) if settings.weights else None
            weights = _trunk_of(saved) if saved else read_weights(file) if file else None
            trunk, features = resnet(settings.name, max(height, width), weights, file)
            pixels = IMAGENET_PIXELS if file else pixels
        if settings.pixels == "0-1":
            pixels = PLAIN_PIXELS
        network = EmbeddingNetwork(trunk, features, settings, classes)
    mean, deviation = (torch.tensor(values, dtype=torch.float32) * 255 for values in pixels)
    network.register_buffer("mean", mean)
    network.register_buffer("deviation", deviation)
    if saved is not None:
        try:
            network.load_state_dict(saved)
        except RuntimeError as error:
            raise LatentariumError("The saved weights belong to another network; train the recipe anew.") from error
    return network


@torch.no_grad()
def spread_evenly(head: nn.Linear) -> None:
    """Start a class head with weights that are a regular simplex, or as near to one as its width allows; no bias.

    A head drawn at random favours some classes. Here all dots start near the centre of the simplex of
    probabilities and leave it towards all poles alike.
    """
    classes, width = head.weight.shape
    rank = min(width, classes - 1)
    drawn = torch.randn(classes, rank, dtype=torch.float64)
    directions, _ = torch.linalg.qr(drawn - drawn.mean(0))  # orthonormal, and summing to 0 over the classes
    turned = nn.init.orthogonal_(torch.empty(rank, width, dtype=torch.float64))
    head.weight.copy_(directions @ turned)
    head.bias.zero_()


def mlp(pixels: int, settings: Network) -> tuple[nn.Module, int]:
    """Images (B, C, H, W) of `pixels` = C·H·W values -> (B, last hidden width), through the recipe's hidden layers."""
    layers: list[nn.Module] = [nn.Flatten()]
    before = pixels
    for width in settings.hidden:
        layers += [nn.Linear(before, width), ACTIVATIONS[settings.activation]()]
        before = width
    return nn.Sequential(*layers), before


def pixel_statistics(images: Bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel in 0 to 1, uint8 (N, H, W, C); a constant channel has deviation 1.

    Counted exactly by brightness, so the result depends on no order of summing.
    """
    levels = np.arange(256) / 255
    means, deviations = [], []
    for channel in range(images.shape[-1]):
        share: NDArray[np.float64] = np.bincount(images[..., channel].ravel(), minlength=256) / images[..., 0].size
        mean = float(share @ levels)
        deviation = float(np.sqrt(share @ (levels - mean) ** 2))
        means.append(mean)
        deviations.append(deviation if deviation > 1e-6 else 1.0)
    return tuple(means), tuple(deviations)


def _trunk_of(saved: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state of a ResNet's body within the state of the whole network."""
    start = "trunk.body."
    return {name.removeprefix(start): value for name, value in saved.items() if name.startswith(start)}
