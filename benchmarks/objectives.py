"""Every objective, forward and backward, against pytorch-metric-learning's with the same mining.

Both get the same 128-dimensional embeddings of ten classes and one thread; a time is the median of runs that take
turns, with mining. Peak memory is what torch's allocator handed out at once beyond what was there before, counted in
one run of its own.

    python -m benchmarks.objectives [RUNS]
"""

import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # the profiler's, which counts memory here; read when torch loads

import numpy as np
import torch
from torch import Generator, Tensor

from latentarium.core.objectives import (
    ArcFace,
    Contrastive,
    CrossEntropy,
    Decoupled,
    InfoNCE,
    Objective,
    Prototype,
    SupCon,
    Triplet,
)
from latentarium.training.objectives import OBJECTIVES, Batch, Problem

BATCH, DIMENSIONS, CLASSES = 256, 128, 10
SIZES = (256, 1024, 4096)
MB = 1e6
PATIENCE = 20.0  # seconds for all turns of two rivals

Loss = Callable[[Tensor, Tensor], Tensor]  # embeddings (B, D), labels (B,) -> scalar


@dataclass(frozen=True)
class Duel:
    """An objective, what pytorch-metric-learning has of it, and the goals of the ratio of times and of memories."""

    settings: Objective
    peer: Loss | None
    peer_name: str
    faster: float = 0.0
    smaller: float = 1.0


def duels() -> list[Duel]:
    """Ours and theirs. Its miners give every semi-hard triplet, ours one for each positive pair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pytorch_metric_learning import distances, losses, miners

    squared = distances.LpDistance(normalize_embeddings=False, power=2)
    plain = distances.LpDistance(normalize_embeddings=False)
    triplet = losses.TripletMarginLoss(margin=1.0, distance=squared)
    one_each = losses.TripletMarginLoss(margin=1.0, distance=squared, triplets_per_anchor=1)
    semi_hard = miners.TripletMarginMiner(margin=1.0, distance=squared, type_of_triplets="semihard")
    hard = miners.BatchHardMiner(distance=squared)
    ntxent, supcon = losses.NTXentLoss(temperature=0.1), losses.SupConLoss(temperature=0.1)
    arcface = losses.ArcFaceLoss(CLASSES, DIMENSIONS, margin=28.6479, scale=64)
    springs = losses.ContrastiveLoss(neg_margin=1.0, distance=plain)
    return [
        Duel(CrossEntropy(), None, ""),
        Duel(Contrastive(), springs, "ContrastiveLoss"),
        Duel(Triplet(mining="random"), one_each, "TripletMarginLoss, one an anchor", 1.5),
        Duel(Triplet(mining="semi-hard"), lambda z, y: triplet(z, y, semi_hard(z, y)), "TripletMarginMiner", 1.5),
        Duel(Triplet(mining="batch-hard"), lambda z, y: triplet(z, y, hard(z, y)), "BatchHardMiner", 1.5),
        Duel(InfoNCE(), ntxent, "NTXentLoss", 10, 0.05),
        Duel(Decoupled(), ntxent, "NTXentLoss, the nearest it has", 10, 0.05),
        Duel(SupCon(), supcon, "SupConLoss", 1.5),
        Duel(ArcFace(), arcface, "ArcFaceLoss"),
        Duel(Prototype(), None, ""),
    ]


def ours(settings: Objective) -> Loss:
    """The program's own objective as a function of embeddings and labels."""
    problem = Problem(np.zeros((1, 1, 1, 1), np.uint8), CLASSES, DIMENSIONS)
    objective = OBJECTIVES[settings.name](settings, problem)
    generator = Generator().manual_seed(0)

    def loss(embeddings: Tensor, labels: Tensor) -> Tensor:
        logits = embeddings[:, :CLASSES]  # for cross-entropy, which would have a head
        return objective(Batch(embeddings, logits, labels, torch.arange(len(labels)), generator))

    return loss


def made_up(rows: int) -> tuple[Tensor, Tensor]:
    """Embeddings that lie somewhat by class, as in the middle of a training, and their labels."""
    generator = Generator().manual_seed(0)
    labels = torch.randint(CLASSES, (rows,), generator=generator)
    means = torch.randn(CLASSES, DIMENSIONS, generator=generator) * 0.1
    values = means[labels] + torch.randn(rows, DIMENSIONS, generator=generator) * 0.1
    return values.requires_grad_(), labels


def run(loss: Loss, values: Tensor, labels: Tensor) -> None:
    """Once forward and backward."""
    values.grad = None
    loss(values, labels).backward()


def seconds(rivals: list[Loss], runs: int) -> list[float]:
    """The median time of each, taking turns; fewer turns where one is slow."""
    values, labels = made_up(BATCH)
    times: list[list[float]] = [[] for _ in rivals]
    for rival in rivals:  # for warming up
        run(rival, values, labels)
    start = time.perf_counter()
    for turn in range(runs):
        if turn and time.perf_counter() - start > PATIENCE:
            break
        for rival, own in zip(rivals, times, strict=True):
            began = time.perf_counter()
            run(rival, values, labels)
            own.append(time.perf_counter() - began)
    return [statistics.median(own) for own in times]


def peak(loss: Loss, rows: int) -> float:
    """The most bytes that were handed out at once, beyond those before."""
    values, labels = made_up(rows)
    run(loss, *made_up(16))
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        run(loss, values, labels)
    results = profile.profiler.kineto_results if profile.profiler else None
    assert results is not None
    changes = [(event.start_ns(), event.nbytes()) for event in results.events() if event.name() == "[memory]"]
    level = highest = 0
    for _, change in sorted(changes, key=lambda one: one[0]):
        level += change
        highest = max(highest, level)
    return float(highest)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread within the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def main(runs: int = 30) -> None:
    """Print times, ratios and peaks."""
    print(f"(b) objectives, forward and backward, batch {BATCH} × {DIMENSIONS}, {CLASSES} classes, one thread")
    with one_thread():
        for duel in duels():
            name = " ".join([duel.settings.name, getattr(duel.settings, "mining", "")]).strip()
            mine = ours(duel.settings)
            if duel.peer is None:
                (own,) = seconds([mine], runs)
                print(f"  {name:22} {own * 1e3:7.2f} ms {peak(mine, BATCH) / MB:7.1f} MB   no peer", flush=True)
                continue
            own, theirs = seconds([mine, duel.peer], runs)
            small, large = peak(mine, BATCH), peak(duel.peer, BATCH)
            goal = f"; goal >= {duel.faster:g}×" if duel.faster else ""
            goal += f", memory <= {duel.smaller:g}" if duel.smaller < 1 else ""
            print(
                f"  {name:22} {own * 1e3:7.2f} ms {small / MB:7.1f} MB   {duel.peer_name}: {theirs * 1e3:.2f} ms, "
                f"{large / MB:.1f} MB: {theirs / own:.1f}× as fast, {small / large:.3f} of the memory{goal}",
                flush=True,
            )
        print("  peak memory by batch, MB: " + ", ".join(map(str, SIZES)))
        for duel in duels():
            name = " ".join([duel.settings.name, getattr(duel.settings, "mining", "")]).strip()
            peaks = [peak(ours(duel.settings), rows) / MB for rows in SIZES]
            print(f"  {name:22} " + " ".join(f"{one:9.1f}" for one in peaks), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
