"""Starts and steers trainings from the window's side, and shows their frames as they come."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from latentarium.app.session import Session
from latentarium.app.worker import Failure, Job, Worker
from latentarium.core.recipe import Recipe
from latentarium.runs.library import fresh_folder
from latentarium.runs.run import Run
from latentarium.scene.desk import is_of
from latentarium.scene.state import State
from latentarium.scene.sweep_cells import shown_runs, told
from latentarium.training.control import Control

STARTING_MS, RUNNING_MS = 1500, 4000  # how long the end of the program waits for a training


class Phase(StrEnum):
    """What the training controls stand on."""

    IDLE = "idle"
    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"


@dataclass(frozen=True)
class Status:
    """How a training stands; `stage` is in words, `fraction` 0 to 1 or None where nobody knows."""

    phase: Phase = Phase.IDLE
    stage: str = ""
    fraction: float | None = None
    path: Path | None = None

    @property
    def busy(self) -> bool:
        return self.phase is not Phase.IDLE


class Trainer(QObject):
    """At most one training at a time, in a thread of its own."""

    changed = Signal(object)  # Status
    opened = Signal(object)  # the Run that is being trained now
    warned = Signal(str)
    failed = Signal(object)  # Failure
    ended = Signal(object)  # jobs.training.Outcome, or None where it was stopped before there was a run

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.status = Status()
        self._session = session
        self._worker: Worker | None = None
        self._live: Run | None = None
        self._pace = 0.0
        session.changed.connect(self._on_session_changed)

    @property
    def live(self) -> Run | None:
        """The run that is being trained now."""
        return self._live if self.status.busy else None

    def train(self, recipe: Recipe, parent: Path | None = None) -> None:
        """Train `recipe` into a fresh folder of the library, or of `parent`."""
        self.start(training_job(recipe, fresh_folder(recipe, parent)))

    def go_on(self, path: Path, steps: int | None = None) -> None:
        """Continue the training of a finished or interrupted run."""
        self.start(continuing_job(path, steps))

    def start(self, job: Job) -> None:
        """Do this job, which may train several runs one after the other; nothing where one is under way."""
        if self._worker is not None:
            return
        worker = Worker(job, Control(self._pace), self)
        worker.staged.connect(self._on_staged)
        worker.opened.connect(self._on_opened)
        worker.arrived.connect(self._on_arrived)
        worker.warned.connect(self.warned)
        worker.done.connect(self._on_done)
        worker.failed.connect(self._on_failed)
        worker.finished.connect(self._on_finished)
        self._worker, self._live = worker, None
        self._tell(phase=Phase.STARTING, stage="Starting…", fraction=None, path=None)
        worker.start()

    def pause(self) -> None:
        """Halt after the current batch."""
        if self._worker and self.status.phase is Phase.TRAINING:
            self._worker.control.pause()
            self._tell(phase=Phase.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self._worker and self.status.phase is Phase.PAUSED:
            self._worker.control.resume()
            self._tell(phase=Phase.TRAINING)

    def step(self) -> None:
        """Go on to the next recorded frame, and pause there."""
        if self._worker and self.status.phase in (Phase.TRAINING, Phase.PAUSED):
            self._worker.control.step()
            self._tell(phase=Phase.PAUSED)

    def stop(self) -> None:
        """End after the current batch; the run stays."""
        if self._worker and self.status.busy:
            self._worker.control.stop()
            self._tell(phase=Phase.STOPPING, stage="Stopping…", fraction=None)

    def set_pace(self, seconds: float) -> None:
        """Seconds that a whole training should at least take, from now on."""
        self._pace = seconds
        if self._worker:
            self._worker.control.pace = seconds

    def end(self) -> bool:
        """Stop and wait, for the end of the program; False where the thread did not end in time."""
        if self._worker is None:
            return True
        # While libraries are being imported nothing can be interrupted, and there is no run to keep.
        ended = self._worker.end(STARTING_MS if self.status.path is None else RUNNING_MS)
        if ended:
            self._worker = None
        return ended

    def _tell(self, **changes: Any) -> None:
        status = replace(self.status, **changes)
        if status != self.status:
            self.status = status
            self.changed.emit(status)

    @Slot(str, float)
    def _on_staged(self, text: str, fraction: float) -> None:
        if self.status.phase is Phase.STARTING or fraction >= 0:
            self._tell(stage=f"{text}…", fraction=None if fraction < 0 else fraction)

    @Slot(object)
    def _on_opened(self, run: Run) -> None:
        self._settle()
        self._live = run
        if self.status.phase is Phase.STARTING:
            self._tell(phase=Phase.TRAINING)
        self._tell(path=run.path)
        self.opened.emit(run)

    @Slot()
    def _on_arrived(self) -> None:
        news = self._worker.mailbox.take() if self._worker else None
        if news is not None and news[0] is self._live:
            self._show(count=news[1])
            if self.status.phase is not Phase.STOPPING:
                self._tell(**progress(self._live, news[1]))

    @Slot(object)
    def _on_done(self, outcome: Any) -> None:
        self._settle()
        self.ended.emit(outcome)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._settle()
        self.failed.emit(failure)

    @Slot()
    def _on_finished(self) -> None:
        if self._worker:
            self._worker.wait()
            self._worker.setParent(None)  # Python's own now; never destroyed while it runs
            self._worker = None
        self._tell(phase=Phase.IDLE, stage="", fraction=None)

    def _settle(self) -> None:
        """Say that the live run is live no more."""
        if self._live:
            self._live.refresh()
            self._show(count=len(self._live), live=False)

    def _show(self, **changes: Any) -> None:
        """Put the live run's news on the desk, and into the cell of a sweep, where it lies there."""
        if self._live is not None:
            self._session.update(**told(self._session.state, self._live, **changes))

    @Slot(object, object)
    def _on_session_changed(self, old: State, new: State) -> None:
        """Let the worker prepare new frames for the projections that the views have now."""
        if self._worker is not None and (old.runs is not new.runs or old.sweep is not new.sweep):
            live = self._live
            self._worker.watch(shown for shown in shown_runs(new) if live is not None and is_of(shown, live))


def progress(run: Run, count: int) -> dict[str, Any]:
    """The stage in words and the share done of a live run with `count` frames."""
    entry, length = run.entries[min(count, len(run)) - 1], run.recipe.optimiser
    if length.steps:
        return {"stage": f"Step {entry.step:,} of {length.steps:,}", "fraction": entry.step / length.steps}
    assert length.epochs
    return {"stage": f"Epoch {entry.epoch:.1f} of {length.epochs:g}", "fraction": entry.epoch / length.epochs}


def training_job(recipe: Recipe, folder: Path) -> Callable[..., Any]:
    """A job that trains from the start."""

    def job(control: Control, listener: Any) -> Any:
        from latentarium.jobs.training import train_and_record  # torch: only here, on the worker's thread

        return train_and_record(recipe, folder, control, listener)

    return job


def continuing_job(path: Path, steps: int | None) -> Callable[..., Any]:
    """A job that continues a run."""

    def job(control: Control, listener: Any) -> Any:
        from latentarium.jobs.training import continue_run  # torch: only here, on the worker's thread

        return continue_run(path, control, listener, steps)

    return job
