"""The import dialog: name a file or a folder, see what it is, say what it does not, and bring it in."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.errands import Errand, Errands, Job
from latentarium.app.importing.hints_form import HintsForm
from latentarium.app.importing.preview import Preview
from latentarium.app.incoming import paths_of
from latentarium.app.widgets.path_line import PathLine
from latentarium.app.worker import Failure, explained
from latentarium.core.errors import CancelledError
from latentarium.core.progress import IsCancelled, Pace
from latentarium.core.progress import Progress as Tell
from latentarium.jobs.adding import Added, add
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.importing.found import Found

WHAT = (
    "An embedding that another program made: vectors as CSV, TSV, Parquet, .npy or .npz; a folder of TensorBoard's "
    "projector or SummaryWriter; a time-travelling-visualizer folder; Emblaze's JSON."
)
KINDS = "Embeddings (*.csv *.tsv *.npy *.npz *.parquet *.pbtxt *.json *.bytes);;All files (*)"


class ImportDialog(QDialog):
    """Looks at what is named in a thread, and brings it in with progress and Cancel."""

    brought = Signal(object)  # jobs.adding.Added

    def __init__(self, errands: Errands, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._errands = errands
        self._looking: Errand | None = None
        self._bringing: Errand | None = None
        self._found: Found | None = None
        self._pace = Pace()
        self._over = False  # closed; fields that lose the focus then still say that they were edited
        hint = "A file or a folder, or drop one here"
        self._named = PathLine("File or folder", hint, ("Import a file", "Import a folder"), KINDS)
        self._named.chosen.connect(self.show_path)
        self.path = self._named.line
        self.path.editingFinished.connect(self._on_path)
        self.form, self.preview = HintsForm(), Preview()
        self.form.edited.connect(self._look)
        self.form.hide()
        self.bring, self.cancel = QPushButton("Import"), QPushButton("Cancel")
        self.bring.setProperty("role", "primary")
        self.bring.setAutoDefault(False)
        self.cancel.setAutoDefault(False)
        self.bring.clicked.connect(self._on_bring)
        self.cancel.clicked.connect(self.reject)
        self._stage, self._bar = QLabel(), QProgressBar()
        self._stage.setTextFormat(Qt.TextFormat.PlainText)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the import")
        self._lay_out()
        self._offer()
        self.resize(860, 560)

    @Slot(Path)
    def show_path(self, path: Path) -> None:
        """Look at what lies there."""
        self.path.setText(str(path))
        self._on_path()

    def reject(self) -> None:
        """Cancel what is under way; without that, close."""
        if self._bringing is not None:
            self._bringing.cancel()
            self._stage.setText("Cancelling…")
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close; nothing that is still under way finds its way back here."""
        for errand in (self._bringing, self._looking):
            if errand is not None:
                errand.cancel()
        self._bringing = self._looking = None
        self._over = True
        super().done(result)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event.mimeData()) and self._bringing is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.show_path(paths_of(event.mimeData())[0])

    def _lay_out(self) -> None:
        about = QLabel(WHAT)
        about.setWordWrap(True)
        about.setProperty("role", "muted")
        left = QVBoxLayout()
        left.addWidget(self.form)
        left.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addLayout(left, 2)
        middle.addWidget(self.preview, 3)
        foot = QHBoxLayout()
        foot.addWidget(self._stage, 2)
        foot.addWidget(self._bar, 2)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.bring)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(about)
        column.addWidget(self._named)
        column.addLayout(middle, 1)
        column.addLayout(foot)

    def _offer(self) -> None:
        """Enable what makes sense now."""
        busy = self._bringing is not None
        self.bring.setEnabled(self._found is not None and not busy and self._looking is None)
        self._named.setEnabled(not busy)
        self.form.setEnabled(not busy)
        self._stage.setVisible(busy)
        self._bar.setVisible(busy)
        self.form.setVisible(bool(self.path.text().strip()))

    @Slot()
    def _on_path(self) -> None:
        text = self.path.text().strip()
        if self._found is None or str(self._found.path) != text:
            self._found = None
            self.form.forget()
            self.preview.show_problem("", f"Looking at {Path(text).name}…" if text else "")
            self._look()

    @Slot()
    def _look(self) -> None:
        """Find out what it is, with what the person has said of it; a look that is under way is dropped."""
        text, hints = self.path.text().strip(), self.form.hints
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._over:
            return
        if not text:
            self._show_nothing("")
            return
        path = Path(text).expanduser()
        job = partial(_looked, lambda tell, cancelled: recognise(path, hints, cancelled))
        self._looking = self._errands.begin(f"Looking at {path.name}", job, self._on_looked, quiet=True)
        self._offer()

    def _on_looked(self, found: Found | Failure) -> None:
        self._looking = None
        if isinstance(found, Failure):
            self._show_nothing(found.sentence)
            return
        self._found = found
        self.form.show_found(found)
        self.preview.show_found(found)
        self._offer()

    def _show_nothing(self, sentence: str) -> None:
        self._found = None
        self.preview.show_problem(sentence)
        self._offer()

    @Slot()
    def _on_bring(self) -> None:
        found, hints = self._found, self.form.hints
        if found is None or self._bringing is not None:
            return
        job = partial(_looked, lambda tell, cancelled: add(found, hints, None, tell, cancelled))
        self._bringing = self._errands.begin(
            f"Importing {found.name}", job, self._on_brought, self._on_over, quiet=True
        )
        self._bringing.told.connect(self._on_told)
        self._pace = Pace()
        self._on_told(self._bringing, "Reading", -1.0)
        self._offer()

    @Slot(object, str, float)
    def _on_told(self, errand: Errand, text: str, fraction: float) -> None:
        if errand is self._bringing and not errand.cancelled:
            self._stage.setText(self._pace.tell(text, fraction if fraction >= 0 else None))
            self._bar.setRange(0, 0 if fraction < 0 else 1000)
            self._bar.setValue(round(1000 * max(fraction, 0.0)))

    def _on_brought(self, added: Added | Failure) -> None:
        self._bringing = None
        if isinstance(added, Failure):
            self.preview.show_problem(added.sentence)
            self._offer()
            return
        self.brought.emit(added)
        self.accept()

    def _on_over(self, errand: Errand) -> None:
        if errand is self._bringing:  # cancelled
            self._bringing = None
            self._offer()


def _looked(job: Job, tell: Tell, cancelled: IsCancelled) -> Any:
    """What the job brings, or why it failed: that is said here, and not in the window."""
    try:
        return job(tell, cancelled)
    except CancelledError:
        raise
    except Exception as error:
        return explained(error, "The import")
