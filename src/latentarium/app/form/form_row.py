"""One line of a form: what it is, the widget that edits it, and below it what is wrong with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from latentarium.app.form.class_chips import ClassChips
from latentarium.app.form.editors import (
    ChoiceBox,
    Editor,
    EitherEdit,
    NumberEdit,
    PlaceEdit,
    Switch,
    TextEdit,
    WidthsEdit,
)
from latentarium.app.form.fields import FieldSpec, Kind


class FormRow(QWidget):
    """Shows an editor with its title, and a sentence where its value cannot be."""

    def __init__(self, title: str, editor: QWidget, specs: tuple[FieldSpec, ...], wide: bool = False) -> None:
        super().__init__()
        self.specs = specs
        self._editor = editor
        self._help = editor.accessibleDescription()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        if title:
            label = QLabel(title)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            label.setToolTip(editor.toolTip())
            label.setBuddy(editor)
            grid.addWidget(label, 0, 0, 1, 2 if wide else 1)
        at = (1 if title else 0, 0, 1, 2) if wide else (0, 1, 1, 1)
        grid.addWidget(editor, *at, *([] if wide else [Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter]))
        self._error = QLabel()
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setProperty("role", "wrong")
        self._error.setWordWrap(True)
        self._error.hide()
        grid.addWidget(self._error, 2, 0, 1, 2)

    @property
    def error(self) -> str:
        """The sentence that is shown; empty where all is well."""
        return self._error.text()

    def show_error(self, sentence: str) -> None:
        """Say what is wrong with the value; the empty sentence takes it back."""
        if sentence == self._error.text():
            return
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._editor.setAccessibleDescription(sentence or self._help)
        for part in (self._editor, *self._editor.findChildren(QWidget)):
            part.setProperty("invalid", "true" if sentence else "")
            part.style().unpolish(part)
            part.style().polish(part)


def make_editor(spec: FieldSpec) -> Editor:
    """The widget that edits a field of this kind."""
    if spec.kind is Kind.CLASSES:
        return ClassChips(spec, everything=spec.name == "classes")
    if spec.kind in (Kind.WHOLE, Kind.NUMBER):
        return NumberEdit(spec, spec.unit)
    makers: dict[Kind, type] = {
        Kind.TEXT: TextEdit,
        Kind.SWITCH: Switch,
        Kind.CHOICE: ChoiceBox,
        Kind.WIDTHS: WidthsEdit,
        Kind.FOLDER: PlaceEdit,
        Kind.FILE: PlaceEdit,
    }
    editor: Editor = makers[spec.kind](spec)
    return editor


def group_lengths(specs: tuple[FieldSpec, ...]) -> list[tuple[FieldSpec, ...]]:
    """Put neighbours together that are one length in several units: optional, and of the same title."""
    groups: list[tuple[FieldSpec, ...]] = []
    for spec in specs:
        last = groups[-1][-1] if groups else None
        if last is not None and spec.optional and last.optional and last.title == spec.title:
            groups[-1] = (*groups[-1], spec)
        else:
            groups.append((spec,))
    return groups


def make_row(specs: tuple[FieldSpec, ...]) -> tuple[FormRow, Editor]:
    """The line that edits one field, or one length in several units."""
    spec = specs[0]
    editor: Editor = EitherEdit(specs) if len(specs) > 1 else make_editor(spec)
    assert isinstance(editor, QWidget)
    bare = spec.path in ("data.name", "network.name", "data.classes")  # the heading already says what it is
    wide = bare or spec.kind in (Kind.CLASSES, Kind.FOLDER, Kind.FILE, Kind.TEXT)
    return FormRow("" if bare else spec.title, editor, specs, wide), editor
