"""Everything that a person can ask for by name: one table, from which come menus, shortcuts and the palette."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from latentarium.app.compare.query_steps import MENU as QUERIES
from latentarium.app.docks import PLACES
from latentarium.app.trainer import Phase, Status
from latentarium.scene.columns import holds_another, shows_second
from latentarium.scene.state import ColourBy, State


@dataclass(frozen=True)
class Situation:
    """What decides which actions are offered and which are ticked."""

    state: State
    status: Status = field(default_factory=Status)
    theme: str = "system"
    can_undo: bool = False
    can_redo: bool = False
    visible: frozenset[str] = frozenset()  # names of docks
    resumable: bool = False  # the run shown can be trained further
    recipe: bool = True  # the form holds a valid recipe

    @property
    def shown(self) -> bool:
        return bool(self.state.runs)

    @property
    def playable(self) -> bool:
        return self.shown and self.state.runs[0].count > 1


Test = Callable[[Situation], bool]


def always(situation: Situation) -> bool:
    return True


def shown(situation: Situation) -> bool:
    return situation.shown


def framed(situation: Situation) -> bool:
    return situation.shown and situation.state.runs[0].count > 0


def playable(situation: Situation) -> bool:
    return situation.playable


def selected(situation: Situation) -> bool:
    return situation.shown and len(situation.state.selection) > 0


@dataclass(frozen=True)
class Entry:
    """One row of the table. `key` with `single` counts only where it steals no typing; "|" parts alternatives.

    `menu` is a path such as "View/Colour by"; a row whose name begins with "-" is a separator.
    """

    name: str
    text: str = ""
    menu: str = ""
    key: str = ""
    enabled: Test = always
    ticked: Test | None = None
    single: bool = False
    words: str = ""  # further words that the palette finds it by
    reason: str = ""  # said in place of the name where it is not offered


def _colours() -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"colour {colour}",
            f"Colour by {colour}" if colour is not ColourBy.CORRECTNESS else "Colour by right or wrong",
            "View/Colour by",
            str(place),
            shown,
            lambda s, colour=colour: s.state.colour_by is colour,  # type: ignore[misc]
            single=True,
        )
        for place, colour in enumerate(ColourBy, 1)
    )


def _themes() -> tuple[Entry, ...]:
    names = {"dark": "Dark", "light": "Light", "system": "As the system"}
    return tuple(
        Entry(
            f"theme {name}",
            text,
            "View/Theme",
            ticked=lambda s, name=name: s.theme == name,  # type: ignore[misc]
            words="theme colours",
        )
        for name, text in names.items()
    )


DOCKS = {
    "recipe": "Recipe",
    "library": "Library",
    "inspector": "Inspector",
    "curves": "Loss and accuracy",
    "confusion": "Confusion",
    "similarity": "Class similarity",
    "hardest": "Hardest examples",
    "verification": "Verification",
    "trust": "Trust",
    "events": "Events",
    "pairs": "Pairs and triplets",
    "bars": "Images and bars",
    "over time": "Probabilities over time",
    "table": "Table of points",
    "query": "Query in both",
    "overlap": "Neighbour overlap",
    "agreement": "Right in A and B, and figures",
    "class overlap": "Overlap per class",
    "alike": "Least and most alike",
    "over k": "Overlap over k",
    "along": "Overlap along training",
}


def _belongs(s: Situation, name: str) -> bool:
    """Whether a dock has a place in the workspace shown."""
    return name not in PLACES or PLACES[name].workspace in ("", s.state.workspace)


def _docks() -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"dock {name}",
            text,
            "View/Panels",
            enabled=lambda s, name=name: _belongs(s, name),  # type: ignore[misc]
            ticked=lambda s, name=name: name in s.visible,  # type: ignore[misc]
            words="panel dock show hide",
        )
        for name, text in DOCKS.items()
    )


def _trainable(s: Situation) -> bool:
    return s.recipe and not s.status.busy


def _under_way(s: Situation) -> bool:
    return s.status.phase in (Phase.TRAINING, Phase.PAUSED)


def _swept(s: Situation) -> bool:
    return s.state.sweep is not None


def _pointed(s: Situation) -> bool:
    return s.shown and (len(s.state.selection) > 0 or s.state.focus is not None)


def _compared(s: Situation) -> bool:
    """Two spaces are compared, and the result is known."""
    return s.state.compared is not None and s.state.compared.result is not None


def _queryable(s: Situation) -> bool:
    return s.state.workspace == "compare" and s.state.compared is not None and not s.state.compared.problem


def _paired(s: Situation) -> bool:
    return s.state.workspace == "compare" and len(s.state.runs) > 1


def _has_simplex(s: Situation) -> bool:
    return framed(s) and s.state.runs[0].run.trained > 1


def _trained_here(s: Situation) -> bool:
    return s.shown and s.state.runs[0].run.recipe.origin is None


TABLE: tuple[Entry, ...] = (
    Entry("open", "Open a run…", "File", "Ctrl+O", words="zip folder recipe load"),
    Entry("open folder", "Open a run folder…", "File", "Ctrl+Shift+O"),
    Entry("import", "Import…", "File", "Ctrl+I", words="csv vectory tensorboard projector parquet embedding add"),
    Entry("embed", "Embed with a checkpoint…", "File", words="weights network torchvision timm pretrained state dict"),
    Entry("recent", "Open recent", "File"),  # its own menu, filled when it opens
    Entry("close run", "Close the run", "File", "Ctrl+W", shown),
    Entry("-file 1", menu="File"),
    Entry("save", "Save the run as zip…", "File", "Ctrl+S", framed, words="archive pack"),
    Entry("export", "Export this frame…", "File", "Ctrl+E", framed, words="picture figure png csv npz coordinates"),
    Entry("add columns", "Add columns from a table…", "File", enabled=shown, words="metadata csv tsv import join"),
    Entry("export labels", "Export labels…", "File", enabled=shown, words="csv metadata annotations by hand"),
    Entry("export sweep", "Export the sweep as a figure…", "File", enabled=_swept, words="small multiples pdf png svg"),
    Entry("export comparison", "Export comparison as a figure…", "File", "Ctrl+Shift+E", _compared, words="pdf svg"),
    Entry("export comparison table", "Export comparison as a table…", "File", "", _compared, words="csv overlap"),
    Entry("reveal", "Show the run in the file manager", "File", enabled=shown, words="folder path reveal"),
    Entry("-file 2", menu="File"),
    Entry("quit", "Quit", "File", "Ctrl+Q", words="exit"),
    Entry("undo", "Undo", "Edit", "Ctrl+Z", lambda s: s.can_undo, words="selection layout"),
    Entry("redo", "Redo", "Edit", "Ctrl+Y|Ctrl+Shift+Z", lambda s: s.can_redo),
    Entry("-edit 1", menu="Edit"),
    Entry("lasso", "Select with a lasso", "Edit", "L", framed, lambda s: s.state.lasso, single=True),
    Entry("select all", "Select all shown", "Edit", "Ctrl+A", framed),
    Entry("isolate", "Isolate the selection", "Edit", "I", selected, lambda s: s.state.isolated, single=True),
    Entry("deselect", "Clear the selection", "Edit", "Ctrl+D", selected),
    Entry("save selection", "Save the selection with the run…", "Edit", enabled=selected, words="name"),
    Entry("load selection", "Saved selections…", "Edit", enabled=shown, words="select"),
    Entry("search points", "Search the points…", "Edit", "Ctrl+F", framed, words="find filter metadata column text"),
    Entry("label by hand", "Label by hand…", "Edit", "Ctrl+L", _pointed, words="annotate annotation correct class"),
    Entry("-edit 2", menu="Edit"),
    Entry("show all", "Show all points", "Edit", enabled=lambda s: s.state.filtered is not None, words="filter search"),
    Entry("show classes", "Show all classes", "Edit", enabled=lambda s: bool(s.state.hidden), words="hidden legend"),
    *_colours(),
    *_themes(),
    *_docks(),
    Entry("palette", "Search or command…", "View", "Ctrl+K"),
    Entry("frame all", "Frame all", "View", "F", framed, single=True, words="camera reset zoom"),
    Entry("lay out", "Lay out this frame", "View", "U", framed, single=True, words="umap t-sne refresh layout"),
    Entry(
        "follow layout",
        "Keep the layout up to date",
        "View",
        enabled=shown,
        ticked=lambda s: any(settings.following for settings in s.state.views),
        words="umap t-sne following live training",
    ),
    Entry("neighbours", "Show neighbours", "View", "K", shown, lambda s: s.state.show_neighbours, single=True),
    Entry("trails", "Show trails", "View", "T", shown, lambda s: s.state.trail > 0, single=True, words="path history"),
    Entry("points", "Points as a table…", "View", "Ctrl+T", framed, words="list rows keyboard"),
    Entry("larger dots", "Larger dots", "View", "Ctrl++|Ctrl+=", shown),
    Entry("smaller dots", "Smaller dots", "View", "Ctrl+-", shown),
    Entry(
        "loose dot",
        "A loose dot to drag",
        "View",
        "D",
        _has_simplex,
        lambda s: s.state.loose is not None,
        single=True,
        words="probabilities teach draggable",
    ),
    Entry("compare with", "Compare with…", "View/Compare", "Ctrl+Shift+C", shown, words="open beside second run b"),
    Entry("another frame", "Compare with another frame", "View/Compare", "", playable, words="moment second column"),
    Entry("swap", "Swap A and B", "View/Compare", "", _paired, words="exchange columns runs"),
    Entry("close second", "Close B", "View/Compare", "", _paired, words="second run column"),
    Entry("morph", "Morph between A and B", "View/Compare", "M", _paired, single=True, words="glide blend"),
    Entry(
        "before after",
        "Before and after",
        "View",
        "B",
        playable,
        lambda s: shows_second(s.state) and not holds_another(s.state),
        single=True,
        words="two columns compare first frame",
        reason="Two moments of a run with several frames",
    ),
    *(
        Entry(f"query {step}", text, "View/Query in both", key, _queryable, single=bool(key), words="neighbours")
        for step, text, key in QUERIES
    ),
    Entry("headline", "Large figures", "View", "", framed, lambda s: s.state.headline, words="accuracy loss"),
    Entry("-view 1", menu="View"),
    Entry("workspace train", "Train workspace", "View", "Ctrl+1", ticked=lambda s: s.state.workspace == "train"),
    Entry(
        "workspace compare",
        "Compare workspace",
        "View",
        "Ctrl+2",
        ticked=lambda s: s.state.workspace == "compare",
        words="two runs beside each other overlap",
    ),
    Entry(
        "workspace sweep",
        "Sweep workspace",
        "View",
        "Ctrl+3",
        ticked=lambda s: s.state.workspace == "sweep",
        words="small multiples several runs queue",
    ),
    Entry("-view 2", menu="View"),
    Entry("present", "Present", "View", "F11", always, lambda s: s.state.presenting, words="full screen projector"),
    Entry("arrange", "Arrange the window afresh", "View", words="reset layout docks panels"),
    Entry("train", "Train", "Run", "Ctrl+Return|Ctrl+Enter", lambda s: _trainable(s) or _under_way(s), words="start"),
    Entry("step", "Step to the next frame", "Run", "Ctrl+Right", _under_way),
    Entry("stop", "Stop training", "Run", "Ctrl+.", lambda s: s.status.busy),
    Entry("continue", "Continue training this run", "Run", enabled=lambda s: s.resumable, words="resume checkpoint"),
    Entry("take recipe", "Use this run's recipe", "Run", enabled=_trained_here, words="form again"),
    Entry("linear probe", "Linear probe…", "Run", enabled=framed, words="classifier frozen embedding accuracy"),
    Entry("-run 1", menu="Run"),
    Entry("play", "Play the replay", "Run", "Space", playable, lambda s: s.state.playing, single=True, words="pause"),
    Entry("previous", "Previous frame", "Run", "Left", playable, single=True),
    Entry("next", "Next frame", "Run", "Right", playable, single=True),
    Entry("first", "First frame", "Run", "Home", playable, single=True),
    Entry("live", "Newest frame", "Run", "End", playable, single=True, words="go live last"),
    Entry("loop", "Loop", "Run", enabled=playable, ticked=lambda s: s.state.loop, words="repeat"),
    Entry("faster", "Play faster", "Run", enabled=lambda s: s.playable and s.state.speed < 8),
    Entry("slower", "Play slower", "Run", enabled=lambda s: s.playable and s.state.speed > 0.25),
    Entry("escape", "Clear the focus, leave Present", "", "Esc"),
    Entry("keyboard", "Keyboard", "Help", "F1", words="shortcuts keys help"),
    Entry("about", "About Latentarium", "Help", words="version licence"),
)
MENUS = ("File", "Edit", "View", "Run", "Help")


class Actions(QObject):
    """The table as living QActions; `run` gives each name the function that does it."""

    def __init__(self, run: Mapping[str, Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._made: dict[str, QAction] = {}
        for entry in TABLE:
            if entry.name.startswith("-") or entry.name == "recent":
                continue
            action = QAction(entry.text, self)
            action.setObjectName(entry.name)
            action.setCheckable(entry.ticked is not None)
            action.setShortcuts([QKeySequence(key) for key in entry.key.split("|") if key])
            action.triggered.connect(_without_tick(run[entry.name]))
            self._made[entry.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def show_situation(self, situation: Situation) -> None:
        """Offer and tick what holds now."""
        for entry in TABLE:
            action = self._made.get(entry.name)
            if action is None:
                continue
            enabled = entry.enabled(situation)
            if action.isEnabled() != enabled:
                action.setEnabled(enabled)
            if entry.reason:
                action.setToolTip(action.text() if enabled else entry.reason)
            if entry.ticked is not None:
                ticked = entry.ticked(situation)
                if action.isChecked() != ticked:
                    action.setChecked(ticked)

    def all(self) -> list[QAction]:
        """Every action; a window that has them hears their keys, with and without its menu bar."""
        return list(self._made.values())

    def fill(self, bar: QMenuBar, recent: QMenu) -> None:
        """Build the menus."""
        menus: dict[str, QMenu] = {name: bar.addMenu(name) for name in MENUS}
        for entry in TABLE:
            if not entry.menu:
                continue
            parent, _, child = entry.menu.partition("/")
            if entry.menu not in menus:
                menus[entry.menu] = menus[parent].addMenu(child)
            menu = menus[entry.menu]
            if entry.name.startswith("-"):
                menu.addSeparator()
            elif entry.name == "recent":
                menu.addMenu(recent)
            else:
                menu.addAction(self._made[entry.name])

    def offered(self) -> list[tuple[Entry, QAction]]:
        """What can be done now, in the table's order; for the palette."""
        pairs = [(entry, self._made[entry.name]) for entry in TABLE if entry.name in self._made]
        return [(entry, action) for entry, action in pairs if action.isEnabled() and entry.name != "palette"]


def _without_tick(run: Callable[[], object]) -> Callable[[bool], None]:
    """Qt says whether an action is ticked now; the state knows better."""

    def pressed(ticked: bool = False) -> None:
        run()

    return pressed
