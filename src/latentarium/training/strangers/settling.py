"""What a network tells of the images that it wants, where the person said nothing."""

from dataclasses import replace
from typing import Any

import torch
from torch import nn

from latentarium.core.embedding import Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.training.networks import IMAGENET_PIXELS, MNIST_PIXELS, EmbeddingNetwork
from latentarium.training.strangers.architectures import Architecture
from latentarium.training.strangers.fitting import Fit

STATISTICS = frozenset({"mean", "deviation"})  # of pixels, among the weights of this program's networks
IMAGENET_SIDE = 224  # pixels
Numbers = tuple[float, ...]


def settled(architecture: Architecture, asked: Preprocessing, own: int, given: Fit) -> tuple[Preprocessing, list[str]]:
    """The preprocessing with what the network tells in the place of what was left open, and sentences about it.

    `own` counts the channels of the images. A network of this program whose file has no statistics of pixels gets
    those that are settled.
    """
    network = architecture.network
    channels = asked.channels or ("grey" if _channels(network, own) == 1 else "rgb")
    settings = replace(asked, channels=channels)
    told = isinstance(network, EmbeddingNetwork) and not given.unfilled & STATISTICS
    if told and asked.mean:
        raise LatentariumError("These weights bring the mean and deviation of their pixels; give neither.")
    if told:
        return settings, []
    if len(asked.mean) == 3 and channels == "grey":
        raise LatentariumError("The network takes grey images, but mean and std have three numbers; give one each.")
    remarks: list[str] = []
    if not asked.mean:
        mean, std, whose = _usual(network, channels)
        settings = replace(settings, mean=mean, std=std)
        remarks.append(f"No mean and std were given: those of {whose} were taken.")
    if isinstance(network, EmbeddingNetwork):
        network.register_buffer("mean", torch.tensor(settings.mean) * 255)
        network.register_buffer("deviation", torch.tensor(settings.std) * 255)
    return settings, remarks


def _channels(network: nn.Module, own: int) -> int:
    """How many channels the network takes: those of its first convolution; without one, as many as there are."""
    if isinstance(network, EmbeddingNetwork) and len(network.mean) == 3:
        return 3
    return next((module.in_channels for module in network.modules() if isinstance(module, nn.Conv2d)), own)


def _usual(network: nn.Module, channels: str) -> tuple[Numbers, Numbers, str]:
    """Mean, std, and whose they are: those that a model of timm brings, else of MNIST for grey and of ImageNet."""
    config: Any = getattr(network, "pretrained_cfg", None)
    if isinstance(config, dict) and channels != "grey" and "mean" in config and "std" in config:
        return tuple(map(float, config["mean"])), tuple(map(float, config["std"])), "timm's model"
    if channels == "grey":
        return *MNIST_PIXELS, "MNIST"
    return *IMAGENET_PIXELS, "ImageNet"


def usual_side(architecture: Architecture) -> int:
    """The side in pixels of the images that a network of a collection was made for; 0 where nothing tells."""
    network = architecture.network
    config: Any = getattr(network, "pretrained_cfg", None)
    if isinstance(config, dict) and len(config.get("input_size") or ()) == 3:
        return int(config["input_size"][-1])
    if not architecture.pretrained or isinstance(getattr(network, "maxpool", None), nn.Identity):
        return 0  # not of a collection, or with the stem for small images
    return int(getattr(network, "image_size", IMAGENET_SIDE))  # vision transformers take no other
