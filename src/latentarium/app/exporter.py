"""Writes what is shown to files: the run as a zip, the frame as a picture or as numbers."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.errands import Errands
from latentarium.app.widgets.file_to_write import file_to_write
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.runs.archive import pack
from latentarium.scene.state import OpenRun, State

FORMATS = {
    ".png": "Picture of both views (*.png)",
    ".csv": "Coordinates as a table (*.csv)",
    ".npz": "Coordinates, embeddings and probabilities as arrays (*.npz)",
}


class Exporter(QObject):
    """Asks where to, and writes in a thread."""

    written = Signal(Path)

    def __init__(self, errands: Errands, window: QWidget) -> None:
        super().__init__(window)
        self._errands = errands
        self._window = window

    def ask_zip(self, state: State) -> None:
        """Ask for a file, and pack the run shown into it."""
        run = state.runs[0].run
        suggested = Path.home() / f"{run.name}.zip"
        path = file_to_write(self._window, "Save the run", suggested, {".zip": "Run as one file (*.zip)"})
        if path is not None:
            self.save_zip(state.runs[0], path)

    def ask_export(self, state: State) -> None:
        """Ask for a file, and write the frame shown in the format of its ending."""
        run = state.runs[0].run
        suggested = Path.home() / f"{run.name}-step{run.entries[state.frame].step}.png"
        path = file_to_write(self._window, "Export this frame", suggested, FORMATS)
        if path is not None:
            self.export(state.runs[0], state.frame, path)

    def save_zip(self, shown: OpenRun, path: Path) -> None:
        """Pack the run into `path`."""
        folder = shown.run.folder

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            tell(f"Packing {folder.name}", None)
            pack(folder, path)
            return path

        self._errands.begin("Saving the run", job, self._on_written)

    def export(self, shown: OpenRun, index: int, path: Path) -> None:
        """Write frame `index` in the format of `path`'s ending: .png, .csv or .npz."""
        run = shown.run

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            tell(f"Writing {path.name}", None)
            if path.suffix.lower() == ".png":
                from latentarium.figures.picture import draw_frame  # matplotlib: only when a picture is asked for

                draw_frame(run, index, path)
            else:
                from latentarium.jobs.export import write_coordinates  # the same writer as the command line's

                write_coordinates(run, index, path)
            return path

        self._errands.begin("Exporting the frame", job, self._on_written)

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self.written.emit(path)
