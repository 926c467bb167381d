"""ParaDime's side of benchmarks/hybrid.py: runs in an environment of its own, which has `paradime` alone.

    PYTHON hybrid_peer.py IMAGES.npz OUT WEIGHTS SEEDS EPOCHS

Writes OUT-WEIGHT-SEED.npz for every weight and seed: what the network makes of the test images, and the seconds.
"""

import sys
import time

import numpy as np
import paradime.dr
import paradime.loss
import paradime.models
import paradime.relations
import paradime.transforms
import paradime.utils
import torch


class Hybrid(paradime.models.Model):
    """A trunk with softplus, an embedding and a class head."""

    def __init__(self):
        super().__init__()
        self.trunk = torch.nn.Sequential(
            torch.nn.Linear(784, 100), torch.nn.Softplus(), torch.nn.Linear(100, 50), torch.nn.Softplus()
        )
        self.place = torch.nn.Linear(50, 2)
        self.score = torch.nn.Linear(50, 10)

    def embed(self, x):
        return self.place(self.trunk(x))

    def classify(self, x):
        return self.score(self.trunk(x))


def reduction(model, weight, epochs):
    """The hybrid of docs/recipes.md, in ParaDime's own terms."""
    rel, dr, loss, change = paradime.relations, paradime.dr, paradime.loss, paradime.transforms
    globally = rel.NeighborBasedPDist(
        transform=[change.PerplexityBasedRescale(perplexity=30), change.Symmetrize(), change.Normalize()]
    )
    batchwise = rel.DifferentiablePDist(
        transform=[change.StudentTTransform(alpha=1.0), change.Normalize(), change.ToSquareTensor()]
    )
    phase = dr.TrainingPhase(
        name="hybrid",
        epochs=epochs,
        batch_size=500,
        loss_keys=["class", "embedding"],
        loss_weights=[1.0, float(weight)],
        learning_rate=0.001,
        report_interval=1000,
    )
    return dr.ParametricDR(
        model=model,
        global_relations=globally,
        batch_relations=batchwise,
        losses={
            "class": loss.ClassificationLoss(),
            "embedding": loss.RelationLoss(loss_function=loss.kullback_leibler_div),
        },
        training_phases=[phase],
    )


def trained(data, weight, seed, epochs):
    """The model, the seconds for its relations, and those of training without them."""
    paradime.utils.seed.seed_all(seed)
    model = Hybrid()
    began = time.perf_counter()
    made = reduction(model, weight, epochs)
    made.add_data({"main": data["train"], "labels": data["train_labels"]})
    made.compute_global_relations()
    related = time.perf_counter()
    made.train()
    return model, related - began, time.perf_counter() - related


def main(images, out, weights, seeds, epochs):
    data = {name: torch.from_numpy(values) for name, values in np.load(images).items()}
    trained({name: values[:1000] for name, values in data.items()}, 1, 0, 2)  # compiles what it compiles: not counted
    for weight in weights.split(","):
        for seed in seeds.split(","):
            model, relating, training = trained(data, float(weight), int(seed), int(epochs))
            with torch.no_grad():
                points, places, scores = (
                    model.embed(data["test"]),
                    model.embed(data["train"]),
                    model.classify(data["test"]),
                )
            np.savez(
                f"{out}-{weight}-{seed}.npz",
                test=points.numpy(),
                train=places.numpy(),
                predictions=scores.argmax(1).numpy(),
                seconds=np.array([relating, training]),
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
