"""What the window says of a training: that it ended, what it gave, where the run lies, or why it failed."""

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from latentarium.app.parts import Parts
from latentarium.app.worker import Failure
from latentarium.core.errors import DivergedError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.core.recipe import Recipe
from latentarium.data.sources import BUILT_IN, data_folder, download
from latentarium.scene.state import OpenRun


def outcome_in_words(outcome: Any) -> str:
    """One sentence or two about a jobs.training.Outcome."""
    seconds = f"{outcome.seconds:.0f} s" if outcome.seconds < 90 else f"{outcome.seconds / 60:.1f} min"
    where = f"The run lies at {outcome.run}."
    if outcome.stopped:
        return f"Stopped at step {outcome.steps:,}, {outcome.frames} frames recorded. {where}"
    found = []
    if outcome.accuracy is not None:
        found.append(f"accuracy {outcome.accuracy:.3f}")
    if outcome.knn_accuracy is not None:
        found.append(f"1-NN accuracy {outcome.knn_accuracy:.3f}")
    measured = f"; on the whole test split: {', '.join(found)}" if found else ""
    return f"Trained {outcome.steps:,} steps in {seconds}{measured}. {where}"


class Reports(QObject):
    """Turns the trainer's news into notices."""

    recorded = Signal(Path)  # a run came to its end, or was stopped

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        parts.trainer.warned.connect(self._on_warned)
        parts.trainer.failed.connect(self._on_failed)
        parts.trainer.ended.connect(self._on_ended)
        parts.errands.failed.connect(self._on_errand_failed)
        parts.exporter.written.connect(self._on_written)
        parts.opener.opened.connect(self._on_opened)

    def download(self, recipe: Recipe) -> None:
        """Fetch the data set that `recipe` names, with progress and Cancel."""
        name, root = recipe.data.name, Path(os.path.expanduser(recipe.data.root)) if recipe.data.root else data_folder()

        def job(tell: Tell, cancelled: IsCancelled) -> Path:
            download(name, root, tell, cancelled)
            return root

        def then(folder: Path) -> None:
            self._parts.notices.tell(f"{name} lies in {folder} now: press Train.")

        self._parts.errands.begin(f"Downloading {name}", job, then)

    @Slot(str)
    def _on_warned(self, sentence: str) -> None:
        self._parts.notices.tell(sentence)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        trainer, recipe = self._parts.trainer, self._parts.form.recipe()
        path = trainer.status.path
        strip = self._parts.notices.tell_failure(failure)
        if path is not None and path.exists():
            self.recorded.emit(path)
        elif path is not None:  # it failed before the first frame, so nothing was kept
            self._parts.opener.close_run()
        if isinstance(failure.error, DivergedError) and path is not None:
            strip.add_button("Go on from the last good checkpoint", lambda: trainer.go_on(path))
        elif path is None and recipe is not None and recipe.data.name not in (BUILT_IN, "folder"):
            strip.add_button("Download", lambda: self.download(recipe))

    @Slot(object)
    def _on_ended(self, outcome: Any) -> None:
        if outcome is None:
            return
        if outcome.frames == 0:
            self._parts.opener.close_run()
            self._parts.notices.tell("Stopped before the first frame; nothing was kept.")
            return
        self._parts.notices.tell(outcome_in_words(outcome))
        self.recorded.emit(outcome.run)

    @Slot(object)
    def _on_errand_failed(self, failure: Failure) -> None:
        self._parts.notices.tell_failure(failure)

    @Slot(object)
    def _on_opened(self, opened: OpenRun) -> None:
        """Say that a training goes on behind another run that was opened."""
        live, opener = self._parts.trainer.live, self._parts.opener
        if live is not None and opened.run is not live:
            self._parts.notices.tell(
                f"Training of {live.name} goes on.", "Show it", lambda: opener.show(live, written_here=True)
            )

    @Slot(object)
    def _on_written(self, path: Path) -> None:
        self._parts.notices.tell(f"Written: {path}")
