"""Training as a generator: a recipe and a data set become frames and checkpoints."""

import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

import torch
from torch.optim import Optimizer

from latentarium.core.dataset import Dataset
from latentarium.core.errors import CancelledError, DivergedError
from latentarium.core.frame import SECONDS, TRAIN_LOSS, Checkpoint, Frame
from latentarium.core.progress import Progress as Telling
from latentarium.core.progress import ignore
from latentarium.core.recipe import Recipe
from latentarium.data.parts import divide
from latentarium.training.control import Control
from latentarium.training.device import choose_device, thread_count, torch_threads
from latentarium.training.estimate import check, steps_per_epoch, total_steps
from latentarium.training.examination import Examination
from latentarium.training.memory import Progress, pack, recall, remember, unpack
from latentarium.training.networks import build_network
from latentarium.training.objectives import Batch, Problem, WeightedSum
from latentarium.training.optimisers import build_optimiser, set_rate, turning_steps
from latentarium.training.schedule import cycle_of, frame_steps, pace_share, rate_factor
from latentarium.training.views import augmentation_at, draw_views, view_count

CHECKPOINT_EVERY = 30.0  # seconds
VALIDATIONS = 5  # in the time of the recipe's patience


def train(
    recipe: Recipe,
    dataset: Dataset,
    control: Control,
    checkpoint: Checkpoint | None = None,
    device: str = "auto",
    threads: int | None = None,
    telling: Telling = ignore,
) -> Generator[Frame | Checkpoint, None, None]:
    """Train, and yield frames on the recipe's schedule, a checkpoint now and then, and a last one at the end.

    On a CPU the same recipe, data and number of threads (by default `thread_count()`) give the same frames, byte for
    byte, also when training goes on from a `checkpoint`. Where the recipe ends later than it did then, or patience
    had ended it, the schedule is laid anew for the added steps. Between two items torch's threads and random state
    are as the caller left them. `telling` hears of what is computed before the first step.
    Raises LatentariumError for what cannot be trained, and DivergedError, after the last good checkpoint, where
    numbers stop being finite.
    """
    items = _train(recipe, dataset, control, checkpoint, choose_device(device), telling)
    try:
        while True:
            with torch_threads(threads or thread_count()):
                item = next(items, None)
            if item is None:
                return
            yield item
    finally:
        items.close()


def _train(
    recipe: Recipe,
    dataset: Dataset,
    control: Control,
    checkpoint: Checkpoint | None,
    device: str,
    telling: Telling,
) -> Generator[Frame | Checkpoint, None, None]:
    def stopped() -> bool:
        return control.stopped

    parts = divide(recipe, dataset)
    check(recipe, parts)
    rows = len(parts.training)
    per_epoch = steps_per_epoch(recipe, rows)
    end = total_steps(recipe, rows)

    # Everything that learns: from the seed, or from the checkpoint. The images stay on the device, as bytes.
    good = unpack(checkpoint) if checkpoint else None
    pictures = dataset.images[parts.training]
    network = build_network(recipe, pictures, parts.trained, good.network if good else None).to(device)
    images = torch.from_numpy(pictures).to(device)
    labels = torch.from_numpy(parts.labels[parts.training]).to(device)
    problem = Problem(pictures, parts.trained, recipe.network.embedding, recipe.seed, device, stopped, telling)
    objective = WeightedSum(recipe.objective, problem).to(device)
    learning = [*network.parameters(), *objective.parameters()]
    views, turns = view_count(recipe), turning_steps(recipe.objective, per_epoch)
    optimiser: Optimizer | None = None  # built after the first frame, which need not wait 1.5 s for its import
    generator = torch.Generator().manual_seed(recipe.seed)
    progress = Progress(begin=0, end=end)
    finished = bool(checkpoint and checkpoint.result)
    if good:
        optimiser = build_optimiser(recipe.optimiser, learning)
        progress = recall(good, rows, objective, optimiser, generator, device)
    if end > progress.step and (end != progress.end or finished):  # steps were added: their schedule is laid anew
        progress = replace(progress, begin=progress.step, end=end, out_of_patience=False, best_step=progress.step)

    examination = Examination(recipe, dataset, parts)
    frames = [progress.begin + step for step in frame_steps(recipe, progress.end - progress.begin)]
    moments = frozenset(frames)
    patience = recipe.optimiser.patience
    began = time.monotonic() - progress.seconds  # put off by every wait, so that it tells the time of computing
    saved = time.monotonic()

    try:
        while True:
            # Show where the network stands. After a stop in this place, the frame is made up for when training goes on.
            if progress.framed != progress.step and (progress.step in moments or progress.out_of_patience):
                known = mean_loss(progress)
                frame = examination.frame(network, progress.step, progress.step / per_epoch, stopped)
                progress.framed, progress.losses = progress.step, []
                progress.seconds = time.monotonic() - began
                good = remember(network, objective, optimiser, generator, progress)
                control.framed()  # before the yield: who asks for another step while it is shown gets one
                yield replace(frame, scalars=MappingProxyType({**known, **frame.scalars}))
            if progress.step >= progress.end or progress.out_of_patience:
                break
            if time.monotonic() - saved > CHECKPOINT_EVERY:
                mean_loss(progress)
                progress.seconds = time.monotonic() - began
                good = remember(network, objective, optimiser, generator, progress)
                yield pack(good, progress.step / per_epoch)
                saved = time.monotonic()

            # Do what the outside asks.
            waiting = time.monotonic()
            going = control.wait(pace_share(frames, progress.step))
            began += time.monotonic() - waiting
            if not going:
                break

            # Learn from one batch; all batches of an epoch are of nearly the same size.
            if optimiser is None:
                optimiser = build_optimiser(recipe.optimiser, learning)
            if progress.step in turns:
                optimiser.state.clear()
            place = progress.step % per_epoch
            if place == 0:
                progress.order = torch.randperm(rows, generator=generator)
            chosen = progress.order[place * rows // per_epoch : (place + 1) * rows // per_epoch].to(device)
            augment = augmentation_at(recipe, (progress.step - progress.begin) / (progress.end - progress.begin))
            embeddings, logits = network(draw_views(images.index_select(0, chosen), views, augment, generator))
            chosen = chosen.repeat(views)
            loss = objective(Batch(embeddings, logits, labels[chosen], chosen, generator, progress.step / per_epoch))
            since, length = cycle_of(recipe, progress.step - progress.begin, progress.end - progress.begin)
            set_rate(optimiser, recipe.optimiser.rate * rate_factor(recipe.optimiser, since, length, per_epoch))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            progress.losses.append(loss.detach())
            progress.step += 1

            # Look whether patience has run out.
            if patience and progress.step % max(1, patience // VALIDATIONS) == 0:
                validation = examination.validation_loss(network, objective)
                if validation < progress.best_loss:
                    progress.best_loss, progress.best_step = validation, progress.step
                progress.out_of_patience = progress.step - progress.best_step >= patience
        mean_loss(progress)
    except CancelledError:
        pass  # stopped while a frame was being made
    except DivergedError:
        if good:
            yield pack(good, good.step / per_epoch)
        raise

    progress.seconds = time.monotonic() - began
    result: dict[str, float] = {}
    if progress.step >= progress.end or progress.out_of_patience:
        with suppress(CancelledError):
            result = {**examination.result(network, stopped), SECONDS: progress.seconds}
    yield pack(remember(network, objective, optimiser, generator, progress), progress.step / per_epoch, result)


def mean_loss(progress: Progress) -> dict[str, float]:
    """The mean training loss since the last frame, by its name; empty before the first batch.

    Raises DivergedError with the first step whose loss is not finite.
    """
    if not progress.losses:
        return {}
    losses = torch.stack(progress.losses).cpu().double()
    bad = (~losses.isfinite()).nonzero()
    if len(bad):
        raise DivergedError(progress.step - len(losses) + 1 + int(bad[0]))
    return {TRAIN_LOSS: float(losses.mean())}
