"""Where a space that was not trained here comes from, as far as anybody said."""

import json
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from latentarium.core.origin import Origin

LONGEST = 500  # characters of a line


class OriginTable(QWidget):
    """A heading and a line for each thing that is known; hidden where the run was trained here."""

    def __init__(self) -> None:
        super().__init__()
        heading = QLabel("WHERE IT COMES FROM")
        heading.setProperty("role", "heading")
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(6)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading)
        column.addLayout(self._form)
        self._shown: tuple[tuple[str, str], ...] = ()
        self.hide()

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What stands there: name and text."""
        return self._shown

    def show_origin(self, origin: Origin | None) -> None:
        """Tell of this origin."""
        rows = tuple(told(origin)) if origin is not None else ()
        if rows != self._shown:
            self._shown = rows
            while self._form.rowCount():
                self._form.removeRow(0)
            for name, text in rows:
                self._form.addRow(_label(name, "muted"), _label(text, ""))
        self.setVisible(bool(rows))


def told(origin: Origin) -> Iterator[tuple[str, str]]:
    """What is known, named in words; each of the parameters has a line of its own."""
    fields = (
        ("Format", origin.format),
        ("Source", origin.source),
        ("Data set", origin.dataset),
        ("Model", origin.model),
    )
    yield from ((name, text[:LONGEST]) for name, text in fields if text)
    try:
        values = json.loads(origin.params) if origin.params else {}
    except (ValueError, RecursionError):
        values = origin.params
    if isinstance(values, dict):
        for name, value in values.items():
            yield str(name)[:LONGEST], (value if isinstance(value, str) else json.dumps(value))[:LONGEST]
    else:
        yield "Parameters", str(values)[:LONGEST]


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
