"""The hybrid of classes and neighbours against ParaDime, warm: seconds a weight, and how good classes and maps are.

ParaDime pins old libraries and names not all that it needs, so it stands in an environment of its own. MNIST is looked
for in the data folder, or in $LATENTARIUM_DATA.

    python -m venv PEER
    PEER/bin/pip install paradime torch cerberus ruamel.yaml packaging matplotlib
    PEER/bin/pip install numpy==1.26.4    # beyond ParaDime's pin: today's scikit-learn does not load with less
    python -m benchmarks.hybrid --paradime PEER/bin/python [--weights 0,50,500] [--seeds 0,1,2] [--epochs 50]
        [--threads 2]

Both train on the same 5,000 digits and are measured on the same next 5,000, by the same functions: test accuracy,
10-NN accuracy of the test images' places against the training images', and trustworthiness (k 10) of the map of the
test images. Warm: both have done a short training before, in the same process. Ours is the preset as it comes, the
frames that are recorded included, from the call to the last frame; relations come from the cache, as for every weight
of a sweep but the first, and the time to compute them stands apart. ParaDime computes its relations for every weight,
and is shown with and without. Both use all cores; with `--threads 1` ours uses as many as beside a window on two.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

from latentarium.analysis.accuracy import accuracy, knn_accuracy
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.data.parts import Parts, divide
from latentarium.data.sources import load
from latentarium.training.control import Control
from latentarium.training.device import torch_threads
from latentarium.training.examination import embed
from latentarium.training.loop import train
from latentarium.training.memory import unpack
from latentarium.training.networks import build_network
from latentarium.training.relations.sources import tsne_graph

CORES = os.cpu_count() or 1
PEER = Path(__file__).with_name("hybrid_peer.py")


@dataclass(frozen=True)
class Measured:
    """One training: seconds for its relations and for itself, and figures of its test images, 0 to 1."""

    relating: float
    training: float
    accuracy: float
    knn: float
    trust: float


def ours(recipe: Recipe, parts: Parts, folder: Path, threads: int) -> Measured:
    """Train the preset with its relations computed anew, then again with them at hand."""
    os.environ["LATENTARIUM_CACHE"] = str(folder)
    related = 0.0
    if recipe.objective[1].weight > 0:
        began = time.perf_counter()
        with torch_threads(threads):
            tsne_graph(parts.dataset.images[parts.training], recipe.objective[1].perplexity)
        related = time.perf_counter() - began
    began, training, last = time.perf_counter(), 0.0, None
    for item in train(recipe, parts.dataset, Control(), threads=threads):
        if isinstance(item, Frame):
            training = time.perf_counter() - began
        else:
            last = item
    assert isinstance(last, Checkpoint)
    pictures = parts.dataset.images[parts.training]
    network = build_network(recipe, pictures, parts.trained, unpack(last).network)
    places, probabilities = embed(network, parts.dataset.images[parts.test])
    assert probabilities is not None
    return figures(parts, places, embed(network, pictures)[0], probabilities.argmax(1), (related, training))


def figures(parts: Parts, test: Any, train: Any, predictions: Any, seconds: Any) -> Measured:
    """The same measures for both sides."""
    from sklearn.manifold import trustworthiness

    labels, known = parts.labels[parts.test], parts.labels[parts.training]
    pixels = parts.dataset.images[parts.test].reshape(len(test), -1) / 255
    return Measured(
        *map(float, seconds),
        accuracy=accuracy(predictions, labels),
        knn=knn_accuracy(test, labels, train, known, 10),
        trust=float(trustworthiness(pixels, test, n_neighbors=10)),
    )


def theirs(python: str, parts: Parts, folder: Path, weights: str, seeds: str, epochs: int) -> dict[str, list[Measured]]:
    """Let the other environment train everything, one after the other in one process."""
    rows = {"train": parts.training, "test": parts.test}
    images = {name: (parts.dataset.images[row] / 255).reshape(len(row), -1) for name, row in rows.items()}
    np.savez(
        folder / "images.npz",
        **{name: values.astype(np.float32) for name, values in images.items()},
        train_labels=parts.labels[parts.training],
    )
    out = str(folder / "peer")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS")}
    command = [python, "-W", "ignore", str(PEER), str(folder / "images.npz"), out, weights, seeds, str(epochs)]
    subprocess.run(command, check=True, env=plain, stdout=subprocess.DEVNULL)
    found: dict[str, list[Measured]] = {}
    for weight in weights.split(","):
        for seed in seeds.split(","):
            with np.load(f"{out}-{weight}-{seed}.npz") as made:
                measured = figures(parts, made["test"], made["train"], made["predictions"], made["seconds"])
            found.setdefault(weight, []).append(measured)
    return found


def report(our: Mapping[str, list[Measured]], peer: Mapping[str, list[Measured]]) -> None:
    """Print seconds with their ratio, and figures with the difference in standard errors."""
    for weight, mine in our.items():
        seconds, relating = mean(one.training for one in mine), mean(one.relating for one in mine)
        print(f"    weight {weight:4} ours {seconds:6.2f} s (relations, once for all weights: {relating:.2f} s)")
        for name in ("accuracy", "knn", "trust"):
            print(f"    {'':11} {name:9} ours {_spread(mine, name)}", end="")
            if weight in peer:
                gap = mean(getattr(one, name) for one in mine) - mean(getattr(one, name) for one in peer[weight])
                error = _error(mine, name, peer[weight])
                verdict = (
                    "" if name != "accuracy" and float(weight) == 0 else f"   {gap:+.4f}, goal >= {-2 * error:.4f}"
                )
                print(f"   ParaDime {_spread(peer[weight], name)}{verdict}", end="")
            print()
        if weight in peer:
            slow = mean(one.training for one in peer[weight])
            whole = mean(one.training + one.relating for one in peer[weight])
            print(f"    {'':11} ParaDime {whole:6.2f} s with its relations, {slow:6.2f} s without")
            print(
                f"    {'':11} ratio {whole / seconds:.1f} with, {slow / seconds:.1f} without   goal >= 10", flush=True
            )


def _spread(measured: list[Measured], name: str) -> str:
    values = [getattr(one, name) for one in measured]
    return f"{mean(values):.4f} ± {stdev(values) if len(values) > 1 else 0:.4f}"


def _error(mine: list[Measured], name: str, peers: list[Measured]) -> float:
    """The standard error of the difference of the two means."""
    sides = [[getattr(one, name) for one in side] for side in (mine, peers)]
    return float(sum(stdev(side) ** 2 / len(side) for side in sides if len(side) > 1) ** 0.5)


def main(
    paradime: str = "", weights: str = "0,50,500", seeds: str = "0,1,2", epochs: int = 50, threads: int = CORES
) -> None:
    """Print both sides; without the path of ParaDime's Python only ours."""
    print(f"(c) the hybrid, {epochs} epochs: ours with {threads} thread(s), ParaDime with {CORES}")
    recipe = preset("hybrid")
    parts = divide(recipe, load(recipe.data))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours(assign_all(recipe, {"optimiser.epochs": 2}), parts, folder / "warm", threads)
        our: dict[str, list[Measured]] = {}
        for weight in weights.split(","):
            for seed in seeds.split(","):
                settings = {"objective.tsne.weight": weight, "seed": seed, "optimiser.epochs": epochs}
                measured = ours(assign_all(recipe, settings), parts, folder / f"{weight}-{seed}", threads)
                our.setdefault(weight, []).append(measured)
        report(our, theirs(paradime, parts, folder, weights, seeds, epochs) if paradime else {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--paradime", default="", help="the Python of an environment that has paradime")
    parser.add_argument("--weights", default="0,50,500")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--threads", type=int, default=CORES, help="of ours")
    main(**vars(parser.parse_args()))
