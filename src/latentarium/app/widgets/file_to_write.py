"""Where something should be written: the system's dialog, and what it leaves open."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def file_to_write(
    parent: QWidget, heading: str, suggested: Path, kind: str, ending: str, endings: Collection[str] = ()
) -> Path | None:
    """A file that the person chose, or None.

    Its name gets the `ending` where it has none of `endings`; where such a file is there already, which the system's
    dialog could not know, it is asked about.
    """
    name, _ = QFileDialog.getSaveFileName(parent, heading, str(suggested), kind)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() in (endings or (ending,)):
        return path
    path = path.with_name(path.name + ending)
    if path.exists():
        question = f"{path.name} is there already. Should it be replaced?"
        if QMessageBox.question(parent, heading, question) != QMessageBox.StandardButton.Yes:
            return None
    return path
