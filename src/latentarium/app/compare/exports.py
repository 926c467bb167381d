"""What a researcher leaves a comparison with: a figure for the paper, and a table of all points."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QWidget

from latentarium.app.compare.figure_dialog import FORMATS, FigureDialog, FigureWish
from latentarium.app.parts import Parts
from latentarium.app.widgets.file_to_write import file_to_write
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.scene.compared import Compared
from latentarium.scene.comparison_maps import ASPECT, maps_on_desk
from latentarium.scene.naming import names_of
from latentarium.scene.state import State
from latentarium.scene.words import title

EXPORTS = ("export comparison", "export comparison table")  # what the actions are called
WAIT = "The two spaces are still being compared; export them when the numbers are there."


class ComparisonExports(QObject):
    """Asks where to, and writes in a thread."""

    def __init__(self, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._window = window
        self._folder = Path.home()  # where the last file went

    def act(self, name: str) -> None:
        """Do what the action of this name says."""
        {EXPORTS[0]: self.ask_figure, EXPORTS[1]: self.ask_table}[name]()

    @Slot()
    def ask_figure(self) -> None:
        """Ask what the figure should be and where it should lie, and draw it."""
        compared = self._known()
        if compared is None:
            return
        state = self._parts.session.state
        dialog = FigureDialog([title(settings) for settings in state.views], shown_view(state), self._window)
        agreed, wish = dialog.exec() == QDialog.DialogCode.Accepted, dialog.wish()
        dialog.deleteLater()
        if not agreed:
            return
        suggested = self._folder / (_stem(compared) + wish.ending)
        kind = f"{FORMATS[wish.ending].partition(' · ')[0]} (*{wish.ending})"
        heading = "Export the comparison as a figure"
        path = file_to_write(self._window, heading, suggested, {wish.ending: kind}, FORMATS)
        if path is not None:
            self.export_figure(path, wish)

    @Slot()
    def ask_table(self) -> None:
        """Ask for a file, and write the table of all points into it."""
        compared = self._known()
        if compared is None:
            return
        suggested = self._folder / f"{_stem(compared)}.csv"
        heading = "Export the comparison as a table"
        path = file_to_write(self._window, heading, suggested, {".csv": "Table (*.csv)"})
        if path is not None:
            self.export_table(path)

    def export_figure(self, path: Path, wish: FigureWish) -> None:
        """Draw the two maps as they are arranged now, and all else that the figure holds."""
        compared = self._known()
        if compared is None:
            return
        state = self._parts.session.state
        scenes = maps_on_desk(state, compared, wish.view, wish.dark, ASPECT, wish.all_framed)
        names = names_of((compared.run_a, compared.run_b))

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            from latentarium.figures.comparison import draw_comparison  # matplotlib: only when it is asked for

            tell(f"Drawing {path.name}", None)
            draw_comparison(compared, scenes, names, path, wish.width_mm, wish.dark)
            return path

        self._parts.errands.begin("Exporting the comparison", job, self._on_written)

    def export_table(self, path: Path) -> None:
        """Write a row for each point."""
        compared = self._known()
        if compared is None or compared.result is None:
            return
        result, runs = compared.result, (compared.run_a, compared.run_b)

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            from latentarium.jobs.comparing_table import write_comparison  # the same writer as the command line's

            tell(f"Writing {path.name}", None)
            write_comparison(result, *runs, path)
            return path

        self._parts.errands.begin("Exporting the comparison", job, self._on_written)

    def _known(self) -> Compared | None:
        """What is compared, once the result is there; else the reason is told."""
        compared = self._parts.session.state.compared
        if compared is None or compared.result is None:
            self._parts.notices.tell((compared.problem if compared else "") or WAIT)
            return None
        return compared

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._folder = path.parent
        self._parts.exporter.written.emit(path)


def shown_view(state: State) -> int:
    """The view that the first column shows; of several the embedding."""
    wanted = "simplex" if state.runs and state.runs[0].shows == "simplex" else "embedding"
    kinds = [settings.kind for settings in state.views]
    return kinds.index(wanted) if wanted in kinds else 0


def _stem(compared: Compared) -> str:
    """A name for a file of this comparison."""
    a, b = compared.run_a.name, compared.run_b.name
    steps = (compared.run_a.entries[compared.frame_a].step, compared.run_b.entries[compared.frame_b].step)
    names = (f"{a}-step{steps[0]}", f"step{steps[1]}") if a == b else (a, b)
    return f"{names[0]}-beside-{names[1]}-k{compared.settings.k}"
