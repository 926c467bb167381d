"""The recipe as a form: what the next training will do, generated from the recipe's own fields."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from latentarium.app.class_chips import ClassChips
from latentarium.app.class_names import known_classes
from latentarium.app.editors import Editor
from latentarium.app.fields import HEADINGS, OTHERS, recipe_fields
from latentarium.app.form_row import FormRow, group_lengths, make_row
from latentarium.app.objective_cards import ObjectiveCards
from latentarium.app.recipe_ends import FormFoot, PresetBox
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import explain
from latentarium.scene.palettes import class_colours
from latentarium.scene.state import State

UNSEEN = ("about",)  # said above the fields, and changed in the file

# Fields that mean something only beside certain values of others.
RELEVANT: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "data.root": lambda values: values["data.name"] != "mnist-5k",
    "network.hidden": lambda values: values["network.name"] == "mlp",
    "network.activation": lambda values: values["network.name"] == "mlp",
    "network.weights": lambda values: str(values["network.name"]).startswith("resnet"),
    "prototypes.temperature": lambda values: values["network.classifier"] == "none",
}


class RecipeForm(QWidget):
    """Edits one recipe; while a value is not allowed there is none, and a sentence beside the field says why."""

    recipe_changed = Signal(object)  # Recipe, or None while something is wrong

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._recipe: Recipe | None = None
        self._about = ""
        self._dark = True
        self._rows: list[FormRow] = []
        self._editors: list[Editor] = []
        self._cards = ObjectiveCards()
        self._cards.edited.connect(self._settle)
        self._presets = PresetBox()
        self._presets.chosen.connect(self.set_recipe)
        self._foot = FormFoot()
        self._foot.reset_wanted.connect(self._on_reset)
        self._fold = QPushButton()
        self._fold.setCheckable(True)
        self._fold.setStyleSheet("text-align: left")
        self._fold.toggled.connect(self._on_folded)
        self._folded = QWidget()
        self._lay_out()
        self._on_folded(False)
        self.set_recipe(self._presets.first())

    def recipe(self) -> Recipe | None:
        """The recipe as it stands, or None while a value is not allowed."""
        return self._recipe

    def set_recipe(self, recipe: Recipe) -> None:
        """Show this recipe; Reset comes back to it."""
        self._presets.show_origin(recipe)
        self._about = recipe.about
        tables = recipe.model_dump()
        values = _flattened(tables)
        for editor in self._editors:
            editor.fill(values)
        self._cards.fill(list(tables["objective"]))
        self._settle()

    def show_state(self, state: State) -> None:
        """Follow the theme: the chips have the colours of the dots."""
        if state.dark != self._dark:
            self._dark = state.dark
            self._colour()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 8, 4, 8)
        column.setSpacing(4)
        column.addWidget(self._presets)
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(5)
        specs = [spec for spec in recipe_fields() if spec.path not in UNSEEN]
        for heading in (*dict.fromkeys(HEADINGS.values()), OTHERS):
            if heading == HEADINGS["objective"]:
                line = QHBoxLayout()
                line.addWidget(_headline(heading), 1)
                line.addWidget(self._cards.adder)
                column.addLayout(line)
                column.addWidget(self._cards)
                continue
            for place, advanced in ((column, False), (folded, True)):
                here = tuple(spec for spec in specs if spec.heading == heading and spec.advanced is advanced)
                if here:
                    place.addWidget(_headline(heading))
                for group in group_lengths(here):
                    row, editor = make_row(group)
                    editor.edited.connect(self._settle)
                    self._rows.append(row)
                    self._editors.append(editor)
                    place.addWidget(row)
        column.addSpacing(4)
        column.addWidget(self._fold)
        column.addWidget(self._folded)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._foot)

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {"about": self._about}
        for editor in self._editors:
            values |= editor.collect()
        return values

    def _settle(self) -> None:
        """Read all fields, say what is wrong with them, and pass the recipe on."""
        values = self._values()
        for row in self._rows:
            row.setVisible(all(RELEVANT.get(spec.path, _always)(values) for spec in row.specs))
        self._offer_classes(values)
        values = self._values()
        errors: dict[str, str] = {}
        try:
            recipe = Recipe.model_validate(_nested(values) | {"objective": self._cards.collect()})
        except ValidationError as error:
            recipe, errors = None, explain(error)
        self._show_errors(errors)
        changed = recipe != self._recipe or recipe is None
        self._recipe = recipe
        self._colour()
        self._presets.show_recipe(recipe)
        self._foot.show_recipe(recipe)
        if changed:
            self.recipe_changed.emit(recipe)

    def _show_errors(self, errors: dict[str, str]) -> None:
        """Put each sentence beside its field, or at the foot where no field is in sight."""
        left = dict(errors)
        for row in (*self._rows, *self._cards.rows):
            sentences = [
                left.pop(spec.path).replace(spec.path, spec.title, 1) for spec in row.specs if spec.path in left
            ]
            row.show_error(" ".join(sentences))
            if sentences and self._folded.isAncestorOf(row):
                self._fold.setChecked(True)
        self._foot.show_problem(" ".join(left.values()))

    def _offer_classes(self, values: Mapping[str, Any]) -> None:
        trained, held_out = self._chips()
        names = known_classes(str(values["data.name"]), str(values["data.root"]))
        trained.offer(names, values["data.held_out"])
        held_out.offer(names, trained.chosen)

    def _chips(self) -> list[ClassChips]:
        return [editor for editor in self._editors if isinstance(editor, ClassChips)]

    def _colour(self) -> None:
        names = [name for chips in self._chips() for name in chips.chosen]
        colours = {
            name: QColor(*rgba)
            for name, rgba in zip(names, class_colours(len(names), self._dark).tolist(), strict=True)
        }
        for chips in self._chips():
            chips.colour(colours, self._dark)

    def _on_folded(self, unfolded: bool) -> None:
        self._folded.setVisible(unfolded)
        self._fold.setText("Advanced  ▾" if unfolded else "Advanced  ▸")

    def _on_reset(self) -> None:
        self.set_recipe(self._presets.origin)


def _always(values: Mapping[str, Any]) -> bool:
    return True


def _headline(text: str) -> QLabel:
    label = QLabel(text.upper())
    label.setAccessibleName(text)
    label.setProperty("role", "heading")
    label.setContentsMargins(0, 5, 0, 0)
    return label


def _flattened(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"data": {"probe": 5}} -> {"data.probe": 5}; the objectives are left out."""
    values: dict[str, Any] = {}
    for name, value in tables.items():
        if isinstance(value, Mapping):
            values |= _flattened(value, f"{prefix}{name}.")
        elif name != "objective":
            values[prefix + name] = value
    return values


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of `_flattened`."""
    tables: dict[str, Any] = {}
    for path, value in values.items():
        *parents, name = path.split(".")
        table = tables
        for parent in parents:
            table = table.setdefault(parent, {})
        table[name] = value
    return tables
