"""The root of a rising function for all points at once."""

from collections.abc import Callable

import numpy as np

from latentarium.core.arrays import Floats64

DOUBLINGS, HALVINGS = 60, 60


def rising_roots(function: Callable[[Floats64], Floats64], count: int, tolerance: float = 1e-9) -> Floats64:
    """Where each of `count` functions of a positive number, which do not fall, passes 0: float64 (count,).

    `function` maps (count,) arguments to (count,) values, each its own. Around 1 a bracket is widened by doubling
    and halving until it holds the root, then it is narrowed: by the secant's point where that falls well inside,
    else by its geometric middle, until it is narrower than `tolerance` of itself. A function without a root gives
    an end of what was searched: 2^60 where it stays below 0, 2^−60 where it stays above.
    """
    low, high = np.ones(count), np.ones(count)
    below = function(low)
    above = below.copy()
    for _ in range(DOUBLINGS):
        rise, fall = above < 0, below > 0
        if not (rise.any() or fall.any()):
            break
        # One end moves out, the other follows, so that the bracket stays one doubling wide.
        low, below = np.where(rise, high, low), np.where(rise, above, below)
        high, above = np.where(fall, low, high), np.where(fall, below, above)
        high, low = np.where(rise, high * 2, high), np.where(fall, low / 2, low)
        at = function(np.where(rise, high, low))
        above, below = np.where(rise, at, above), np.where(fall, at, below)
    for turn in range(HALVINGS):
        if np.all(high - low <= tolerance * high):
            break
        middle = np.sqrt(low * high)
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = low - below * (high - low) / (above - below)
        inside = (secant > low + 0.01 * (high - low)) & (secant < high - 0.01 * (high - low))
        guess = np.where(inside & (turn % 3 < 2), secant, middle)  # every third turn halves, so it always ends
        value = function(guess)
        left = value < 0
        low, below = np.where(left, guess, low), np.where(left, value, below)
        high, above = np.where(left, high, guess), np.where(left, above, value)
    roots: Floats64 = np.where(np.abs(below) < np.abs(above), low, high)
    return roots
