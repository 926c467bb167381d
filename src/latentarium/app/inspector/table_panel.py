"""The table of points with its search: what is typed finds, selects or filters the dots while it is typed."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from latentarium.app.charts.shown_frame import ShownFrame, shown_frame
from latentarium.app.inspector.column_chips import ColumnChip, WhereChip
from latentarium.app.inspector.point_columns import LIVE, fields_named
from latentarium.app.inspector.points_table import PointsTable
from latentarium.app.widgets.flow_layout import FlowLayout
from latentarium.app.widgets.search_edit import SearchEdit
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.scene.column_colours import coloured_field
from latentarium.scene.metadata import ID, Field, Table, table_of
from latentarium.scene.searching import search
from latentarium.scene.state import NOTHING, ColourBy, Selection, State

MARGIN = 12  # logical pixels at either side
ROOM = 180  # logical pixels that search and table need
PAUSE = 150  # ms after the last letter
SYNTAX = (
    "Words find points in any column, in the order of your choice. column:word looks in one column, column=text for "
    'the whole cell, score>0.5 compares numbers, -word leaves points out, "two words" stay together.'
)


class TablePanel(QWidget):
    """Search, columns that colour and name dots, and all points as a table."""

    asked = Signal(object)
    labels_wanted = Signal()  # for what is selected
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Table of points")
        self._state = State()
        self._table: Table | None = None
        self._frame: ShownFrame | None = None
        self._offered: tuple[object, ...] = ()
        self._found: Selection | None = None  # what the search found, and asked to be selected or shown
        self.search = SearchEdit()
        self.search.setPlaceholderText("Search, e.g. cat   column:word   score>0.5   -word")
        self.search.setAccessibleName("Search the points")
        self.search.setToolTip(SYNTAX)
        self.search.textEdited.connect(self._on_edited)
        self.search.textChanged.connect(self._on_text)
        self.search.returnPressed.connect(self._on_pause)
        self.only = QPushButton("Show only these")
        self.only.setCheckable(True)
        self.only.setProperty("role", "chip")
        self.only.setToolTip("Hide the dots that the search does not find, instead of selecting those it finds")
        self.only.toggled.connect(self._on_only)
        self.answer = QLabel()
        self.answer.setProperty("role", "muted")
        self.answer.setWordWrap(True)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.colour = ColumnChip("Colour by", "The column that colours the dots")
        self.tag = ColumnChip("Beside dots", "The column whose words stand beside some dots")
        self.where = WhereChip()
        self.where.chosen.connect(self.search_for)
        self.colour.chosen.connect(self._on_colour)
        self.tag.chosen.connect(self._on_tag)
        self.label = _button("Label…", "Give the selected points a label by hand (Ctrl+L)", self.labels_wanted)
        self.export = _button("Export labels…", "Write all labels, with the metadata, as CSV", self.export_wanted)
        self.points = PointsTable()
        self.points.asked.connect(self.asked)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._on_pause)
        self._chips = QWidget()
        first, self._flow = QHBoxLayout(), FlowLayout(self._chips, gap=6)
        first.addWidget(self.search, 1)
        first.addWidget(self.only)
        for widget in (self.where, self.colour, self.tag, self.label, self.export):
            self._flow.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(MARGIN, 8, MARGIN, 10)
        box.setSpacing(6)
        box.addLayout(first)
        box.addWidget(self._chips)
        box.addWidget(self.answer)
        box.addWidget(self.points, 1)
        self.answer.hide()

    def show_state(self, state: State) -> None:
        """Show the points of the frame; the search stays, and is asked anew where the table became another."""
        old, self._state = self._state, state
        table = table_of(state)
        if table is not self._table:
            self._table = table
            self.points.let_sort(table is None or table.ready)
            if self.search.text() and self.isVisible():
                self._pause.start()  # when the table shows it
            elif self.search.text():
                self._forget()
        if self._found is not None and old.filtered is not state.filtered is None and self.only.isChecked():
            self._forget()  # all is shown again, by another hand
        frame = shown_frame(state)
        if frame != self._frame:
            self._frame = frame
            if any(name in self.search.text().casefold() for name in LIVE):
                self._pause.start()  # what was asked for may hold of other points now
        offered = (table, state.column, state.tag, state.colour_by)
        if offered != self._offered:
            self._offered = offered
            self._show_columns(state)
        self.label.setEnabled(bool(state.runs) and (len(state.selection) > 0 or state.focus is not None))
        self.export.setEnabled(bool(state.runs))
        self.points.show_state(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def begin_search(self) -> None:
        """Have the next letters typed into the search."""
        self.search.setFocus()
        self.search.selectAll()

    @Slot(str)
    def search_for(self, query: str) -> None:
        """Search for this, as if it had been typed."""
        self.search.setText(query)
        self._on_pause()

    def table_ready(self) -> None:
        """A large table was prepared: it can be sorted and searched now."""
        self.points.let_sort(self._table is None or self._table.ready)
        if self.search.text():
            self._find()

    def _fit(self) -> None:
        """Leave the room to the table where there is little: what most chips do, keys and menus do, too."""
        chips = self._flow.heightForWidth(self.width() - 2 * MARGIN)
        self._chips.setFixedHeight(chips)
        self._chips.setVisible(self.height() - chips >= ROOM)

    def _show_columns(self, state: State) -> None:
        names = [name for name in self._table.fields if name != ID] if self._table else []
        now = coloured_field(state) if state.colour_by is ColourBy.COLUMN else None
        self.where.offer(self._table)
        self.colour.offer(names, now.name if now else "")
        self.tag.offer([ID, *names] if names else [], state.tag)
        self._fit()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._pause.start()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        if not text:  # also by the button that clears it
            self._on_pause()

    @Slot()
    def _on_pause(self) -> None:
        self._pause.stop()
        self._find()

    def _find(self) -> None:
        """Search, confine the table to what was found, and ask for it to be selected or shown alone."""
        text, table = self.search.text().strip(), self._table
        if not text or table is None:
            self._let_go()
            return
        if not table.ready:
            self._answer("The table is being read …")
            return
        try:
            rows = search(text, table, self._live_fields(text, len(table)))
        except LatentariumError as error:
            self._answer(str(error))
            return
        self._answer("" if len(rows) else "No point fits.")
        if self._found is not None and self._found.name == text and np.array_equal(self._found.rows, rows):
            return
        self._found = Selection(frozen_ints(rows), text)
        self.points.confine(self._found)
        self._ask_for(self._found)

    def _live_fields(self, text: str, count: int) -> list[Field]:
        """The columns of the frame shown that a query names."""
        current = bool(self._state.runs) and self.points.run is self._state.runs[0].run
        return fields_named(self.points.model.columns, text, count) if current else []

    def _ask_for(self, found: Selection) -> None:
        changes: dict[str, Any] = {"filtered": found} if self.only.isChecked() else {"selection": found}
        self.asked.emit(changes)

    @Slot(bool)
    def _on_only(self, only: bool) -> None:
        if self._found is None:
            return
        found, state = self._found, self._state
        if only:
            taken = {"selection": NOTHING} if _same(state.selection, found) else {}
            self.asked.emit({"filtered": found, **taken})
        else:
            self.asked.emit({"filtered": None, "selection": found})

    def _let_go(self) -> None:
        """Take back what the search asked for, as far as it still stands."""
        found, state = self._found, self._state
        if found is None:
            self._forget()
            return
        self._found = None
        changes: dict[str, Any] = {}
        if state.filtered is not None and _same(state.filtered, found):
            changes["filtered"] = None
        if _same(state.selection, found):
            changes["selection"] = NOTHING
        if changes:
            self.asked.emit(changes)
        self._forget()

    def _forget(self) -> None:
        self._found = None
        self._answer("")
        self.points.confine(None)
        if self.search.text().strip() and self._table is not None:
            self.search.clear()

    def _answer(self, text: str) -> None:
        self.answer.setText(text)
        self.answer.setVisible(bool(text))

    @Slot(str)
    def _on_colour(self, name: str) -> None:
        self.asked.emit({"column": name, "colour_by": ColourBy.COLUMN} if name else {"colour_by": ColourBy.CLASS})

    @Slot(str)
    def _on_tag(self, name: str) -> None:
        self.asked.emit({"tag": name})


def _same(selection: Selection, found: Selection) -> bool:
    return selection is found or np.array_equal(selection.rows, found.rows)


def rows_to_label(state: State) -> Ints:
    """The rows that a label would be given to: the selection, else the focus."""
    if len(state.selection):
        return state.selection.rows
    return np.array([] if state.focus is None else [state.focus], np.int64)


def _button(text: str, about: str, wanted: Any) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    button.setProperty("role", "chip")
    button.setAccessibleName(text.rstrip("…"))
    button.clicked.connect(wanted)
    return button
