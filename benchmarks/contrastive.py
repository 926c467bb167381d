"""Contrastive learning on full MNIST: the tutorial's recipe as published against ours, to the same 1-NN accuracy.

The peer follows the Neuromatch tutorial's settings (docs/recipes.md): a data loader over torchvision's
images with its transforms, batches of 50, ten epochs, and
the loss over a matrix of positives × negatives. Ours are the presets `contrastive-fast` (the same network) and
`contrastive-conv`, as short as they may be: the first length whose 1-NN accuracy on the whole test split, against the
whole training split, is not below the peer's. Seconds are those of training, without that last measurement.

    python -m benchmarks.contrastive [EPOCHS OF THE PEER]
"""

import os
import sys
import time

import torch
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from latentarium.core.dataset import Dataset
from latentarium.core.frame import KNN_ACCURACY, SECONDS, Checkpoint
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.data.parts import divide
from latentarium.data.sources import load, root_of
from latentarium.training.control import Control
from latentarium.training.examination import Examination
from latentarium.training.loop import train
from latentarium.training.networks import build_network

EPOCHS = 10
LENGTHS = {"contrastive-fast": (360, 420, 480, 600), "contrastive-conv": (130, 140, 160, 200)}
THREADS = os.cpu_count() or 1  # for both


def pairwise_loss(embeddings: torch.Tensor, labels: torch.Tensor, temperature: float) -> torch.Tensor:
    """The same loss as `dcl`, as published: a matrix of all positive pairs × all negative pairs of the batch.

    A positive pair's row is minus infinity where the negative pair is of another anchor.
    """
    similarity = embeddings @ embeddings.T / temperature
    same = labels[:, None] == labels[None, :]
    anchors, partners = (same & ~torch.eye(len(labels), dtype=torch.bool)).nonzero(as_tuple=True)
    lookers, strangers = (~same).nonzero(as_tuple=True)
    matrix = similarity[lookers, strangers].expand(len(anchors), -1)
    matrix = matrix.masked_fill(anchors[:, None] != lookers[None, :], -torch.inf)
    return (matrix.logsumexp(1) - similarity[anchors, partners]).mean()


def tutorial(recipe: Recipe, dataset: Dataset, epochs: float) -> tuple[float, float]:
    """Seconds of training, and 1-NN accuracy."""
    torch.set_num_threads(THREADS)
    parts = divide(recipe, dataset)
    network = build_network(recipe, dataset.images[parts.training], parts.trained)
    steps = [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    pictures = MNIST(str(root_of(recipe.data)), train=True, transform=transforms.Compose(steps))
    loader = DataLoader(pictures, batch_size=50, shuffle=True)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-4, weight_decay=1e-2)
    began, left = time.perf_counter(), round(epochs * len(loader))
    for epoch in range(1, round(epochs + 0.5) + 1):
        for group in optimiser.param_groups:
            group["lr"] = 3e-4 * 0.5 ** (epoch / 10)
        for some, theirs in loader:
            if left == 0:
                break
            left -= 1
            embeddings = functional.normalize(network.embedding(network.trunk(some)), dim=1)
            loss = pairwise_loss(embeddings, theirs, 0.07)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            loss.item()  # it adds the losses up for its progress bar
    seconds = time.perf_counter() - began
    return seconds, Examination(recipe, dataset, parts).result(network)[KNN_ACCURACY]


def ours(name: str, steps: int, dataset: Dataset) -> tuple[float, float]:
    """Seconds of training, and 1-NN accuracy, of a preset of this length."""
    recipe = assign_all(preset(name), {"data.name": "mnist", "optimiser.steps": steps, "frames.count": 2})
    result = {}
    for item in train(recipe, dataset, Control(), threads=THREADS):
        if isinstance(item, Checkpoint):
            result = dict(item.result)
    return result[SECONDS], result[KNN_ACCURACY]


def main(epochs: float = EPOCHS) -> None:
    """Print both, and the ratios."""
    recipe = assign_all(preset("contrastive"), {"data.name": "mnist"})
    dataset = load(recipe.data)
    peer, aim = tutorial(recipe, dataset, epochs)
    print(f"the tutorial's recipe, {epochs:g} epochs: {peer:.1f} s, 1-NN {aim:.4f}, {THREADS} threads", flush=True)
    for name, lengths in LENGTHS.items():
        for steps in lengths:
            seconds, accuracy = ours(name, steps, dataset)
            print(f"  {name}, {steps} steps: {seconds:.2f} s, 1-NN {accuracy:.4f}", flush=True)
            if accuracy >= aim:
                print(f"{name} is as good after {seconds:.2f} s: {peer / seconds:.0f}×", flush=True)
                break
        else:
            print(f"{name} is not as good at any of these lengths", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else EPOCHS)
