"""Images as a network was trained to see them."""

import torch
from torch import Tensor
from torch.nn import functional

from latentarium.core.embedding import Preprocessing

GREY = (0.299, 0.587, 0.114)  # of red, green and blue: what Pillow and torchvision make grey of


def prepared(images: Tensor, settings: Preprocessing) -> Tensor:
    """Images uint8 (B, H, W, C) -> float (B, C', H', W') of 0 to 1: resized, cropped, with the channels asked for."""
    pixels = images.permute(0, 3, 1, 2).float().div_(255)
    if settings.size and pixels.shape[2:] != (settings.size, settings.size):
        pixels = functional.interpolate(
            pixels, (settings.size, settings.size), mode="bilinear", antialias=True, align_corners=False
        ).clamp_(0, 1)
    if settings.crop:
        pixels = _cropped(pixels, settings.crop)
    if settings.invert:
        pixels = 1 - pixels
    if settings.channels == "grey" and pixels.shape[1] == 3:
        pixels = (pixels * torch.tensor(GREY, device=pixels.device)[:, None, None]).sum(1, keepdim=True)
    elif settings.channels in ("rgb", "bgr"):
        pixels = pixels.expand(-1, 3, -1, -1)
        pixels = pixels.flip(1) if settings.channels == "bgr" else pixels
    return pixels


def normalised(pixels: Tensor, settings: Preprocessing) -> Tensor:
    """Brightness of 0 to 1, (B, C, H, W), less the mean, divided by the deviation of each channel."""
    mean, std = (
        torch.tensor(some or (d,), device=pixels.device) for some, d in ((settings.mean, 0.0), (settings.std, 1.0))
    )
    return (pixels - mean[:, None, None]) / std[:, None, None]


def _cropped(pixels: Tensor, side: int) -> Tensor:
    """The square of `side` pixels in the middle; what is smaller stays."""
    height, width = pixels.shape[2:]
    top, left = max(0, round((height - side) / 2)), max(0, round((width - side) / 2))
    return pixels[:, :, top : top + side, left : left + side]
