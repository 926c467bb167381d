"""A chip that offers the columns of the table."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from latentarium.app.widgets.plain_text import caption

NONE = "none"
LONGEST = 24  # letters of a column's name on the chip


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
        short = now if len(now) <= LONGEST else now[: LONGEST - 1] + "…"
        self.setText(f"{self._purpose}: {caption(short) or NONE} ▾")
        self.setAccessibleName(f"{self._about}: {now or NONE}")
        self.setEnabled(bool(names))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
