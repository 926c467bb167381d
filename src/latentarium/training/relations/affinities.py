"""How strongly each image holds to its neighbours, from their distances: t-SNE's and UMAP's way."""

import numpy as np

from latentarium.core.arrays import Floats64
from latentarium.training.relations.roots import rising_roots


def gaussian_affinities(squares: Floats64, perplexity: float) -> Floats64:
    """p ∝ exp(−β d²), each row summing to 1, with β such that its entropy is log₂(perplexity) bits.

    `squares` (N, k) are squared distances to the neighbours, of any scale. (van der Maaten and Hinton 2008.) A row
    that cannot be so uncertain, having too few neighbours, is even; one that cannot be so certain, with more equally
    near neighbours than the perplexity, is even over these. Raises ValueError where k < 1.
    """
    if squares.shape[1] < 1:
        raise ValueError("affinities need at least one neighbour")
    excess = squares - squares.min(1, keepdims=True)
    scale = excess.mean(1, keepdims=True)
    excess /= np.where(scale > 0, scale, 1)

    def certainty(beta: Floats64) -> Floats64:
        """Wanted bits less those at β: rises with β."""
        weights = np.exp(-beta[:, None] * excess)
        total = weights.sum(1)
        nats = np.log(total) + beta * np.einsum("ij,ij->i", weights, excess) / total
        bits: Floats64 = np.log2(perplexity) - nats / np.log(2)
        return bits

    weights = np.exp(-rising_roots(certainty, len(squares))[:, None] * excess)
    affinities: Floats64 = weights / weights.sum(1, keepdims=True)
    return affinities


def fuzzy_memberships(distances: Floats64, neighbours: int) -> Floats64:
    """exp(−(d − d_min)/σ) with σ such that a row sums to log₂(neighbours): (N, k) -> (N, k), 0 to 1.

    (McInnes, Healy and Melville 2018.) A row that cannot sum to so little, having that many equally near neighbours,
    is 1 for these and 0 for the others; a row of too few neighbours is 1. Raises ValueError where k < 1.
    """
    if distances.shape[1] < 1:
        raise ValueError("memberships need at least one neighbour")
    excess = distances - distances.min(1, keepdims=True)
    scale = excess.mean(1, keepdims=True)
    excess /= np.where(scale > 0, scale, 1)

    def surplus(sigma: Floats64) -> Floats64:
        """The sum at σ less the wanted one: rises with σ."""
        total: Floats64 = np.exp(-excess / sigma[:, None]).sum(1) - np.log2(neighbours)
        return total

    memberships: Floats64 = np.exp(-excess / rising_roots(surplus, len(distances))[:, None])
    return memberships
