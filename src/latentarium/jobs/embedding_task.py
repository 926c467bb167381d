"""All that is known of an embedding before its first image: weights, network and images, and what run.json will say."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from latentarium.core.arrays import Bytes, Floats
from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.errors import LatentariumError
from latentarium.core.origin import Origin
from latentarium.core.progress import IsCancelled, Progress
from latentarium.core.recipe import Network, Optimiser, Prototypes, Recipe
from latentarium.data.parts import Parts, sample
from latentarium.jobs.checkpoint_files import CheckpointFile, checkpoint_files, run_of
from latentarium.jobs.embedding_images import choose_reading, read_parts, words_on
from latentarium.jobs.interruption import interruptible
from latentarium.jobs.training import PIXELS, pixel_accuracy
from latentarium.runs.recording import Header
from latentarium.training.device import choose_device
from latentarium.training.strangers.architectures import without_objective
from latentarium.training.strangers.frames import usual_temperature
from latentarium.training.strangers.python_file import folder_of, lies_in
from latentarium.training.strangers.stranger import STOPPED, Filled, Stranger, assemble, fill_network
from latentarium.training.weights import read_weights

FORMAT = "checkpoint"
TRIED = 3  # checkpoints of a folder that may be damaged at its end
BLOCK = 1 << 22  # pixels of images that are kept together


@dataclass(frozen=True, eq=False)
class Task:
    """All that is known before the first image is embedded. `images` are the probe's, then the reference's."""

    plan: EmbeddingPlan
    recipe: Recipe  # of what is embedded, not yet of the run
    files: tuple[CheckpointFile, ...]
    parts: Parts
    images: Bytes
    head: tuple[str, ...]  # the classes that a class head's outputs are of, if there are as many
    named: bool  # those classes are known by their names, not only by how many they are
    stranger: Stranger
    device: str
    reading: str  # of the images, where they are not as they are
    remarks: tuple[str, ...]
    missing: tuple[str, ...]  # of the weights, the checkpoints and the images

    @property
    def starts(self) -> range:
        """The first image of each block."""
        side = self.stranger.preprocessing.crop or self.stranger.preprocessing.size or self.images.shape[1]
        return range(0, len(self.images), min(2048, max(32, BLOCK // (side * side))))

    @property
    def trained(self) -> tuple[str, ...]:
        """The run's classes that have probabilities."""
        return self.parts.classes[: self.parts.trained]

    @property
    def headed(self) -> bool:
        """Whether the network's own class head gives the probabilities."""
        return self.stranger.classes == len(self.head) > 0 and set(self.trained) <= set(self.head)

    def columns(self, logits: Floats | None) -> Floats | None:
        """The columns of the class head that are the run's classes; None where the head is of other classes."""
        return (
            None if logits is None or not self.headed else logits[:, [self.head.index(name) for name in self.trained]]
        )

    def key(self) -> str:
        """What names this very work: of the same weights, network, images and settings."""
        digest = hashlib.sha256(f"{self.plan.layer} {self.stranger.preprocessing} {self.recipe.data}".encode())
        digest.update(f"{self.plan.network} {self.recipe.network} {self.recipe.seed} {self.device}".encode())
        digest.update(self.parts.dataset.fingerprint.encode())
        named = (Path(name.rpartition(":")[0]).expanduser() for name in self.plan.runs_code)
        for path in (*(file.path for file in self.files), self.plan.embedder, *named):
            if path is not None:
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


def prepare_embedding(plan: EmbeddingPlan, tell: Progress, cancelled: IsCancelled) -> Task:
    """Read images and weights, and build the network; refuses what cannot be."""
    files, problems = checkpoint_files(plan.checkpoint)
    own = run_of(plan.checkpoint)
    if not plan.network and own is None:
        raise LatentariumError(
            f"{plan.checkpoint} does not say what network it belongs to: name one of this program's, a model of "
            "torchvision, timm:NAME, or FILE.py:FUNCTION."
        )
    if not plan.network and own is not None:
        network = own.recipe.network
        plan = replace(plan, network=network.name, recipe=plan.recipe.model_copy(update={"network": network}))
    tell("Building the network", None)
    with interrupted(plan, cancelled):
        filled = _filled(plan, files, problems)
    reading = choose_reading(plan.recipe, plan.preprocessing.size, filled.architecture)
    recipe = reading.recipe
    parts = read_parts(recipe, own.recipe.data if own else None, tell, cancelled)
    dataset = parts.dataset
    images = dataset.images[np.concatenate([parts.probe, parts.reference])]
    if not recipe.title:
        layer = f", {plan.layer}" if plan.layer else ""
        recipe = recipe.model_copy(update={"title": f"{plan.checkpoint.stem}{layer} on {dataset.name}"})
    tell("Looking for the embedding", None)
    head = own.classes if own is not None else dataset.classes
    with interrupted(plan, cancelled):
        stranger = assemble(plan, filled, images[:2], len(head))
    return Task(
        head=head,
        named=own is not None,
        plan=plan,
        recipe=recipe,
        files=files,
        parts=parts,
        images=images,
        stranger=stranger,
        device=choose_device(),
        reading=reading.words,
        remarks=(*reading.remarks, *stranger.remarks, *filter(None, [words_on(parts)])),
        missing=(*stranger.missing, *problems, *dataset.problems[:5]),
    )


def interrupted(plan: EmbeddingPlan, cancelled: IsCancelled) -> AbstractContextManager[None]:
    """A block in which code of somebody else may run: where there is any, cancelling ends even that."""
    folders = [folder_of(name) for name in plan.runs_code]
    if not folders:
        return nullcontext()
    return interruptible(cancelled, STOPPED, lambda file: any(lies_in(file, folder) for folder in folders))


def _filled(plan: EmbeddingPlan, files: Sequence[CheckpointFile], problems: Sequence[str]) -> Filled:
    """The network with the weights of the last checkpoint that fits; where none does, what is wrong with the last.

    `problems` are told too: what was left out may have been what the network belongs to.
    """
    errors: list[LatentariumError] = []
    for file in reversed(files[-TRIED:]):
        try:
            tensors = without_objective(read_weights(file.path))
            return fill_network(replace(plan, checkpoint=file.path), tensors)
        except LatentariumError as error:
            errors.append(error)
    raise LatentariumError(" ".join([str(errors[0]), *problems]), errors[0].details)


def recipe_of(task: Task, embeddings: Floats, remarks: Sequence[str]) -> Recipe:
    """What run.json says of it."""
    plan, stranger, parts = task.plan, task.stranger, task.parts
    reads = "none" if not task.headed else "embedding" if stranger.tap.before or stranger.architecture.ours else "trunk"
    settings = stranger.preprocessing
    params = {
        "layer": stranger.tap.words,
        **({"embedder": plan.embedder.name} if plan.embedder else {}),
        **({"images": task.reading} if task.reading else {}),
        **asdict(settings),
        "size": settings.size or "as they are",
        "crop": settings.crop or "none",
        "pixels": " × ".join(map(str, stranger.look(task.images[:1])[0].shape[1:])),
        "keys that fit": len(stranger.fit.fitted),
        "remarks": " ".join(remarks),
    }
    return task.recipe.model_copy(
        update={
            "title": task.recipe.title,
            "network": Network(embedding=embeddings.shape[1], classifier=reads),
            "objective": (),
            "optimiser": Optimiser(steps=max(1, task.files[-1].step)),
            "prototypes": Prototypes(
                temperature=1.0 if task.headed or not parts.trained else usual_temperature(embeddings, parts)
            ),
            "origin": Origin(
                format=FORMAT,
                source=plan.checkpoint.name,
                dataset=parts.dataset.name,
                model=stranger.architecture.title,
                params=json.dumps(params),
            ),
        }
    )


def header_of(task: Task, recipe: Recipe) -> Header:
    parts = task.parts
    probe, reference = sample(parts, "probe"), sample(parts, "reference")
    return Header(
        recipe=recipe,
        classes=parts.classes,
        trained=parts.trained,
        probe=probe,
        reference=reference,
        dataset=parts.dataset.name,
        fingerprint=parts.dataset.fingerprint,
        threads=torch.get_num_threads(),
        device=task.device,
        baselines={PIXELS: pixel_accuracy(probe, reference, parts.trained)} if parts.trained else {},
    )
