"""How alike classes are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentarium.core.arrays import Ints
from latentarium.core.blas import one_thread


def class_similarity(embeddings: NDArray[Any], labels: Ints, classes: int) -> NDArray[np.float64]:
    """The mean cosine similarity of the pairs within and between classes: (N, D), (N,) -> (K, K), -1 to 1.

    The diagonal leaves out each point's pair with itself. NaN where there is no pair. A vector of length 0
    has similarity 0 to all; labels outside 0 to K - 1 take no part.
    """
    vectors = np.asarray(embeddings, dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    member = np.asarray(labels)[:, None] == np.arange(classes)
    counts = member.sum(0).astype(np.float64)
    with one_thread():
        sums = member.T.astype(np.float64) @ units
        totals = sums @ sums.T - np.diag(member.T.astype(np.float64) @ np.einsum("ij,ij->i", units, units))
    pairs = np.outer(counts, counts) - np.diag(counts)
    means: NDArray[np.float64] = np.divide(totals, pairs, out=np.full((classes, classes), np.nan), where=pairs > 0)
    return means
