"""The Compare workspace: what its panel, the library and the commands wish for, done by the parts that can do it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from latentarium.app.compare.aligner import Aligner
from latentarium.app.compare.chooser import RunChooser
from latentarium.app.compare.companion import Companion
from latentarium.app.compare.comparer import Comparer
from latentarium.app.compare.exports import EXPORTS, ComparisonExports
from latentarium.app.compare.panel import ComparePanel
from latentarium.app.opener import Views
from latentarium.app.parts import Parts
from latentarium.runs.run import Run, parse_reference
from latentarium.scene.columns import (
    alone,
    before_and_after,
    comes_beside,
    comparing,
    frame_beside,
    holds_another,
    moments_instead,
    swapped,
)
from latentarium.scene.naming import names_of, short_names
from latentarium.scene.state import ColourBy, OpenRun, State

NO_FIRST = "Open a run first: the other is then shown beside it."
TAKEN = "Before and after are two moments of one run: they would take the place of {}, with which it is compared."
CLOSE = "Close it, show both moments"


class CompareWorkspace(QObject):
    """Opens, swaps and closes the second run; keeps it aligned and compared."""

    def __init__(self, parts: Parts, panel: ComparePanel, window: QWidget) -> None:
        super().__init__(window)
        self._parts, self._panel, self._window = parts, panel, window
        self.companion = Companion(parts.session, parts.errands, parts.notices)
        self.aligner = Aligner(parts.session, parts.errands)
        self.comparer = Comparer(parts.session, parts.errands)
        self._coloured = False  # the dots had the colours of the overlap when the workspace was left
        self._left: OpenRun | None = None  # the second run, while another first one is put on the desk
        self._waiting: tuple[Path, int | None] | None = None  # for the first run to be there
        self.exports = ComparisonExports(parts, window)
        panel.exports.figure_wanted.connect(self.exports.ask_figure)
        panel.exports.table_wanted.connect(self.exports.ask_table)
        panel.asked.connect(parts.session.ask)
        panel.choose_wanted.connect(self.ask_second)
        panel.frame_wanted.connect(self.show_frame)
        panel.close_wanted.connect(self.close_second)
        self.companion.alone_wanted.connect(self._open_alone)
        parts.opener.opened.connect(self._on_opened)
        parts.session.changed.connect(self._on_changed)

    @Slot(str)
    def act(self, name: str) -> None:
        """Do what the action of this name says."""
        if name in EXPORTS:
            self.exports.act(name)
            return
        {
            "compare with": self.ask_second,
            "another frame": self.show_frame,
            "swap": self._swap,
            "close second": self.close_second,
            "morph": self._panel.morph.toggle,
            "before after": self._show_moments,
        }[name]()

    @Slot(Path)
    def open_beside(self, path: Path) -> None:
        """Show the run at `path`, "run@-1" a frame of it, beside the one that is open; alone where none is."""
        path, frame = parse_reference(str(path))
        if self._state.runs:
            self.companion.open(path, frame)
        else:
            self._parts.opener.open(path, frame)

    @Slot(Path, Path, object)
    def open_both(self, first: Path, second: Path, views: Views | None = None) -> None:
        """Open a run, in these views where any are given, and as soon as it is there another beside it."""
        path, frame = parse_reference(str(first))
        self._waiting = parse_reference(str(second))
        self._parts.session.update(workspace="compare")
        self._parts.opener.open(path, frame, views)

    @Slot()
    def ask_second(self) -> None:
        """Ask for a run of the library, or one that lies elsewhere, and show it beside the first."""
        if not self._state.runs:
            self._parts.notices.tell(NO_FIRST)
            return
        chooser = RunChooser(self._state.runs, self._state.dark, self._window)
        chooser.chosen.connect(self.open_beside)
        chooser.open()

    @Slot()
    def show_frame(self) -> None:
        """Show the first run's first frame beside it; the column's slider chooses another."""
        if self._state.runs and self._state.runs[0].count > 1:
            self._parts.session.update(**frame_beside(self._state, 0), workspace="compare")

    @Slot()
    def _swap(self) -> None:
        """Make the second run the first."""
        if len(self._state.runs) > 1:
            self._parts.session.ask(swapped(self._state))

    def _show_moments(self) -> None:
        """Put the run's first frame beside it, or away again; where another run stands there, offer to close that."""
        state, session = self._state, self._parts.session
        if not holds_another(state):
            session.ask(before_and_after(state))
            return
        name = short_names(names_of([shown.run for shown in state.runs]))[1]
        self.companion.tell(TAKEN.format(name), CLOSE, lambda: session.ask(moments_instead(self._state)))

    def open_several(self, paths: Sequence[Path]) -> bool:
        """Open the first two of several runs beside each other; say whether there are two."""
        if len(paths) < 2 or not all(is_run(path) for path in paths[:2]):
            return False
        self.open_both(paths[0], paths[1])
        return True

    def takes_drop(self, path: Path, share: float) -> bool:
        """Open a run that was dropped at a `share` of the window's width beside the first, where that is at the right;
        say whether it was."""
        if self._state.workspace != "compare" or not self._state.runs or share < 0.5 or not is_run(path):
            return False
        self.open_beside(path)
        return True

    @Slot(Path)
    def _open_alone(self, path: Path) -> None:
        """Open a run instead of what is compared; what stood beside that is not kept."""
        self.close_second()
        self._parts.opener.open(path)

    @Slot()
    def close_second(self) -> None:
        """Leave the first run alone, with all of its points again."""
        if len(self._state.runs) > 1:
            self._parts.session.update(**alone(self._state))

    def take_trained(self, run: Run) -> bool:
        """Show a run that is being trained beside the first, where two are compared; say whether that is so."""
        if not comes_beside(self._state):
            return False
        opener = self._parts.opener
        opener.claim(run)
        self.companion.take(run, otherwise=lambda: opener.show(run, written_here=True))
        return True

    def end(self) -> None:
        """Work out nothing more; for the end of the program."""
        self.comparer.end()

    @property
    def _state(self) -> State:
        return self._parts.session.state

    @Slot(object)
    def _on_opened(self, opened: OpenRun) -> None:
        (waiting, self._waiting), (left, self._left) = (self._waiting, None), (self._left, None)
        if waiting is not None:
            self.companion.open(*waiting)
        elif left is not None and self._state.workspace == "compare":
            self.companion.take(left.run.whole or left.run)

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if comparing(old) and len(new.runs) == 1 and new.runs[0].run not in (old.runs[0].run, old.runs[0].run.whole):
            self._left = old.runs[1] if old.runs[1].run is not old.runs[0].run else None
        if old.workspace == "compare" != new.workspace and new.colour_by is ColourBy.OVERLAP:
            self._coloured = True
            self._parts.session.update(colour_by=ColourBy.CLASS)
        elif old.workspace != "compare" == new.workspace and self._coloured and len(new.runs) > 1:
            self._coloured = False
            self._parts.session.update(colour_by=ColourBy.OVERLAP)


def is_run(path: Path) -> bool:
    """Whether a run seems to lie there; "run@-1" names a frame of one."""
    path, _ = parse_reference(str(path))
    return path.suffix.lower() == ".zip" or path.name == "run.json" or (path / "run.json").exists()
