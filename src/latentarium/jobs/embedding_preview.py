"""What a network would get, and how long embedding would take, before anything is embedded."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from latentarium.core.arrays import Bytes, frozen_ints
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.jobs.embedding_head import doubt
from latentarium.jobs.embedding_task import Task, interrupted, prepare_embedding

SHOWN = 3  # images
ENOUGH = 0.2  # seconds of a measurement


@dataclass(frozen=True, eq=False)
class Preview:
    """Three images as they are and as the network gets them, uint8, and what embedding all will take.

    `points` of all `images` are the probe, the others the reference.
    `lowest` and `highest` are numbers that the network gets; `layers` modules whose output can be the embedding.
    """

    originals: Bytes
    seen: Bytes
    lowest: float
    highest: float
    preprocessing: Preprocessing
    layers: tuple[str, ...]
    fitted: int
    keys: str  # all of them by what became of them, for people
    dimensions: int
    points: int
    images: int
    checkpoints: int
    seconds: float
    remarks: tuple[str, ...]


def preview_embedding(plan: EmbeddingPlan, tell: Progress = ignore, cancelled: IsCancelled = never) -> Preview:
    """Build the network and show what it would get, without embedding anything but a few images, for the time.

    Raises LatentariumError for all that `embed` would refuse.
    """
    task = prepare_embedding(plan, tell, cancelled)
    stranger, images = task.stranger, task.images
    tell("Measuring how long it takes", None)
    with interrupted(plan, cancelled):
        seconds, remark = _measured(task, cancelled)
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
        keys=stranger.fit.listing,
        dimensions=stranger.dimensions,
        points=len(task.parts.probe),
        images=len(images),
        checkpoints=len(task.files),
        seconds=seconds * len(task.files),
        remarks=(*filter(None, [remark]), *task.remarks, *task.missing),
    )


def _measured(task: Task, cancelled: IsCancelled) -> tuple[float, str]:
    """About how long embedding all images takes, and what speaks against the class head, from some of them.

    As many as a fifth of a second is enough for, evenly taken.
    """
    stranger, images, parts = task.stranger, task.images, task.parts
    stranger.embed(images[:1], task.device, cancelled)  # the first time is slower
    count = 8
    while True:
        count = min(4 * count, len(images))
        rows = np.linspace(0, len(images) - 1, count).astype(np.int64)
        some = images[rows]
        began = time.monotonic()
        vectors, logits = stranger.embed(some, task.device, cancelled)
        took = time.monotonic() - began
        if took > ENOUGH or count == len(images):
            shown = np.concatenate([parts.probe, parts.reference])[rows]
            looked_at = replace(parts, probe=frozen_ints(shown), reference=frozen_ints([]))
            return took / count * len(images), doubt(task, looked_at, vectors, logits)


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
        reason = getattr(error, "strerror", None) or error
        raise LatentariumError(f"The preview cannot be written to {path}: {reason}.") from error
