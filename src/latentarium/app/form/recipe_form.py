"""The recipe as a form: what the next training will do, generated from the recipe's own fields."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from latentarium.app.form.class_chips import ClassChips
from latentarium.app.form.class_names import known_classes
from latentarium.app.form.editors import Editor
from latentarium.app.form.fields import HEADINGS, OTHERS, recipe_fields, spoken
from latentarium.app.form.form_row import FormRow, group_lengths, make_row
from latentarium.app.form.objective_cards import ObjectiveCards
from latentarium.app.form.recipe_ends import FormFoot, PresetBox
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import explain
from latentarium.scene.palettes import class_colours
from latentarium.scene.state import State

FIELDS = tuple(spec for spec in recipe_fields() if spec.path != "about")  # that is said above the fields
SOURCE = ("data.name", "data.root")  # on which the names of the classes depend
SCROLL_BAR = 10  # logical pixels, as the stylesheet has it
HEADLINES = (*dict.fromkeys(HEADINGS.values()), OTHERS)

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
    about_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._recipe: Recipe | None = None
        self._base: dict[str, Any] = {}  # the values of fields that have no editor, or none yet
        self._dark = True
        self._rows: list[FormRow] = []
        self._editors: list[Editor] = []
        self._cards = ObjectiveCards()
        self._cards.edited.connect(self._settle)
        self._presets = PresetBox()
        self._presets.chosen.connect(self.set_recipe)
        self._presets.about_wanted.connect(self.about_wanted)
        self._of_training: list[QWidget] = [self._cards, self._cards.adder]  # what made points have no use for
        self._foot = FormFoot()
        self._foot.reset_wanted.connect(self._on_reset)
        self._fold = QPushButton()
        self._fold.setCheckable(True)
        self._fold.setStyleSheet("text-align: left")
        self._fold.toggled.connect(self._on_folded)
        self._folded = QWidget()
        self._folded.hide()
        self._lay_out()
        self._name_fold()
        self.set_recipe(self._presets.first())

    def recipe(self) -> Recipe | None:
        """The recipe as it stands, or None while a value is not allowed."""
        return self._recipe

    def set_recipe(self, recipe: Recipe) -> None:
        """Show this recipe; Reset comes back to it."""
        self._presets.show_origin(recipe)
        tables = recipe.model_dump()
        self._base = _flattened(tables)
        for editor in self._editors:
            editor.fill(self._base)
        self._cards.fill(list(tables["objective"]))
        self._settle()

    def show_state(self, state: State) -> None:
        """Follow the theme: the chips have the colours of the dots."""
        if state.dark != self._dark:
            self._dark = state.dark
            self._colour()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = self._column = QVBoxLayout(inside)
        column.setSpacing(4)
        column.addWidget(self._presets)
        for heading in HEADLINES:
            if heading == HEADINGS["objective"]:
                line = QHBoxLayout()
                self._of_training.append(_headline(heading))
                line.addWidget(self._of_training[-1], 1)
                line.addWidget(self._cards.adder)
                column.addLayout(line)
                column.addWidget(self._cards)
            else:
                self._add_rows(column, heading, advanced=False)
        column.addSpacing(4)
        column.addWidget(self._fold)
        column.addWidget(self._folded)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._on_range(0, 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._foot)

    def _add_rows(self, column: QVBoxLayout, heading: str, advanced: bool) -> None:
        """The fields that stand under a heading, above the fold or below it."""
        specs = tuple(spec for spec in FIELDS if spec.heading == heading and spec.advanced is advanced)
        if specs:
            self._of_training.append(_headline(heading))
            column.addWidget(self._of_training[-1])
        for group in group_lengths(specs):
            row, editor = make_row(group)
            if self._base:
                editor.fill(self._base)
            editor.edited.connect(self._on_source if group[0].path in SOURCE else self._settle)
            self._rows.append(row)
            self._editors.append(editor)
            column.addWidget(row)

    def _values(self) -> dict[str, Any]:
        values = dict(self._base)
        for editor in self._editors:
            values |= editor.collect()
        return values

    def _settle(self) -> None:
        """Read all fields, say what is wrong with them, and pass the recipe on."""
        values = self._values()
        made_points = values["teaching"] is not None
        for row in self._rows:
            of_use = not made_points or any(spec.path == "seed" for spec in row.specs)
            row.setVisible(of_use and all(RELEVANT.get(spec.path, _always)(values) for spec in row.specs))
        for widget in (*self._of_training, self._fold):
            widget.setVisible(not made_points)
        self._offer_classes(values)
        values = self._values()
        recipe: Recipe | None = None
        try:
            made = Recipe.model_validate(_nested(values) | {"objective": self._cards.collect()})
        except ValidationError as error:
            errors = explain(error)
        else:
            errors = _unknown_classes(made)
            recipe = None if errors else made
        self._show_errors(errors)
        changed = recipe != self._recipe or recipe is None
        self._recipe = recipe
        self._colour()
        self._presets.show_recipe(recipe)
        self._foot.show_recipe(recipe)
        if changed:
            self.recipe_changed.emit(recipe)

    def _show_errors(self, errors: dict[str, str]) -> None:
        """Put each sentence beside its field, or at the foot where it has none."""
        if any(spec.advanced and spec.path in errors for spec in FIELDS):
            self._fold.setChecked(True)
        left = dict(errors)
        for row in (*self._rows, *self._cards.rows):
            sentences = [
                left.pop(spec.path).replace(spec.path, spec.title, 1) for spec in row.specs if spec.path in left
            ]
            row.show_error(" ".join(sentences))
        self._foot.show_problem(" ".join(left.values()))

    def _offer_classes(self, values: Mapping[str, Any]) -> None:
        names = known_classes(str(values["data.name"]), str(values["data.root"]))
        trained, *folded = self._chips()
        trained.offer(names, values["data.held_out"])
        for held_out in folded:
            held_out.offer(names, trained.chosen)

    def _chips(self) -> list[ClassChips]:
        return [editor for editor in self._editors if isinstance(editor, ClassChips)]

    def _colour(self) -> None:
        names = [*self._chips()[0].chosen, *self._values()["data.held_out"]]
        colours = {
            name: QColor(*rgba)
            for name, rgba in zip(names, class_colours(len(names), self._dark).tolist(), strict=True)
        }
        for chips in self._chips():
            chips.colour(colours, self._dark)

    def _on_range(self, low: int, high: int) -> None:
        """Leave the same room at the right, with a scroll bar or without."""
        self._column.setContentsMargins(14, 8, 14 if low == high else 14 - SCROLL_BAR, 8)

    def _on_folded(self, unfolded: bool) -> None:
        if unfolded and self._folded.layout() is None:  # made when first wanted: most people never do
            column = QVBoxLayout(self._folded)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            for heading in HEADLINES:
                self._add_rows(column, heading, advanced=True)
            self._settle()
        self._folded.setVisible(unfolded)
        self._name_fold()

    def _name_fold(self) -> None:
        self._fold.setText("Advanced  ▾" if self._fold.isChecked() else "Advanced  ▸")

    def _on_source(self) -> None:
        """Another data set: keep of the classes those that it has too."""
        values = self._values()
        if names := known_classes(str(values["data.name"]), str(values["data.root"])):
            for path in ("data.classes", "data.held_out"):
                self._base[path] = tuple(name for name in values[path] if name in names)
            for chips in self._chips():
                chips.fill(self._base)
        self._settle()

    def _on_reset(self) -> None:
        self.set_recipe(self._presets.origin)


def _unknown_classes(recipe: Recipe) -> dict[str, str]:
    """What is wrong with classes that the data set does not have."""
    names = known_classes(recipe.data.name, recipe.data.root)
    told = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    errors = {}
    for path, chosen in (("data.classes", recipe.data.classes), ("data.held_out", recipe.data.held_out)):
        unknown = [name for name in chosen if name not in names]
        if names and unknown:
            errors[path] = f"{path} names {', '.join(unknown)}, but {spoken(recipe.data.name)} has {told}."
    return errors


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
