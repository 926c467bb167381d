"""What the network makes of the probe and the reference at one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np

from latentarium.core.arrays import Floats, Ints, frozen_ints

# The names of a frame's scalars. All are measured on the probe, but for TRAIN_LOSS.
TRAIN_LOSS = "loss"  # mean training loss over the batches since the last frame
PROBE_LOSS = "probe_loss"  # mean of -log p(label) over the probe's trained classes
ACCURACY = "accuracy"  # share of the probe's trained classes that is predicted right, 0 to 1
KNN_ACCURACY = "knn_accuracy"  # 1-NN accuracy of the probe's trained classes against the reference, 0 to 1
TRAIN_ACCURACY = "train_accuracy"  # share of the reference (in a result: of the training split) predicted right
WITHIN = "similarity_within"  # mean cosine similarity within classes
BETWEEN = "similarity_between"  # mean cosine similarity between classes
# On classes never trained on, where the probe shows two of them; pairs and labelled examples are of the probe.
VERIFICATION = "verification_accuracy"  # share of pairs told right by a distance chosen on other pairs, 0 to 1
VERIFICATION_AUC = "verification_auc"  # area under the curve of hits over false alarms, 0 to 1
PROTOTYPE_SHOTS = {shots: f"prototype_accuracy_{shots}_shot" for shots in (1, 5, 20)}  # by labelled examples a class
KNN_SHOTS = {shots: f"knn_accuracy_{shots}_shot" for shots in (1, 5, 20)}
ZERO_SHOT = (VERIFICATION, VERIFICATION_AUC, *PROTOTYPE_SHOTS.values(), *KNN_SHOTS.values())
# Beside ACCURACY and KNN_ACCURACY in the result of a finished training.
KNN10_ACCURACY = "knn10_accuracy"  # as KNN_ACCURACY, by vote of the 10 nearest
SECONDS = "seconds"  # computing time without pauses, pace and the last measurement


@dataclass(frozen=True, eq=False)
class Frame:
    """Embeddings and class probabilities of the probe and of the reference at one training step.

    `embeddings` float32 (N, D), `probabilities` (N, K) with one column per *trained* class and rows
    that sum to one, `reference_embeddings` (M, D), `reference_probabilities` (M, K). Read-only.
    `epoch` is fractional. `scalars` holds the names above, where known.
    """

    step: int
    epoch: float
    embeddings: Floats
    probabilities: Floats
    reference_embeddings: Floats
    reference_probabilities: Floats
    scalars: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def predictions(self) -> Ints:
        """The most probable class of each point, int64 (N,); -1 where the run has no classes."""
        if not self.probabilities.shape[1]:
            return frozen_ints(np.full(len(self.probabilities), -1))
        return frozen_ints(self.probabilities.argmax(1))


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that training needs in order to go on from `step` as if it had never stopped.

    `files` maps a file name to its bytes. `result` is empty but for the last checkpoint of a finished
    training: `accuracy` and `knn_accuracy` on the whole test split (1-NN against the whole training
    split) and `seconds` of training without that evaluation.
    """

    step: int
    epoch: float
    files: Mapping[str, bytes]
    result: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
