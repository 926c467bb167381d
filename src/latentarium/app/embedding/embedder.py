"""Opens the dialog, embeds beside the window, and opens the run that comes of it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.embedding.dialog import EmbeddingDialog
from latentarium.app.errands import Errand
from latentarium.app.parts import Parts
from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell

if TYPE_CHECKING:
    from latentarium.jobs.embedding import Embedded


class Embedder(QObject):
    """One dialog, and what it asked for."""

    def __init__(self, parts: Parts, dialog: EmbeddingDialog) -> None:
        super().__init__(parts.session)
        self._parts = parts
        dialog.wanted.connect(self._on_wanted)

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
        self._parts.opener.open(made.run)

    def _end(self, errand: Errand) -> None:
        if errand.cancelled:
            self._parts.notices.tell("Embedding was stopped; begun again in the same way, it goes on from there.")


def open_embedding(parts: Parts, window: QWidget, path: Path | None = None) -> EmbeddingDialog:
    """Show the dialog over the window, with the checkpoint at `path` in it."""
    dialog = EmbeddingDialog(parts.errands, window)
    Embedder(parts, dialog)
    dialog.open()
    if path is not None:
        dialog.show_path(path)
    return dialog


def _embedded(plan: EmbeddingPlan, tell: Tell, cancelled: IsCancelled) -> "Embedded":
    from latentarium.jobs.embedding import embed  # here: torch, in the errand's thread
    from latentarium.training.device import thread_count, torch_threads

    with torch_threads(thread_count()):
        return embed(plan, None, tell, cancelled)
