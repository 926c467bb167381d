"""Where something should be written: the system's dialog, and what it leaves open."""

from collections.abc import Collection, Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def file_to_write(
    parent: QWidget, heading: str, suggested: Path, kinds: Mapping[str, str], others: Collection[str] = ()
) -> Path | None:
    """A file that the person chose, or None. `kinds` are endings, and what the dialog calls files of each.

    A name that ends neither with one of `kinds` nor of `others` gets the ending of the kind chosen; where such a file
    is there already, which the system's dialog could not know, it is asked about.
    """
    first = kinds.get(suggested.suffix, next(iter(kinds.values())))
    name, kind = QFileDialog.getSaveFileName(parent, heading, str(suggested), ";;".join(kinds.values()), first)
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() in {*kinds, *others}:
        return path
    path = path.with_name(path.name + next(ending for ending, text in kinds.items() if text == (kind or first)))
    if path.exists():
        question = f"{path.name} is there already. Should it be replaced?"
        if QMessageBox.question(parent, heading, question) != QMessageBox.StandardButton.Yes:
            return None
    return path
