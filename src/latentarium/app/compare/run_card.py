"""One of the two spaces that are compared, on a card: its letter, its name, and where it stands."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton

from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.app.widgets.plain_text import tip
from latentarium.scene.naming import name_of, names_of, short_names
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

EMPTY = {"A": "no run is open", "B": "open a run beside A"}


class RunCard(QFrame):
    """Says which run, and which of its frames."""

    closed = Signal()

    def __init__(self, letter: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._letter = letter
        mark = QLabel(letter)
        mark.setProperty("role", "badge")
        self.name, self.where = ElidedLabel("title", middle=True), ElidedLabel("muted")
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(f"Close {letter}")
        self._close.setToolTip(f"Close {letter}")
        self._close.setStyleSheet("padding: 0 3px")  # hardly higher than the name
        self._close.clicked.connect(self.closed)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 6, 6)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(mark, 0, 0, 2, 1)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.where, 1, 1, 1, 2)
        grid.addWidget(self._close, 0, 2)

    def show_run(self, state: State, place: int) -> None:
        """Show the run in this place, 0 or 1."""
        there = len(state.runs) > place
        self._close.setVisible(there and place > 0)
        self._close.setIcon(icon("close", THEMES["dark" if state.dark else "light"].muted))
        if not there:
            self.name.show_text("–")
            self.where.show_text(EMPTY[self._letter])
            return
        shown = state.runs[place]
        entries = shown.run.entries
        names = names_of([one.run for one in state.runs])
        self.name.show_text(names[place], short_names(names)[place])
        if not shown.count or not entries:
            self.where.show_text("waiting for the first frame")
        else:
            at = min(max(state.frame_in(shown), 0), shown.count - 1)
            live = " · live" if shown.live else ""
            self.where.show_text(
                f"step {entries[at].step:,} of {entries[shown.count - 1].step:,}{live}"
                if shown.count > 1
                else f"one frame · {len(shown.run.probe):,} points"
            )
        self.setToolTip(tip(f"{name_of(shown.run)}\n{shown.run.path}"))
        self.setAccessibleName(f"{self._letter}: {names[place]}")
