"""Which classes are taken for which, and which lie near which, at the frame shown."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from latentarium.analysis.confusion import confusion
from latentarium.app.charts.matrix_view import Matrix, MatrixView
from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.inspector.point import figure
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.frame import Frame
from latentarium.runs.run import Run
from latentarium.scene.alike import alike
from latentarium.scene.state import NOTHING, Selection, State


class ConfusionPanel(QWidget):
    """How many points of each label get each prediction; a click on a cell selects them."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.matrix = MatrixView("Confusion matrix")
        self.matrix.chosen.connect(self._on_chosen)
        self._state = State()
        self.before = MatrixView("Confusion matrix, before")
        self.before.chosen.connect(self._on_chosen_before)
        self.before.hide()
        self._shown: ShownFrame | None = None
        self._earlier: ShownFrame | None = None  # of the second column
        self._throttle = Throttle(self, self._draw)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 6)
        row.addWidget(self.before, 1)
        row.addWidget(self.matrix, 1)

    def show_state(self, state: State) -> None:
        """Show the matrix of the frame nearest to the moment, and beside it that of a second column."""
        old, self._state = self._state, state
        shown = shown_frame(state), shown_frame(state, 1)
        if shown != (self._shown, self._earlier) or (old.dark, old.selection) != (state.dark, state.selection):
            self._shown, self._earlier = shown
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def _draw(self) -> None:
        for view, shown in ((self.matrix, self._shown), (self.before, self._earlier)):
            frame = shown.read() if shown else None
            matrix = confusion_matrix(shown.run, frame, self._state.selection) if shown and frame else None
            view.show_matrix(matrix, self._state.dark)
        self.before.setVisible(self._earlier is not None)

    def _on_chosen(self, label: int, prediction: int) -> None:
        self._select(self._shown, label, prediction)

    def _on_chosen_before(self, label: int, prediction: int) -> None:
        self._select(self._earlier, label, prediction)

    def _select(self, shown: ShownFrame | None, label: int, prediction: int) -> None:
        frame = shown.read() if shown else None
        if shown and frame:
            run = shown.run
            rows = np.flatnonzero((run.probe.labels == label) & (frame.predictions == prediction))
            name = f"label {run.classes[label]}, predicted {run.classes[prediction]}"
            self.asked.emit({"selection": toggled(self._state.selection, rows, name)})


class SimilarityPanel(QWidget):
    """The mean cosine similarity within and between classes, now or before training; a click selects the classes."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.matrix = MatrixView("Class similarity")
        self.before = MatrixView("Class similarity, before")
        for view in (self.matrix, self.before):
            view.chosen.connect(self._on_chosen)
        self.before.hide()
        self._earlier: ShownFrame | None = None  # of the second column
        self._state = State()
        self._shown: ShownFrame | None = None
        self._throttle = Throttle(self, self._draw)
        self._group = QButtonGroup(self)
        switch = QHBoxLayout()
        switch.setSpacing(4)
        switch.addStretch(1)
        self._now, self._before, self._both = QPushButton("now"), QPushButton("step 0"), QPushButton("both")
        for button, about in (
            (self._before, "At the first frame"),
            (self._now, "At the frame shown"),
            (self._both, "Before, at the left, and at the frame shown"),
        ):
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setToolTip(about)
            button.setAccessibleName(f"Class similarity: {button.text()}")
            button.clicked.connect(self._throttle.want)
            self._group.addButton(button)
            switch.addWidget(button)
        self._now.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 10, 6)
        column.setSpacing(3)
        column.addLayout(switch)
        row = QHBoxLayout()
        row.addWidget(self.before, 1)
        row.addWidget(self.matrix, 1)
        column.addLayout(row, 1)

    def show_state(self, state: State) -> None:
        """Show the similarities at the frame nearest to the moment; with a second column those of both."""
        old, self._state = self._state, state
        shown = shown_frame(state), shown_frame(state, 1)
        if (shown[1] is None) != (self._earlier is None):
            (self._now if shown[1] is None else self._both).setChecked(True)
        if shown != (self._shown, self._earlier) or old.dark != state.dark:
            self._shown, self._earlier = shown
            self._throttle.want()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._throttle.want()

    def _draw(self) -> None:
        self._offer()
        first = ShownFrame(self._shown.run, 0) if self._shown else None
        both = self._both.isChecked()
        main = first if self._before.isChecked() else self._shown
        for view, shown in ((self.matrix, main), (self.before, (self._earlier or first) if both else None)):
            frame = shown.read() if shown else None
            view.show_matrix(similarity_matrix(shown.run, frame) if shown and frame else None, self._state.dark)
        self.before.setVisible(both and self._shown is not None)

    def _offer(self) -> None:
        """Name the first frame by its step; where no other is to be seen there is nothing to choose."""
        entries = self._shown.run.entries if self._shown else ()
        alone = len(entries) == 1 and self._earlier is None
        if alone:
            self._now.setChecked(True)
        if entries:
            self._before.setText(f"step {entries[0].step:,}")
            self._before.setAccessibleName(f"Class similarity: {self._before.text()}")
        for button in self._group.buttons():
            button.setVisible(not alone)

    def _on_chosen(self, first: int, second: int) -> None:
        if self._shown:
            run = self._shown.run
            rows = np.flatnonzero(np.isin(run.probe.labels, (first, second)))
            name = " and ".join(run.classes[label] for label in sorted({first, second}))
            self.asked.emit({"selection": toggled(self._state.selection, rows, f"label {name}")})


def confusion_matrix(run: Run, frame: Frame, selection: Selection) -> Matrix:
    """Counts by label (all classes) and prediction (the trained ones); cells that hold the selection are marked."""
    classes, labels = len(run.classes), run.probe.labels
    counts = confusion(labels, frame.predictions, classes)[:, : run.trained]
    totals = np.maximum(counts.sum(1, keepdims=True), 1)
    shares = counts / totals
    wrong = ~np.eye(classes, run.trained, dtype=bool)
    shares[wrong] = -np.sqrt(shares[wrong])  # a few mistakes are to be seen too

    def sentence(row: int, column: int) -> str:
        count, total = counts[row, column], totals[row, 0]
        return f"label {run.classes[row]}, predicted {run.classes[column]}: {count} of {total}"

    return Matrix(
        shares=shares,
        figures=lambda row, column: str(counts[row, column]),
        sentences=sentence,
        rows=run.classes,
        columns=run.classes[: run.trained],
        row_title="label",
        column_title="prediction",
        marked=frozenset(_held_cell(labels, frame.predictions, counts, selection)),
    )


def similarity_matrix(run: Run, frame: Frame) -> Matrix:
    """Mean cosine similarities of the probe's classes."""
    values = alike(run, frame)

    def sentence(row: int, column: int) -> str:
        pair = f"within {run.classes[row]}" if row == column else f"{run.classes[row]} and {run.classes[column]}"
        return f"{pair}: mean cosine similarity {figure(values[row, column])}"

    return Matrix(
        shares=values,
        figures=lambda row, column: figure(values[row, column]),
        sentences=sentence,
        rows=run.classes,
        columns=run.classes,
    )


def toggled(selection: Selection, rows: Ints, name: str) -> Selection:
    """These rows as a selection, or none where they are what is selected already."""
    return NOTHING if np.array_equal(selection.rows, rows) else Selection(frozen_ints(rows), name)


def _held_cell(labels: Ints, predictions: Ints, counts: Ints, selection: Selection) -> list[tuple[int, int]]:
    """The one cell whose points are just the selection."""
    if not len(selection) or not counts.size:
        return []
    label, prediction = int(labels[selection.rows[0]]), int(predictions[selection.rows[0]])
    same = (labels[selection.rows] == label) & (predictions[selection.rows] == prediction)
    return [(label, prediction)] if same.all() and counts[label, prediction] == len(selection) else []
