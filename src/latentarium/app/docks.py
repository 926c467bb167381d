"""How the window is arranged: docks around the views, remembered, and put away for presenting."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QTabBar, QToolButton, QWidget

from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.scene.palettes import THEMES

INDENT = 14  # px left of a title
WORKSPACES = ("train", "compare", "sweep")  # the first is the one that the program opens in
FLOATING = QSize(860, 520)  # logical pixels of a dock that is a window of its own
LEAST = 310  # px of its height
FOOT = 60  # px that it stays above the window's lower edge, where the replay is
AWAY = QPoint(-600, -530)  # where Qt itself keeps the tabs that it does not need
TAB, WIDENED = 16, 190  # px: of a tab beside its text; to which a place grows for its tabs
VERSION = 3  # of the stored arrangement: another one is not restored


@dataclass(frozen=True)
class Place:
    """Where a dock stands at first: its area, and its width or its share of the area."""

    title: str
    area: Qt.DockWidgetArea
    size: int
    short: str = ""  # the title where there is little room
    titled: bool = True  # False: the panel says itself what it is
    needs_run: bool = True  # put away while no run is open
    beside: str = ""  # the dock whose place it shares, as a tab
    workspace: str = ""  # the only one that it belongs to; a dock of none is at hand in all of them
    floats: bool = False  # at first a window of its own, over the program's
    waiting: bool = False  # in a workspace of its own, hidden until it is asked for; a tab of none always is

    def stands_in(self, workspace: str) -> bool:
        """Whether it is there when a workspace is entered for the first time."""
        if self.workspace:
            return self.workspace == workspace and not self.waiting
        return not self.beside and (self.area is not BOTTOM or workspace == WORKSPACES[0])


LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
PLACES = {
    "recipe": Place("Recipe", LEFT, 250, titled=False, needs_run=False),
    "inspector": Place("Inspector", RIGHT, 300, titled=False),
    "query": Place("Query in both", RIGHT, 300, titled=False, beside="inspector", workspace="compare"),
    "curves": Place("Loss and accuracy", BOTTOM, 30, "Loss"),
    "confusion": Place("Confusion", BOTTOM, 20),
    "similarity": Place("Class similarity", BOTTOM, 20, "Similarity"),
    "hardest": Place("Hardest examples", BOTTOM, 26, "Hardest"),
    "verification": Place("Verification", BOTTOM, 30, beside="curves"),
    "trust": Place("Trust", BOTTOM, 20, beside="similarity"),
    "events": Place("Events", BOTTOM, 30, beside="hardest"),
    "pairs": Place("Pairs and triplets", BOTTOM, 30, "Pairs", beside="curves"),
    "bars": Place("Images and bars", BOTTOM, 26, "Bars", beside="hardest"),
    "over time": Place("Probabilities over time", BOTTOM, 30, "Over time", beside="similarity"),
    "table": Place("Table of points", BOTTOM, 30, "Table", beside="curves", floats=True),
    "overlap": Place("Neighbour overlap", BOTTOM, 26, "Overlap", workspace="compare"),
    "agreement": Place("Right in", BOTTOM, 27, workspace="compare"),
    "class overlap": Place("Per class", BOTTOM, 27, workspace="compare"),
    "alike": Place("Least and most alike", BOTTOM, 22, "Alike", workspace="compare"),
    "over k": Place("Overlap over k", BOTTOM, 26, "Over k", beside="overlap", workspace="compare", waiting=True),
    "along": Place("Overlap along training", BOTTOM, 30, "Along", beside="confusion"),
}


ALL = frozenset(PLACES)
NEEDING = frozenset(name for name, place in PLACES.items() if place.needs_run)


def hover_over(dock: QDockWidget, window: QMainWindow) -> None:
    """Give a dock that floats a size to be used in, at the window's foot, unless it has one of its own.

    There it lies over the charts, and leaves most of the views to be seen.
    """
    if dock.width() < FLOATING.width() // 2 or not window.frameGeometry().intersects(dock.frameGeometry()):
        whole = window.frameGeometry()
        size = FLOATING.boundedTo(QSize(whole.width(), max(whole.height() * 2 // 5, LEAST)))
        dock.resize(size)
        dock.move(whole.center().x() - size.width() // 2, whole.bottom() - size.height() - FOOT)


class DockTitle(QWidget):
    """A dock's heading: a small title to drag it by, and a button that puts it away."""

    def __init__(self, dock: QDockWidget, short: str) -> None:
        super().__init__(dock)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._texts = (dock.windowTitle().upper(), (short or dock.windowTitle()).upper())
        self._heading = ElidedLabel("heading")
        self._heading.show_text(self._texts[0])
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(f"Hide {dock.windowTitle()}")
        self._close.setToolTip(f"Hide {dock.windowTitle()} (View › Panels brings it back)")
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(dock.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(INDENT, 6, 4, 0)
        row.addWidget(self._heading, 1)
        row.addWidget(self._close)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        long, short = self._texts
        self._heading.show_text(long)
        room = self.width() - INDENT - self._close.sizeHint().width() - 10
        if self._heading.sizeHint().width() > room:
            self._heading.show_text(short)

    def minimumSizeHint(self) -> QSize:
        """With the short title whole."""
        least = super().minimumSizeHint()
        spared = self._heading.fontMetrics().horizontalAdvance(self._texts[1]) - self._heading.minimumSizeHint().width()
        return QSize(least.width() + max(spared, 0) + 2, least.height())

    def show_theme(self, dark: bool) -> None:
        """Draw the button in this theme's colour."""
        self._close.setIcon(icon("close", THEMES["dark" if dark else "light"].muted))


class Docks(QObject):
    """The docks of a window, by name."""

    changed = Signal()  # one was shown or hidden

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._titles: list[DockTitle] = []
        self._before: QByteArray | None = None  # the arrangement, while docks are put away
        self._away: frozenset[str] = frozenset()
        self._workspace = WORKSPACES[0]
        self._kept: dict[str, QByteArray] = {}  # the arrangements of the other workspaces
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        for corner, area in (
            (Qt.Corner.TopLeftCorner, LEFT),
            (Qt.Corner.BottomLeftCorner, LEFT),
            (Qt.Corner.TopRightCorner, RIGHT),
            (Qt.Corner.BottomRightCorner, RIGHT),
        ):
            window.setCorner(corner, area)
        for name, place in PLACES.items():
            dock = QDockWidget(place.title, window)
            dock.setObjectName(name)
            if place.titled:
                self._titles.append(DockTitle(dock, place.short))
                dock.setTitleBarWidget(self._titles[-1])
                dock.setWindowTitle(place.short or place.title)  # which its tab says
                dock.setAccessibleName(place.title)
            else:
                dock.setTitleBarWidget(QWidget(dock))
            dock.setWidget(panels[name])
            dock.visibilityChanged.connect(self.changed)
            self._docks[name] = dock
        self.arrange()

    @Slot()
    def arrange(self) -> None:
        """The arrangement of a first start."""
        for dock in self._docks.values():
            self._window.removeDockWidget(dock)
        for name, place in PLACES.items():
            dock = self._docks[name]
            dock.setFloating(False)
            if place.beside:
                self._window.tabifyDockWidget(self._docks[place.beside], dock)
            elif place.area is BOTTOM:
                self._window.addDockWidget(place.area, dock, Qt.Orientation.Horizontal)
            else:
                self._window.addDockWidget(place.area, dock)
            dock.setFloating(place.floats)
            dock.setVisible(place.stands_in(self._workspace))
        self._share(LEFT, RIGHT, BOTTOM)

    def _share(self, *areas: Qt.DockWidgetArea) -> None:
        """Give each dock of these areas its usual share, and have those in front that belong to this workspace."""
        own = self._workspace
        for area in areas:
            first = [
                name
                for name, place in PLACES.items()
                if place.area is area and place.stands_in(own) and not place.beside
            ]
            docks, sizes = [self._docks[name] for name in first], [PLACES[name].size for name in first]
            self._window.resizeDocks(docks, sizes, Qt.Orientation.Horizontal)
            if area is BOTTOM:
                self._window.resizeDocks(
                    docks[:1], [self._window.height() // 4] * len(docks[:1]), Qt.Orientation.Vertical
                )
        for name, place in PLACES.items():
            if place.stands_in(own) and place.beside and PLACES[place.beside].workspace != own:
                self._docks[name].raise_()

    def toggle(self, name: str) -> None:
        """Show a hidden dock, in front of those it shares its place with; hide one that is not."""
        if self._docks[name].isHidden():
            self.reveal(name)
        else:
            self._docks[name].hide()

    def reveal(self, name: str) -> None:
        """Show a dock, in front of those it shares its place with."""
        dock = self._docks[name]
        if dock.isHidden() and dock.isFloating() and PLACES[name].floats:
            hover_over(dock, self._window)
        if dock.isHidden() and not dock.isFloating() and (neighbour := self._instead_of(name)):
            self._window.tabifyDockWidget(neighbour, dock)
        dock.show()
        dock.raise_()
        wanted = sum(map(self._tab, self._sharing(dock)))
        if not dock.isFloating() and PLACES[name].area is BOTTOM and dock.width() < wanted:
            self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)

    def _instead_of(self, name: str) -> QDockWidget | None:
        """Of this workspace's own docks one that shares its place with a dock whose place is not here.

        The first where another tab has room, else the one with the most.
        """
        place, here = PLACES[name], self._workspace
        if place.area is not BOTTOM or here in (place.workspace, WORKSPACES[0]):
            return None
        own = [self._docks[one] for one, its in PLACES.items() if (its.workspace, its.area) == (here, BOTTOM)]
        if (layout := self._window.layout()) is not None:
            layout.activate()  # what was shown just now has its width then
        rooms = {dock: self._room(dock) for dock in own if not dock.isHidden() and not dock.isFloating()}
        wanted = self._tab(self._docks[name])
        roomiest = max(rooms, key=rooms.__getitem__, default=None)
        return next((dock for dock, room in rooms.items() if room >= wanted), roomiest)

    def _room(self, dock: QDockWidget) -> int:
        """The px that a further tab has where this dock stands, or would have if that were a little wider."""
        sharing = self._sharing(dock)
        width = max(one.width() for one in sharing if one.isVisible())
        return max(width, WIDENED) - sum(map(self._tab, sharing))

    def _sharing(self, dock: QDockWidget) -> list[QDockWidget]:
        """The docks whose tabs stand in one place, where there is more than one."""
        return [dock, *(one for one in self._window.tabifiedDockWidgets(dock) if not one.isHidden())]

    def _tab(self, dock: QDockWidget) -> int:
        return self._window.fontMetrics().horizontalAdvance(dock.windowTitle()) + TAB

    def visible(self) -> frozenset[str]:
        """The names of the docks that are not put away."""
        return frozenset(name for name, dock in self._docks.items() if not dock.isHidden())

    def suit(self, run: bool, presenting: bool) -> None:
        """Put away what makes no sense without a run, or everything for presenting; bring back what was put away."""
        wanted = ALL if presenting else frozenset() if run else NEEDING
        if wanted == self._away:
            return
        if self._before is None:
            self._before = self._window.saveState(VERSION)
        elif not wanted:
            self._window.restoreState(self._before, VERSION)
            self._before = None
        else:
            self._window.restoreState(self._before, VERSION)
        self._away = wanted
        for name in wanted:
            self._docks[name].hide()
        self._tidy_later()

    def enter(self, workspace: str) -> None:
        """Bring back the arrangement that the docks had in another workspace; at first the usual one."""
        if workspace == self._workspace:
            return
        before = self._kept[self._workspace] = self._arrangement()
        self._before, self._away, self._workspace = None, frozenset(), workspace
        if workspace not in self._kept or not self._window.restoreState(self._kept[workspace], VERSION):
            self._window.restoreState(before, VERSION)
            for name, place in PLACES.items():
                self._docks[name].setVisible(place.stands_in(workspace))
            self._share(BOTTOM)
        self._tidy_later()

    def _tidy_later(self) -> None:
        QTimer.singleShot(0, self._tidy)  # once Qt has laid out what was just changed

    @Slot()
    def _tidy(self) -> None:
        """Put away the tabs of docks that share no place any more: Qt leaves them standing after `restoreState`."""
        shown = {dock.windowTitle() for dock in self._docks.values() if not dock.isHidden()}
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            texts = {bar.tabText(place) for place in range(bar.count())}
            if len(texts) < 2 or not texts <= shown:
                bar.move(AWAY)

    def arrangement(self, workspace: str = "") -> QByteArray | None:
        """What `restore` brings back, with the docks that are only put away for now; of this workspace or another."""
        if workspace not in ("", self._workspace):
            return self._kept.get(workspace)
        return self._arrangement()

    def _arrangement(self) -> QByteArray:
        return self._before if self._before is not None else self._window.saveState(VERSION)

    def restore(self, arrangement: QByteArray | None, workspace: str = "") -> None:
        """Take a stored arrangement; a foreign one leaves everything as it is."""
        if arrangement is None:
            return
        if workspace not in ("", self._workspace):
            self._kept[workspace] = arrangement
        elif self._before is not None:
            self._before = arrangement
        elif not self._window.restoreState(arrangement, VERSION):
            self.arrange()

    def show_theme(self, dark: bool) -> None:
        """Draw the titles' buttons in this theme's colours."""
        for title in self._titles:
            title.show_theme(dark)
