"""A chip that offers the columns of the table."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from latentarium.app.widgets.plain_text import caption
from latentarium.scene.metadata import Field, Table
from latentarium.scene.searching import compared, quoted

NONE = "none"
LISTED = 30  # groups of a column that are offered
SHORT, LONGEST = 24, 60  # letters of a column's name on the chip, and of a group in the menu


class ColumnChip(QToolButton):
    """Says which column was chosen for a purpose, and lets another be chosen, or none."""

    chosen = Signal(str)  # a column's name; empty: none

    def __init__(self, purpose: str, about: str) -> None:
        super().__init__()
        self._purpose, self._about = purpose, about
        self.names: tuple[str, ...] = ()
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(about)
        menu = QMenu(self)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        self.offer((), "")

    def offer(self, names: Sequence[str], now: str) -> None:
        """Offer these columns, with `now` chosen; one that is not among them stands for none."""
        now = now if now in names else ""
        if tuple(names) != self.names:
            self.names = tuple(names)
            self.menu().clear()
            for name in ("", *names):
                action = self.menu().addAction(caption(name) or NONE)
                action.setCheckable(True)
                action.setData(name)
        for action in self.menu().actions():
            action.setChecked(action.data() == now)
        short = now if len(now) <= SHORT else now[: SHORT - 1] + "…"
        self.setText(f"{self._purpose}: {caption(short) or NONE} ▾")
        self.setAccessibleName(f"{self._about}: {now or NONE}")
        self.setEnabled(bool(names))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


class WhereChip(QToolButton):
    """Offers of each column its groups, or the ends of its scale, as a search."""

    chosen = Signal(str)  # a query

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setText("Where ▾")
        self.setToolTip("Search for a group of a column, or for its lowest or highest values")
        self.setAccessibleName("Search for a group of a column")
        menu = QMenu(self)
        menu.aboutToShow.connect(self._on_open)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)
        self.setEnabled(False)

    def offer(self, table: Table | None) -> None:
        """Offer the columns of this table; the menu is filled when it opens."""
        self._table = table
        self.setEnabled(table is not None)

    @Slot()
    def _on_open(self) -> None:
        menu = self.menu()
        for action in menu.actions():
            if inner := action.menu():
                inner.deleteLater()
        menu.clear()
        for field in self._table.fields.values() if self._table else ():
            queries = offered(field)
            if queries:
                inner = menu.addMenu(caption(field.name))
                for text, query in queries:
                    inner.addAction(caption(text)).setData(query)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def offered(field: Field) -> list[tuple[str, str]]:
    """What can be searched for in a column without typing, as text and query: the ends of a scale, or its groups."""
    if field.continuous:
        low, middle, high = field.ends
        ends = (("the lowest tenth", "<=", low), ("the lower half", "<=", middle), ("the upper half", ">=", middle))
        all_ends = (*ends, ("the highest tenth", ">=", high))
        return [(f"{text}: {sign} {value:.6g}", compared(field.name, sign, value)) for text, sign, value in all_ends]
    groups = [(group, count) for group, count in field.largest if count > 1][:LISTED]
    return [(f"{group[:LONGEST]}  ({count:,})", quoted(field.name, group)) for group, count in groups]
