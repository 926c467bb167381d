"""What the network makes of images that it does not learn from: frames, validation loss, the final result."""

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator

from latentarium.analysis.accuracy import accuracy, knn_accuracy, majority, own_accuracy
from latentarium.analysis.neighbours import nearest
from latentarium.analysis.probabilities import cross_entropy, prototype_probabilities, prototypes
from latentarium.analysis.similarity import class_similarity
from latentarium.analysis.zero_shot import Trials, draw_trials
from latentarium.core.arrays import Bytes, Floats, Ints, frozen_floats
from latentarium.core.dataset import Dataset
from latentarium.core.errors import CancelledError, DivergedError
from latentarium.core.frame import (
    ACCURACY,
    BETWEEN,
    KNN10_ACCURACY,
    KNN_ACCURACY,
    PROBE_LOSS,
    TRAIN_ACCURACY,
    WITHIN,
    Frame,
)
from latentarium.core.progress import IsCancelled, never
from latentarium.core.recipe import Augment, Recipe
from latentarium.data.parts import Parts
from latentarium.training.networks import EmbeddingNetwork
from latentarium.training.objectives import Batch, Objective
from latentarium.training.views import draw_views, view_count

VALUES, QUERIES = 1 << 17, 500  # of images and of queries at a time: bounds memory, and how long a stop waits
VOTES = 10  # nearest neighbours of the second vote
HALF_LIMIT = float(np.finfo(np.float16).max)


@dataclass(frozen=True, eq=False)
class Examination:
    """Measures a network, which it leaves in training mode, always on the same images.

    Where the network has no class head, probabilities come from the prototypes of the reference.
    """

    recipe: Recipe
    dataset: Dataset
    parts: Parts

    @cached_property
    def _shown(self) -> Ints:
        return np.concatenate([self.parts.probe, self.parts.reference])

    @cached_property
    def _images(self) -> Bytes:
        return self.dataset.images[self._shown]

    @cached_property
    def _trials(self) -> Trials | None:
        return draw_trials(self.parts.labels[self.parts.probe], self.parts.trained)

    def frame(self, network: EmbeddingNetwork, step: int, epoch: float, cancelled: IsCancelled = never) -> Frame:
        """The frame of `step`, but for its training loss. Raises CancelledError and DivergedError.

        With `frames.half` embeddings are rounded to what 16 bits keep, so that live frames equal recorded ones.
        """
        embeddings, probabilities = embed(network, self._images, cancelled)
        if not (np.isfinite(embeddings).all() and (probabilities is None or np.isfinite(probabilities).all())):
            raise DivergedError(step)
        if self.recipe.frames.half:
            embeddings = embeddings.clip(-HALF_LIMIT, HALF_LIMIT).astype(np.float16).astype(np.float32)
        n = len(self.parts.probe)
        labels, reference_labels = np.split(self.parts.labels[self._shown], [n])
        if probabilities is None:
            probabilities = self._from_prototypes(embeddings, embeddings[n:])
        scalars = {
            **figures(embeddings, probabilities, labels, reference_labels, self.parts.trained, len(self.parts.classes)),
            **(self._trials.measure(embeddings[:n]) if self._trials else {}),
        }
        return Frame(
            step,
            epoch,
            frozen_floats(embeddings[:n]),
            frozen_floats(probabilities[:n]),
            frozen_floats(embeddings[n:]),
            frozen_floats(probabilities[n:]),
            MappingProxyType({name: value for name, value in scalars.items() if np.isfinite(value)}),
        )

    @torch.inference_mode()
    def validation_loss(self, network: EmbeddingNetwork, objective: Objective) -> float:
        """The objective's mean over the validation rows, in the same batches with the same mining every time."""
        rows, device = torch.from_numpy(self.parts.validation.copy()), network.mean.device
        generator = Generator().manual_seed(self.recipe.seed)
        rows = rows[torch.randperm(len(rows), generator=generator)]
        count = view_count(self.recipe)
        augmentation = self.recipe.augment if count > 1 else Augment()  # where nothing asks for it, images as they are
        network.eval()
        total = 0.0
        for some in rows.tensor_split(-(-len(rows) // self.recipe.optimiser.batch)):
            views = draw_views(torch.from_numpy(self.dataset.images[some.numpy()]), count, augmentation, generator)
            labels = torch.from_numpy(self.parts.labels[some.numpy()]).to(device)
            embeddings, logits = network(views.to(device))
            batch = Batch(embeddings, logits, labels.repeat(count), some.repeat(count), generator)
            total += float(objective(batch)) * len(some)
        network.train()
        return total / max(len(rows), 1)

    def result(self, network: EmbeddingNetwork, cancelled: IsCancelled = never) -> dict[str, float]:
        """`accuracy`, `knn_accuracy` and `knn10_accuracy` on the whole test split of the trained classes.

        1-NN and 10-NN are against the whole training split, with validation rows; beside them `train_accuracy` of
        the training rows. Empty where there is no such test image. Raises CancelledError.
        """
        parts, labels = self.parts, self.parts.labels
        test = parts.test[(labels[parts.test] >= 0) & (labels[parts.test] < parts.trained)]
        known = np.sort(np.concatenate([parts.training, parts.validation]))
        if len(test) == 0:
            return {}
        embeddings, probabilities = embed(network, self.dataset.images[test], cancelled)
        points, own = embed(network, self.dataset.images[known], cancelled)
        if probabilities is None or own is None:
            reference = points[np.searchsorted(known, parts.reference)]
            probabilities, own = (self._from_prototypes(some, reference) for some in (embeddings, points))
        points, found = frozen_floats(points), []  # read-only, so that `nearest` measures their lengths once
        for start in range(0, len(test), QUERIES):
            _check(cancelled)
            found.append(nearest(embeddings[start : start + QUERIES], points, VOTES)[0])
        votes = labels[known][np.concatenate(found)]
        trained = np.isin(known, parts.training)
        return {
            ACCURACY: accuracy(probabilities.argmax(1), labels[test]),
            TRAIN_ACCURACY: accuracy(own[trained].argmax(1), labels[known[trained]]),
            KNN_ACCURACY: accuracy(votes[:, 0], labels[test]),
            KNN10_ACCURACY: accuracy(majority(votes), labels[test]),
        }

    def _from_prototypes(self, embeddings: Floats, reference: Floats) -> Floats:
        means = prototypes(reference, self.parts.labels[self.parts.reference], self.parts.trained)
        return prototype_probabilities(embeddings, means, self.recipe.prototypes.temperature)


def figures(
    embeddings: Floats, probabilities: Floats, labels: Ints, reference_labels: Ints, trained: int, classes: int
) -> dict[str, float]:
    """What is measured of a frame, by the names of its scalars; NaN for what cannot be.

    `embeddings` (N + M, D) and `probabilities` (N + M, trained) are of the probe with `labels` (N,), then of the
    reference with `reference_labels` (M,). Without a reference the nearest neighbour is that among the probe's others.
    """
    n = len(labels)
    known = np.flatnonzero((labels >= 0) & (labels < trained))
    if len(reference_labels):
        near = knn_accuracy(embeddings[known], labels[known], embeddings[n:], reference_labels)
    else:
        near = own_accuracy(embeddings[known], labels[known])
    similarity = class_similarity(embeddings[:n], labels, classes)
    same = np.eye(len(similarity), dtype=bool)
    return {
        PROBE_LOSS: _mean(cross_entropy(probabilities[known], labels[known])),
        ACCURACY: accuracy(probabilities[known].argmax(1), labels[known]),
        TRAIN_ACCURACY: accuracy(probabilities[n:].argmax(1), reference_labels),
        KNN_ACCURACY: near,
        WITHIN: _mean(similarity[same]),
        BETWEEN: _mean(similarity[~same]),
    }


@torch.inference_mode()
def embed(network: EmbeddingNetwork, images: Bytes, cancelled: IsCancelled = never) -> tuple[Floats, Floats | None]:
    """Embeddings (N, D), probabilities (N, K) or None of images uint8 (N, H, W, C). Raises CancelledError."""
    network.eval()
    device = network.mean.device
    embeddings, probabilities = [], []
    block = max(16, VALUES // max(1, images[0].size)) if len(images) else 1
    for start in range(0, len(images), block):
        _check(cancelled)
        output = network(torch.tensor(images[start : start + block], device=device))
        embeddings.append(output.embeddings.cpu())
        if output.logits is not None:
            probabilities.append(output.logits.softmax(1).cpu())
    network.train()
    return torch.cat(embeddings).numpy(), torch.cat(probabilities).numpy() if probabilities else None


def _check(cancelled: IsCancelled) -> None:
    if cancelled():
        raise CancelledError("Training was stopped.")


def _mean(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
