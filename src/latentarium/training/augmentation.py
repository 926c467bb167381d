"""Random changes to a whole batch of images at once: cheap, and enough to keep a small network honest."""

import torch
from torch import Generator, Tensor

from latentarium.core.recipe import Augment


def augment(images: Tensor, settings: Augment, generator: Generator) -> Tensor:
    """Shift, mirror and jitter a batch (B, H, W, C) of 0 to 255, all its images alike; `generator` is on the CPU.

    What moves in at a border repeats the border. Jitter changes contrast about the middle and brightness, each by
    at most its share, and gives floats; without jitter the images stay uint8.
    """
    if settings.shift:
        down, right = torch.randint(-settings.shift, settings.shift + 1, (2,), generator=generator).tolist()
        images = _moved(_moved(images, down, 1), right, 2)
    if settings.flip and torch.rand((), generator=generator) < 0.5:
        images = images.flip(2)
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
