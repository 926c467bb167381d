"""What comes from outside: files dropped, opened or named on the command line, and a desk left by a crash."""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal, Slot

from latentarium.app.importing.importer import promising
from latentarium.app.parts import Parts
from latentarium.app.session import run_of
from latentarium.app.settings import SessionFile
from latentarium.app.worker import Failure
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Data, Network, Recipe
from latentarium.core.recipe_text import preset
from latentarium.data.folders import folder_classes
from latentarium.jobs.checkpoint_files import holds_weights
from latentarium.runs.groups import SWEEP, is_group
from latentarium.runs.layout import DESCRIPTION
from latentarium.runs.run import parse_reference
from latentarium.scene.state import State, ViewSettings

SETTLING = 1000  # ms after a change before the desk is saved for the case of a crash


def paths_of(data: QMimeData) -> list[Path]:
    """The local files that are being dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def recipe_for(folder: Path, recipe: Recipe) -> Recipe:
    """`recipe` for the images of `folder`; LatentariumError where there are none."""
    folder_classes(folder)
    changes: dict[str, Any] = {"title": folder.name, "about": "", "data": Data(name="folder", root=str(folder))}
    if recipe.network.name in ("mlp", "residual-mlp"):
        changes["network"] = Network(name="conv-small", embedding=3, classifier=recipe.network.classifier)
    return recipe.model_copy(update=changes)


def views_of(stored: object) -> tuple[ViewSettings, ...] | None:
    """The views that a saved desk describes; None where it does not, or of another version."""
    usual = State().views
    if not isinstance(stored, list) or len(stored) != len(usual):
        return None
    try:
        views = tuple(ViewSettings(**{**fields, "poles": tuple(fields.get("poles", ()))}) for fields in stored)
    except (TypeError, AttributeError):
        return None
    return views if [view.kind for view in views] == [view.kind for view in usual] else None


class Incoming(QObject):
    """Finds out what a path is, and does the obvious thing with it; keeps the desk for the case of a crash."""

    settled = Signal()  # the desk was changed and saved
    both_wanted = Signal(Path, Path, object)  # two runs beside each other, in these views
    import_wanted = Signal(Path)  # what lies there is of another program
    embed_wanted = Signal(Path)  # saved weights lie there

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._file = SessionFile(parts.settings.folder)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLING)
        self._settling.timeout.connect(self._on_settled)
        parts.session.changed.connect(self._on_changed)

    @Slot(Path)
    def take(self, path: Path) -> None:
        """Open a run, load a recipe, or point the recipe at a folder of images; else say what is wrong."""
        try:
            self._take(path)
        except LatentariumError as error:
            self._parts.notices.tell_failure(Failure(str(error)))

    def offer_crashed(self) -> None:
        """Offer what was open when the program last crashed."""
        desk = self._file.crashed() or {}
        runs = [Path(str(name)) for name in desk.get("runs", [])]
        runs = [path for path in runs if path.exists()]
        if not runs:
            return
        moment = desk.get("moment")
        moment = float(moment) if isinstance(moment, int | float) else None
        views = views_of(desk.get("views"))
        beside = desk.get("beside")
        if len(runs) > 1 and runs[0] != runs[1] and beside:
            first = Path(f"{runs[0]}@{round(moment)}") if moment is not None else runs[0]
            second = Path(f"{runs[1]}@{beside['frame']}") if beside["frame"] is not None else runs[1]
            self._parts.notices.tell(
                f"The program ended unexpectedly. {runs[0].name} and {runs[1].name} were open.",
                "Open them again",
                lambda: self.both_wanted.emit(first, second, views),
            )
            return
        self._parts.notices.tell(
            f"The program ended unexpectedly. {runs[0].name} was open.",
            "Open it again",
            lambda: self._parts.opener.open(runs[0], moment, views),
        )

    @Slot()
    def settle(self) -> None:
        """Save the desk soon: what lies on it lies elsewhere now."""
        self._settling.start()

    def end(self) -> None:
        """Leave no desk behind: this is a clean exit."""
        self._settling.stop()
        self._file.remove()

    def _take(self, path: Path) -> None:
        path, frame = parse_reference(str(path))
        if not path.exists():
            raise LatentariumError(f"There is nothing at {path}.")
        if path.suffix.lower() == ".toml":
            recipe = preset(str(path))
            self._parts.form.set_recipe(recipe)
            self._parts.docks.reveal("recipe")
            self._parts.notices.tell(f"The recipe “{recipe.title}” is ready: press Train.")
        elif is_group(path) or path.name == SWEEP:
            self._parts.sweeps.open(path if path.is_dir() else path.parent)
        elif path.name != DESCRIPTION and not (path / DESCRIPTION).exists() and promising(path):
            self.import_wanted.emit(path)
        elif holds_weights(path):
            self.embed_wanted.emit(path)
        elif path.is_dir() and not (path / DESCRIPTION).exists():
            recipe = self._recipe_for(path)
            self._parts.form.set_recipe(recipe)
            self._parts.docks.reveal("recipe")
            self._parts.notices.tell(f"The recipe now learns from the images in {path.name}: press Train.")
        elif path.is_file() and path.suffix.lower() != ".zip" and path.name != DESCRIPTION and not is_zipfile(path):
            raise LatentariumError(
                f"{path} is nothing that can be opened: that is a run's folder or .zip, a recipe (.toml), a folder of "
                "images, saved weights, or an embedding that another program made."
            )
        else:
            self._parts.opener.open(path, frame)

    def _recipe_for(self, folder: Path) -> Recipe:
        try:
            return recipe_for(folder, self._parts.form.recipe() or preset("triangle"))
        except LatentariumError as error:
            raise LatentariumError(f"{folder.name} is no run: it has no run.json. {error}") from error

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        moved = old.frame != new.frame and not new.playing and not new.following
        several = len(old.runs) != len(new.runs)
        if run_of(old) is not run_of(new) or old.views is not new.views or moved or several:
            self._settling.start()

    @Slot()
    def _on_settled(self) -> None:
        state = self._parts.session.state
        runs = [str(shown.run.path.absolute()) for shown in state.runs]
        moment = None if state.following else state.moment
        views = [asdict(view) for view in state.views]
        desk: dict[str, Any] = {"runs": runs, "moment": moment, "views": views}
        if state.workspace == "compare" and len(runs) > 1:
            alone = state.runs[1].moment
            desk["beside"] = {"frame": None if alone is None else round(alone)}
        self._file.write(desk if runs else {})
        self.settled.emit()
