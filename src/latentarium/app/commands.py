"""What every action of the table does."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from latentarium.app.actions import DOCKS
from latentarium.app.clock import SPEEDS, newest
from latentarium.app.compare.exports import EXPORTS
from latentarium.app.compare.query_steps import STEPS, asked_for
from latentarium.app.help import show_about, show_keyboard
from latentarium.app.parts import Parts
from latentarium.app.settings import THEME_CHOICES
from latentarium.app.sweep.multiples import framed_all
from latentarium.app.timeline import playing_changes
from latentarium.app.trainer import Phase
from latentarium.app.views.layout_chip import asking, toggling
from latentarium.app.widgets.tabs import bring_forward
from latentarium.core.arrays import frozen_ints
from latentarium.runs.selections import load_selections, save_selection
from latentarium.scene.column_colours import colouring_changes
from latentarium.scene.columns import framed, toggled_dot
from latentarium.scene.filtering import shown_points
from latentarium.scene.state import NOTHING, ColourBy, Selection, State
from latentarium.scene.trails import USUAL

DOT_SIZES = (3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 13.0, 17.0)  # logical px

COMPARING = ("compare with", "another frame", "swap", "close second", "morph", "before after", *EXPORTS)


class Commands(QObject):
    """The functions behind the actions, by the actions' names."""

    theme_wanted = Signal(str)
    compare_wanted = Signal(str)  # what the Compare workspace does, by the action's name
    palette_wanted = Signal()
    search_wanted = Signal()
    table_wanted = Signal()  # to be added to the run
    label_wanted = Signal()
    labels_wanted = Signal()  # in a file
    path_given = Signal(Path)
    library_wanted = Signal()
    import_wanted = Signal()
    embed_wanted = Signal()
    sweep_wanted = Signal()  # training in the Sweep workspace
    figure_wanted = Signal()  # of the sweep
    probe_wanted = Signal()

    def __init__(self, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._window = window

    def table(self) -> dict[str, Callable[[], object]]:
        """Each action's name and what it does."""
        return dict(self._pairs())

    @property
    def _state(self) -> State:
        return self._parts.session.state

    def _pairs(self) -> Iterator[tuple[str, Callable[[], object]]]:
        ask, parts = self._parts.session.ask, self._parts
        fixed: dict[str, Callable[[], object]] = {
            "open": self._open,
            "open folder": self._open_folder,
            "import": self.import_wanted.emit,
            "embed": self.embed_wanted.emit,
            "close run": parts.opener.close_run,
            "save": lambda: parts.exporter.ask_zip(self._state),
            "export": lambda: parts.exporter.ask_export(self._state),
            "reveal": self._reveal,
            "quit": self._window.close,
            "undo": parts.session.undo,
            "redo": parts.session.redo,
            "lasso": lambda: ask({"lasso": not self._state.lasso}),
            "select all": self._select_all,
            "isolate": lambda: ask({"isolated": not self._state.isolated}),
            "deselect": lambda: ask({"selection": NOTHING, "isolated": False}),
            "save selection": self._save_selection,
            "load selection": self._load_selection,
            "show classes": lambda: ask({"hidden": frozenset()}),
            "palette": self.palette_wanted.emit,
            "frame all": lambda: ask(
                framed_all(self._state) if self._state.workspace == "sweep" else framed(self._state)
            ),
            "workspace train": lambda: ask({"workspace": "train"}),
            "workspace compare": lambda: ask({"workspace": "compare"}),
            "workspace sweep": lambda: ask({"workspace": "sweep"}),
            "export sweep": self.figure_wanted.emit,
            "lay out": lambda: ask(asking(self._state)),
            "follow layout": lambda: ask(toggling(self._state)),
            "neighbours": lambda: ask({"show_neighbours": not self._state.show_neighbours}),
            "trails": lambda: ask({"trail": 0 if self._state.trail else USUAL}),
            "points": lambda: parts.docks.reveal("table"),
            "search points": self.search_wanted.emit,
            "add columns": self.table_wanted.emit,
            "label by hand": self.label_wanted.emit,
            "export labels": self.labels_wanted.emit,
            "show all": lambda: ask({"filtered": None}),
            "loose dot": self._toggle_loose,
            "headline": lambda: ask({"headline": not self._state.headline}),
            "larger dots": lambda: self._resize_dots(1),
            "smaller dots": lambda: self._resize_dots(-1),
            "present": lambda: ask({"presenting": not self._state.presenting}),
            "arrange": parts.docks.arrange,
            "train": self._train,
            "step": parts.trainer.step,
            "stop": parts.trainer.stop,
            "continue": self._continue,
            "take recipe": self._take_recipe,
            "linear probe": self.probe_wanted.emit,
            "play": lambda: ask(playing_changes(self._state)),
            "previous": lambda: self._go(self._state.frame - 1),
            "next": lambda: self._go(self._state.frame + 1),
            "first": lambda: self._go(0),
            "live": lambda: ask({"following": True, "playing": False}),
            "loop": lambda: ask({"loop": not self._state.loop}),
            "faster": lambda: self._change_speed(1),
            "slower": lambda: self._change_speed(-1),
            "escape": self._escape,
            "keyboard": lambda: show_keyboard(self._window),
            "about": lambda: show_about(self._window),
        }
        yield from fixed.items()
        for colour in ColourBy:
            yield f"colour {colour}", partial(self._colour_by, colour)
        for name in COMPARING:
            yield name, partial(self.compare_wanted.emit, name)
        for name in THEME_CHOICES:
            yield f"theme {name}", partial(self.theme_wanted.emit, name)
        for step in STEPS:
            yield f"query {step}", partial(self._query, step)
        for name in DOCKS:
            yield f"dock {name}", partial(self._toggle_dock, name)

    def _open(self) -> None:
        folder = str(self._parts.settings.recent()[0].parent if self._parts.settings.recent() else Path.home())
        kinds = "Runs and recipes (*.zip run.json *.toml)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a run or a recipe", folder, kinds)
        if name:
            self.path_given.emit(Path(name))

    def _open_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, "Open a run folder")
        if name:
            self.path_given.emit(Path(name))

    def _reveal(self) -> None:
        path = self._state.runs[0].run.path
        folder = path if path.is_dir() else path.parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder.absolute()))):
            self._parts.notices.tell(f"The run lies at {path.absolute()}.")

    def _colour_by(self, colour: ColourBy) -> None:
        self._parts.session.ask(colouring_changes(self._state, colour))

    def _toggle_loose(self) -> None:
        self._parts.session.ask({"loose": toggled_dot(self._state, self._state.runs[0].run.trained)})

    def _select_all(self) -> None:
        state = self._state
        shown = shown_points(state.runs[0].run, state)
        self._parts.session.ask({"selection": Selection(frozen_ints(np.flatnonzero(shown)))})

    def _save_selection(self) -> None:
        state = self._state
        name, agreed = QInputDialog.getText(self._window, "Save the selection", "Name of the selection:")
        if agreed and name.strip():
            save_selection(state.runs[0].run, name.strip(), state.selection.rows)
            self._parts.session.ask({"selection": Selection(state.selection.rows, name.strip())})
            self._parts.notices.tell(f"Saved {len(state.selection)} points as “{name.strip()}” with the run.")

    def _load_selection(self) -> None:
        saved = load_selections(self._state.runs[0].run)
        if not saved:
            self._parts.notices.tell("This run has no saved selections. Draw a lasso (L), then save the selection.")
            return
        name, agreed = QInputDialog.getItem(self._window, "Saved selections", "Select:", sorted(saved), 0, False)
        if agreed:
            self._parts.session.ask({"selection": Selection(frozen_ints(saved[name]), name)})

    def _resize_dots(self, stride: int) -> None:
        size = self._state.dot_size or 5.0
        place = min(range(len(DOT_SIZES)), key=lambda i: abs(DOT_SIZES[i] - size)) + stride
        self._parts.session.ask({"dot_size": DOT_SIZES[min(max(place, 0), len(DOT_SIZES) - 1)]})

    def _train(self) -> None:
        trainer = self._parts.trainer
        if trainer.status.phase is Phase.TRAINING:
            trainer.pause()
        elif trainer.status.phase is Phase.PAUSED:
            trainer.resume()
        elif not trainer.status.busy and self._state.workspace == "sweep":
            self.sweep_wanted.emit()
        elif not trainer.status.busy:
            recipe = self._parts.form.recipe()
            if recipe is None:
                self._parts.docks.reveal("recipe")
                bring_forward(self._parts.form)
                self._parts.notices.tell(
                    "The recipe cannot be trained yet: see the sentences in red beside its fields."
                )
                return
            trainer.set_pace(self._parts.bar.pace)
            trainer.train(recipe)

    def _continue(self) -> None:
        """To the recipe's end; from there on for as many steps as the person says."""
        run, steps = self._state.runs[0].run, None
        if run.result:
            usual = max(run.entries[-1].step // 2, 1)
            steps, agreed = QInputDialog.getInt(
                self._window, "Continue training", "The run came to its end. How many more steps?", usual, 1, 10_000_000
            )
            if not agreed:
                return
        self._parts.trainer.set_pace(self._parts.bar.pace)
        self._parts.trainer.go_on(run.path, steps)

    def _take_recipe(self) -> None:
        run = self._state.runs[0].run
        self._parts.form.set_recipe(run.recipe)
        self._parts.docks.reveal("recipe")
        bring_forward(self._parts.form)
        self._parts.notices.tell(f"The form holds the recipe of {run.name}.")

    def _query(self, step: str) -> None:
        self._parts.session.ask(asked_for(step, self._state))

    def _go(self, frame: int) -> None:
        last = newest(self._state)
        frame = min(max(frame, 0), last)
        self._parts.session.ask({"moment": float(frame), "playing": False, "following": frame == last})

    def _change_speed(self, stride: int) -> None:
        place = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._state.speed)) + stride
        self._parts.session.ask({"speed": SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]})

    def _escape(self) -> None:
        """Take back the innermost thing: the lasso, the focus, the selection's isolation, Present."""
        state, ask = self._state, self._parts.session.ask
        if state.lasso:
            ask({"lasso": False})
        elif state.focus is not None:
            ask({"focus": None})
        elif state.isolated:
            ask({"isolated": False})
        elif state.presenting:
            ask({"presenting": False})

    def _toggle_dock(self, name: str) -> None:
        if name == "library":
            self.library_wanted.emit()
        else:
            self._parts.docks.toggle(name)
