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
from latentarium.scene.state import OpenRun, State
from latentarium.training.control import Control


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
    opened = Signal(object)  # the OpenRun that is being trained now
    warned = Signal(str)
    failed = Signal(object)  # Failure
    ended = Signal(object)  # jobs.training.Outcome

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.status = Status()
        self._session = session
        self._worker: Worker | None = None
        self._live: OpenRun | None = None
        self._pace = 0.0
        session.changed.connect(self._on_session_changed)

    def train(self, recipe: Recipe) -> None:
        """Train `recipe` into a fresh folder of the library."""
        self._start(training_job(recipe, fresh_folder(recipe)))

    def go_on(self, path: Path, steps: int | None = None) -> None:
        """Continue the training of a finished or interrupted run."""
        self._start(continuing_job(path, steps))

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
        ended = self._worker.end()
        if ended:
            self._worker = None
        return ended

    def _start(self, job: Job) -> None:
        if self._worker is not None:
            return
        worker = Worker(job, Control(self._pace), self._session.state.views, self)
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

    def _tell(self, **changes: Any) -> None:
        status = replace(self.status, **changes)
        if status != self.status:
            self.status = status
            self.changed.emit(status)

    @Slot(str, float)
    def _on_staged(self, text: str, fraction: float) -> None:
        if self.status.phase is not Phase.STOPPING:
            self._tell(stage=text, fraction=None if fraction < 0 else fraction)

    @Slot(object)
    def _on_opened(self, opened: OpenRun) -> None:
        self._live = replace(opened, live=True)
        if self.status.phase is Phase.STARTING:
            self._tell(phase=Phase.TRAINING)
        self._tell(path=opened.run.path)
        self.opened.emit(self._live)

    @Slot()
    def _on_arrived(self) -> None:
        count = self._worker.mailbox.take() if self._worker else None
        if count is not None:
            self._show(count=count)

    @Slot(object)
    def _on_done(self, outcome: Any) -> None:
        if self._live:
            self._live.run.refresh()
            self._show(count=len(self._live.run), live=False)
        self.ended.emit(outcome)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        if self._live:
            self._show(count=len(self._live.run), live=False)
        self.failed.emit(failure)

    @Slot()
    def _on_finished(self) -> None:
        if self._worker:
            self._worker.wait()
            self._worker.setParent(None)  # Python's own now; never destroyed while it runs
            self._worker = None
        self._tell(phase=Phase.IDLE, stage="", fraction=None)

    def _show(self, **changes: Any) -> None:
        """Put the live run's news on the desk, where it lies there."""
        runs = tuple(replace(shown, **changes) if self._is_live(shown) else shown for shown in self._session.state.runs)
        if self._live:
            self._live = replace(self._live, **changes)
        self._session.update(runs=runs)

    def _is_live(self, shown: OpenRun) -> bool:
        return self._live is not None and shown.run is self._live.run

    @Slot(object, object)
    def _on_session_changed(self, old: State, new: State) -> None:
        """Where a view asks for another projection, the worker prepares that one."""
        if self._worker is None or old.runs is new.runs:
            return
        for shown in new.runs:
            if self._is_live(shown) and self._live and shown.projections is not self._live.projections:
                self._live = replace(self._live, projections=shown.projections)
                self._worker.watch(self._live)


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
