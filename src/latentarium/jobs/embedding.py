"""Make a run of what somebody else's weights make of images: a frame for each checkpoint."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import KNN_ACCURACY, SECONDS, Checkpoint, Frame
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.core.recipe import Recipe
from latentarium.jobs.checkpoint_files import CheckpointFile
from latentarium.jobs.embedding_blocks import Blocks
from latentarium.jobs.embedding_head import judged
from latentarium.jobs.embedding_task import Task, header_of, interrupted, prepare_embedding, recipe_of
from latentarium.jobs.training import PIXELS
from latentarium.runs.library import fresh_folder
from latentarium.runs.recording import Item, record
from latentarium.training.strangers.architectures import without_objective
from latentarium.training.strangers.frames import frame_of
from latentarium.training.strangers.stranger import STOPPED, Stranger
from latentarium.training.weights import read_weights


@dataclass(frozen=True)
class Embedded:
    """What came of it: the run's folder, points of the probe, dimensions, frames, what is missing, other remarks.

    `knn_accuracy` is that of the last frame, of the probe against the reference; `pixels` that of raw pixels; both are
    None without labels.
    """

    run: Path
    points: int
    dimensions: int
    frames: int
    reference: int
    knn_accuracy: float | None
    pixels: float | None
    missing: tuple[str, ...]
    remarks: tuple[str, ...]


def embed(
    plan: EmbeddingPlan, folder: Path | None = None, tell: Progress = ignore, cancelled: IsCancelled = never
) -> Embedded:
    """Embed the plan's images, and record the run in `folder`, new or empty; by default a new one in the library.

    What is done is kept beside it until the run is there: the same plan begun again goes on where it was stopped.
    Raises LatentariumError for what cannot be, and CancelledError.
    """
    task = prepare_embedding(plan, tell, cancelled)
    folder = folder or fresh_folder(task.recipe)
    blocks = Blocks.open(folder.absolute().parent, task.key())
    began = time.monotonic()
    files, problems = _embed_all(task, blocks, tell, cancelled)
    missing = (*task.missing, *problems)
    tell("Recording the run", None)
    seconds = time.monotonic() - began
    embeddings, logits = blocks.all(files[-1].name, task.starts)
    task = judged(task, embeddings, logits)
    header = header_of(task, recipe_of(task, embeddings, (*task.remarks, *missing)))
    last: Frame | None = None
    with closing(record(_items(task, header.recipe, files, blocks, seconds), folder, header)) as recorded:
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
        pixels=header.baselines.get(PIXELS),
        missing=missing,
        remarks=task.remarks,
    )


def _embed_all(
    task: Task, blocks: Blocks, tell: Progress, cancelled: IsCancelled
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
    task: Task, file: CheckpointFile, blocks: Blocks, clock: "_Clock", tell: Progress, cancelled: IsCancelled
) -> None:
    stranger: Stranger | None = None
    step = task.starts.step
    for start in task.starts:
        if cancelled():
            raise CancelledError(STOPPED)
        if blocks.get(file.name, start) is not None:
            clock.passed()
            continue
        if stranger is None:
            stranger = task.stranger.fill(without_objective(read_weights(file.path)), file.name)
        with interrupted(task.plan, cancelled):
            made = stranger.embed(task.images[start : start + step], task.device, cancelled)
        blocks.put(file.name, start, *made)
        clock.worked()
        tell(f"Embedding with {file.name}", clock.share)


@dataclass
class _Clock:
    """How far the work is, without the blocks that were there already."""

    blocks: int
    done: int = 0

    def passed(self) -> None:
        """A block was there already."""
        self.blocks -= 1

    def worked(self) -> None:
        """A block was computed."""
        self.done += 1

    @property
    def share(self) -> float:
        """Of what had to be computed, 0 to 1."""
        return self.done / self.blocks


def _items(
    task: Task, recipe: Recipe, files: Sequence[CheckpointFile], blocks: Blocks, seconds: float
) -> Iterator[Item]:
    """A frame for each checkpoint, then the end."""
    temperature, step = recipe.prototypes.temperature, 0
    for file in files:
        embeddings, logits = blocks.all(file.name, task.starts)
        step = file.step
        yield frame_of(embeddings, task.columns(logits), task.parts, temperature, step)
    yield Checkpoint(step, float(step), MappingProxyType({}), MappingProxyType({SECONDS: seconds}))
