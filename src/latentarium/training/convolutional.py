"""A small convolutional network, for images of any size."""

from torch import nn


def small_convolutional(channels: int) -> tuple[nn.Module, int]:
    """Images (B, channels, H, W) of any size -> (B, 864).

    5×5 with stride 2 to 24 channels, 3×3 to 48, halved, 3×3 to 96, pooled to 3×3, each with batch norm and ReLU.
    """
    trunk = nn.Sequential(
        nn.Conv2d(channels, 24, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.Conv2d(24, 48, 3, padding=1, bias=False),
        nn.BatchNorm2d(48),
        nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(48, 96, 3, padding=1, bias=False),
        nn.BatchNorm2d(96),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(3),
        nn.Flatten(),
    )
    return trunk, 96 * 3 * 3
