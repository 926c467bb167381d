"""The empty desk: what the program does, and what to press."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.form.fields import spoken
from latentarium.app.start.sketches import Sketch
from latentarium.app.widgets.plain_text import caption, first_sentence, tip
from latentarium.app.widgets.scrolled import scrolled
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import preset, preset_names
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

WIDEST = 900  # logical pixels: longer lines are hard to read
CARD = 230  # logical pixels that a card has at least
RECENT = 5
PRESS = "Press ▶ Train at the top left, or Ctrl+Return."
MEND = "The recipe on the left has a mistake: mend what is marked there, then press Train."


class Welcome(QWidget):
    """What is seen while no run is open: the recipe that is ready, the other presets, and runs to open."""

    chosen = Signal(str)  # the name of a preset
    open_wanted = Signal()
    import_wanted = Signal()
    opened = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._dark = True
        self._ready = ReadyCard(preset(preset_names()[0]))
        self.cards = [PresetCard(name, preset(name)) for name in preset_names()]
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._columns = 0
        for card in self.cards:
            card.clicked.connect(self._on_card)
        self._recent = QHBoxLayout()
        self._recent.setContentsMargins(0, 0, 0, 0)
        self._recent_box = QWidget()
        recent = QVBoxLayout(self._recent_box)
        recent.setContentsMargins(0, 6, 0, 0)
        recent.addWidget(_label("OPENED LAST", "heading"))
        recent.addLayout(self._recent)
        self._recent_box.hide()
        self._lay_out()
        self.show_recipe(self._ready.recipe)

    def show_state(self, state: State) -> None:
        """Follow the theme."""
        if state.dark != self._dark:
            self._dark = state.dark
            self._ready.show_recipe(self._ready.recipe, self._dark)
            for card in self.cards:
                card.show_theme(self._dark)

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Say what Train will do now; None while the recipe has a mistake."""
        if recipe is not None:
            self._ready.show_recipe(recipe, self._dark)
        self._ready.show_mistake(recipe is None)
        for card in self.cards:
            card.setChecked(card.recipe == recipe)

    def show_recent(self, paths: list[Path]) -> None:
        """Offer the runs that were opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for path in paths[:RECENT]:
            button = RecentButton(path)
            button.clicked.connect(self._on_recent)
            self._recent.addWidget(button)
        self._recent.addStretch(1)
        self._recent_box.setVisible(bool(paths))

    def resizeEvent(self, event: object) -> None:
        self._arrange()

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(8)
        column.addWidget(_label("Watch a network shape its space", "large"))
        column.addWidget(
            _label(
                "Every dot is an image that the network has never been trained on. "
                "As it learns to tell the classes apart, their dots drift apart too.",
                "muted",
            )
        )
        column.addWidget(self._ready)
        column.addSpacing(6)
        column.addWidget(_label("OR START FROM", "heading"))
        column.addLayout(self._grid)
        column.addSpacing(6)
        column.addWidget(self._open_row())
        column.addWidget(self._recent_box)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)
        scroll = scrolled(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _open_row(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        button = QPushButton("Open a run…")
        button.clicked.connect(self.open_wanted)
        bring = QPushButton("Import…")
        bring.setToolTip("Bring in an embedding that another program made")
        bring.clicked.connect(self.import_wanted)
        row.addWidget(button)
        row.addWidget(bring)
        row.addWidget(
            _label(
                "or drop one here: a run's folder or .zip, a recipe, a folder of your own images, an embedding that "
                "another program made",
                "muted",
            ),
            1,
        )
        return box

    def _arrange(self) -> None:
        columns = max(1, min(4, (min(self.width(), WIDEST) - 48) // CARD))
        if columns == self._columns:
            return
        self._columns = columns
        for index, card in enumerate(self.cards):
            self._grid.addWidget(card, index // columns, index % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _on_card(self) -> None:
        card = self.sender()
        assert isinstance(card, PresetCard)
        self.chosen.emit(card.name)
        self.show_recipe(card.recipe)

    def _on_recent(self) -> None:
        button = self.sender()
        assert isinstance(button, RecentButton)
        self.opened.emit(button.path)


class ReadyCard(QFrame):
    """The recipe that Train starts, large."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.setProperty("role", "card")
        self._sketch = Sketch(recipe, QSize(168, 126))
        self._title, self._about, self._facts = _label("", "title"), _label("", ""), _label("", "muted")
        told = QVBoxLayout()
        told.setSpacing(5)
        told.addStretch(1)
        told.addWidget(_label("READY", "heading"))
        for label in (self._title, self._about, self._facts):
            told.addWidget(label)
        self._next = _label(PRESS, "value")
        told.addWidget(self._next)
        told.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(16)
        row.addWidget(self._sketch)
        row.addLayout(told, 1)

    def show_recipe(self, recipe: Recipe, dark: bool) -> None:
        """Tell this recipe's title, what it teaches, and its main settings."""
        self.recipe = recipe
        self._title.setText(recipe.title)
        self._about.setText(recipe.about)
        self._about.setVisible(bool(recipe.about))
        self._facts.setText(describe_recipe(recipe))
        self._sketch.show_recipe(recipe, dark)

    def show_mistake(self, mistaken: bool) -> None:
        """Say what to do next."""
        self._next.setText(MEND if mistaken else PRESS)


class PresetCard(QAbstractButton):
    """A preset: its picture, its title and its first sentence."""

    def __init__(self, name: str, recipe: Recipe) -> None:
        super().__init__()
        self.name, self.recipe = name, recipe
        self._dark = True
        self.setCheckable(True)
        self.setAccessibleName(recipe.title)
        self.setAccessibleDescription(recipe.about)
        self.setToolTip(tip(recipe.about))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._sketch = Sketch(recipe, QSize(76, 58))
        title, sentence = _label(recipe.title, "title"), _label(first_sentence(recipe.about), "note")
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(title)
        told.addWidget(sentence)
        told.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._sketch, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(told, 1)
        for label in (title, sentence):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_theme(self, dark: bool) -> None:
        """Draw it in this theme."""
        self._dark = dark
        self._sketch.show_recipe(self.recipe, dark)
        self.update()

    def nextCheckState(self) -> None:
        """Leave it as it is: it is marked while the form holds its recipe."""

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = THEMES["dark" if self._dark else "light"]
        marked = self.isChecked() or self.hasFocus()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent if marked else theme.border), 2 if marked else 1))
            painter.setBrush(QColor(theme.control_hovered if self.underMouse() else theme.control))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)


class RecentButton(QPushButton):
    """A run that was opened lately."""

    def __init__(self, path: Path) -> None:
        super().__init__(caption(path.name))
        self.path = path
        self.setProperty("role", "chip")
        self.setAccessibleName(f"Open {path.name}")
        self.setToolTip(tip(str(path)))


def describe_recipe(recipe: Recipe) -> str:
    """The main settings in a line: "MNIST 5k (built in) · 3 classes · Plain MLP · 3-D embedding · about 30 s"."""
    parts = [spoken(recipe.data.name)]
    if recipe.data.classes:
        count = len(recipe.data.classes)
        parts.append(f"{count} class" if count == 1 else f"{count} classes")
    parts += [spoken(recipe.network.name), f"{recipe.network.embedding}-D embedding"]
    if recipe.frames.pace:
        parts.append(f"about {recipe.frames.pace:.0f} s")
    return " · ".join(parts)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
