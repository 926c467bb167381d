"""The dialog that asks which run is to stand beside the one that is open."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.compare.choices import choices
from latentarium.app.library.delegate import RunDelegate
from latentarium.app.library.model import ROW, RowsModel
from latentarium.app.library.reader import Reader
from latentarium.app.widgets.search_edit import SearchEdit
from latentarium.runs.library import Summary, library_folder
from latentarium.scene.naming import name_of
from latentarium.scene.state import OpenRun

EMPTY = "The library holds no other run. Browse… takes one that lies elsewhere."
STRIDES: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class RunChooser(QDialog):
    """The library's runs, those of the same points first; a run that lies elsewhere is browsed for."""

    chosen = Signal(Path)

    def __init__(self, runs: tuple[OpenRun, ...], dark: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare with")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._first = runs[0].run
        self._runs: list[Summary] = []
        self._reader = Reader(library_folder(), {}, self)
        self._known = False  # the library was read to its end
        self._reader.found.connect(self._on_found)
        self._reader.finished.connect(self._on_finished)
        self.filter, self.list, self._model = SearchEdit(), QListView(), RowsModel(self)
        self._model.show_marks({shown.run.path.absolute(): "B" for shown in runs[1:]})
        self._note = QLabel("Reading…")
        self.browse, self.compare = QPushButton("Browse…"), QPushButton("Compare")
        self._set_up(dark)
        self._lay_out()
        self.resize(680, 560)
        self._reader.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._reader.requestInterruption()
        self._reader.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while a person writes in the filter."""
        pressed = event.key() if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) else None
        if pressed in STRIDES and self._model.rows:
            row = self.list.currentIndex().row() + STRIDES[pressed]
            self.list.setCurrentIndex(self._model.index(min(max(row, 0), len(self._model.rows) - 1)))
            return True
        return super().eventFilter(watched, event)

    def _set_up(self, dark: bool) -> None:
        self.filter.setPlaceholderText("Filter by name, class or day")
        self.filter.setAccessibleName("Filter the runs")
        self.filter.textChanged.connect(self._show_rows)
        self.filter.installEventFilter(self)
        delegate = RunDelegate(self.list)
        delegate.dark = dark
        self.list.setModel(self._model)
        self.list.setItemDelegate(delegate)
        self.list.setAccessibleName("Runs to compare with")
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.doubleClicked.connect(self._on_compare)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self.browse.setToolTip("Take a run that lies elsewhere: its run.json, or a zip")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._on_browse)
        self.compare.setProperty("role", "primary")
        self.compare.setDefault(True)
        self.compare.setEnabled(False)
        self.compare.clicked.connect(self._on_compare)

    def _lay_out(self) -> None:
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        above = QLabel(f"Beside “{name_of(self._first)}”")
        above.setTextFormat(Qt.TextFormat.PlainText)
        above.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.browse)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.compare)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (above, self.filter, self._note):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    @Slot(object)
    def _on_found(self, runs: list[Summary]) -> None:
        self._runs = runs
        self._show_rows()

    @Slot()
    def _on_finished(self) -> None:
        self._known = True
        self._on_found(self._reader.runs)

    @Slot()
    def _show_rows(self) -> None:
        """List what matches; a line that the person went to stays chosen, else the first is."""
        current = self.list.currentIndex()
        kept = current.data(ROW) if current.row() > 0 else None
        rows = choices(self._runs, self._first, self.filter.text().lower().split())
        self._model.show_rows(rows)
        line = max(self._model.row_of(kept.path), 0) if kept is not None else 0
        self.list.setCurrentIndex(self._model.index(line))
        self.compare.setEnabled(bool(rows))
        nothing = (self._reader.problem or EMPTY) if self._known else "Reading…"
        self._note.setText("No run matches." if choices(self._runs, self._first, ()) else nothing)
        self._note.setVisible(not rows)

    @Slot()
    def _on_browse(self) -> None:
        folder = str(self._first.path.absolute().parent)
        name, _ = QFileDialog.getOpenFileName(self, self.windowTitle(), folder, "Runs (*.zip run.json)")
        if name:
            self._take(Path(name))

    @Slot()
    def _on_compare(self) -> None:
        row = self.list.currentIndex().data(ROW)
        if row is not None:
            self._take(row.path)

    def _take(self, path: Path) -> None:
        self.accept()
        self.chosen.emit(path)
