"""No objective needs more than a few matrices of a batch by itself, nor positives × negatives."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Generator

from latentarium.core.objectives import ArcFace, Contrastive, Decoupled, InfoNCE, Objective, Prototype, SupCon, Triplet
from latentarium.training.objectives import OBJECTIVES, Batch, Problem

BATCH, DIMENSIONS, CLASSES = 512, 16, 10
MATRIX = 4 * BATCH * BATCH  # bytes
PAIRED: list[Objective] = [
    Contrastive(),
    Triplet(mining="semi-hard"),
    Triplet(mining="batch-hard"),
    InfoNCE(),
    Decoupled(),
    SupCon(),
]
CLASSED: list[Objective] = [Triplet(mining="random"), ArcFace(), Prototype()]


def peak(settings: Objective) -> int:
    """The most bytes that torch's allocator handed out at once, forward and backward."""
    generator = Generator().manual_seed(0)
    objective = OBJECTIVES[settings.name](settings, Problem(np.zeros((1, 1, 1, 1), np.uint8), CLASSES, DIMENSIONS))
    values = torch.randn(BATCH, DIMENSIONS, generator=generator).requires_grad_()
    batch = Batch(values, None, torch.arange(BATCH) % CLASSES, torch.arange(BATCH), generator)
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        objective(batch).backward()
    results: Any = profile.profiler.kineto_results if profile.profiler else None
    changes = sorted((event.start_ns(), event.nbytes()) for event in results.events() if event.name() == "[memory]")
    return int(np.cumsum([change for _, change in changes]).max())


@pytest.mark.parametrize("settings", PAIRED, ids=lambda one: f"{one.name} {getattr(one, 'mining', '')}".strip())
def test_pairs_take_a_few_matrices(settings: Objective) -> None:
    """Positives × negatives of this batch would be a thousand of them and more."""
    assert MATRIX / 2 < peak(settings) < 12 * MATRIX


@pytest.mark.parametrize("settings", CLASSED, ids=lambda one: one.name)
def test_classes_take_no_matrix_of_the_batch(settings: Objective) -> None:
    assert peak(settings) < MATRIX / 2
