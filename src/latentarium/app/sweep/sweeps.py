"""Starts, continues and opens sweeps from the window's side, and brings their news into the state."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from latentarium.app.errands import Errands
from latentarium.app.opener import fitting_views, reach
from latentarium.app.session import Session, run_of
from latentarium.app.trainer import Trainer
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.core.sweep import Sweep
from latentarium.runs.groups import read_group
from latentarium.runs.library import fresh_folder
from latentarium.runs.run import Run
from latentarium.scene.state import OpenRun, OpenSweep, State, SweepCell
from latentarium.scene.sweep_cells import open_cell, with_cell
from latentarium.training.control import Control


class News(QObject):
    """Carries what a sweep's job tells from its thread to the window's."""

    changed = Signal(int, object)  # the place of a value, jobs.sweep.Cell


class Sweeps(QObject):
    """At most one sweep is trained, and at most one lies on the desk."""

    ended = Signal(str, Path)  # what came of a sweep, in a sentence, and its folder
    opened = Signal(Path)  # the folder of the sweep that now lies on the desk

    def __init__(self, session: Session, errands: Errands, trainer: Trainer) -> None:
        super().__init__(session)
        self._session = session
        self._errands = errands
        self._trainer = trainer
        self._training: OpenSweep | None = None  # as it stands, on the desk or not
        self._news = News(self)
        self._news.changed.connect(self._on_cell)
        trainer.ended.connect(self._on_ended)
        trainer.failed.connect(self._on_ended)

    @property
    def training(self) -> bool:
        """Whether a sweep is being trained by this program."""
        return self._training is not None

    def begin(self, sweep: Sweep, parent: Path | None = None) -> None:
        """Train all runs of `sweep` into a fresh folder of the library, or of `parent`."""
        if self._trainer.status.busy:
            return
        folder = fresh_folder(sweep.recipe, parent)
        self._training = OpenSweep(sweep, folder, tuple(SweepCell(value) for value in sweep.values))
        self._put(self._training, workspace="sweep")
        self._trainer.start(sweep_job(sweep, folder, self._news))

    def go_on(self) -> None:
        """Train what is still missing of the sweep on the desk."""
        sweep = self._session.state.sweep
        if sweep is not None and not self._trainer.status.busy:
            self._training = sweep
            self._trainer.start(continuing_sweep_job(sweep.path, self._news))

    def open(self, path: Path) -> None:
        """Read the sweep at `path`, and show its runs side by side."""
        if self._training is not None and self._training.path == path:
            self._put(self._training, workspace="sweep")
            return

        def job(tell: Tell, cancelled: IsCancelled) -> OpenSweep:
            return read_sweep(path, tell, cancelled)

        self._errands.begin(f"Opening {path.name}", job, self._on_read)

    def take(self, run: Run) -> bool:
        """Put a run whose training begins into its cell; False where it is none of the sweep that is trained."""
        sweep = self._training
        if sweep is None:
            return False
        place = next((row for row, cell in enumerate(sweep.cells) if cell.state == "training"), None)
        if place is None:
            return False
        shown = open_cell(run, live=True)
        self._change(place, shown=shown, path=run.path)
        state = self._session.state
        if self._shows(sweep) and state.workspace == "sweep" and state.following and state.hovered is None:
            self._session.update(**in_hand(state, shown))
        return True

    @Slot(int, object)
    def _on_cell(self, place: int, cell: Any) -> None:
        """Take a cell's news: a jobs.sweep.Cell."""
        if self._training is None:
            return
        changes = {"state": cell.state, "path": cell.run, "measures": cell.measures, "error": cell.error}
        shown = self._now().cells[place].shown
        if shown is not None and cell.state != "training":
            shown.run.refresh()
            changes["shown"] = replace(shown, count=len(shown.run), live=False)
        self._change(place, **changes)

    @Slot(object)
    def _on_ended(self, outcome: object) -> None:
        """Say what came of it: everything else about its runs has been told before."""
        if self._training is None:
            return
        sweep = self._now()
        for place, cell in enumerate(sweep.cells):
            if cell.state == "training":  # it failed in an unforeseen way
                self._change(place, state="stopped" if cell.shown else "queued")
        sweep, self._training = self._now(), None
        done = sum(cell.state == "done" for cell in sweep.cells)
        failed = sum(cell.state == "failed" for cell in sweep.cells)
        words = f"{done} of {len(sweep.cells)} runs are done" + (f", {failed} failed" if failed else "")
        self.ended.emit(f"{words}. The sweep lies at {sweep.path}.", sweep.path)

    def _on_read(self, sweep: OpenSweep) -> None:
        self._put(sweep, workspace="sweep")
        shown = [cell.shown for cell in sweep.cells if cell.shown is not None and cell.shown.count]
        state = self._session.state
        if shown and not any(state.runs and state.runs[0].run is one.run for one in shown):
            self._session.update(**{**in_hand(state, shown[0]), "moment": shown[0].count - 1.0, "following": True})
        self.opened.emit(sweep.path)

    def _now(self) -> OpenSweep:
        """The sweep that is trained, as the state has it where it lies on the desk."""
        assert self._training is not None
        shown = self._session.state.sweep
        return shown if shown is not None and self._shows(self._training) else self._training

    def _shows(self, sweep: OpenSweep) -> bool:
        shown = self._session.state.sweep
        return shown is not None and shown.path == sweep.path

    def _change(self, place: int, **changes: Any) -> None:
        assert self._training is not None
        on_desk = self._shows(self._training)
        self._training = with_cell(self._now(), place, **changes)
        if on_desk:
            self._session.update(sweep=self._training)

    def _put(self, sweep: OpenSweep, **changes: Any) -> None:
        """Lay a sweep on the desk; counts of live runs are brought up to date."""
        cells = tuple(
            replace(cell, shown=replace(cell.shown, count=len(cell.shown.run))) if cell.shown else cell
            for cell in sweep.cells
        )
        self._session.update(sweep=replace(sweep, cells=cells), **changes)


def in_hand(state: State, shown: OpenRun) -> dict[str, Any]:
    """What makes the run of a cell the one that inspector, timeline and charts speak of.

    The large views are not placed for it: `Opener.prepare` does that when they are wanted.
    """
    if state.runs and state.runs[0].run is shown.run:
        return {}
    views = fitting_views(state.views, run_of(state), shown.run)
    changes: dict[str, Any] = {
        "runs": (replace(shown, projections=(None,) * len(views)),),
        "views": views,
        "playing": False,
    }
    if state.following:
        changes["moment"] = float(max(shown.count - 1, 0))
    return changes


def read_sweep(path: Path, tell: Tell, cancelled: IsCancelled) -> OpenSweep:
    """The sweep in a folder with its runs opened and placed; waits for the disk."""
    from latentarium.jobs.sweep import cells_of  # with all that trains: only when a sweep is opened

    group = read_group(path)
    found = cells_of(group)
    cells = []
    for place, cell in enumerate(found):
        tell(f"Opening {path.name}", place / len(found))
        shown, error = None, cell.error
        if cell.run is not None and not cancelled():
            try:
                run = Run.open(cell.run)
                shown = open_cell(run, live=cell.state == "training")
                for projection in shown.projections:
                    if projection is not None and len(run):
                        reach(projection, run, lambda text, fraction: None, cancelled)
            except LatentariumError as problem:
                shown, error = None, str(problem)
        cells.append(SweepCell(cell.value, cell.state, cell.run, cell.measures, error, shown))
    return OpenSweep(group.sweep, group.path, tuple(cells))


def sweep_job(sweep: Sweep, folder: Path, news: News) -> Callable[..., None]:
    """A job that trains a sweep from the start."""

    def job(control: Control, listener: Any) -> None:
        from latentarium.jobs.sweep import run_sweep  # torch: only here, on the worker's thread

        run_sweep(sweep, folder, control, _Ear(listener, news))

    return job


def continuing_sweep_job(folder: Path, news: News) -> Callable[..., None]:
    """A job that trains what is missing of a sweep."""

    def job(control: Control, listener: Any) -> None:
        from latentarium.jobs.sweep import continue_sweep  # torch: only here, on the worker's thread

        continue_sweep(folder, control, _Ear(listener, news))

    return job


class _Ear:
    """Hears a sweep: what it says of the run in training goes the way of any training's news."""

    def __init__(self, listener: Any, news: News) -> None:
        self._listener = listener
        self._news = news

    def stage(self, text: str, fraction: float | None) -> None:
        self._listener.stage(text, fraction)

    def changed(self, index: int, cell: object) -> None:
        self._news.changed.emit(index, cell)

    def opened(self, index: int, path: Path) -> None:
        self._listener.opened(path)

    def committed(self, index: int, frame_index: int, frame: Frame) -> None:
        self._listener.committed(frame_index, frame)

    def warned(self, sentence: str) -> None:
        self._listener.warned(sentence)
