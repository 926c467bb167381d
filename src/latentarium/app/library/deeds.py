"""What can be done with the lines chosen in the library: actions with their keys, and the menu that they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QInputDialog, QMenu

from latentarium.app.library.model import ROW
from latentarium.app.library.rows import Row
from latentarium.app.widgets.plain_text import caption

ALL = ("run", "sweep", "group")


@dataclass(frozen=True)
class Deed:
    """One thing to do, with how many lines at a time (0: any number), and of which kinds."""

    name: str
    text: str
    key: str = ""
    kinds: tuple[str, ...] = ALL
    count: int = 1


DEEDS = (
    Deed("open", "Open", "Return|Enter"),
    Deed("beside", "Open beside, to compare", "Shift+Return|Shift+Enter", ("run",)),
    Deed("both", "Compare these two", "Ctrl+Shift+Return|Ctrl+Shift+Enter", ("run",), 2),
    Deed("recipe", "Duplicate the recipe", "Ctrl+Shift+D", ("run", "sweep")),
    Deed("rename", "Rename…", "F2"),
    Deed("folder", "Show in folder"),
    Deed("trash", "Move to the trash…", "Del", count=0),
)


class Deeds(QObject):
    """Asks for what a person does to the lines of a list."""

    wanted = Signal(str, object)  # the deed's name, list[Row]
    shelved = Signal(object, str)  # list[Row], the name of a group; "" for none

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._actions: dict[str, QAction] = {}
        self._shelves: Sequence[str] = ()
        for deed in DEEDS:
            action = QAction(deed.text, view)
            action.setObjectName(f"library {deed.name}")
            action.setShortcuts([QKeySequence(key) for key in deed.key.split("|") if key])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setData(deed)
            action.triggered.connect(self._on_triggered)
            view.addAction(action)
            self._actions[deed.name] = action
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu)

    def show_shelves(self, names: Iterable[str]) -> None:
        """Take the names of the groups that there are."""
        self._shelves = sorted(set(names), key=str.casefold)

    def chosen(self) -> list[Row]:
        """The lines selected, from top to bottom."""
        return [index.data(ROW) for index in sorted(self._view.selectedIndexes(), key=lambda index: index.row())]

    def menu(self, rows: Sequence[Row]) -> QMenu:
        """The menu for these lines."""
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for deed in DEEDS:
            if fits(deed, rows):
                if deed.name == "trash":
                    self._add_shelves(menu, rows)
                    menu.addSeparator()
                menu.addAction(self._actions[deed.name])
        return menu

    def _add_shelves(self, menu: QMenu, rows: Sequence[Row]) -> None:
        if not movable(rows):
            return
        submenu = menu.addMenu("Put into a group")
        present = {run.shelf for row in rows for run in row.runs}
        for name in self._shelves:
            if present != {name}:
                submenu.addAction(caption(name)).setData(name)
        if self._shelves:
            submenu.addSeparator()
        submenu.addAction("A new group…").setData(None)
        if present != {""}:
            submenu.addAction("Out of its group" if len(rows) == 1 else "Out of their group").setData("")
        submenu.triggered.connect(self._on_shelf)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        rows = self.chosen()
        if rows:
            self.menu(rows).popup(self._view.viewport().mapToGlobal(place))

    @Slot()
    def _on_triggered(self) -> None:
        action, rows = self.sender(), self.chosen()
        assert isinstance(action, QAction)
        deed: Deed = action.data()
        if fits(deed, rows):
            self.wanted.emit(deed.name, rows)

    @Slot(QAction)
    def _on_shelf(self, action: QAction) -> None:
        rows, name = self.chosen(), action.data()
        if name is None:
            name, agreed = QInputDialog.getText(self._view, "A new group", "Name of the group:")
            if not agreed or not name.strip():
                return
        self.shelved.emit(rows, name.strip())


def fits(deed: Deed, rows: Sequence[Row]) -> bool:
    """Whether it can be done with these lines."""
    if deed.name == "recipe" and any(run.origin for row in rows for run in row.runs):
        return False  # nobody trained it here
    return bool(rows) and deed.count in (0, len(rows)) and all(row.kind in deed.kinds for row in rows)


def movable(rows: Sequence[Row]) -> bool:
    """Whether these lines can be put into a group: runs and sweeps, but no runs of a sweep, which stay together."""
    return bool(rows) and all(row.kind == "sweep" or (row.run is not None and not row.run.group) for row in rows)


def without_inner(rows: Sequence[Row]) -> list[Path]:
    """The places of these lines, without those that lie in another of them."""
    paths = [row.path for row in rows]
    return [path for path in paths if not any(other in path.parents for other in paths)]
