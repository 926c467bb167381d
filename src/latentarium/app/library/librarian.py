"""Does what a person asks of the library: renames, puts into groups, throws away, and takes recipes from it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QStandardPaths, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMainWindow, QMessageBox

from latentarium.app.library.deeds import without_inner
from latentarium.app.library.panel import LibraryPanel
from latentarium.app.library.rows import Arrangement, Row
from latentarium.app.parts import Parts
from latentarium.app.start.welcome import Welcome
from latentarium.app.widgets.tabs import bring_forward
from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.core.recipe import Recipe, SweepOver
from latentarium.runs.groups import read_group
from latentarium.runs.keeping import folder_name, move, rename, runs_in
from latentarium.runs.library import library_folder, read_recipe
from latentarium.runs.lock import held
from latentarium.runs.run import Run
from latentarium.scene.naming import name_of

DATA = QStandardPaths.StandardLocation.GenericDataLocation
TITLE = "Move to the trash"
NOTED = "library"  # under which the settings know how it is sorted and folded


@dataclass(frozen=True)
class Thrown:
    """What lies in the trash: where it was, and where it is now; None where the system does not say."""

    path: Path
    place: Path | None


class Librarian(QObject):
    """Keeps the library in order, and what is open of it."""

    changed = Signal()  # something was renamed, moved, thrown away or brought back
    second_gone = Signal()  # the run beside the first is about to be thrown away

    def __init__(self, parts: Parts, panel: LibraryPanel, welcome: Welcome, window: QMainWindow) -> None:
        super().__init__(window)
        self._parts, self._panel, self._welcome, self._window = parts, panel, welcome, window
        panel.retitled.connect(self._on_retitled)
        panel.shelved.connect(self._on_shelved)
        panel.deed_wanted.connect(self._on_deed)
        self.changed.connect(self._on_changed)
        panel.arrange(Arrangement.of(parts.settings.noted(NOTED)))
        panel.arranged.connect(self._on_arranged)

    @Slot(object)
    def _on_arranged(self, arrangement: Arrangement) -> None:
        self._parts.settings.note(NOTED, arrangement.told())

    @Slot()
    def _on_changed(self) -> None:
        self._panel.refresh()
        self._welcome.show_recent(self._parts.settings.recent())

    @Slot(object, str)
    def _on_retitled(self, row: Row, title: str) -> None:
        def job(path: Path, runs: Sequence[Run]) -> Path:
            return rename(path, title, runs)

        self._begin(
            f"Renaming {row.title}", [row.path], job, lambda before, after: self._tell_name(title, before, after)
        )

    def _tell_name(self, title: str, before: Path, after: Path) -> None:
        """Say what the folder is called, where that is not what was typed."""
        if after != before and after.name.removesuffix(".zip") != title.strip():
            self._parts.notices.tell(f"Renamed to {title.strip()}; on disk it is called {after.name}.")

    @Slot(object, str)
    def _on_shelved(self, rows: Sequence[Row], name: str) -> None:
        try:
            shelf = library_folder() / folder_name(name) if name else library_folder()
        except LatentariumError as error:
            self._parts.notices.tell(str(error))
            return
        paths = without_inner(rows)
        self._begin(f"Moving {_names(paths)}", paths, lambda path, runs: move(path, shelf, runs))

    @Slot(str, object)
    def _on_deed(self, name: str, rows: Sequence[Row]) -> None:
        if name == "recipe":
            self._take_recipe(rows[0])
        elif name == "folder":
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(rows[0].path.parent.absolute())))
        elif name == "trash":
            self._ask_trash(rows)

    def _opened(self) -> list[Run]:
        """Every run that is read from now: those on the desk, and those of the sweep there."""
        state = self._parts.session.state
        cells = state.sweep.cells if state.sweep is not None else ()
        return [one.run for one in (*state.runs, *(cell.shown for cell in cells if cell.shown is not None))]

    def _begin(
        self,
        name: str,
        paths: Sequence[Path],
        change: Callable[[Path, Sequence[Run]], Path],
        tell_change: Callable[[Path, Path], None] = lambda before, after: None,
    ) -> None:
        """Change the place of each path in a thread; what lies on the desk reads on from where it is then."""
        opened = self._opened()

        def job(tell: Tell, cancelled: IsCancelled) -> list[tuple[Path, Path]]:
            made = []
            for place, path in enumerate(paths):
                tell(name, place / len(paths))
                made.append((path, change(path, opened)))
            return made

        def then(made: list[tuple[Path, Path]]) -> None:
            self._follow(made)
            for before, after in made:
                tell_change(before, after)

        self._parts.errands.begin(name, job, then, lambda errand: self.changed.emit())

    def _follow(self, made: Sequence[tuple[Path, Path]]) -> None:
        """Have everything that names the old places name the new ones."""
        parts = self._parts
        for before, after in made:
            parts.settings.follow(before, after)
            self._panel.follow(before, after)
            sweep = parts.session.state.sweep
            if sweep is not None and sweep.path.is_relative_to(before):
                place = after / sweep.path.relative_to(before)
                cells = tuple(
                    replace(cell, path=place / cell.path.name if cell.path is not None else None)
                    for cell in sweep.cells
                )
                parts.session.update(sweep=replace(sweep, path=place, cells=cells))
        if made:
            self._panel.choose(made[0][1])
        state = parts.session.state
        parts.session.changed.emit(state, state)  # the runs are the same, and called otherwise
        if state.runs:
            self._window.setWindowTitle(f"{name_of(state.runs[0].run)} – Latentarium")

    def _take_recipe(self, row: Row) -> None:
        try:
            recipe = recipe_of(row)
        except LatentariumError as error:
            self._parts.notices.tell(str(error))
            return
        self._parts.form.set_recipe(recipe)
        self._parts.docks.reveal("recipe")
        bring_forward(self._parts.form)
        self._parts.notices.tell(f"The form holds the recipe of {row.title}: press Train for another run of it.")

    def _ask_trash(self, rows: Sequence[Row]) -> None:
        paths = without_inner(rows)
        name = next((named(row) for row in rows if [row.path] == paths), _names(paths))
        box = QMessageBox(self._window)
        box.setWindowTitle(TITLE)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"Move {name} to the trash?")
        runs = sum(len(runs_in(path)) for path in paths if path.exists())
        more = f"{runs:,} runs go with it. " if runs > len(paths) else ""
        box.setInformativeText(more + "It lies there until the trash is emptied.")
        throw = box.addButton(TITLE, QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        box.exec()
        if box.clickedButton() is throw:
            self.throw_away(paths)
        box.deleteLater()

    def throw_away(self, paths: Sequence[Path]) -> None:
        """Move runs, sweeps and groups to the system's trash, and offer to bring them back."""
        for path in paths:
            for run in (path, *runs_in(path)):
                if run.is_dir() and held(run):
                    self._parts.notices.tell(f"{run.name} is being written now; stop its training first.")
                    return
        self._close(paths)

        def job(tell: Tell, cancelled: IsCancelled) -> list[Thrown]:
            thrown = []
            for place, path in enumerate(paths):
                tell(f"Moving {path.name} to the trash", place / len(paths))
                thrown.append(throw(path))
            return thrown

        def then(thrown: list[Thrown]) -> None:
            self._offer_return(thrown)

        self._parts.errands.begin(f"Moving {_names(paths)} to the trash", job, then, lambda _: self.changed.emit())

    def _close(self, paths: Sequence[Path]) -> None:
        """Take what lies in these places off the desk."""
        parts, state = self._parts, self._parts.session.state
        if state.sweep is not None and any(state.sweep.path.is_relative_to(path) for path in paths):
            parts.session.update(sweep=None)
        gone = [
            any(shown.run.path.absolute().is_relative_to(path.absolute()) for path in paths) for shown in state.runs
        ]
        if gone and gone[0]:
            parts.opener.close_run()
        elif any(gone):
            self.second_gone.emit()

    def _offer_return(self, thrown: Sequence[Thrown]) -> None:
        words = f"{_names([one.path for one in thrown])} {'lies' if len(thrown) == 1 else 'lie'} in the trash."
        if any(one.place is None for one in thrown):
            self._parts.notices.tell(words)
        else:
            self._parts.notices.tell(words, "Bring back", lambda: self._bring_back(thrown))

    def _bring_back(self, thrown: Sequence[Thrown]) -> None:
        def job(tell: Tell, cancelled: IsCancelled) -> None:
            for one in thrown:
                bring_back(one)

        def then(nothing: None) -> None:
            self._panel.choose(thrown[0].path)

        self._parts.errands.begin("Bringing back from the trash", job, then, lambda _: self.changed.emit())


def recipe_of(row: Row) -> Recipe:
    """The recipe of a run or of a sweep, ready to be trained again; LatentariumError where nobody trained it here."""
    if row.kind == "sweep":
        swept = read_group(row.path).sweep
        return swept.recipe.model_copy(update={"sweep": SweepOver(field=swept.field, values=swept.values)})
    recipe = read_recipe(row.path)
    if recipe.origin is not None:
        raise LatentariumError(f"{row.title} was not trained here, and so has no recipe to train again.")
    return recipe


def throw(path: Path) -> Thrown:
    """Move a file or a folder to the system's trash; LatentariumError, and it stays, where there is none."""
    file = QFile(str(path.absolute()))
    if not path.exists():
        raise LatentariumError(f"There is nothing at {path} any more.")
    with suppress(OSError):  # Qt makes the trash there, but not the folder that it lies in
        Path(QStandardPaths.writableLocation(DATA)).mkdir(parents=True, exist_ok=True)
    if not file.moveToTrash():
        raise LatentariumError(
            f"{path.absolute()} stays where it is: this system has no trash for it. Delete it yourself if you want to."
        )
    place = Path(file.fileName())
    return Thrown(path, place if place.exists() and place != path.absolute() else None)


def bring_back(thrown: Thrown) -> None:
    """Move it out of the trash again, to where it was; LatentariumError where something else lies there now."""
    path, place = thrown.path, thrown.place
    if place is None or not place.exists():
        raise LatentariumError(f"{path.name} is no longer in the trash.")
    if path.exists():
        raise LatentariumError(f"Something else lies at {path} now; {path.name} is still in the trash.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place.rename(path)
        note = place.parent.parent / "info" / f"{place.name}.trashinfo"  # freedesktop.org's Trash, 1.0
        note.unlink(missing_ok=True)
    except OSError as error:
        raise LatentariumError(f"{path.name} cannot be brought back: {error.strerror}.") from error


def named(row: Row) -> str:
    """What a line is called, with its folder where that is called otherwise."""
    folder = row.path.name.removesuffix(".zip")
    return row.title if row.title == folder else f"{row.title} ({folder})"


def _names(paths: Sequence[Path]) -> str:
    return paths[0].name if len(paths) == 1 else f"{len(paths)} entries of the library"
