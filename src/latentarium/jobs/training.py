"""Train and record, and continue: what the window and the command line both do."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from latentarium.analysis.accuracy import knn_accuracy, own_accuracy
from latentarium.core.dataset import Dataset, Sample
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, SECONDS, Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.data.parts import Parts, divide, sample
from latentarium.data.sources import load
from latentarium.jobs.checks import check_training
from latentarium.jobs.teaching import frames_of, header_of, make_lesson
from latentarium.jobs.zero_shot import pixel_figures
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.manifest import read_manifest
from latentarium.runs.recording import Header, Item, record
from latentarium.runs.run import Run
from latentarium.runs.writer import Writer
from latentarium.training.control import Control
from latentarium.training.device import choose_device, thread_count
from latentarium.training.estimate import total_steps

PIXELS = "pixels_knn_accuracy"  # what a frame's knn_accuracy would be for raw pixels


class Listener(Protocol):
    """Is told how a training goes: `committed` on the recorder's thread, all else on the one that trains."""

    def stage(self, text: str, fraction: float | None) -> None:
        """What is being done; the share done, 0 to 1, or None where unknown."""

    def opened(self, path: Path) -> None:
        """The run's folder is there and can be opened, with no new frame yet."""

    def committed(self, index: int, frame: Frame) -> None:
        """A frame counts from now on."""

    def warned(self, sentence: str) -> None:
        """Something that the person should know, and that stops nothing."""


class Silence:
    """A Listener that nobody hears."""

    def stage(self, text: str, fraction: float | None) -> None: ...

    def opened(self, path: Path) -> None: ...

    def committed(self, index: int, frame: Frame) -> None: ...

    def warned(self, sentence: str) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What came of a training: the run's folder and all its frames, the last step, the seconds of training.

    `accuracy` and `knn_accuracy` are those of the last step on the whole test split, None where training was
    stopped before its end; `seconds` are without that measurement.
    """

    run: Path
    frames: int
    steps: int
    seconds: float
    accuracy: float | None
    knn_accuracy: float | None
    stopped: bool


def train_and_record(recipe: Recipe, folder: Path, control: Control, listener: Listener | None = None) -> Outcome:
    """Train `recipe` into `folder`, which must be new or empty; without a single frame nothing is left there.

    Raises LatentariumError for what cannot be, before torch is loaded where that can be known, and
    CancelledError where `control` stops it while images are read.
    """
    listener = listener or Silence()
    if recipe.teaching:
        made = make_lesson(recipe)
        return _record(frames_of(made), folder, header_of(recipe, made), listener, len(made.points.embeddings) - 1)
    parts, header = prepare(recipe, folder, control, listener)
    items = _train(recipe, parts.dataset, control, None, header.device, header.threads, listener)
    return _record(items, folder, header, listener, total_steps(recipe, len(parts.training)))


def prepare(recipe: Recipe, folder: Path, control: Control, listener: Listener) -> tuple[Parts, Header]:
    """The images, divided, and the run's header: all that is known before the first step, after all checks."""
    parts = _parts(recipe, control, listener)
    for warning in check_training(recipe, parts, folder):
        listener.warned(warning)
    probe, reference = sample(parts, "probe"), sample(parts, "reference")
    listener.stage("Comparing raw pixels", None)
    baselines = {PIXELS: pixel_accuracy(probe, reference, parts.trained), **pixel_figures(probe, parts.trained)}
    listener.stage("Loading PyTorch", None)
    header = Header(
        recipe=recipe,
        classes=parts.classes,
        trained=parts.trained,
        probe=probe,
        reference=reference,
        dataset=parts.dataset.name,
        fingerprint=parts.dataset.fingerprint,
        threads=thread_count(),
        device=choose_device(),
        baselines=baselines,
    )
    return parts, header


def continue_run(path: Path, control: Control, listener: Listener | None = None, steps: int | None = None) -> Outcome:
    """Go on with a run that was stopped or killed, to its end; then, where asked, for `steps` more.

    For steps beyond the recipe's the schedule is laid out anew, and the listener is warned so. Raises
    LatentariumError where the run came to its end and no steps are asked for, or where its images changed.
    """
    listener = listener or Silence()
    run = Run.open(path)
    try:
        if run.recipe.teaching:
            raise LatentariumError(f"{path} holds made points, which nobody trained; there is nothing to go on with.")
        if run.recipe.origin is not None:
            raise LatentariumError(f"{path} was made elsewhere and not trained here; there is nothing to go on with.")
        if run.folder != run.path:
            raise LatentariumError(f"{path} is a zip; unpack it, and continue the run in the folder.")
        return _continue(run, control, listener, steps)
    finally:
        run.close()


def outcome_of(run: Run) -> Outcome:
    """What came of the training of a recorded run."""
    return _outcome(run.folder, run.result, run.entries[-1].seconds if len(run) else 0.0)


def pixel_accuracy(probe: Sample, reference: Sample, trained: int) -> float:
    """1-NN accuracy of the probe's trained classes against the reference by Euclidean distance of pixels, 0 to 1.

    The same points as in a frame's `knn_accuracy`: without a reference against the others of the probe. NaN where the
    probe shows none of them.
    """
    rows = np.flatnonzero(probe.labels < trained)
    queries, points = probe.pixels, reference.pixels
    if queries is not None and not len(reference):
        return own_accuracy(queries[rows], probe.labels[rows])
    if queries is None or points is None:
        return float("nan")
    return knn_accuracy(queries[rows], probe.labels[rows], points, reference.labels)


def _continue(run: Run, control: Control, listener: Listener, steps: int | None) -> Outcome:
    if run.result and steps is None:
        raise LatentariumError(f"{run.path} came to its end at step {run.entries[-1].step}; say how many steps to add.")
    parts = _parts(run.recipe, control, listener)
    if parts.dataset.fingerprint != run.description.dataset.fingerprint:
        raise LatentariumError(f"The images have changed since {run.path} was recorded, so it cannot be continued.")
    if tuple(parts.dataset.ids[row] for row in parts.probe) != run.probe.ids:
        raise LatentariumError(f"{run.path} shows test images that were chosen in another way; it cannot be continued.")
    listener.stage("Loading PyTorch", None)
    device = run.device if run.device in ("cpu", choose_device()) else choose_device()
    if device != run.device:
        listener.warned(f"The run was trained on {run.device}, which is not here; it goes on on {device}.")
    if not run.result:
        outcome = _resume(run, run.recipe, parts, device, control, listener)
        if steps is None or outcome.stopped:
            return outcome
        run.refresh()
    start, steps = _last_step(run), steps or 0
    with Writer(run.folder) as writer:
        recipe = writer.extend(start, steps)
    listener.warned(f"The schedule of the learning rate is laid out anew for steps {start} to {start + steps}.")
    return _resume(run, recipe, parts, device, control, listener)


def _last_step(run: Run) -> int:
    """Where the finished training ended, with a checkpoint that is whole."""
    checkpoint = last_checkpoint(run.folder)
    if checkpoint is None or not checkpoint.result:
        raise LatentariumError(f"The last checkpoint in {run.path} is damaged or missing; steps cannot be added.")
    return checkpoint.step


def _resume(run: Run, recipe: Recipe, parts: Parts, device: str, control: Control, listener: Listener) -> Outcome:
    items = _train(recipe, parts.dataset, control, last_checkpoint(run.folder), device, run.threads, listener)
    return _record(items, run.folder, None, listener, total_steps(recipe, len(parts.training)))


def _parts(recipe: Recipe, control: Control, listener: Listener) -> Parts:
    dataset = load(recipe.data, listener.stage, lambda: control.stopped)
    for problem in dataset.problems[:5]:
        listener.warned(problem)
    if len(dataset.problems) > 5:
        listener.warned(f"{len(dataset.problems) - 5} more files were left out.")
    return divide(recipe, dataset)


def _train(
    recipe: Recipe,
    dataset: Dataset,
    control: Control,
    checkpoint: Checkpoint | None,
    device: str,
    threads: int,
    listener: Listener,
) -> Iterator[Item]:
    from latentarium.training.loop import train  # here: torch takes seconds, and checks come before it

    return train(recipe, dataset, control, checkpoint, device, threads, listener.stage)


def _record(items: Iterator[Item], folder: Path, header: Header | None, listener: Listener, end: int) -> Outcome:
    began, result = time.monotonic(), {}
    with closing(record(_announced(items, folder, listener), folder, header, listener.committed)) as recorded:
        for item in recorded:
            if isinstance(item, Checkpoint):
                result = dict(item.result)
            elif item.step < end:
                listener.stage("Training", item.step / end)
            else:
                listener.stage("Measuring on the whole test split", None)
    return _outcome(folder, result, time.monotonic() - began)


def _outcome(folder: Path, result: Mapping[str, float], seconds: float) -> Outcome:
    """`seconds` are those of a training that did not come to its end."""
    manifest = read_manifest(folder)
    steps = [entry.step for entry in manifest.entries[-1:]] + [line.step for line in manifest.checkpoints[-1:]]
    return Outcome(
        run=folder,
        frames=len(manifest.entries),
        steps=max(steps, default=0),
        seconds=result.get(SECONDS, seconds),
        accuracy=result.get(ACCURACY),
        knn_accuracy=result.get(KNN_ACCURACY),
        stopped=not result,
    )


def _announced(items: Iterator[Item], folder: Path, listener: Listener) -> Iterator[Item]:
    """`items`, after saying that the folder is there: the recorder asks for the first when it is."""
    listener.opened(folder)
    yield from items
