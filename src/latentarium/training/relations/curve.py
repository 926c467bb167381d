"""The curve by which UMAP turns distances in the embedding into memberships."""

import numpy as np


def fit_curve(min_dist: float, spread: float) -> tuple[float, float]:
    """a and b of 1 / (1 + a d^(2b)), fitted by least squares to 1 up to `min_dist`, then exp(−(d − min_dist)/spread).

    At 300 distances from 0 to 3·spread, as in the reference implementation.
    """
    from scipy.optimize import curve_fit  # here: a quarter of a second, for UMAP alone

    distances = np.linspace(0, 3 * spread, 300)
    wanted = np.where(distances < min_dist, 1.0, np.exp(-(distances - min_dist) / spread))
    (a, b), _ = curve_fit(lambda d, a, b: 1 / (1 + a * d ** (2 * b)), distances, wanted)
    return float(a), float(b)
