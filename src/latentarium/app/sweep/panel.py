"""The left dock of the Sweep workspace: what is swept, how far the queue is, and what can be done about it."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.sweep.sweepable import sweepable
from latentarium.app.trainer import Phase, Status
from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.core.errors import LatentariumError
from latentarium.core.recipe import Recipe
from latentarium.core.sweep import Sweep, name_of, plan, values_text
from latentarium.scene.state import OpenSweep, State
from latentarium.scene.sweep_cells import progress_of

USUAL = ("seed", "0, 1, 2")  # field and values where the recipe names none
MISTAKEN = "The recipe has a mistake: mend what is marked there."


class SweepPanel(QWidget):
    """Plans a sweep of the form's recipe while none is open; shows the queue of the one that is."""

    asked = Signal(object)
    start_wanted = Signal(object)  # Sweep
    go_on_wanted = Signal()
    pause_wanted = Signal()  # or go on after a pause
    cancel_wanted = Signal()
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._recipe: Recipe | None = None
        self._state = State()
        self._status = Status()
        self._training = False
        self._valid = False  # what is planned can be trained
        self._recipe_name = ElidedLabel("value")
        self.field = QComboBox()
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.field.setAccessibleName("Field to sweep over")
        self.field.setToolTip("The recipe's field that is given several values, as on the command line")
        self.field.editTextChanged.connect(self._settle)
        self._field_name = ElidedLabel("value", middle=True)  # in its place while a sweep is open
        self.values = QLineEdit()
        self.values.setAccessibleName("Values of the field")
        self.values.setToolTip("One run for each, with commas between them")
        self.values.textChanged.connect(self._settle)
        self.values.returnPressed.connect(self._on_start)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.start = _button("Start sweep", "Train a run for each value, one after the other", self._on_start)
        self.new = _button("New sweep", "Choose another field or other values", self._on_new)
        self.pause = _button("Pause", "Pause after the current batch, or go on", self.pause_wanted)
        self.cancel = _button(
            "Cancel rest", "Stop here; what is trained is kept, and can be continued", self.cancel_wanted
        )
        self.resume = _button("Continue", "Train what is missing: finished runs are left alone", self.go_on_wanted)
        self.export = _button("Export figure…", "All cells and the chart as one PNG, PDF or SVG", self.export_wanted)
        self._queue = Queue()
        self._lay_out()
        self._settle()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (text, widget) in enumerate(
            (("Recipe", self._recipe_name), ("Field", self.field), ("Values", self.values))
        ):
            label = QLabel(text)
            label.setProperty("role", "muted")
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self._field_name, 1, 1)
        self._queue_heading = _heading("QUEUE")
        self._buttons = QGridLayout()
        self._buttons.setSpacing(8)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        box.addWidget(_heading("SWEEP"))
        box.addLayout(grid)
        box.addWidget(self.note)
        box.addWidget(self.start)
        box.addWidget(self._queue_heading)
        box.addWidget(self._queue)
        first, second = QHBoxLayout(), QHBoxLayout()
        for button in (self.pause, self.resume, self.cancel):
            first.addWidget(button, 1)
        for button in (self.new, self.export):
            second.addWidget(button, 1)
        box.addLayout(first)
        box.addLayout(second)
        box.addStretch(1)

    def show_state(self, state: State) -> None:
        """Show the open sweep's queue, or what is planned."""
        old, self._state = self._state, state
        if old.sweep is not state.sweep:
            if state.sweep is not None and (old.sweep is None or old.sweep.sweep is not state.sweep.sweep):
                self._name(
                    state.sweep.sweep.recipe.title, state.sweep.sweep.field, values_text(state.sweep.sweep.values)
                )
            elif state.sweep is None:
                self._take_plan()
            if state.sweep is not None:
                self._queue.show_sweep(state.sweep)
            self._offer()

    def show_recipe(self, recipe: Recipe | None) -> None:
        """Plan with this recipe from now on; None: the form's is not valid."""
        before, self._recipe = self._recipe, recipe
        if self._state.sweep is not None:
            return
        if recipe is not None and (before is None or before.sweep != recipe.sweep or before.title != recipe.title):
            self._take_plan()
        else:
            self._settle()

    def show_status(self, status: Status, training: bool) -> None:
        """Offer what the training allows; `training`: it is this program's sweep."""
        self._status, self._training = status, training
        self._offer()

    def planned(self) -> Sweep | None:
        """What Start would train; None where that is not allowed, and the note says why."""
        if self._recipe is None:
            self._say(MISTAKEN, wrong=True)
            return None
        try:
            sweep = plan(self._recipe, self.field.currentText(), self.values.text())
        except LatentariumError as error:
            self._say(str(error), wrong=True)
            return None
        count = len(sweep.values)
        self._say(f"{count} run{'s' * (count > 1)}, one after the other", wrong=False)
        return sweep

    def _take_plan(self) -> None:
        """Offer the recipe's own sweep, else the usual one."""
        if self._recipe is None:
            self._settle()
            return
        own = self._recipe.sweep
        self.field.blockSignals(True)
        self.field.clear()
        self.field.addItems(sweepable(self._recipe))
        self.field.blockSignals(False)
        name, values = (own.field, values_text(own.values)) if own.field else USUAL
        self._name(self._recipe.title, name, values)

    def _name(self, recipe: str, field: str, values: str) -> None:
        self._recipe_name.show_text(recipe)
        self._field_name.show_text(field)
        self.field.setEditText(field)
        line = self.field.lineEdit()
        if line is not None:
            line.setCursorPosition(0)
        self.values.setText(values)
        self.values.setCursorPosition(0)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        if self._state.sweep is None:
            if self._recipe is not None:
                self._recipe_name.show_text(self._recipe.title)
            self._valid = self.planned() is not None
        self._offer()

    def _offer(self) -> None:
        sweep, busy = self._state.sweep, self._status.busy
        planning = sweep is None
        unfinished = sweep is not None and any(cell.state != "done" for cell in sweep.cells)
        paused = self._status.phase is Phase.PAUSED
        for widget, shown in (
            (self.start, planning),
            (self.note, planning),
            (self.field, planning),
            (self._field_name, not planning),
            (self._queue, not planning),
            (self._queue_heading, not planning),
            (self.new, not planning),
            (self.export, not planning),
            (self.pause, self._training),
            (self.cancel, self._training),
            (self.resume, unfinished and not self._training),
        ):
            widget.setVisible(shown)
        self.values.setReadOnly(not planning)
        self.values.setToolTip("One run for each, with commas between them" if planning else self.values.text())
        self.start.setEnabled(planning and self._valid and not busy)
        self.resume.setEnabled(not busy)
        self.new.setEnabled(not self._training)
        self.pause.setText("Resume" if paused else "Pause")
        self.pause.setEnabled(self._status.phase in (Phase.TRAINING, Phase.PAUSED))
        self.cancel.setEnabled(busy and self._status.phase is not Phase.STOPPING)
        self.export.setEnabled(sweep is not None and any(cell.shown and cell.shown.count for cell in sweep.cells))

    def _say(self, text: str, wrong: bool) -> None:
        self.note.setText(text)
        role = "wrong" if wrong else "muted"
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)

    @Slot()
    def _on_start(self) -> None:
        sweep = self.planned() if self._state.sweep is None else None
        if sweep is not None and not self._status.busy:
            self.start_wanted.emit(sweep)

    @Slot()
    def _on_new(self) -> None:
        self.asked.emit({"sweep": None})


class Queue(QScrollArea):
    """The values in the order of training, and how far each is."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Queue of the sweep")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.setWidget(self._inside)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._rows: list[tuple[ElidedLabel, ElidedLabel]] = []

    def show_sweep(self, sweep: OpenSweep) -> None:
        """One line a value."""
        while len(self._rows) < len(sweep.cells):
            name, state = ElidedLabel("muted"), ElidedLabel("plain")
            state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(name, len(self._rows), 0)
            self._grid.addWidget(state, len(self._rows), 1)
            self._rows.append((name, state))
        for row, (name, state) in enumerate(self._rows):
            shown = row < len(sweep.cells)
            name.setVisible(shown)
            state.setVisible(shown)
            if shown:
                self.updateGeometry()
                name.show_text(name_of(sweep.sweep.field, sweep.cells[row].value))
                state.show_text(progress_of(sweep.cells[row]))
                state.setAccessibleDescription(name.text())

    def sizeHint(self) -> QSize:
        """All its lines; it scrolls where there is less room."""
        return QSize(super().sizeHint().width(), self._inside.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), 120))

    def texts(self) -> list[tuple[str, str]]:
        """What stands there: names and how far each is."""
        return [(name.text(), state.text()) for name, state in self._rows if not name.isHidden()]


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _button(text: str, about: str, pressed: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    button.setAccessibleName(text.rstrip("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(pressed)
    return button
