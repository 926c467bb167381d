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
    vectors, own = np.asarray(embeddings), np.asarray(labels)
    sums = np.zeros((classes, vectors.shape[1]))  # of vectors of length 1, class by class: no copy of all is made
    alone, counts = np.zeros(classes), np.zeros(classes)
    with one_thread():
        for label in range(classes):
            members = vectors[own == label].astype(np.float64)
            lengths = np.sqrt(np.einsum("ij,ij->i", members, members))
            scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
            sums[label] = scale @ members
            alone[label], counts[label] = np.count_nonzero(lengths), len(members)
        totals = sums @ sums.T - np.diag(alone)
    pairs = np.outer(counts, counts) - np.diag(counts)
    means: NDArray[np.float64] = np.divide(totals, pairs, out=np.full((classes, classes), np.nan), where=pairs > 0)
    return means
