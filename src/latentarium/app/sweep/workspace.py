"""The Sweep workspace: what its panel and its cells wish for, done by the parts that can do it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.parts import Parts
from latentarium.app.sweep.multiples import Multiples
from latentarium.app.sweep.panel import SweepPanel
from latentarium.app.sweep.sweeps import in_hand
from latentarium.app.trainer import Phase, Status
from latentarium.app.widgets.file_to_write import file_to_write
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.core.sweep import Sweep, name_of
from latentarium.jobs.measures import chart_of
from latentarium.scene.compose import dot_size
from latentarium.scene.key import Key, class_key
from latentarium.scene.multiples import ASPECT
from latentarium.scene.scene import Scene
from latentarium.scene.state import OpenRun, OpenSweep, State
from latentarium.scene.sweep_cells import cell_scene, note_of

FORMATS = {".png": "Picture (*.png)", ".pdf": "PDF (*.pdf)", ".svg": "Drawing (*.svg)"}
DONE = "Every run of this sweep is done. Press New sweep to choose other values."


class SweepWorkspace(QObject):
    """Connects the panel and the cells with trainer, opener and session."""

    recorded = Signal(Path)  # a sweep came to its end, or was stopped

    def __init__(self, parts: Parts, panel: SweepPanel, cells: Multiples, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._panel = panel
        self._window = window
        panel.start_wanted.connect(self._on_start)
        panel.go_on_wanted.connect(self._on_go_on)
        panel.pause_wanted.connect(self._on_pause)
        panel.cancel_wanted.connect(parts.trainer.stop)
        panel.export_wanted.connect(self.ask_export)
        cells.pointed.connect(self._on_pointed)
        cells.opened.connect(self._on_opened)
        parts.trainer.changed.connect(self._on_status)
        parts.sweeps.ended.connect(self._on_ended)
        parts.opener.opened.connect(self._on_run_opened)
        parts.session.changed.connect(self._on_changed)

    @Slot()
    def train(self) -> None:
        """What the button Train does here: start what is planned, or go on with what is open."""
        sweep = self._state.sweep
        if sweep is None:
            planned = self._panel.planned()
            if planned is not None:
                self._on_start(planned)
        elif any(cell.state != "done" for cell in sweep.cells):
            self._on_go_on()
        else:
            self._parts.notices.tell(DONE)

    @Slot()
    def ask_export(self) -> None:
        """Ask for a file, and draw all cells and the chart into it."""
        sweep = self._state.sweep
        if sweep is None:
            return
        suggested = Path.home() / f"{sweep.path.name}.png"
        path = file_to_write(self._window, "Export the sweep as a figure", suggested, FORMATS)
        if path is not None:
            self.export(path)

    def export(self, path: Path) -> None:
        """Draw the cells as they are seen, and the chart, into one figure on a light ground."""
        state = self._state
        sweep = state.sweep
        if sweep is None:
            return
        cells = [
            (name_of(sweep.sweep.field, cell.value), note_of(cell), _scene(cell.shown, state)) for cell in sweep.cells
        ]
        chart = chart_of(sweep.sweep, [cell.measures for cell in sweep.cells])
        legend = _legend(sweep)

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            from latentarium.figures.multiples import draw_multiples  # matplotlib: only when a figure is asked for

            tell(f"Writing {path.name}", None)
            draw_multiples(cells, chart, path, legend=legend)
            return path

        self._parts.errands.begin("Exporting the sweep", job, self._parts.exporter.written.emit)

    @property
    def _state(self) -> State:
        return self._parts.session.state

    @Slot(object)
    def _on_start(self, sweep: Sweep) -> None:
        self._parts.bar.set_pace(0.0)  # a preset's pace is for who watches one run
        self._parts.trainer.set_pace(0.0)
        self._parts.sweeps.begin(sweep)

    @Slot()
    def _on_go_on(self) -> None:
        self._parts.trainer.set_pace(self._parts.bar.pace)
        self._parts.sweeps.go_on()

    @Slot()
    def _on_pause(self) -> None:
        trainer = self._parts.trainer
        if trainer.status.phase is Phase.PAUSED:
            trainer.resume()
        else:
            trainer.pause()

    @Slot(object)
    def _on_status(self, status: Status) -> None:
        self._panel.show_status(status, self._parts.sweeps.training)

    @Slot(str, Path)
    def _on_ended(self, sentence: str, path: Path) -> None:
        self._panel.show_status(self._parts.trainer.status, False)
        self._parts.notices.tell(sentence)
        self.recorded.emit(path)

    @Slot(int, object)
    def _on_pointed(self, place: int, row: int | None) -> None:
        """Light the dot in every cell, and let the inspector speak of this cell's run."""
        shown = self._shown(place)
        if row is None or shown is None:
            self._parts.session.ask({"hovered": None})
        else:
            self._parts.session.update(**in_hand(self._state, shown), hovered=row)

    @Slot(int)
    def _on_opened(self, place: int) -> None:
        """Show the run of a cell alone."""
        shown = self._shown(place)
        if shown is None:
            return
        self._parts.session.update(**in_hand(self._state, shown), hovered=None)
        self._parts.session.update(workspace="train")
        self._parts.opener.opened.emit(self._state.runs[0])

    @Slot(object)
    def _on_run_opened(self, opened: OpenRun) -> None:
        """A run that was opened is looked at alone, not among the cells."""
        if self._state.workspace == "sweep":
            self._parts.session.update(workspace="train")

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if old.workspace == "sweep" and new.workspace != "sweep":
            self._parts.opener.prepare()

    def _shown(self, place: int) -> OpenRun | None:
        sweep = self._state.sweep
        return sweep.cells[place].shown if sweep is not None and place < len(sweep.cells) else None


def _scene(shown: OpenRun | None, state: State) -> Scene | None:
    """A cell's scene for a figure: on light ground, with no pointer in it."""
    if shown is None or not shown.count:
        return None
    plain = replace(
        state, dark=False, hovered=None, focus=None, presenting=False, dot_size=dot_size(len(shown.run.probe))
    )
    return cell_scene(shown, plain, ASPECT)[0]


def _legend(sweep: OpenSweep) -> Key:
    """The classes and their colours, of the first run there is."""
    run = next((cell.shown.run for cell in sweep.cells if cell.shown is not None), None)
    return class_key(run, False) if run else ()
