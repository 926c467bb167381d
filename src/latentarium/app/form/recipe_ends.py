"""The two ends of the recipe form: above the fields the presets, below them what the recipe costs."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from latentarium.app.form.editors import tame
from latentarium.app.form.estimates import describe_cost
from latentarium.app.widgets.file_to_write import file_to_write
from latentarium.app.widgets.plain_text import first_sentence, tip
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import preset, preset_names, write_recipe


class PresetBox(QWidget):
    """Chooses a recipe to start from, and tells what it teaches."""

    chosen = Signal(object)  # Recipe
    about_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.origin = Recipe()
        self._box = QComboBox()
        self._box.setAccessibleName("Preset")
        self._box.setToolTip("A recipe to start from")
        tame(self._box)
        self._presets = {name: preset(name) for name in preset_names()}
        for name, recipe in self._presets.items():
            self._box.addItem(recipe.title, name)
        self._box.activated.connect(self._on_activated)
        label = QLabel("Preset")
        label.setProperty("role", "muted")
        label.setBuddy(self._box)
        self._changed = QLabel("changed")
        self._changed.setProperty("role", "note")
        self._about = QLabel()
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setProperty("role", "note")
        self._about.setWordWrap(True)
        self._more = QPushButton("More about it")
        self._more.setProperty("role", "flat")
        self._more.clicked.connect(self.about_wanted)
        head = QHBoxLayout()
        head.addWidget(label, 1)
        head.addWidget(self._changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._box)
        column.addWidget(self._about)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def first(self) -> Recipe:
        """The preset that is ready when the program starts."""
        return next(iter(self._presets.values()), Recipe())

    def show_origin(self, recipe: Recipe) -> None:
        """Name the recipe that the form starts from: a preset, or one from a file or a run."""
        self.origin = recipe
        index = next((at for at, known in enumerate(self._presets.values()) if known == recipe), len(self._presets))
        while self._box.count() > len(self._presets):
            self._box.removeItem(len(self._presets))
        if index == len(self._presets):
            self._box.addItem(recipe.title, None)
        self._box.setCurrentIndex(index)
        self._about.setText(first_sentence(recipe.about))
        self._about.setToolTip(tip(recipe.about))
        for widget in (self._about, self._more):
            widget.setVisible(bool(recipe.about))

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Say whether the form has left the preset."""
        self._changed.setVisible(recipe != self.origin)

    def _on_activated(self, index: int) -> None:
        name = self._box.itemData(index)
        self.chosen.emit(self.origin if name is None else self._presets[name])


class FormFoot(QFrame):
    """What the recipe costs, what is wrong with it as a whole, and two buttons."""

    reset_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self._recipe: Recipe | None = None
        self._cost = _plain("note")
        self._problem = _plain("wrong")
        self._problem.hide()
        self._reset = QPushButton("Reset")
        self._reset.setToolTip("Back to the preset")
        self._reset.clicked.connect(self.reset_wanted)
        self._save = QPushButton("Save as…")
        self._save.setToolTip("Keep this recipe as a TOML file")
        self._save.clicked.connect(self._on_save)
        buttons = QHBoxLayout()
        buttons.addWidget(self._reset)
        buttons.addStretch(1)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 14, 8)
        column.setSpacing(5)
        column.addWidget(self._problem)
        column.addWidget(self._cost)
        column.addLayout(buttons)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Say what training this recipe writes."""
        self._recipe = recipe
        self._save.setEnabled(recipe is not None)
        self._cost.setText("" if recipe is None else describe_cost(recipe))
        self._cost.setVisible(recipe is not None)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong where no field can."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _on_save(self) -> None:
        if self._recipe is None:
            return
        name = "".join(letter if letter.isalnum() else "-" for letter in self._recipe.title.lower()).strip("-")
        suggested = Path.home() / f"{name or 'recipe'}.toml"
        path = file_to_write(self, "Save recipe as", suggested, {".toml": "Recipes (*.toml)"})
        if path is None:
            return
        try:
            path.write_text(write_recipe(self._recipe), encoding="utf-8")
        except OSError as error:
            self.show_problem(f"The recipe was not saved: {path} cannot be written ({error.strerror}).")
        else:
            self.show_problem("")
            self._cost.setText(f"Saved as {path}")


def _plain(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
