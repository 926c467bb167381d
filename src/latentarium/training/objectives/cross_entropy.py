"""Cross-entropy: minus the logarithm of the probability of the label."""

from torch import Tensor
from torch.nn import functional

from latentarium.core.objectives import CrossEntropy
from latentarium.training.objectives.batch import Batch, Objective, Problem


def cross_entropy_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean of log Σ_k exp(logits_ik) − logits_iy: (B, K), (B,) -> scalar; in logarithms, so nothing overflows."""
    return functional.cross_entropy(logits, labels)


def cross_entropy(settings: CrossEntropy, problem: Problem) -> Objective:
    """Needs a class head; raises ValueError for a batch without logits."""

    def objective(batch: Batch) -> Tensor:
        if batch.logits is None:
            raise ValueError("cross-entropy needs logits")
        return cross_entropy_loss(batch.logits, batch.labels)

    return objective
