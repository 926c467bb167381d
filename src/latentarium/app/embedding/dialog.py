"""The dialog that embeds with a checkpoint: name it, see what its network would get, and make a run of it."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.embedding.plan_form import KINDS, NAMED, PlanForm, line_of
from latentarium.app.embedding.seen import HINT, KEYS, SeenImages
from latentarium.app.errands import Errand, Errands
from latentarium.app.widgets.path_line import PathLine
from latentarium.app.widgets.scrolled import scrolled
from latentarium.app.worker import Failure, explained
from latentarium.core.embedding import EmbeddingPlan
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled
from latentarium.core.progress import Progress as Tell
from latentarium.jobs.checkpoint_files import run_of

WHAT = (
    "Weights that were trained elsewhere, in the network that they belong to: a state dict as .pt, .pth or "
    ".safetensors, a folder of them (each becomes a frame), or a run. Nothing in the file is run."
)
REST = 500  # ms after a change before it is looked at


class EmbeddingDialog(QDialog):
    """Looks at what is named in a thread; `wanted` says what is to be embedded, and the dialog closes."""

    wanted = Signal(object)  # core.embedding.EmbeddingPlan

    def __init__(self, errands: Errands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Embed with a checkpoint")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._errands = errands
        self._looking: Errand | None = None
        self._plan: EmbeddingPlan | None = None  # the one looked at, once it can be embedded
        hint = "A file of weights, a folder of them, or a run; or drop one here"
        self._named = PathLine("Checkpoint", hint, ("A checkpoint", "A folder of checkpoints, or a run"), KINDS)
        self._named.chosen.connect(self.show_path)
        self.path = self._named.line
        self.path.editingFinished.connect(self._on_path)
        self.form, self.seen = PlanForm(), SeenImages()
        self.form.edited.connect(self._on_edited)
        self.embed, self.cancel = QPushButton("Embed"), QPushButton("Cancel")
        self.embed.setProperty("role", "primary")
        self.embed.setEnabled(False)
        self.embed.clicked.connect(self._on_embed)
        self.cancel.clicked.connect(self.reject)
        self._stage = QLabel()
        self._stage.setTextFormat(Qt.TextFormat.PlainText)
        self._stage.setProperty("role", "muted")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._look)
        self._lay_out()
        self.resize(960, 660)

    @Slot(Path)
    def show_path(self, path: Path) -> None:
        """Look at the checkpoint that lies there."""
        self.path.setText(str(path))
        self._on_path()

    def done(self, result: int) -> None:
        self._drop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._drop()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.show_path(Path(event.mimeData().urls()[0].toLocalFile()))

    def _lay_out(self) -> None:
        about = QLabel(WHAT)
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        for button in (self.embed, self.cancel, self.form.code):
            button.setAutoDefault(False)
        left = scrolled(self.form)
        left.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have the keyboard
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addWidget(left, 5)
        middle.addWidget(self.seen, 4)
        foot = QHBoxLayout()
        foot.addWidget(self._stage, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.embed)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(self._named)
        column.addLayout(middle, 1)
        column.addLayout(foot)

    @Slot()
    def _on_path(self) -> None:
        try:
            own = run_of(Path(self.path.text().strip()).expanduser()) if self.path.text().strip() else None
        except LatentariumError:
            own = None  # the look says what is wrong
        words = f"that of the run: {own.recipe.network.name}" if own else NAMED
        line_of(self.form.network).setPlaceholderText(words)
        if own is not None:
            self.form.show_data(own.recipe.data)
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self._drop()
        if self.seen.problem.isVisible():
            self.seen.show_problem("")  # of what was named before
        self._rest.start()

    def _drop(self) -> None:
        """Forget what was looked at: it is another plan now."""
        self._rest.stop()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._plan = None
        self.embed.setEnabled(False)
        self._stage.setText("")

    @Slot()
    def _look(self) -> None:
        """Find out whether it can be embedded, and what the network would get."""
        text = self.path.text().strip()
        if not text:
            self.seen.show_hint(HINT)
            return
        try:
            plan = self.form.plan(Path(text).expanduser())
        except LatentariumError as error:
            self.seen.show_problem(str(error))
            return
        job = partial(_looked, plan)
        self._looking = self._errands.begin(f"Looking at {plan.checkpoint.name}", job, self._on_looked, quiet=True)
        self._looking.told.connect(self._on_told)
        self._stage.setText("Looking at the checkpoint")

    @Slot(object, str, float)
    def _on_told(self, errand: Errand, text: str, fraction: float) -> None:
        if errand is self._looking:
            self._stage.setText(text)

    def _on_looked(self, found: tuple[EmbeddingPlan, Any]) -> None:
        self._looking = None
        self._stage.setText("")
        plan, preview = found
        if isinstance(preview, Failure):
            foreseen = isinstance(preview.error, LatentariumError)
            self.seen.show_problem(preview.sentence, preview.details, KEYS if foreseen else "Details")
            return
        self.seen.show_preview(preview)
        self.form.show_layers(preview.layers)
        self._plan = plan
        self.embed.setEnabled(True)

    @Slot()
    def _on_embed(self) -> None:
        if self._plan is not None:
            self.wanted.emit(self._plan)
            self.accept()


def _looked(plan: EmbeddingPlan, tell: Tell, cancelled: IsCancelled) -> tuple[EmbeddingPlan, Any]:
    """The plan with its preview, or why there is none: that is said in the dialog."""
    from latentarium.jobs.embedding_preview import preview_embedding  # here: torch, in the errand's thread
    from latentarium.training.device import thread_count, torch_threads

    try:
        with torch_threads(thread_count()):
            return plan, preview_embedding(plan, tell, cancelled)
    except CancelledError:
        raise
    except Exception as error:
        return plan, explained(error, "Looking at the checkpoint")
