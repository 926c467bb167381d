"""Make a run of what somebody else's weights make of images: a frame for each checkpoint."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from latentarium.core.arrays import Bytes, Floats
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import KNN_ACCURACY, SECONDS, Checkpoint, Frame
from latentarium.core.objectives import CrossEntropy, Prototype
from latentarium.core.origin import Origin
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.core.recipe import Network, Optimiser, Prototypes, Recipe
from latentarium.data.parts import Parts, divide, sample
from latentarium.data.sources import load
from latentarium.jobs.checkpoint_files import CheckpointFile, checkpoint_files, recipe_of_run
from latentarium.jobs.embedding_blocks import Blocks
from latentarium.jobs.training import PIXELS, pixel_accuracy
from latentarium.runs.library import fresh_folder
from latentarium.runs.recording import Header, Item, record
from latentarium.training.device import choose_device, thread_count, torch_threads
from latentarium.training.strangers.architectures import is_of_collection, without_objective
from latentarium.training.strangers.frames import frame_of, usual_temperature
from latentarium.training.strangers.stranger import Stranger, assemble
from latentarium.training.weights import read_weights

FORMAT = "checkpoint"
IMAGENET_SIZE = 224  # pixels a side of an image folder for networks of ImageNet, where nothing is said
LARGEST_READ = 512  # pixels a side that images are read at
BLOCK = 1 << 22  # pixels of images that are kept together
SHOWN = 3  # images of a preview


@dataclass(frozen=True)
class Embedded:
    """What came of it: the run's folder, points of the probe, dimensions, frames, and what the person should know.

    `knn_accuracy` is that of the last frame, of the probe against the reference; `pixels` that of raw pixels.
    """

    run: Path
    points: int
    dimensions: int
    frames: int
    reference: int
    knn_accuracy: float | None
    pixels: float
    missing: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Preview:
    """Three images as they are and as the network gets them, uint8, and what embedding all will take.

    `lowest` and `highest` are numbers that the network gets; `layers` the modules whose output can be the embedding.
    """

    originals: Bytes
    seen: Bytes
    lowest: float
    highest: float
    preprocessing: Preprocessing
    layers: tuple[str, ...]
    fitted: int
    dimensions: int
    images: int
    checkpoints: int
    seconds: float
    remarks: tuple[str, ...]


def preview_embedding(plan: EmbeddingPlan, tell: Progress = ignore, cancelled: IsCancelled = never) -> Preview:
    """Build the network and show what it would get, without embedding anything but a few images, for the time.

    Raises LatentariumError for all that `embed` would refuse.
    """
    task = _prepared(plan, tell, cancelled)
    stranger, images = task.stranger, task.images
    few = images[:: max(1, len(images) // 16)][:16]
    tell("Measuring how long it takes", None)
    began = time.monotonic()
    stranger.embed(few, task.device)
    seconds = (time.monotonic() - began) / len(few) * len(images) * len(task.files)
    originals = images[:: max(1, len(task.parts.probe) // SHOWN)][:SHOWN]
    seen, (lowest, highest) = stranger.look(originals)
    return Preview(
        originals=originals,
        seen=seen,
        lowest=lowest,
        highest=highest,
        preprocessing=stranger.preprocessing,
        layers=stranger.layers,
        fitted=len(stranger.fit.fitted),
        dimensions=stranger.dimensions,
        images=len(images),
        checkpoints=len(task.files),
        seconds=seconds,
        remarks=task.remarks,
    )


def write_preview(preview: Preview, path: Path) -> None:
    """Draw the images, above as they are and below as the network gets them. Raises LatentariumError."""
    side = max(64, preview.originals.shape[1], preview.seen.shape[1])
    sheet = Image.new("RGB", (SHOWN * side, 2 * side), "white")
    for line, images in enumerate((preview.originals, preview.seen)):
        for place, image in enumerate(images):
            tile = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).resize((side, side), 0)
            sheet.paste(tile, (place * side, line * side))
    try:
        sheet.save(path)
    except (OSError, ValueError) as error:
        raise LatentariumError(f"The preview cannot be written to {path}: {error}.") from error


def embed(
    plan: EmbeddingPlan, folder: Path | None = None, tell: Progress = ignore, cancelled: IsCancelled = never
) -> Embedded:
    """Embed the plan's images, and record the run in `folder`, new or empty; by default a new one in the library.

    What is done is kept beside it until the run is there: the same plan begun again goes on where it was stopped.
    Raises LatentariumError for what cannot be, and CancelledError.
    """
    task = _prepared(plan, tell, cancelled)
    folder = folder or fresh_folder(task.recipe)
    blocks = Blocks.open(folder.absolute().parent, task.key())
    with torch_threads(thread_count()):
        files, problems = _embed_all(task, blocks, tell, cancelled)
    remarks = (*task.remarks, *problems)
    tell("Recording the run", None)
    embeddings, _ = blocks.all(files[-1].name, task.starts)
    header = _header(task, _recipe(task, embeddings, remarks))
    last: Frame | None = None
    with closing(record(_items(task, header.recipe, files, blocks), folder, header)) as recorded:
        for item in recorded:
            last = item if isinstance(item, Frame) else last
    blocks.remove()
    assert last is not None
    return Embedded(
        run=folder,
        points=len(last.embeddings),
        reference=len(last.reference_embeddings),
        dimensions=last.embeddings.shape[1],
        frames=len(files),
        knn_accuracy=last.scalars.get(KNN_ACCURACY),
        pixels=header.baselines[PIXELS],
        missing=remarks,
    )


@dataclass(frozen=True, eq=False)
class _Task:
    """All that is known before the first image is embedded. `images` are the probe's, then the reference's."""

    plan: EmbeddingPlan
    recipe: Recipe  # of what is embedded, not yet of the run
    files: tuple[CheckpointFile, ...]
    parts: Parts
    images: Bytes
    stranger: "Stranger"
    device: str
    remarks: tuple[str, ...]

    @property
    def starts(self) -> range:
        """The first image of each block."""
        side = self.stranger.preprocessing.crop or self.stranger.preprocessing.size or self.images.shape[1]
        return range(0, len(self.images), min(2048, max(32, BLOCK // (side * side))))

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


def _prepared(plan: EmbeddingPlan, tell: Progress, cancelled: IsCancelled) -> _Task:
    """Read images and weights, and build the network; refuses what cannot be."""
    files, problems = checkpoint_files(plan.checkpoint)
    own = recipe_of_run(plan.checkpoint)
    if not plan.network and own is None:
        raise LatentariumError(
            f"{plan.checkpoint} does not say what network it belongs to: name one of this program's, a model of "
            "torchvision, timm:NAME, or FILE.py:FUNCTION."
        )
    if not plan.network and own is not None:
        plan = replace(plan, network=own.network.name, recipe=plan.recipe.model_copy(update={"network": own.network}))
    tell("Reading the weights", None)
    tensors = read_weights(files[-1].path)
    recipe = plan.recipe
    if recipe.data.name == "folder" and not recipe.data.size:
        size = plan.preprocessing.size or (IMAGENET_SIZE if is_of_collection(plan.network, tensors) else 0)
        recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"size": min(size, LARGEST_READ)})})
    dataset = load(recipe.data, tell, cancelled)
    parts = divide(recipe, dataset)
    images = dataset.images[np.concatenate([parts.probe, parts.reference])]
    if not recipe.title:
        recipe = recipe.model_copy(update={"title": f"{plan.checkpoint.stem} on {dataset.name}"})
    tell("Building the network", None)
    stranger = assemble(plan, tensors, images[:2], len(dataset.classes))
    return _Task(
        plan=plan,
        recipe=recipe,
        files=files,
        parts=parts,
        images=images,
        stranger=stranger,
        device=choose_device(),
        remarks=(*stranger.remarks, *problems, *dataset.problems[:5]),
    )


def _embed_all(
    task: _Task, blocks: Blocks, tell: Progress, cancelled: IsCancelled
) -> tuple[tuple[CheckpointFile, ...], list[str]]:
    """Leave the vectors of all checkpoints in `blocks`; which of them could be embedded, and why others could not."""
    done, problems, clock = [], [], _Clock(len(task.files) * len(task.starts))
    for file in task.files:
        try:
            _embed_one(task, file, blocks, clock, tell, cancelled)
            done.append(file)
        except CancelledError:
            raise
        except LatentariumError as error:
            if len(task.files) == 1:
                raise
            problems.append(f"{file.name} is left out. {error}")
    if not done:
        raise LatentariumError(f"No checkpoint of {task.plan.checkpoint} could be embedded. {problems[0]}")
    return tuple(done), problems


def _embed_one(
    task: _Task, file: CheckpointFile, blocks: Blocks, clock: "_Clock", tell: Progress, cancelled: IsCancelled
) -> None:
    stranger: Stranger | None = None
    step = task.starts.step
    for start in task.starts:
        if cancelled():
            raise CancelledError("Embedding was stopped; the same command goes on from there.")
        if blocks.get(file.name, start) is not None:
            clock.passed()
            continue
        if stranger is None:
            stranger = task.stranger.fill(without_objective(read_weights(file.path)), file.name)
        blocks.put(file.name, start, *stranger.embed(task.images[start : start + step], task.device))
        clock.worked()
        tell(f"Embedding with {file.name}{clock.left}", clock.share)


@dataclass
class _Clock:
    """How far the work is, and how long the rest will take at the pace so far."""

    blocks: int
    done: int = 0
    computed: int = 0
    began: float = field(default_factory=time.monotonic)

    def passed(self) -> None:
        """A block was there already."""
        self.done += 1

    def worked(self) -> None:
        """A block was computed."""
        self.done += 1
        self.computed += 1

    @property
    def share(self) -> float:
        """Of the whole, 0 to 1."""
        return self.done / self.blocks

    @property
    def left(self) -> str:
        """In words, once it is known."""
        seconds = (time.monotonic() - self.began) / max(self.computed, 1) * (self.blocks - self.done)
        return f", about {duration(seconds)} left" if seconds >= 1 else ""


def duration(seconds: float) -> str:
    """A time for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _items(task: _Task, recipe: Recipe, files: Sequence[CheckpointFile], blocks: Blocks) -> Iterator[Item]:
    """A frame for each checkpoint, then the end."""
    temperature, step = recipe.prototypes.temperature, 0
    for file in files:
        embeddings, logits = blocks.all(file.name, task.starts)
        step = file.step
        yield frame_of(embeddings, _columns(task, logits), task.parts, temperature, step)
    yield Checkpoint(step, float(step), MappingProxyType({}), MappingProxyType({SECONDS: 0.0}))


def _columns(task: _Task, logits: Floats | None) -> Floats | None:
    """The columns of the class head that are the run's classes, where the head is one of the data set's classes."""
    parts = task.parts
    if logits is None or logits.shape[1] != len(parts.dataset.classes):
        return None
    return logits[:, [parts.dataset.classes.index(name) for name in parts.classes[: parts.trained]]]


def _recipe(task: _Task, embeddings: Floats, remarks: Sequence[str]) -> Recipe:
    """What run.json says of it."""
    plan, stranger, parts = task.plan, task.stranger, task.parts
    head = stranger.head and stranger.classes == len(parts.dataset.classes)
    reads = "none" if not head else "embedding" if stranger.tap.before or stranger.architecture.ours else "trunk"
    settings = stranger.preprocessing
    params = {
        "network": stranger.architecture.title,
        "layer": stranger.tap.words,
        "embedder": plan.embedder.name if plan.embedder else "",
        "preprocessing": asdict(settings),
        "fitted": len(stranger.fit.fitted),
        "remarks": remarks,
    }
    return task.recipe.model_copy(
        update={
            "title": task.recipe.title,
            "network": Network(embedding=embeddings.shape[1], classifier=reads),
            "objective": (CrossEntropy(),) if head else (Prototype(),),
            "optimiser": Optimiser(steps=max(1, task.files[-1].step)),
            "prototypes": Prototypes(temperature=1.0 if head else usual_temperature(embeddings, parts)),
            "origin": Origin(
                format=FORMAT,
                source=plan.checkpoint.name,
                dataset=parts.dataset.name,
                model=stranger.architecture.title,
                params=json.dumps(params),
            ),
        }
    )


def _header(task: _Task, recipe: Recipe) -> Header:
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
        threads=thread_count(),
        device=task.device,
        baselines={PIXELS: pixel_accuracy(probe, reference, parts.trained)},
    )
