"""A small convolutional network, for images of any size."""

import torch
from torch import nn


def small_convolutional(channels: int) -> tuple[nn.Module, int]:
    """Images (B, channels, H, W) of any size -> (B, 864).

    5×5 with stride 2 to 24 channels, 3×3 to 48, halved, 3×3 to 96, halved, each with batch norm and ReLU; then
    averaged to 3×3, which digits of 28 pixels have already. (Max-pooling before a ReLU gives the same as after it.)
    """
    trunk = nn.Sequential(
        nn.Conv2d(channels, 24, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.Conv2d(24, 48, 3, padding=1, bias=False),
        nn.BatchNorm2d(48),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.ReLU(),
        nn.Conv2d(48, 96, 3, padding=1, bias=False),
        nn.BatchNorm2d(96),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
    )
    return trunk.to(memory_format=torch.channels_last), 96 * 3 * 3
