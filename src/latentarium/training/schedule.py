"""When frames are recorded, and how the learning rate moves: pure functions of the step. Torch-free."""

import math
from bisect import bisect_right
from collections.abc import Sequence

from latentarium.core.recipe import Optimiser, Recipe

SLOW_START = 2.0  # frame i of n is recorded at total · (i / (n − 1))^SLOW_START


def frame_steps(recipe: Recipe, total_steps: int) -> tuple[int, ...]:
    """The steps at which frames are recorded: from 0 to `total_steps`, rising, closer together at the start.

    `recipe.frames.count` of them, or every step where there are fewer.
    """
    last = min(recipe.frames.count - 1, total_steps)
    steps = [0]
    for index in range(1, last + 1):
        wanted = round(total_steps * (index / last) ** SLOW_START)
        room = total_steps - (last - index)  # so that each later frame finds a step of its own
        steps.append(min(max(wanted, steps[-1] + 1), room))
    return tuple(steps)


def pace_share(steps: Sequence[int], step: int) -> float:
    """The share of the pace, 0 to 1, of the batch after `step`, with frames at `steps`; all shares sum to 1.

    Every interval between frames takes the same time. Frames are closer together at the start, so batches are slowest
    there, and frames look evenly paced.
    """
    after = bisect_right(steps, step)
    return 1 / (len(steps) - 1) / (steps[after] - steps[after - 1])


def cycle_of(recipe: Recipe, step: int, total_steps: int) -> tuple[int, int]:
    """How far `step` lies in its cycle of the learning rate, and how long that is.

    Where augmentations end before training does, what comes after is a cycle of its own: a warm restart (Loshchilov
    and Hutter 2016). The step schedule goes by epochs, and has one cycle.
    """
    turn = math.ceil(recipe.augment.until * total_steps)
    if turn >= total_steps or recipe.optimiser.schedule == "step":
        return step, total_steps
    return (step, turn) if step < turn else (step - turn, total_steps - turn)


def rate_factor(optimiser: Optimiser, step: int, total_steps: int, steps_per_epoch: int) -> float:
    """What the learning rate is multiplied by at `step`, 0 ≤ step < total_steps.

    step: .5^(epoch/10) with epochs counted from 1, constant within an epoch. one-cycle: a cosine from 1/25 up to 1
    in the first 30 %, then a cosine down to 1/250,000 (Smith and Topin 2017, in PyTorch's shape). cosine: from 1
    down to 0 (Loshchilov and Hutter 2016).
    """
    if optimiser.schedule == "step":
        return float(0.5 ** ((step // steps_per_epoch + 1) / 10))
    if optimiser.schedule == "one-cycle":
        peak = 0.3 * total_steps - 1
        if step < peak:
            return _glide(1 / 25, 1.0, step / peak)
        return _glide(1.0, 1 / 250_000, (step - peak) / max(total_steps - 1 - peak, 1))
    if optimiser.schedule == "cosine":
        return _glide(1.0, 0.0, step / total_steps)
    return 1.0


def _glide(start: float, end: float, share: float) -> float:
    """From `start` to `end` along half a cosine, `share` 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * min(max(share, 0.0), 1.0))) / 2
