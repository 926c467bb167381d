"""What an objective is given."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor

from latentarium.core.arrays import Bytes
from latentarium.core.progress import IsCancelled, Progress, ignore, never


@dataclass(frozen=True, eq=False)
class Batch:
    """What the network made of one batch.

    `embeddings` (B, D), `logits` (B, K) or None where there is no class head, `labels` int64 (B,) below K, `rows`
    int64 (B,) into the training images, and the random generator (on the CPU) of the run, for mining. `epoch` is
    fractional. Where an objective's positives are augmentations, two rows of a batch are of one image, and have
    the same number in `rows`.
    """

    embeddings: Tensor
    logits: Tensor | None
    labels: Tensor
    rows: Tensor
    generator: Generator
    epoch: float = 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """What an objective is built for: the training images uint8 (N, H, W, C), the number of trained classes,
    the embedding's dimensions, the seed of its own first parameters, and the device of its tensors.
    """

    images: Bytes
    classes: int
    dimensions: int
    seed: int = 0
    device: str = "cpu"
    cancelled: IsCancelled = never
    progress: Progress = ignore


# A scalar that is connected to the batch's graph. One with parameters of its own is a torch.nn.Module.
Objective = Callable[[Batch], Tensor]
