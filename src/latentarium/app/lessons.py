"""Opens runs of made points as soon as their recipe is chosen: there is nothing to wait for."""

from pathlib import Path

from PySide6.QtCore import QObject

from latentarium.app.errands import Errands
from latentarium.app.opener import Opener
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.core.recipe import Recipe
from latentarium.jobs.teaching import is_made
from latentarium.jobs.training import train_and_record
from latentarium.runs.library import LESSONS, library_folder
from latentarium.training.control import Control


class Lessons(QObject):
    """Makes each lesson once, and opens it at its first frame."""

    def __init__(self, opener: Opener, errands: Errands) -> None:
        super().__init__(opener)
        self._opener = opener
        self._errands = errands
        self._opened: Recipe | None = None

    def open(self, recipe: Recipe) -> None:
        """Open the lesson of this recipe, unless it was the last one opened here."""
        if recipe == self._opened:
            return
        self._opened = recipe

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            tell("Making points", None)
            return made(recipe)

        def then(path: Path) -> None:
            self._opener.open(path, 0.0)

        self._errands.begin("Making points", job, then)

    def forget(self) -> None:
        """Another recipe was chosen: the lesson can be asked for again."""
        self._opened = None


def made(recipe: Recipe) -> Path:
    """The folder of the lesson of this recipe, made now if it was not made before."""
    stem, count = f"{recipe.teaching}-{recipe.seed}", 1
    folder = library_folder() / LESSONS / stem
    while folder.exists() and not is_made(folder, recipe):
        count += 1
        folder = folder.with_name(f"{stem}-{count}")
    if not folder.exists():
        train_and_record(recipe, folder, Control())
    return folder
