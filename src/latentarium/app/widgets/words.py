"""Words of a dialog."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def words(role: str) -> QLabel:
    """A label for sentences, which may have to be copied; `role` as in the theme."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def many(count: int, noun: str) -> str:
    """A number and what it counts: "1 point", "1,500 points"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
