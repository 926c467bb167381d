"""How neighbours.npz came to be: pynndescent compiles for a minute, so its answers are kept.

python tests/jobs/peer/make.py
"""

from pathlib import Path

import numpy as np

POINTS, NEIGHBOURS = 1500, 10
FILE = Path(__file__).with_name("neighbours.npz")


def clouds() -> list[np.ndarray]:
    """Two spaces of the same points, about ten means each."""
    made = []
    for seed, width in ((0, 12), (1, 20)):
        random = np.random.default_rng(seed)
        means = random.normal(size=(10, width))[np.arange(POINTS) % 10]
        made.append((means + 0.7 * random.normal(size=(POINTS, width))).astype(np.float32))
    return made


def main() -> None:
    """Ask pynndescent for the neighbours in both, the points themselves among them, as Vectory does."""
    from pynndescent import NNDescent

    found = {
        f"{metric}_{name}": NNDescent(cloud, metric, n_neighbors=NEIGHBOURS, random_state=0).neighbor_graph[0]
        for name, cloud in zip("ab", clouds(), strict=True)
        for metric in ("cosine", "euclidean")
    }
    np.savez_compressed(FILE, **{name: rows.astype(np.int16) for name, rows in found.items()})


if __name__ == "__main__":
    main()
