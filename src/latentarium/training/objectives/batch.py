"""What an objective is given."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor


@dataclass(frozen=True, eq=False)
class Batch:
    """What the network made of one batch.

    `embeddings` (B, D), `logits` (B, K) or None where there is no class head, `labels` int64 (B,) below K, `rows`
    int64 (B,) into the training images, and the random generator (on the CPU) of the run, for mining.
    """

    embeddings: Tensor
    logits: Tensor | None
    labels: Tensor
    rows: Tensor
    generator: Generator


Objective = Callable[[Batch], Tensor]  # a scalar that is connected to the batch's graph
