"""What is taken for what."""

import numpy as np

from latentarium.core.arrays import Ints


def confusion(labels: Ints, predictions: Ints, classes: int) -> Ints:
    """Counts, int64 (K, K): row label, column prediction. Pairs with an index outside 0 to K - 1 take no part."""
    inside = (labels >= 0) & (labels < classes) & (predictions >= 0) & (predictions < classes)
    cells = np.asarray(labels)[inside] * classes + np.asarray(predictions)[inside]
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes).astype(np.int64)
