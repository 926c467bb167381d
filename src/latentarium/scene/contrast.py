"""How different two colours look, to whom."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]

# Linear sRGB to the cones' responses and those to Oklab (Ottosson 2020).
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# What people without green (deuteranopia) and without red receptors (protanopia) see, in linear sRGB
# (Machado, Oliveira and Fernandes 2009, severity 1).
_BLINDNESS = {
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def linear(colours: ArrayLike) -> Matrix:
    """sRGB as 0 to 255, (…, 3) or (…, 4) with alpha left out, to linear light, 0 to 1: (…, 3)."""
    values = np.asarray(colours, np.float64)[..., :3] / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(first: ArrayLike, second: ArrayLike) -> Matrix:
    """The contrast ratio of WCAG 2, 1 to 21, of colours as in `linear`."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, other = linear(first) @ weights, linear(second) @ weights
    ratio: Matrix = (np.maximum(light, other) + 0.05) / (np.minimum(light, other) + 0.05)
    return ratio


def oklab(colours: ArrayLike, blindness: str = "") -> Matrix:
    """Colours as in `linear` where Euclidean distance is about what one sees: (…, 3).

    `blindness`: deuteranopia, protanopia, or empty for none.
    """
    light = linear(colours)
    if blindness:
        light = np.clip(light @ _BLINDNESS[blindness].T, 0, 1)
    seen: Matrix = np.cbrt(light @ _CONES.T) @ _OKLAB.T
    return seen


def difference(first: ArrayLike, second: ArrayLike) -> Matrix:
    """How far apart colours look at the least: (A, 3), (B, 3) -> (A, B) in Oklab; black to white is 1.

    The smallest of the distances for full sight and, counted 1.35 times, for each red-green blindness:
    what only the colour-blind confuse may come a little nearer than what everyone does.
    """
    least = np.full((len(np.asarray(first)), len(np.asarray(second))), np.inf)
    for blindness, factor in (("", 1.0), ("deuteranopia", 1.35), ("protanopia", 1.35)):
        apart = oklab(first, blindness)[:, None] - oklab(second, blindness)[None]
        least = np.minimum(least, factor * np.sqrt((apart**2).sum(-1)))
    return least
