"""The small controls in a view's header: what it shows, and how."""

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from latentarium.app.views.layout_chip import LayoutChip, freshness
from latentarium.app.views.poles_popup import PolesChip
from latentarium.scene.desk import methods as offered_methods
from latentarium.scene.regions import offered
from latentarium.scene.springs import acting
from latentarium.scene.state import OpenRun, State, ViewSettings

LAYOUTS = {"equilateral": "equilateral", "article": "as in the article", "axes": "3-D axes"}
METHODS = {
    "raw": "raw",
    "pca": "PCA",
    "svd": "SVD",
    "umap": "UMAP",
    "tsne": "t-SNE",
    "pca-umap": "PCA to 50, UMAP",
}
DIMENSIONS = {2: "2-D", 3: "3-D"}
BACKGROUNDS = {"none": "no regions", "voronoi": "Voronoi", "head": "class head", "prototypes": "nearest prototype"}
EXAMPLES = {0: "all", 5: "5 a class", 10: "10 a class", 20: "20 a class", 50: "50 a class", 100: "100 a class"}
TRAILS = {0: "none", 10: "10 frames", 30: "30 frames", 100: "100 frames"}
SPACING = 6
TOGGLES = {
    "boundaries": "Lines between the regions of the predictions",
    "counts": "How many dots lie in each region",
    "loss_lines": "A line from each dot, or each selected one, to the pole of its label: long where the loss is high",
    "prototypes": "The mean of each class, as a star",
    "grid": "A grid on the floor",
    "springs": "What pulls and what pushes the dot in focus",
}


class ViewControls(QWidget):
    """Chips of one view; says which fields of its settings are to change."""

    wanted = Signal(object)  # changes of ViewSettings, a dict

    def __init__(self, kind: str) -> None:
        super().__init__()
        simplex = kind == "simplex"
        self._shown: tuple[object, ...] = ()
        self._layout = ChoiceChip("layout", "Layout of the simplex", LAYOUTS)
        self._poles = PolesChip()
        self._method = ChoiceChip("method", "How the embedding is placed", METHODS)
        self._dimensions = ChoiceChip("dimensions", "Dimensions shown", DIMENSIONS)
        self._laid_out = LayoutChip()
        self._background = ChoiceChip("background", "Regions under the dots", BACKGROUNDS)
        self._examples = ChoiceChip("examples", "Examples shown of each class", EXAMPLES)
        self._toggle = ToggleChip("boundaries" if simplex else "prototypes")
        self._more = MoreChip(
            ("boundaries", "counts", "loss_lines", "prototypes") if simplex else ("prototypes", "grid", "springs")
        )
        self._roomy, self._useful = True, False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        self._chips = (
            self._layout,
            self._poles,
            self._method,
            self._dimensions,
            self._laid_out,
            self._background,
            self._examples,
        )
        for chip in (*self._chips, self._toggle, self._more):
            chip.wanted.connect(self.wanted)
            chip.setVisible(False)
            row.addWidget(chip)

    def show_settings(self, open_run: OpenRun | None, state: State, view: int) -> bool:
        """Show one view's settings, and what can be chosen for this run; say whether that is anything new."""
        settings = state.views[view]
        run = open_run.run if open_run else None
        poles = tuple(getattr(open_run.projections[view], "poles", ())) if open_run else ()
        backgrounds = offered(open_run.run, open_run.projections[view], settings) if open_run else ()
        fresh = freshness(open_run, state, view)
        self._laid_out.frame = state.frame_in(open_run) if open_run else 0
        shown = (settings, run, poles, backgrounds, fresh, state.trail, state.dark, state.presenting)
        if shown == self._shown:
            return False
        self._shown = shown
        self.setVisible(not state.presenting)
        simplex = settings.kind == "simplex"
        classes, size = (run.trained, run.recipe.network.embedding) if run else (0, 0)
        self._layout.offer(settings.layout, LAYOUTS, simplex and classes == 3)
        self._poles.setVisible(simplex and classes > 4)
        if run and classes > 4:
            self._poles.show_poles(run.classes[: run.trained], settings, poles, state.dark)
        methods = {name: METHODS[name] for name in offered_methods(run)} if run else METHODS
        self._method.offer(settings.method, methods, not simplex and size > 0)
        self._dimensions.offer(settings.dimensions, DIMENSIONS, not simplex and size >= 3)
        self._laid_out.show_settings(fresh, settings)
        texts = {name: BACKGROUNDS[name] for name in backgrounds}
        self._background.offer(settings.background, texts, len(texts) > 1)
        self._examples.offer(settings.examples, EXAMPLES, settings.background == "voronoi" and len(texts) > 1)
        self._toggle.show_settings(settings)
        self._useful = run is not None and (simplex or len(run.classes) > 0)
        self._toggle.setVisible(self._useful and self._roomy)
        self._more.show_settings(settings, run is not None and acting(run) is not None, state.trail)
        self._more.setVisible(run is not None)
        return True

    def fit(self, room: int) -> None:
        """Leave the toggle to the menu where the header has less than `room` for what it wants."""
        roomy = self._needed() + self._toggle.sizeHint().width() + SPACING <= room
        if roomy != self._roomy:
            self._roomy = roomy
            self._toggle.setVisible(roomy and self._useful)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._needed(), super().minimumSizeHint().height())

    def _needed(self) -> int:
        """The width of all chips but the toggle."""
        return sum(chip.sizeHint().width() + SPACING for chip in (*self._chips, self._more) if not chip.isHidden())


class ChoiceChip(QToolButton):
    """One of several values, from a small menu."""

    wanted = Signal(object)

    def __init__(self, field: str, about: str, choices: dict[Any, str]) -> None:
        super().__init__()
        self._field, self._about = field, about
        self.setProperty("role", "chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(about)
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, text in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def offer(self, value: object, choices: dict[Any, str], useful: bool) -> None:
        """Show `value` as chosen among `choices`, or nothing where there is nothing to choose."""
        self.setVisible(useful)
        for action in self.menu().actions():
            action.setVisible(action.data() in choices)
            action.setChecked(action.data() == value)
        text = choices.get(value, str(value))
        self.setText(f"{text} ▾")
        self.setAccessibleName(f"{self._about}: {text}")

    def _on_triggered(self, action: QAction) -> None:
        self.wanted.emit({self._field: action.data()})


class ToggleChip(QToolButton):
    """One thing that is shown or not."""

    wanted = Signal(object)

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field
        self.setProperty("role", "chip")
        self.setCheckable(True)
        self.setText(field.replace("_", " "))
        self.setToolTip(TOGGLES[field])
        self.setAccessibleName(TOGGLES[field])
        self.clicked.connect(self._on_clicked)

    def show_settings(self, settings: ViewSettings) -> None:
        """Show whether it is on."""
        self.setChecked(bool(getattr(settings, self._field)))

    def _on_clicked(self, checked: bool) -> None:
        self.wanted.emit({self._field: checked})


class MoreChip(QToolButton):
    """The rarely used of them, folded into one menu."""

    wanted = Signal(object)

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self.setText("⋯")
        self.setToolTip("More to show")
        self.setAccessibleName("More to show")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for field in fields:
            action = menu.addAction(field.replace("_", " "))
            action.setCheckable(True)
            action.setData(field)
            action.setToolTip(TOGGLES[field])
        self._trails = QMenu("trails", menu)
        for frames, text in TRAILS.items():
            action = self._trails.addAction(text)
            action.setCheckable(True)
            action.setData(frames)
        self._trails.menuAction().setToolTip("Where the hovered, focused and selected dots came from")
        menu.addMenu(self._trails)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def show_settings(self, settings: ViewSettings, springs: bool, trail: int) -> None:
        """Tick what is on; offer springs only where there can be `springs`."""
        for action in self.menu().actions():
            field = str(action.data())
            if field == "springs":
                action.setVisible(springs)
            if field in TOGGLES:
                action.setChecked(bool(getattr(settings, field)))
        for action in self._trails.actions():
            action.setChecked(action.data() == trail)

    def _on_triggered(self, action: QAction) -> None:
        field = action.data()
        self.wanted.emit({"trail": field} if isinstance(field, int) else {str(field): action.isChecked()})
