"""The classes of two compared runs as a table; a cell selects its points."""

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from latentarium.app.charts.class_table import HEADS, HELP, IN_A, IN_B, ClassModel
from latentarium.app.charts.compared_panel import ComparedPanel, lay_out
from latentarium.core.arrays import frozen_ints
from latentarium.core.dataset import class_name
from latentarium.scene.judgement import labels_by_name
from latentarium.scene.state import NOTHING, Selection, State

NAME, PADDING = 44, 4  # logical pixels of a name at least, and beside a figure
AROUND = 34  # of the panel's margins, the table's border and its scroll bar
NO_CLASSES = "These points have no labels, so there are no classes to speak of."


class ClassOverlapPanel(ComparedPanel):
    """Accuracy in A and in B and the mean overlap of each class, sorted by any of them."""

    def __init__(self) -> None:
        super().__init__("Overlap per class")
        self._selection = NOTHING  # what a hand selected here
        self.model = ClassModel()
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName("Classes")
        self.view.setProperty("role", "close")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setTabKeyNavigation(False)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        head = self.view.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(24)
        head.setSectionsClickable(True)
        head.setAccessibleDescription("; ".join(map(": ".join, zip(HEADS, HELP, strict=True))))
        self.view.viewport().installEventFilter(self)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        about = lay_out(self, "per class", (), self.words, self.view)
        about.show_text("right in A and in B, mean overlap")

    def _shown_of(self, state: State) -> tuple[object, ...]:
        return (state.selection,)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view.viewport() and event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        compared, result = self._newest.compared, self._newest.result
        words = self._newest.words(self._state)
        if result is not None and not result.classes:
            words = words or NO_CLASSES
        self._say(words, self.view)
        if compared is not None and result is not None:
            self.model.show_figures(result.classes, compared.labelled.classes)
        else:
            self.model.show_figures((), ())
        if self._selection is not self._state.selection and self.view.selectionModel().hasSelection():
            self._selection = NOTHING
            self.view.selectionModel().select(
                self.view.selectionModel().selection(), QItemSelectionModel.SelectionFlag.Deselect
            )

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the figures without the counts."""
        widths = self._widths()
        return QSize(NAME + sum(widths.values()) - widths[1] + AROUND, 60)

    def _widths(self) -> dict[int, int]:
        """How wide each column of figures must be."""
        metrics = self.fontMetrics()
        figures = metrics.horizontalAdvance("0.000") + 2 * PADDING
        wide = {1: metrics.horizontalAdvance("00,000"), 2: 0, 3: 0, 4: metrics.horizontalAdvance(HEADS[4]) + PADDING}
        return {column: max(figures, width + 2 * PADDING) for column, width in wide.items()}

    def _fit(self) -> None:
        """Figures as wide as they need be, the rest for the name; where that is little, without the counts."""
        widths = self._widths()
        room = self.view.viewport().width()
        counted = room - sum(widths.values()) >= 2 * NAME
        self.view.setColumnHidden(1, not counted)
        for column, width in widths.items():
            self.view.setColumnWidth(column, width)
        self.view.setColumnWidth(0, max(room - sum(widths.values()) + (0 if counted else widths[1]), NAME))

    def _on_selected(self) -> None:
        """Ask for the points of the cells that a hand has selected."""
        compared = self._newest.compared
        cells = [
            (self.model.label_at(index.row()), index.column()) for index in self.view.selectionModel().selectedIndexes()
        ]
        if compared is None or compared.result is None or not cells:
            return
        (labels, labels_b), result = labels_by_name(compared.run_a, compared.run_b), compared.result
        chosen, names = np.zeros(len(labels), np.bool_), []
        for label, column in sorted(cells):
            right = {IN_A: result.right_a, IN_B: result.right_b}.get(column)
            mine = (labels_b if column == IN_B else labels) == label
            chosen |= mine if right is None else mine & right
            name = class_name(compared.labelled.classes, label) or "no label"
            names.append(name if right is None else f"{name} right in {HEADS[column]}")
        self._selection = Selection(frozen_ints(np.flatnonzero(chosen)), ", ".join(dict.fromkeys(names)))
        self.asked.emit({"selection": self._selection})
