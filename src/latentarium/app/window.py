"""The window: it puts the parts together, hands the state down and takes wishes up."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar, QToolBar, QWidget

from latentarium.app.actions import Actions, Situation
from latentarium.app.arrangement import restore_arrangement, store_arrangement
from latentarium.app.assessor import Assessor
from latentarium.app.centre import Centre
from latentarium.app.clock import Clock
from latentarium.app.commands import Commands
from latentarium.app.compare.answering import answer_panels
from latentarium.app.compare.workspace import CompareWorkspace
from latentarium.app.docks import Docks
from latentarium.app.embedding.embedder import Embedder
from latentarium.app.errands import Errands
from latentarium.app.exporter import Exporter
from latentarium.app.importing.importer import Importer
from latentarium.app.incoming import Incoming, paths_of
from latentarium.app.keys import KeyGuard
from latentarium.app.labeller import Labeller
from latentarium.app.layouts import Layouts
from latentarium.app.lessons import Lessons
from latentarium.app.library.librarian import Librarian
from latentarium.app.looker import Looker
from latentarium.app.opener import Opener
from latentarium.app.overlays import Overlays
from latentarium.app.panels import Panels
from latentarium.app.parts import Parts
from latentarium.app.probing import Probing
from latentarium.app.recent import RecentMenu
from latentarium.app.reports import Reports
from latentarium.app.session import Session, run_of
from latentarium.app.settings import Settings
from latentarium.app.sweep.sweeps import Sweeps
from latentarium.app.sweep.workspace import SweepWorkspace
from latentarium.app.theme import choose_scheme, dress, system_is_dark
from latentarium.app.timeline import Timeline
from latentarium.app.trainbar import TrainBar
from latentarium.app.trainer import Phase, Status, Trainer
from latentarium.app.watching import Watch
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import preset
from latentarium.runs.run import Run
from latentarium.scene.naming import name_of
from latentarium.scene.state import OpenRun, State

FIRST_SIZE, SMALLEST = QSize(1440, 900), QSize(960, 600)
FIRST_PRESET = "triangle"


class Window(QMainWindow):
    """The whole program in one window."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        settings = settings or Settings()
        dark = choose_scheme(settings.theme)
        dress(_app(), dark)
        self.setObjectName("window")
        self.setWindowTitle("Latentarium")
        self.setMinimumSize(SMALLEST)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        session = Session(State(dark=dark), self)
        self.centre, self.panels = Centre(), Panels()
        self.bar, self.timeline = TrainBar(), Timeline()
        self.setCentralWidget(self.centre)
        self._add_strip("training", Qt.ToolBarArea.TopToolBarArea, self.bar)
        self._add_strip("replay", Qt.ToolBarArea.BottomToolBarArea, self.timeline)
        errands = Errands(self.centre.notices, self)
        self.parts = Parts(
            session=session,
            settings=settings,
            notices=self.centre.notices,
            errands=errands,
            trainer=(trainer := Trainer(session)),
            opener=Opener(session, errands),
            sweeps=Sweeps(session, errands, trainer),
            exporter=Exporter(errands, self),
            layouts=Layouts(session, errands),
            docks=Docks(self, self.panels.docked()),
            form=self.panels.form,
            bar=self.bar,
        )
        self.clock = Clock(session)
        self._lessons = Lessons(self.parts.opener, errands)
        self._watch = Watch(self.parts, self.panels.inspector.flips)
        self._assessor = Assessor(session, errands, self.panels.trust)
        self._looker = Looker(self.parts, self.panels.pairs)
        answer_panels(self.parts, self.panels)
        self._probing = Probing(self.parts, self.panels.verification, self)
        self.stopped = True  # False: a training did not end in time when the window was closed
        self._pace = -1.0  # of the recipe shown last
        self._commands = Commands(self.parts, self)
        recent = RecentMenu(settings, self)
        recent.chosen.connect(self.take)
        self.actions_table = Actions(self._commands.table(), self)
        self.actions_table.fill(self.menuBar(), recent)
        self.addActions(self.actions_table.all())
        self._overlays = Overlays(self.actions_table, self)
        self._labeller = Labeller(self.parts, self.panels.table, self._commands, self)
        self._reports = Reports(self.parts, self)
        self._incoming = Incoming(self.parts, self)
        self._sweep = SweepWorkspace(self.parts, self.panels.sweep, self.centre.multiples, self)
        self._importer = Importer(self.parts, self.panels.library, self)
        self._embedder = Embedder(self.parts, self)
        self._librarian = Librarian(self.parts, self.panels.library, self.centre.welcome, self)
        self.compare = CompareWorkspace(self.parts, self.panels.compare, self)
        self._keys = KeyGuard(_app(), self)
        self._connect()
        self._on_preset(FIRST_PRESET)
        self.centre.welcome.show_recent(settings.recent())
        restore_arrangement(self, self.parts.docks, settings)
        self.parts.docks.suit(run=False, presenting=False)
        self._show(session.state)
        self.parts.docks.show_theme(dark)
        self._offer()

    @property
    def state(self) -> State:
        """What is shown."""
        return self.parts.session.state

    @Slot(str)
    def show_theme(self, name: str) -> None:
        """Take "dark", "light" or "system", and remember it."""
        self.parts.settings.theme = name
        self.parts.session.update(dark=choose_scheme(name))
        self._offer()

    @Slot(Path)
    def take(self, path: Path) -> None:
        """Open what lies at `path`: a run, a recipe, or a folder of images."""
        self._incoming.take(path)

    def take_all(self, paths: Sequence[Path]) -> None:
        """Open two runs beside each other, or the first of what lies at `paths`."""
        if not self.compare.open_several(paths):
            for path in paths[:1]:
                self.take(path)

    def offer_crashed(self) -> None:
        """Offer the session that a crash interrupted."""
        self._incoming.offer_crashed()

    def end(self) -> bool:
        """Stop everything that runs; False where training did not stop in time. The run it wrote is kept."""
        self.clock.stop()
        self._watch.end()
        self.parts.opener.end()
        self.parts.notices.clear()
        ended = self.parts.trainer.end()
        self._assessor.end()
        self.parts.layouts.end()
        self.compare.end()
        self.parts.errands.end()
        self._incoming.end()
        return ended

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the next control in sight; the tabs of docks that share no place stand away from the window."""
        moved = super().focusNextPrevChild(forward)
        while moved and isinstance(bar := self.focusWidget(), QTabBar) and bar.visibleRegion().isEmpty():
            moved = super().focusNextPrevChild(forward)
        return moved

    def closeEvent(self, event: QCloseEvent) -> None:
        self.parts.session.update(presenting=False)
        self._store()
        self.stopped = self.end()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        paths = paths_of(event.mimeData())
        if not self.compare.takes_drop(paths[0], event.position().x() / max(self.width(), 1)):
            self.take_all(paths)

    def _add_strip(self, name: str, area: Qt.ToolBarArea, content: QWidget) -> None:
        strip = QToolBar(name, self)
        strip.setObjectName(name)
        strip.setMovable(False)
        strip.addWidget(content)
        self.addToolBar(area, strip)

    def _connect(self) -> None:
        parts, actions, commands = self.parts, self.actions_table, self._commands
        parts.session.changed.connect(self._on_changed)
        for asking in (self.centre, self.timeline, self.bar, *self.panels):
            if hasattr(asking, "asked"):  # the form and the library ask for no change of the state
                asking.asked.connect(parts.session.ask)
        self.panels.overlap.asked_further.connect(parts.session.ask_further)
        for wanted, name in (
            (self.bar.train_wanted, "train"),
            (self.bar.pause_wanted, "train"),
            (self.bar.resume_wanted, "train"),
            (self.bar.step_wanted, "step"),
            (self.bar.stop_wanted, "stop"),
            (self.bar.search_wanted, "palette"),
            (self.centre.welcome.open_wanted, "open"),
            (self.centre.welcome.import_wanted, "import"),
        ):
            wanted.connect(actions[name].trigger)
        self.centre.acted.connect(lambda name: actions[name].trigger())
        self.bar.pace_changed.connect(parts.trainer.set_pace)
        self.panels.form.recipe_changed.connect(self._on_recipe)
        self.panels.form.about_wanted.connect(self._on_about)
        self.panels.library.opened.connect(self.take)
        self.centre.welcome.chosen.connect(self._on_preset)
        self.centre.welcome.opened.connect(self.take)
        parts.trainer.changed.connect(self._on_status)
        parts.trainer.opened.connect(self._on_trained)
        parts.opener.opened.connect(self._on_opened)
        parts.docks.changed.connect(self._offer)
        self._reports.recorded.connect(self._on_recorded)
        self._incoming.settled.connect(self._store)
        self._incoming.both_wanted.connect(self.compare.open_both)
        self._sweep.recorded.connect(self._on_recorded)
        commands.sweep_wanted.connect(self._sweep.train)
        commands.figure_wanted.connect(self._sweep.ask_export)
        commands.compare_wanted.connect(self.compare.act)
        self.panels.library.beside_wanted.connect(self.compare.open_beside)
        self._importer.beside_wanted.connect(self.compare.open_beside)
        self._embedder.beside_wanted.connect(self.compare.open_beside)
        self.panels.library.both_wanted.connect(self.compare.open_both)
        commands.theme_wanted.connect(self.show_theme)
        commands.palette_wanted.connect(self._overlays.open_palette)
        commands.path_given.connect(self.take)
        commands.library_wanted.connect(self._on_library)
        self._librarian.changed.connect(self._incoming.settle)
        self._librarian.second_gone.connect(self.compare.close_second)
        commands.import_wanted.connect(self._importer.ask)
        commands.embed_wanted.connect(self._embedder.ask)
        self._incoming.import_wanted.connect(self._importer.ask_for)
        self._incoming.embed_wanted.connect(self._embedder.ask_for)
        commands.probe_wanted.connect(self._probing.begin)
        self.panels.verification.probe_wanted.connect(self._probing.begin)
        _app().styleHints().colorSchemeChanged.connect(self._on_scheme)

    @Slot()
    def _store(self) -> None:
        store_arrangement(self, self.parts.docks, self.parts.settings, self.state.presenting)

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        if (old.dark, old.presenting) != (new.dark, new.presenting):
            self._dress(old, new)
        if old.workspace != new.workspace:
            self.parts.docks.enter(new.workspace)
            self.panels.suit(new.workspace)
        self.parts.docks.suit(bool(new.runs) or new.workspace == "sweep", new.presenting)
        self._show(new)
        if _standing(old) != _standing(new):
            self._offer()
        if run_of(old) is not run_of(new):
            run = run_of(new)
            self.setWindowTitle(f"{name_of(run)} – Latentarium" if run else "Latentarium")

    def _show(self, state: State) -> None:
        self.centre.show_state(state)
        self.timeline.show_state(state)
        self.bar.show_state(state)
        for panel in self.panels:
            panel.show_state(state)

    def _dress(self, old: State, new: State) -> None:
        dress(_app(), new.dark, new.presenting)
        self.parts.docks.show_theme(new.dark)
        if old.presenting != new.presenting:
            self.menuBar().setVisible(not new.presenting)
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _offer(self) -> None:
        """Enable and tick the actions."""
        session, shown = self.parts.session, self.state.runs[0] if self.state.runs else None
        self.actions_table.show_situation(
            Situation(
                state=self.state,
                status=self.parts.trainer.status,
                theme=self.parts.settings.theme,
                can_undo=session.can_undo,
                can_redo=session.can_redo,
                visible=self.parts.docks.visible(),
                resumable=shown is not None
                and not shown.live
                and shown.run.path == shown.run.folder
                and trainable(shown.run.recipe),
                recipe=trainable(self.panels.form.recipe()),
            )
        )

    @Slot(object)
    def _on_status(self, status: Status) -> None:
        self.bar.show_status(status)
        words = {Phase.TRAINING: "Pause training", Phase.PAUSED: "Go on training"}
        self.actions_table["train"].setText(words.get(status.phase, "Train"))
        self._offer()

    @Slot(object)
    def _on_recipe(self, recipe: Recipe | None) -> None:
        if recipe is not None and recipe.frames.pace != self._pace:
            self._pace = recipe.frames.pace
            self.bar.set_pace(self._pace)
        if recipe is not None and recipe.teaching and not self.parts.trainer.status.busy:
            self._lessons.open(recipe)
        else:
            self._lessons.forget()
        self.centre.welcome.show_recipe(recipe)
        self.panels.about.show_recipe(recipe)
        self.panels.sweep.show_recipe(recipe)
        self.panels.about.show_state(self.state)
        self.bar.offer_training(trainable(recipe))
        self._offer()

    @Slot(str)
    def _on_preset(self, name: str) -> None:
        self.panels.form.set_recipe(preset(name))
        self._on_recipe(self.panels.form.recipe())

    @Slot(object)
    def _on_trained(self, run: Run) -> None:
        if not self.parts.sweeps.take(run) and not self.compare.take_trained(run):
            self.parts.opener.show(run, written_here=True)

    @Slot(object)
    def _on_opened(self, opened: OpenRun) -> None:
        self.parts.settings.remember(opened.run.path)
        self.centre.welcome.show_recent(self.parts.settings.recent())

    @Slot(Path)
    def _on_recorded(self, path: Path) -> None:
        self.panels.library.refresh()

    @Slot()
    def _on_library(self) -> None:
        self.parts.docks.reveal("recipe")
        self.panels.tabs.setCurrentWidget(self.panels.library)

    @Slot()
    def _on_about(self) -> None:
        self.parts.docks.reveal("recipe")
        self.panels.tabs.setCurrentWidget(self.panels.about)

    @Slot()
    def _on_scheme(self) -> None:
        if self.parts.settings.theme == "system":
            self.parts.session.update(dark=system_is_dark())


def trainable(recipe: Recipe | None) -> bool:
    """Whether there is a recipe, and something in it to train."""
    return recipe is not None and recipe.teaching is None and recipe.origin is None


def _standing(state: State) -> tuple[object, ...]:
    """`state` without what changes many times a second and decides about no action."""
    runs = tuple((id(shown.run), shown.live, min(shown.count, 2)) for shown in state.runs)
    known = state.compared is not None and (state.compared.result is not None, state.compared.problem)
    return runs, state.sweep is None, known, _calm(state)


def _calm(state: State) -> State:
    """`state` at no particular moment."""
    return replace(state, runs=(), sweep=None, moment=0.0, hovered=None, cameras=(), compared=None, morph=0.0)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
