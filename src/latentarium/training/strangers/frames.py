"""Vectors of somebody else's network become a frame."""

from types import MappingProxyType

import numpy as np
import torch

from latentarium.analysis.probabilities import prototype_probabilities, prototypes
from latentarium.core.arrays import Floats, Ints, frozen_floats
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.data.parts import Parts
from latentarium.training.examination import figures

LEAST_T, MOST_T = 1e-4, 1e12  # a recipe allows no more


def frame_of(embeddings: Floats, logits: Floats | None, parts: Parts, temperature: float, step: int) -> Frame:
    """The frame of vectors (N + M, D) of the probe and the reference.

    Probabilities are the softmax of the `logits` (N + M, K), one column for each class of the run; without logits
    those of the class prototypes of the reference, with `temperature`; without classes there are none. Without a
    reference the prototypes are those of the probe.
    Raises LatentariumError where a number is not finite.
    """
    if not (np.isfinite(embeddings).all() and (logits is None or np.isfinite(logits).all())):
        raise LatentariumError("The network gives numbers that are not finite; are mean, std and the layer right?")
    n = len(parts.probe)
    labels, reference_labels = parts.labels[parts.probe], parts.labels[parts.reference]
    if not parts.trained:
        probabilities = np.empty((len(embeddings), 0), np.float32)
    elif logits is None:
        means = prototypes(*_known(embeddings, parts), parts.trained)
        probabilities = prototype_probabilities(embeddings, means, temperature)
    else:
        probabilities = torch.from_numpy(logits).double().softmax(1).float().numpy()
    scalars: dict[str, float] = {}
    if parts.trained:
        scalars = figures(embeddings, probabilities, labels, reference_labels, parts.trained, len(parts.classes))
    return Frame(
        step,
        float(step),
        frozen_floats(embeddings[:n]),
        frozen_floats(probabilities[:n]),
        frozen_floats(embeddings[n:]),
        frozen_floats(probabilities[n:]),
        MappingProxyType({name: value for name, value in scalars.items() if np.isfinite(value)}),
    )


def usual_temperature(embeddings: Floats, parts: Parts) -> float:
    """The mean squared distance of the reference's vectors from the prototypes of their classes, within limits.

    Without a reference, of the probe's. With it, probabilities from prototypes are neither all alike nor all 0 and 1,
    whatever the vectors' scale.
    """
    vectors, labels = _known(embeddings, parts)
    if not len(labels):
        return 1.0
    means = prototypes(vectors, labels, parts.trained)
    squared = float(np.square(vectors - means[labels], dtype=np.float64).sum(1).mean())
    return float(f"{min(max(squared, LEAST_T), MOST_T):.4g}") if np.isfinite(squared) else 1.0


def _known(embeddings: Floats, parts: Parts) -> tuple[Floats, Ints]:
    """The vectors of trained classes that prototypes are made of, and their labels: the reference's, or the probe's."""
    n, few = len(parts.probe), len(parts.reference) == 0
    vectors, labels = (
        (embeddings[:n], parts.labels[parts.probe]) if few else (embeddings[n:], parts.labels[parts.reference])
    )
    known = (labels >= 0) & (labels < parts.trained)
    return vectors[known], labels[known]
