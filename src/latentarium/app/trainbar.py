"""The bar at the top: training controls on the left, colours and the search on the right."""

import math

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from latentarium.app.trainer import Phase, Status
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.icons import icon
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import ColourBy, State

SHOWN = (ColourBy.CLASS, ColourBy.PREDICTION, ColourBy.LOSS, ColourBy.PROBABILITIES, ColourBy.OVERLAP)
FOLDED = (ColourBy.CORRECTNESS, ColourBy.CONFIDENCE, ColourBy.PROBABILITIES, ColourBy.OVERLAP, ColourBy.COLUMN)
SLOWEST = 240.0  # seconds, the slider's right end
QUICKEST = 3.0  # seconds, just right of "as fast as it goes"
SLIDER = 100
MISTAKEN = "The recipe has a mistake: mend what is marked there"
SEARCH, SHORT = "Search or command   Ctrl K", "Search   Ctrl K"
TIGHT = 1400  # px: below, the search says less
PROJECTED = 1800  # px: a bar of this width has room for everything in large text too
WORKSPACES = {
    "train": ("Train", "One run: its simplex and its embedding"),
    "compare": ("Compare", "Two runs, or two moments of one: where their spaces agree and where not"),
    "sweep": ("Sweep", "Several runs of a recipe, with one value changed, side by side"),
}
ROOMY = 1500  # px: from this width on, the pace is also said in words


def pace_of(value: int) -> float:
    """Seconds for a place of the slider, 0 to 100; equal ratios for equal ways."""
    if value <= 0:
        return 0.0
    return QUICKEST * math.exp((value - 1) / (SLIDER - 1) * math.log(SLOWEST / QUICKEST))


def place_of(seconds: float) -> int:
    """The slider's place for a pace in seconds."""
    if seconds <= 0:
        return 0
    share = math.log(max(seconds, QUICKEST) / QUICKEST) / math.log(SLOWEST / QUICKEST)
    return min(max(round(1 + share * (SLIDER - 1)), 1), SLIDER)


def pace_in_words(seconds: float) -> str:
    """What the slider means."""
    if seconds <= 0:
        return "as fast as it goes"
    told = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
    return f"{told}, slowest first"


class ColourChoice(QWidget):
    """The segmented choice of what a dot's colour says."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetFixedSize)
        self._group = QButtonGroup(self)
        self._buttons: dict[ColourBy, QPushButton] = {}
        for colour in SHOWN:
            button = QPushButton(str(colour))
            button.setProperty("end", "first" if colour is SHOWN[0] else "")
            button.clicked.connect(self._on_clicked)
            self._buttons[colour] = button
            self._group.addButton(button)
        self._more = QPushButton("more")
        self._more.setProperty("end", "last")
        self._more.setMenu(self._make_menu())
        self._group.addButton(self._more)
        for button in self.buttons:
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"Colour by {button.text()}")
            row.addWidget(button)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        self._folded = QActionGroup(menu)
        for colour in FOLDED:
            action = QAction(str(colour), menu, checkable=True)
            action.setData(colour)
            self._folded.addAction(action)
            menu.addAction(action)
        self._folded.triggered.connect(self._on_folded)
        return menu

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """All, from left to right."""
        return *self._buttons.values(), self._more

    def show_colour(self, colour: ColourBy, comparing: bool = False) -> None:
        """Mark this choice; where runs are compared, their overlap is at hand instead of the probabilities."""
        away = ColourBy.PROBABILITIES if comparing else ColourBy.OVERLAP
        for offered in (ColourBy.PROBABILITIES, ColourBy.OVERLAP):
            self._buttons[offered].setVisible(offered is not away)
        folded = colour is away or colour not in SHOWN
        self._more.setText(str(colour) if folded else "more")
        (self._more if folded else self._buttons[colour]).setChecked(True)
        for action in self._folded.actions():
            action.setChecked(action.data() is colour)
            action.setVisible(action.data() is away or action.data() not in SHOWN)

    @Slot()
    def _on_clicked(self) -> None:
        for colour, button in self._buttons.items():
            if button.isChecked():
                self.asked.emit({"colour_by": colour})

    @Slot(QAction)
    def _on_folded(self, action: QAction) -> None:
        self.asked.emit({"colour_by": action.data()})


class WorkspaceChoice(QWidget):
    """The segmented choice of what the window is arranged for."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for name, (text, about) in WORKSPACES.items():
            button = QPushButton(text)
            button.setProperty("role", "segment")
            button.setProperty("end", {0: "first", len(WORKSPACES) - 1: "right"}.get(len(self._buttons), ""))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{text} workspace")
            button.setToolTip(about)
            button.clicked.connect(self._on_clicked)
            self._buttons[name] = button
            self._group.addButton(button)
            row.addWidget(button)

    def show_workspace(self, workspace: str) -> None:
        """Mark this one."""
        self._buttons[workspace].setChecked(True)

    @Slot()
    def _on_clicked(self) -> None:
        for name, button in self._buttons.items():
            if button.isChecked():
                self.asked.emit({"workspace": name})


class TrainBar(QWidget):
    """Train, Pause, Step, Stop and Pace; colour by; the way to the command palette."""

    asked = Signal(object)
    train_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    step_wanted = Signal()
    stop_wanted = Signal()
    pace_changed = Signal(float)  # seconds
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._status = Status()
        self._dark: bool | None = None
        self._presenting = False
        self._trainable = True
        name = QLabel("Training")
        name.setProperty("role", "muted")
        self._train = QPushButton("Train")
        self._train.setProperty("role", "primary")
        self._train.clicked.connect(self._on_train)
        self._step, self._stop = QPushButton("Step"), QPushButton("Stop")
        self._step.setToolTip("Go on to the next recorded frame, and pause there")
        self._stop.setToolTip("End training; the run is kept")
        self._step.clicked.connect(self.step_wanted)
        self._stop.clicked.connect(self.stop_wanted)
        self._pace_name, self._pace_words, self._stage = QLabel("Pace"), ElidedLabel("muted"), ElidedLabel("muted")
        self._pace_name.setProperty("role", "muted")
        self._pace_words.hide()
        self._pace = QSlider(Qt.Orientation.Horizontal)
        self._pace.setRange(0, SLIDER)
        self._pace.setFixedWidth(96)
        self._pace.setAccessibleName("Pace of training")
        self._pace.valueChanged.connect(self._on_pace)
        self.workspaces = WorkspaceChoice()
        self.workspaces.asked.connect(self.asked)
        self._colour_name = QLabel("Colour by")
        self._colour_name.setProperty("role", "muted")
        self.colours = ColourChoice()
        self.colours.asked.connect(self.asked)
        self._search = QToolButton()
        self._search.setText(SEARCH)
        self._search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._search.setAccessibleName("Search or command")
        self._search.setMinimumWidth(92)
        self._search.clicked.connect(self.search_wanted)
        for button in (self._train, self._step, self._stop, self._search):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._arrange(name)
        self._make_room()
        self.show_status(Status())
        self._on_pace(0)

    def _arrange(self, name: QLabel) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 14, 7)
        row.setSpacing(8)
        controls: tuple[QWidget, ...] = (name, self._train, self._step, self._stop)
        for widget in controls:
            row.addWidget(widget)
        row.addSpacing(8)
        pace: tuple[QWidget, ...] = (self._pace_name, self._pace, self._pace_words)
        for widget in pace:
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.workspaces)
        row.addWidget(self._stage, 1)
        right: tuple[QWidget, ...] = (self._colour_name, self.colours, self._search)
        for widget in right:
            row.addWidget(widget)

    def show_state(self, state: State) -> None:
        """Mark the colours and draw the icons of this state's theme."""
        self.workspaces.show_workspace(state.workspace)
        self.colours.show_colour(state.colour_by, state.workspace == "compare")
        self.colours.setEnabled(bool(state.runs))
        if state.presenting is not self._presenting:
            self._presenting = state.presenting
            self._make_room()
        if state.dark is not self._dark:
            self._dark = state.dark
            self._draw_icons()

    def show_status(self, status: Status) -> None:
        """Offer what this training allows."""
        self._status = status
        words = {
            Phase.IDLE: ("Train", "Train the recipe (Ctrl+Return)"),
            Phase.STARTING: ("Train", "Training is being prepared"),
            Phase.TRAINING: ("Pause", "Pause training (Ctrl+Return)"),
            Phase.PAUSED: ("Resume", "Go on training (Ctrl+Return)"),
            Phase.STOPPING: ("Train", "Training is being stopped"),
        }[status.phase]
        self._train.setText(words[0])
        self._train.setToolTip(words[1])
        self._train.setAccessibleName(words[0])
        under_way = status.phase in (Phase.TRAINING, Phase.PAUSED)
        self._train.setEnabled(under_way or (status.phase is Phase.IDLE and self._trainable))
        if status.phase is Phase.IDLE and not self._trainable:
            self._train.setToolTip(MISTAKEN)
        self._step.setEnabled(under_way)
        self._stop.setEnabled(status.busy and status.phase is not Phase.STOPPING)
        self._stage.show_text(f"Paused · {status.stage}" if status.phase is Phase.PAUSED else status.stage)
        self._draw_icons()

    def offer_training(self, trainable: bool) -> None:
        """Offer Train, or not while the recipe has a mistake."""
        if trainable is not self._trainable:
            self._trainable = trainable
            self.show_status(self._status)

    @property
    def pace(self) -> float:
        """Seconds that training should at least take; 0: as fast as it goes."""
        return self._seconds

    def set_pace(self, seconds: float) -> None:
        """Move the slider there; the exact number of seconds is kept."""
        self._pace.setValue(place_of(seconds))
        self._take_pace(seconds)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _choose_words(self) -> None:
        """Say as much as there is room for, in text of this size."""
        self._pace_words.setVisible(self.width() >= ROOMY and not self._presenting)
        self._search.setText(SEARCH if self.width() >= TIGHT and not self._presenting else SHORT)

    def _make_room(self) -> None:
        """Large text on a small projector leaves room for training only; keys and the palette do the rest."""
        room = not self._presenting or self.width() >= PROJECTED
        optional: tuple[QWidget, ...] = (self.workspaces, self._colour_name, self.colours, self._search)
        for widget in optional:
            widget.setVisible(room)
        self._choose_words()
        side = 24 if self._presenting else 14
        buttons: tuple[QAbstractButton, ...] = (self._train, self._step, self._stop, self._search)
        for button in buttons:
            button.setIconSize(QSize(side, side))

    def _draw_icons(self) -> None:
        theme = THEMES["light" if self._dark is False else "dark"]
        train = "pause" if self._status.phase is Phase.TRAINING else "play"
        self._train.setIcon(icon(train, theme.on_accent, theme.muted))
        self._step.setIcon(icon("step", theme.text, theme.muted))
        self._stop.setIcon(icon("stop", theme.text, theme.muted))
        self._search.setIcon(icon("search", theme.text))

    @Slot()
    def _on_train(self) -> None:
        signals = {Phase.TRAINING: self.pause_wanted, Phase.PAUSED: self.resume_wanted}
        signals.get(self._status.phase, self.train_wanted).emit()

    @Slot(int)
    def _on_pace(self, value: int) -> None:
        self._take_pace(pace_of(value))

    def _take_pace(self, seconds: float) -> None:
        self._seconds = seconds
        words = pace_in_words(seconds)
        self._pace_words.show_text(words)
        self._pace.setToolTip(f"Training takes at least: {words}. It changes no frame.")
        self._pace.setAccessibleDescription(words)
        self.pace_changed.emit(seconds)
