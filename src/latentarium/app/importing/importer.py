"""Opens the import dialog, and what it brought in."""

from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from latentarium.app.library.panel import LibraryPanel
from latentarium.app.notices import show_details
from latentarium.app.parts import Parts
from latentarium.app.worker import Failure
from latentarium.scene.columns import comes_beside

FILES = frozenset({".csv", ".tsv", ".npy", ".npz", ".parquet", ".pbtxt", ".bytes", ".json"})
MARKS = ("projector_config.pbtxt", "events.out.tfevents*", "epochs/epoch_*", "*/*/tensors.tsv", "*/*/tensors.npy")
LOOKED_AT = 200  # files of a folder


def promising(path: Path) -> bool:
    """Whether it looks like something that another program made, by its name or by what lies in it; reads no file."""
    if path.is_file():
        return path.suffix.lower() in FILES
    try:
        if any(any(True for _ in path.glob(mark)) for mark in MARKS):
            return True
        return any(inside.suffix.lower() in FILES - {".json"} for inside in islice(path.iterdir(), LOOKED_AT))
    except OSError:
        return False


class Importer(QObject):
    """Has one dialog at a time."""

    beside_wanted = Signal(Path)  # what was brought in is to be shown beside the run that is open

    def __init__(self, parts: Parts, library: LibraryPanel, window: QMainWindow) -> None:
        super().__init__(window)
        self._parts, self._library, self._window = parts, library, window
        library.import_wanted.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Ask for what is to be brought in."""
        self._ask(None)

    @Slot(Path)
    def ask_for(self, path: Path) -> None:
        """Ask about what lies at `path`."""
        self._ask(path)

    def _ask(self, path: Path | None) -> None:
        from latentarium.app.importing.dialog import ImportDialog  # here: what reads other formats loads when needed

        dialog = ImportDialog(self._parts.errands, self._window)
        dialog.brought.connect(self._on_brought)
        dialog.open()
        if path is not None:
            dialog.show_path(path)

    @Slot(object)
    def _on_brought(self, added: object) -> None:
        from latentarium.jobs.adding import Added

        assert isinstance(added, Added)
        words = f"Imported {added.points:,} points of {added.dimensions:,} dimensions as {added.run.name}."
        if added.missing:
            missing = Failure(f"{words} What is missing:", "\n".join(added.missing))
            self._parts.notices.tell(words, "What is missing", lambda: show_details(self._window, missing))
        else:
            self._parts.notices.tell(words)
        self._library.choose(added.run)
        state = self._parts.session.state
        if comes_beside(state):
            self.beside_wanted.emit(added.run)
            return
        self._parts.opener.open(added.run)
        if state.workspace == "train":
            self._parts.form.about_wanted.emit()  # where it comes from stands there
