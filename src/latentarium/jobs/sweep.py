"""Train the runs of a sweep one after the other, and go on with one that was stopped or killed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.frame import ACCURACY, Frame
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, Value, name_of
from latentarium.jobs.measures import measures
from latentarium.jobs.training import Outcome, continue_run, train_and_record
from latentarium.runs.groups import Group, create_group, note_error, read_group
from latentarium.runs.layout import DESCRIPTION, LEFT_BEHIND
from latentarium.runs.lock import WriterLock, held
from latentarium.runs.manifest import read_manifest
from latentarium.runs.run import Run
from latentarium.training.control import Control

CellState = Literal["queued", "training", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Cell:
    """One value of a sweep and how far its run is: `run` once its folder is there, `measures` once it is done.

    A stopped run goes on from its last checkpoint. `error` says why a run failed.
    """

    value: Value
    state: CellState = "queued"
    run: Path | None = None
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    error: str = ""

    @property
    def note(self) -> str:
        """One line for people: how good the run is, or how far."""
        if self.state == "failed":
            return f"failed: {self.error}"
        if ACCURACY not in self.measures:
            return self.state
        return f"test {self.measures[ACCURACY]:.3f}"


class SweepListener(Protocol):
    """Is told how a sweep goes: `committed` on the recorder's thread, all else on the one that trains.

    `index` counts the values of the sweep.
    """

    def stage(self, text: str, fraction: float | None) -> None:
        """What is being done for the run in training; the share of that run done, 0 to 1, or None."""

    def changed(self, index: int, cell: Cell) -> None:
        """A cell is another than before; at the beginning each is told of once."""

    def opened(self, index: int, path: Path) -> None:
        """The run's folder is there and can be opened, with no new frame yet."""

    def committed(self, index: int, frame_index: int, frame: Frame) -> None:
        """A frame of a run counts from now on."""

    def warned(self, sentence: str) -> None:
        """Something that the person should know, and that stops nothing."""


def run_sweep(sweep: Sweep, folder: Path, control: Control, listener: SweepListener) -> tuple[Cell, ...]:
    """Train every run of `sweep` into `folder`, which must be new or empty, and say what came of each.

    A run that fails does not stop the others; `control.stop` ends the run in training and leaves the rest queued.
    Between two runs a paused control waits. Raises LatentariumError where the folder cannot be written.
    """
    return _train(create_group(folder, sweep), control, listener)


def continue_sweep(folder: Path, control: Control, listener: SweepListener) -> tuple[Cell, ...]:
    """Go on with a sweep: runs that are done are left alone, those begun go on, the missing and failed are trained."""
    return _train(read_group(folder), control, listener)


def cells_of(group: Group) -> tuple[Cell, ...]:
    """How far each run of a sweep on disk is, without training; reads the last frame of each that is done."""
    return tuple(_cell(group, row) for row in range(len(group.members)))


def _train(group: Group, control: Control, listener: SweepListener) -> tuple[Cell, ...]:
    recipes = group.sweep.recipes()
    lock = WriterLock(group.path)
    try:
        cells = list(cells_of(group))
        for row, cell in enumerate(cells):
            listener.changed(row, cell)
        for row, recipe in enumerate(recipes):
            if cells[row].state == "done":
                continue
            if not control.wait(0.0):
                break
            cells[row] = replace(cells[row], state="training", error="")
            listener.changed(row, cells[row])
            cells[row] = _trained(group, row, recipe, control, listener)
            listener.changed(row, cells[row])
        return tuple(cells)
    finally:
        lock.release()


def _trained(group: Group, row: int, recipe: Recipe, control: Control, listener: SweepListener) -> Cell:
    """What came of training one run, from its start or from where it stood."""
    folder, error = group.members[row], ""
    try:
        _train_one(recipe, folder, control, _OneOf(row, name_of(group.sweep.field, group.sweep.values[row]), listener))
    except CancelledError:
        pass  # stopped while the images were read
    except (LatentariumError, OSError, MemoryError) as problem:
        error = str(problem) or "There is not enough memory for this run."
    except RuntimeError as problem:  # what PyTorch raises where shapes or memory do not fit
        if control.stopped:
            raise
        error = f"PyTorch cannot train this: {problem}"
    note_error(group, folder, error)
    return _cell(read_group(group.path), row)


def _train_one(recipe: Recipe, folder: Path, control: Control, listener: "_OneOf") -> Outcome:
    if (folder / DESCRIPTION).is_file():
        return continue_run(folder, control, listener)
    if folder.is_dir() and all(path.name in LEFT_BEHIND for path in folder.iterdir()):
        for path in folder.iterdir():  # a process was killed while it made the folder
            path.unlink()
    return train_and_record(recipe, folder, control, listener)


def _cell(group: Group, row: int) -> Cell:
    value, folder = group.sweep.values[row], group.members[row]
    error = group.errors.get(folder.name, "")
    if not (folder / DESCRIPTION).is_file():
        return Cell(value, "failed" if error else "queued", error=error)
    if held(folder):
        return Cell(value, "training", folder)
    try:
        checkpoints = read_manifest(folder).checkpoints
        if not (checkpoints and checkpoints[-1].result):
            return Cell(value, "failed" if error else "stopped", folder, error=error)
        run = Run.open(folder)
        try:
            return Cell(value, "done", folder, measures(run))
        finally:
            run.close()
    except LatentariumError as problem:
        return Cell(value, "failed", folder, error=str(problem))


@dataclass(frozen=True)
class _OneOf:
    """A Listener to one run, which tells a SweepListener which of its runs it hears."""

    row: int
    name: str
    listener: SweepListener

    def stage(self, text: str, fraction: float | None) -> None:
        self.listener.stage(text, fraction)

    def opened(self, path: Path) -> None:
        self.listener.opened(self.row, path)

    def committed(self, index: int, frame: Frame) -> None:
        self.listener.committed(self.row, index, frame)

    def warned(self, sentence: str) -> None:
        self.listener.warned(f"{self.name}: {sentence}")
