"""Commands that train: train and continue."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from latentarium.cli.output import ProgressLine, print_json, print_table, say
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import ACCURACY, KNN_ACCURACY, TRAIN_LOSS, Frame
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign_all, preset
from latentarium.data.sources import LOCAL, root_of
from latentarium.data.sources import download as fetch
from latentarium.jobs.training import Outcome, continue_run, train_and_record
from latentarium.jobs.zero_shot import Compared, as_table, compare
from latentarium.runs.library import fresh_folder, place_of
from latentarium.runs.run import Run, parse_reference
from latentarium.training.control import Control

_SHOWN = {TRAIN_LOSS: "loss {:.4f}", ACCURACY: "accuracy {:.3f}", KNN_ACCURACY: "1-NN {:.3f}"}


class Reporter:
    """A Listener that speaks on stderr."""

    def __init__(self) -> None:
        self.line = ProgressLine()
        self.folder: Path | None = None
        self._stage: tuple[str, float | None] = ("", None)
        self._frame = ""

    def stage(self, text: str, fraction: float | None) -> None:
        """Show what is being done, and how the last frame was."""
        self._stage = (text, fraction)
        self._show()

    def opened(self, path: Path) -> None:
        """Remember where the run lies."""
        self.folder = path

    def committed(self, index: int, frame: Frame) -> None:
        """Show how the frame is."""
        scalars = (pattern.format(frame.scalars[name]) for name, pattern in _SHOWN.items() if name in frame.scalars)
        self._frame = " · ".join((f"step {frame.step}", *scalars))
        self._show()

    def warned(self, sentence: str) -> None:
        """Say it, and go on."""
        self.line.say(sentence)

    def forget(self) -> None:
        """Another run begins: what is known of the last frame is of the one before."""
        self._frame = ""

    def _show(self) -> None:
        text, fraction = self._stage
        share = "" if fraction is None else f" {fraction:.0%}"
        self.line.show(text, " · ".join(filter(None, (f"{text}{share}", self._frame))))


def train(recipe: str, settings: Sequence[str], out: Path | None, download: bool, as_json: bool) -> int:
    """Train a recipe, changed by "field=value" settings, into a run folder."""
    chosen = anchored(assign_all(preset(recipe), pairs(settings)))
    folder = out or fresh_folder(chosen)
    if folder.is_dir() and any(folder.iterdir()):  # the recorder says so too, but after the images are read
        raise LatentariumError(f"{folder} is not empty; name another folder, or continue the run in it.")
    if folder.exists() and not folder.is_dir():
        raise LatentariumError(f"{folder} is a file; name a folder.")
    reporter, control = Reporter(), Control()
    with stopped_by_signals(control) as caught:
        try:
            if download and chosen.data.name not in LOCAL:
                fetch(chosen.data.name, root_of(chosen.data), reporter.stage, lambda: control.stopped)
            outcome = train_and_record(chosen, folder, control, reporter)
        except LatentariumError as error:
            return _broken_off(error, reporter, caught)
        finally:
            reporter.line.end()
    return _tell(outcome, caught, as_json)


def go_on(run: str, steps: int | None, as_json: bool) -> int:
    """Go on with a run to its end, or by so many steps more."""
    path, index = parse_reference(run)
    path = place_of(path)
    if index is not None:
        raise LatentariumError(f"A run goes on from its last checkpoint, not from a frame: say {path} alone.")
    reporter, control = Reporter(), Control()
    with stopped_by_signals(control) as caught:
        try:
            outcome = continue_run(path, control, reporter, steps)
        except LatentariumError as error:
            return _broken_off(error, reporter, caught)
        finally:
            reporter.line.end()
    return _tell(outcome, caught, as_json)


def anchored(recipe: Recipe) -> Recipe:
    """The recipe with its paths absolute, so that the run can be continued from any folder."""
    paths = {"data.root": recipe.data.root, "network.weights": recipe.network.weights}
    return assign_all(
        recipe, {field: os.path.abspath(os.path.expanduser(path)) for field, path in paths.items() if path}
    )


def pairs(settings: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for setting in settings:
        field, equals, value = setting.partition("=")
        if not equals or not field.strip():
            raise LatentariumError(f"--set {setting}: write field=value, such as --set data.classes=3,5,8.")
        pairs[field.strip()] = value
    return pairs


@contextmanager
def stopped_by_signals(control: Control) -> Iterator[list[int]]:
    """Let the first Ctrl-C (or a polite kill) stop the training, and the next end the program; gives those caught."""
    caught: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)
        control.stop()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before: list[Callable[[int, FrameType | None], object] | int | None] = [signal.signal(n, stop) for n in numbers]
    try:
        yield caught
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _broken_off(error: LatentariumError, reporter: Reporter, caught: list[int]) -> int:
    """Say where the run lies, if there is one, and pass the failure on."""
    reporter.line.end()
    if isinstance(error, CancelledError) and caught:
        say("Stopped before the first frame; nothing was recorded.")
        return 128 + caught[0]
    if reporter.folder is not None and (reporter.folder / "run.json").exists():
        say(f"The run lies in {reporter.folder}")
    raise error


def _tell(outcome: Outcome, caught: list[int], as_json: bool) -> int:
    if outcome.frames == 0:
        say("Stopped before the first frame; nothing was recorded.")
    elif outcome.stopped:
        say(f"Stopped at step {outcome.steps}; the run is kept. To go on: latentarium continue {outcome.run}")
    unseen = _unseen(outcome)
    if as_json:
        print_json(values_of(outcome, unseen))
    elif outcome.frames:
        print_table(
            {
                "run": str(outcome.run.absolute()),
                "frames": outcome.frames,
                "steps": outcome.steps,
                "seconds": f"{outcome.seconds:.1f}",
                "accuracy": _percent(outcome.accuracy),
                "1-NN accuracy": _percent(outcome.knn_accuracy),
                **{f"unseen, {figure.title}": figure.text for figure in unseen},
            }
        )
    return 128 + caught[0] if caught and outcome.stopped else 0


def values_of(outcome: Outcome, unseen: tuple[Compared, ...] | None = None) -> dict[str, Any]:
    """What `--json` tells of a run; `unseen` are its figures on unseen classes, read from it where None."""
    unseen = _unseen(outcome) if unseen is None else unseen
    return {
        "run": str(outcome.run.absolute()),
        "frames": outcome.frames,
        "steps": outcome.steps,
        "seconds": round(outcome.seconds, 3),
        "accuracy": outcome.accuracy,
        "knn_accuracy": outcome.knn_accuracy,
        **({"zero_shot": as_table(unseen)} if unseen else {}),
    }


def _unseen(outcome: Outcome) -> tuple[Compared, ...]:
    """The last frame's figures on unseen classes; none where no two classes are held out."""
    if not outcome.frames:
        return ()
    run = Run.open(outcome.run)
    try:
        return compare(run, len(run) - 1)
    finally:
        run.close()


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.2%} of the whole test split"
