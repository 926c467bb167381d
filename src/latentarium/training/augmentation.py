"""Random changes to a batch of images: cheap, and enough to keep a small network honest."""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from latentarium.core.recipe import Augment


def augment(images: Tensor, settings: Augment, generator: Generator) -> Tensor:
    """Shift, mirror and jitter a batch (B, H, W, C) of 0 to 255, all its images alike; turn and scale each by itself.

    Where images are turned or scaled, each is shifted by itself too, by parts of a pixel, for that costs nothing more.
    What moves in at a border repeats the border. Jitter changes contrast about the middle and brightness, each by
    at most its share. Turning, scaling and jitter give floats; without them the images stay uint8. `generator` is
    on the CPU.
    """
    singly = bool(settings.turn or settings.scale)
    if settings.shift and not singly:
        down, right = torch.randint(-settings.shift, settings.shift + 1, (2,), generator=generator).tolist()
        images = _moved(_moved(images, down, 1), right, 2)
    if settings.flip and torch.rand((), generator=generator) < 0.5:
        images = images.flip(2)
    if singly:
        images = _turned(images, settings, generator)
    if settings.jitter:
        contrast, brightness = ((torch.rand(2, generator=generator) * 2 - 1) * settings.jitter).tolist()
        images = ((images.float() - 127.5) * (1 + contrast) + 127.5 * (1 + brightness)).clamp(0, 255)
    return images


def _moved(images: Tensor, by: int, axis: int) -> Tensor:
    if by == 0:
        return images
    size = images.shape[axis]
    places = (torch.arange(size, device=images.device) - by).clamp(0, size - 1)
    return images.index_select(axis, places)


def _turned(images: Tensor, settings: Augment, generator: Generator) -> Tensor:
    """Each image turned about its centre, its size changed, and shifted, each by at most what the settings say."""
    chance = torch.rand(4, len(images), generator=generator).to(images.device) * 2 - 1
    angle, size = chance[0] * math.radians(settings.turn), 1 + chance[1] * settings.scale
    cosine, sine = angle.cos() / size, angle.sin() / size
    across, down = (2 * settings.shift / side * chance[2 + axis] for axis, side in enumerate(images.shape[2:0:-1]))
    pixels = images.permute(0, 3, 1, 2).float()
    tall = pixels.shape[2] / pixels.shape[3]  # the grid's unit is half a side, and sides may differ
    matrices = torch.stack([cosine, -sine * tall, across, sine / tall, cosine, down], 1).reshape(-1, 2, 3)
    grid = functional.affine_grid(matrices, list(pixels.shape), align_corners=False)
    return functional.grid_sample(pixels, grid, padding_mode="border", align_corners=False).permute(0, 2, 3, 1)
