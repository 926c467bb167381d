"""The objectives of a recipe as cards: a weight and fields of its own each, to be added and taken away."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from latentarium.app.form.editors import Editor
from latentarium.app.form.fields import Kind, describe_fields, objective_models, spoken
from latentarium.app.form.form_row import FormRow, make_row


class ObjectiveCard(QFrame):
    """One objective."""

    edited = Signal()
    removed = Signal(str)  # its name

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setProperty("role", "card")
        model = objective_models()[name]
        title = QLabel(spoken(name))
        title.setProperty("role", "title")
        title.setWordWrap(True)
        title.setToolTip((model.__doc__ or "").strip())
        self._close = QToolButton()
        self._close.setText("✕")
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(f"Remove {spoken(name)}")
        self._close.setToolTip(f"Remove {spoken(name)}")
        self._close.clicked.connect(self._on_close)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 5, 7, 7)
        column.setSpacing(4)
        column.addLayout(head)
        self.rows: list[FormRow] = []
        self._editors: list[Editor] = []
        for spec in describe_fields(model, f"objective.{name}"):
            if spec.kind is Kind.CHOICE and len(spec.choices) == 1:
                continue  # its name
            row, editor = make_row((spec,))
            editor.edited.connect(self.edited)
            self.rows.append(row)
            self._editors.append(editor)
            column.addWidget(row)

    def stand_alone(self, alone: bool) -> None:
        """Say whether it is the recipe's only objective: that one stays, and its weight scales nothing but the rate."""
        self._close.setVisible(not alone)
        weight = self.collect()["weight"]
        for row in self.rows:
            if row.specs[0].name == "weight":
                row.setVisible(not (alone and weight == 1))

    def collect(self) -> dict[str, Any]:
        """The objective as a table of the recipe."""
        table: dict[str, Any] = {"name": self.name}
        for editor in self._editors:
            table |= {path.rpartition(".")[2]: value for path, value in editor.collect().items()}
        return table

    def fill(self, table: Mapping[str, Any]) -> None:
        """Show a table of the recipe."""
        values = {f"objective.{self.name}.{field}": value for field, value in table.items()}
        for editor in self._editors:
            editor.fill(values)

    def _on_close(self) -> None:
        self.removed.emit(self.name)


class ObjectiveCards(QWidget):
    """All objectives of a recipe; `adder` is the button that adds one, for wherever there is room."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[ObjectiveCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self.adder = QPushButton("+ Add")
        self.adder.setProperty("role", "flat")
        self.adder.setAccessibleName("Add objective")
        self.adder.setToolTip("Sum several objectives, each with its weight")
        self.adder.clicked.connect(self._on_add)
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._on_triggered)

    @property
    def rows(self) -> list[FormRow]:
        """The lines of all cards."""
        return [row for card in self._cards for row in card.rows]

    def collect(self) -> list[dict[str, Any]]:
        """The objectives as tables of the recipe."""
        return [card.collect() for card in self._cards]

    def fill(self, tables: list[dict[str, Any]]) -> None:
        """Show these objectives."""
        if [table["name"] for table in tables] != [card.name for card in self._cards]:
            while self._cards:
                self._drop(self._cards[-1])
            for table in tables:
                self._append(table["name"])
        for card, table in zip(self._cards, tables, strict=True):
            card.fill(table)
        self._settle()

    def addable(self) -> list[str]:
        """The objectives that are not among the cards."""
        present = {card.name for card in self._cards}
        return [name for name in objective_models() if name not in present]

    def add(self, name: str) -> None:
        """Add an objective with its default values."""
        card = self._append(name)
        card.fill(objective_models()[name]().model_dump())
        self._settle()
        self.edited.emit()

    def remove(self, name: str) -> None:
        """Take an objective away."""
        self._drop(next(card for card in self._cards if card.name == name))
        self._settle()
        self.edited.emit()

    def _append(self, name: str) -> ObjectiveCard:
        card = ObjectiveCard(name)
        card.edited.connect(self.edited)
        card.removed.connect(self.remove)
        self._column.insertWidget(len(self._cards), card)
        self._cards.append(card)
        return card

    def _drop(self, card: ObjectiveCard) -> None:
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _settle(self) -> None:
        for card in self._cards:
            card.stand_alone(len(self._cards) == 1)
        self.adder.setVisible(bool(self.addable()))

    def _on_add(self) -> None:
        self._menu.clear()
        for name in self.addable():
            action = QAction(spoken(name), self._menu)
            action.setData(name)
            action.setToolTip((objective_models()[name].__doc__ or "").strip())
            self._menu.addAction(action)
        self._menu.popup(self.adder.mapToGlobal(QPoint(0, self.adder.height())))

    def _on_triggered(self, action: QAction) -> None:
        self.add(action.data())
