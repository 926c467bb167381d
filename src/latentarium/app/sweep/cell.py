"""One cell of a sweep: a value, how its run stands, and the run's embedding."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout

from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.app.widgets.plain_text import caption, tip
from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.core.sweep import name_of
from latentarium.gl.raster import RasterView
from latentarium.scene.camera import Camera
from latentarium.scene.state import OpenRun, Selection, State, SweepCell
from latentarium.scene.sweep_cells import cell_scene, cell_state, note_of

SMALLEST = QSize(120, 90)  # logical pixels of the picture


class CellView(QFrame):
    """Cell `index` of the open sweep. Drawn without OpenGL: nine contexts would cost more than they save."""

    asked = Signal(object)
    pointed = Signal(int, object)  # this cell's index, and the row under the pointer or None
    opened = Signal(int)  # this cell's run is to be shown alone
    camera_changed = Signal(int, object, object)  # the index, the camera wanted, and the one that frames all

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self._shown: OpenRun | None = None
        self._state = State()
        self._error = ""  # why there is no picture
        self._said = ("", "")  # name and note
        self._key: object = None  # what the picture was composed from
        self._base = Camera()
        self._name = QPushButton()
        self._name.setProperty("role", "cell")
        self._name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name.clicked.connect(self._on_opened)
        self._note = ElidedLabel("muted")
        header = QFrame()
        header.setProperty("role", "strip")
        lines = QVBoxLayout(header)
        lines.setContentsMargins(14, 6, 10, 6)
        lines.setSpacing(0)
        lines.addWidget(self._name, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(self._note)
        canvas = QFrame()
        canvas.setProperty("role", "canvas")
        self.cloud = RasterView(canvas)
        self.cloud.setMinimumSize(SMALLEST)
        self.cloud.setProperty("view", True)  # where single keys are shortcuts
        self.cloud.pointed.connect(self._on_pointed)
        self.cloud.clicked.connect(self._on_clicked)
        self.cloud.camera_changed.connect(self._on_camera)
        self.cloud.lassoed.connect(self._on_lassoed)
        self.cloud.installEventFilter(self)
        self._message = QLabel()
        self._message.setProperty("role", "muted")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QGridLayout(canvas)
        inside.setContentsMargins(0, 0, 0, 0)
        self._message.setMargin(10)
        inside.addWidget(self.cloud, 0, 0)
        inside.addWidget(self._message, 0, 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(canvas, 1)

    def show_cell(self, cell: SweepCell, state: State) -> None:
        """Draw this cell's run at the state's moment."""
        assert state.sweep is not None
        self._shown, self._state, self._error = cell.shown, state, cell.error
        name, note = name_of(state.sweep.sweep.field, cell.value), note_of(cell)
        if (name, note) != self._said:
            self._said = name, note
            self._name.setText(caption(name))
            self._name.setAccessibleName(f"Open {name}, {note}")
            self._name.setToolTip(tip(cell.error) if cell.error else "Open this run")
            self._note.show_text(note)
            self.cloud.setAccessibleName(f"Embedding, {name}: {note}")
        self._name.setEnabled(cell.shown is not None)
        self._draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._key = None
            self._draw()
        elif event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            return True  # the first click of the two has opened the run
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        shown, state = self._shown, self._state
        drawn = shown is not None and shown.count > 0
        self.cloud.setVisible(drawn)
        problem = "" if drawn else self._error
        if shown is not None and drawn and state.sweep is not None:
            camera = state.sweep.camera
            key = (shown.run, shown.projections, cell_state(shown, state, camera), self.cloud.size())
            if key != self._key:
                try:
                    scene, self._base = cell_scene(shown, state, self.cloud.width() / max(1, self.cloud.height()))
                except LatentariumError as error:
                    problem = str(error)
                else:
                    self.cloud.set_lasso(state.lasso)
                    self.cloud.show_scene(scene)
                    self._key = key
        self._message.setText(problem)
        self._message.setVisible(bool(problem))

    @Slot(object)
    def _on_pointed(self, row: int | None) -> None:
        self.pointed.emit(self._index, row)

    @Slot(object)
    def _on_clicked(self, row: int | None) -> None:
        if row is not None:
            self.asked.emit({"focus": row})
        self.opened.emit(self._index)

    @Slot(object)
    def _on_camera(self, camera: Camera) -> None:
        self.camera_changed.emit(self._index, camera, self._base)

    @Slot(object, bool)
    def _on_lassoed(self, rows: Ints, additive: bool) -> None:
        if additive:
            rows = np.union1d(self._state.selection.rows, rows)
        self.asked.emit({"selection": Selection(frozen_ints(rows)), "lasso": False})

    @Slot()
    def _on_opened(self) -> None:
        self.opened.emit(self._index)
