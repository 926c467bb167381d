"""Opens the dialog, embeds beside the window, and opens the run that comes of it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.embedding.dialog import EmbeddingDialog
from latentarium.app.errands import Errand
from latentarium.app.parts import Parts
from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.scene.columns import comes_beside

if TYPE_CHECKING:
    from latentarium.jobs.embedding import Embedded


class Embedder(QObject):
    """Shows the dialog, and does what it asks for."""

    beside_wanted = Signal(Path)  # what was embedded is to be shown beside the run that is open

    def __init__(self, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._window = parts, window

    @Slot()
    def ask(self) -> None:
        """Ask for a checkpoint."""
        self._ask(None)

    @Slot(Path)
    def ask_for(self, path: Path) -> None:
        """Ask about the checkpoint at `path`."""
        self._ask(path)

    def _ask(self, path: Path | None) -> None:
        dialog = EmbeddingDialog(self._parts.errands, self._window)
        dialog.wanted.connect(self._on_wanted)
        dialog.open()
        if path is not None:
            dialog.show_path(path)

    @Slot(object)
    def _on_wanted(self, plan: EmbeddingPlan) -> None:
        name = f"Embedding with {plan.checkpoint.name}"
        self._parts.errands.begin(name, partial(_embedded, plan), self._take, self._end)

    def _take(self, made: "Embedded") -> None:
        accuracy = ""
        if made.knn_accuracy is not None and made.pixels is not None:
            accuracy = f" 1-NN accuracy {made.knn_accuracy:.3f}, of raw pixels {made.pixels:.3f}."
        frames = "" if made.frames == 1 else f" in {made.frames:,} frames"
        self._parts.notices.tell(
            f"Embedded {made.points:,} points of {made.dimensions:,} dimensions{frames} as {made.run.name}."
            f"{accuracy} {' '.join((*made.remarks, *made.missing))}".rstrip()
        )
        if comes_beside(self._parts.session.state):
            self.beside_wanted.emit(made.run)
        else:
            self._parts.opener.open(made.run)

    def _end(self, errand: Errand) -> None:
        if errand.cancelled:
            self._parts.notices.tell("Embedding was stopped; begun again in the same way, it goes on from there.")


def _embedded(plan: EmbeddingPlan, tell: Tell, cancelled: IsCancelled) -> "Embedded":
    from latentarium.jobs.embedding import embed  # here: torch, in the errand's thread
    from latentarium.training.device import thread_count, torch_threads

    with torch_threads(thread_count()):
        return embed(plan, None, tell, cancelled)
