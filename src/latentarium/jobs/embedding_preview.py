"""What a network would get, and how long embedding would take, before anything is embedded."""

import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from latentarium.core.arrays import Bytes
from latentarium.core.embedding import EmbeddingPlan, Preprocessing
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.jobs.embedding_task import interrupted, prepare_embedding
from latentarium.training.strangers.stranger import Stranger

SHOWN = 3  # images
ENOUGH = 0.2  # seconds of a measurement


@dataclass(frozen=True, eq=False)
class Preview:
    """Three images as they are and as the network gets them, uint8, and what embedding all will take.

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
        seconds = _seconds(stranger, images, task.device, cancelled) * len(task.files)
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
        images=len(images),
        checkpoints=len(task.files),
        seconds=seconds,
        remarks=(*task.remarks, *task.missing),
    )


def _seconds(stranger: Stranger, images: Bytes, device: str, cancelled: IsCancelled) -> float:
    """About how long embedding all images takes, from some of them: as many as a fifth of a second is enough for."""
    stranger.embed(images[:1], device, cancelled)  # the first time is slower
    count = 8
    while True:
        count = min(4 * count, len(images))
        began = time.monotonic()
        stranger.embed(images[:count], device, cancelled)
        took = time.monotonic() - began
        if took > ENOUGH or count == len(images):
            return took / count * len(images)


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
