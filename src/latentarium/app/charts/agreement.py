"""The figures of a comparison: what a researcher reads first."""

from math import isfinite

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.compared_panel import ComparedPanel, words_label
from latentarium.app.charts.definitions import DefinedName, DefinitionButton
from latentarium.app.charts.right_in import SENTENCES, RightIn
from latentarium.app.inspector.point import figure
from latentarium.app.widgets.scrolled import scrolled
from latentarium.core.arrays import frozen_ints
from latentarium.core.comparison import Comparison
from latentarium.scene.judgement import Judgement, judge
from latentarium.scene.state import NOTHING, Selection, State

FIGURES = ("mean overlap", "chance · in class", "linear CKA", "k-NN accuracy")
ROOM = 44  # logical pixels around the figures and their names
CURVES = {"overlap over k": "over k", "along training": "along"}  # what they mean, and the dock that they stand in


class AgreementPanel(ComparedPanel):
    """Right in both, in one, in neither; mean overlap, chance, CKA and accuracies, each with what it means."""

    curve_wanted = Signal(str)  # the name of a dock

    def __init__(self) -> None:
        super().__init__("Right in A and B, and figures")
        self._judgement: Judgement | None = None
        self._chosen: tuple[str, Selection] = ("", NOTHING)  # the cell that was pressed last, and what it selected
        self.right_in = RightIn()
        self.right_in.chosen.connect(self._on_chosen)
        self._judged = words_label()
        self._judged.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._inside = QWidget()
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 10, 0)
        head.setSpacing(4)
        head.addWidget(self._judged, 1)
        head.addWidget(DefinitionButton("right in"), 0, Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout()
        grid.setContentsMargins(0, 3, 0, 2)
        grid.setVerticalSpacing(3)
        grid.setHorizontalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.values: dict[str, QLabel] = {}
        for row, name in enumerate(FIGURES):
            value = QLabel("–")
            value.setProperty("role", "value")
            value.setAccessibleDescription(name)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(DefinedName(name), row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
            self.values[name] = value
        for row, (name, dock) in enumerate(CURVES.items(), len(FIGURES)):
            chip = QPushButton("show")
            chip.setObjectName(dock)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(f"Show {name} as a curve")
            chip.clicked.connect(self._on_curve)
            grid.addWidget(DefinedName(name), row, 0)
            grid.addWidget(chip, row, 1, Qt.AlignmentFlag.AlignRight)
        figures = QVBoxLayout(self._inside)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(2)
        figures.addWidget(self.right_in)
        figures.addLayout(grid)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(12, 2, 6, 6)
        box.addWidget(self.words)
        box.addWidget(self._inside)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        outer.addLayout(head)
        outer.addWidget(scrolled(body), 1)

    def _shown_of(self, state: State) -> tuple[object, ...]:
        return (state.selection,)

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the figures."""
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in FIGURES)
        return QSize(widest + self.fontMetrics().horizontalAdvance("0.000 · 0.000") + ROOM, 60)

    def _draw(self) -> None:
        words, compared, result = self._newest.words(self._state), self._newest.compared, self._newest.result
        self._say(words, self._inside)
        self._judged.setVisible(not words)
        if compared is None or result is None:
            return
        self._judgement = judge(compared)
        name, selection = self._chosen
        self.right_in.show_judgement(self._judgement, name if selection is self._state.selection else "")
        self._judged.setText(judged_words(self._judgement))
        self._judged.setToolTip(judged_words(self._judgement, whole=True))
        for name, text in figures_of(result).items():
            self.values[name].setText(text)
        for name, text in exactly(result).items():
            self.values[name].setToolTip(text)

    def _on_curve(self) -> None:
        self.curve_wanted.emit(self.sender().objectName())

    def _on_chosen(self, name: str) -> None:
        if self._judgement is None:
            return
        old, selection = self._chosen
        if name == old and selection is self._state.selection:
            self.asked.emit({"selection": NOTHING})
            return
        selection = Selection(frozen_ints(self._judgement.rows[name]), SENTENCES[name])
        self._chosen = name, selection
        self.asked.emit({"selection": selection})


def figures_of(result: Comparison) -> dict[str, str]:
    """The figures for people, by their names; a dash where there is none."""
    low, high = result.interval
    margin = (high - low) / 2
    spread = f" ± {margin:.3f}".replace("0.", ".", 1) if isfinite(margin) else ""
    return {
        "mean overlap": figure(result.mean, 3) + spread,
        "chance · in class": f"{figure(result.chance, 3)} · {figure(result.class_chance, 3)}",
        "linear CKA": figure(result.cka, 3),
        "k-NN accuracy": f"{figure(result.knn_a, 3)} · {figure(result.knn_b, 3)}",
    }


def exactly(result: Comparison) -> dict[str, str]:
    """The same with more digits, for whoever points at them."""
    low, high = result.interval
    return {
        "mean overlap": f"{result.mean:.6f}; 95 % of the means of samples drawn anew: {low:.6f} to {high:.6f}",
        "chance · in class": f"{result.chance:.6f} · {figure(result.class_chance, 6)}",
        "linear CKA": figure(result.cka, 6),
        "k-NN accuracy": f"A {figure(result.knn_a, 6)} · B {figure(result.knn_b, 6)}",
    }


def judged_words(judgement: Judgement | None, whole: bool = False) -> str:
    """By what the points were found right or wrong, in one line where that is enough, or the `whole` of it."""
    if judgement is None:
        return "No labels: nothing is right or wrong."
    a, b = judgement.judged_a, judgement.judged_b
    if whole:
        return f"by {a}" if a == b else f"A by {a}, B by {b}"
    a, b = (judged.replace("leave-one-out ", "") for judged in (a, b))
    return f"by {a}" if a == b else f"A {a} · B {b}"
