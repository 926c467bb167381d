"""What a run or a recipe teaches, in full, and the figures of its source beside ours."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.inspector.point import figure
from latentarium.app.start.origin_table import OriginTable
from latentarium.app.widgets.scrolled import scrolled
from latentarium.core.recipe import Known, Recipe
from latentarium.runs.run import Run
from latentarium.scene.state import State

NAMES = {
    "accuracy": "accuracy",
    "train_accuracy": "accuracy in training",
    "knn_accuracy": "1-NN accuracy",
    "knn10_accuracy": "10-NN accuracy",
    "trustworthiness": "trustworthiness",
    "verification": "verification",
}
EMPTY = "Choose a preset or open a run: what it is there to show stands here."


class AboutPanel(QWidget):
    """Speaks of the run shown; while there is none, of the recipe in the form."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("About")
        self._recipe: Recipe | None = None
        self._told: tuple[object, ...] = ()
        self.title, self.text = _words("title"), _words("")
        self._origin = OriginTable()
        self._heading = QLabel("FIGURES")
        self._heading.setProperty("role", "heading")
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(6)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        for widget in (self.title, self.text, self._origin, self._heading, self._table):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = scrolled(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Take the form's recipe, to be spoken of while no run is open."""
        self._recipe = recipe
        self._told = ()

    def show_state(self, state: State) -> None:
        """Speak of the run shown; its figures are those of the whole test split, or of the newest frame until then."""
        shown = state.runs[0] if state.runs else None
        recipe = shown.run.recipe if shown else self._recipe
        told = (recipe, shown.run if shown else None, shown.count if shown else 0, shown.live if shown else False)
        if told == self._told:
            return
        self._told = told
        self.title.setText(recipe.title if recipe else "")
        origin = recipe.origin if recipe else None
        self.text.setText((recipe.about if recipe else "") or ("" if origin else EMPTY))
        self.text.setVisible(bool(self.text.text()))
        self._origin.show_origin(origin)
        self._show_table(recipe.known if recipe else (), shown.run if shown else None)

    def origin(self) -> tuple[tuple[str, str], ...]:
        """What is said of where the run comes from: name and text."""
        return self._origin.rows()

    def rows(self) -> list[tuple[str, ...]]:
        """The table as it stands: figure, source, ours."""
        texts = []
        for line in range(1, self._grid.rowCount()):
            items = [self._grid.itemAtPosition(line, column) for column in range(3)]
            labels = [item.widget() for item in items if item is not None]
            if len(labels) == 3:
                texts.append(tuple(label.text() for label in labels if isinstance(label, QLabel)))
        return texts

    def _show_table(self, known: tuple[Known, ...], run: Run | None) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for widget in (self._heading, self._table):
            widget.setVisible(bool(known))
        for column, text in enumerate(("", "source", "ours")):
            self._grid.addWidget(_cell(text, "muted", column > 0), 0, column)
        line = 1
        for one in known:
            self._grid.addWidget(_cell(NAMES.get(one.name, one.name.replace("_", " ")), ""), line, 0)
            self._grid.addWidget(_cell(figure(one.value, 3), "value", True), line, 1)
            self._grid.addWidget(_cell(figure(ours(run, one.name), 3), "value", True), line, 2)
            if one.note:
                self._grid.addWidget(_cell(one.note, "note"), line + 1, 0, 1, 3)
            line += 2


def ours(run: Run | None, name: str) -> float | None:
    """A run's figure: at its end that of the whole test split, until then that of its newest frame."""
    if run is None or not run.entries:
        return None
    if name in run.result:
        return run.result[name]
    return run.entries[-1].scalars.get(name)


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def _cell(text: str, role: str, right: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(not right)
    if role:
        label.setProperty("role", role)
    if right:
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
