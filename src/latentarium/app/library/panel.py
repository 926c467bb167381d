"""The panel of the library: found in a thread, sorted and filtered, opened by a double-click or with Return."""

from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.library.deeds import Deeds
from latentarium.app.library.delegate import FOLD, INDENT, LEFT, RunDelegate
from latentarium.app.library.model import ROW, RowsModel
from latentarium.app.library.reader import Reader
from latentarium.app.library.rows import Arrangement, Order, Row, rows_of
from latentarium.app.library.watch import FolderWatch, paths_of
from latentarium.app.widgets.plain_text import tip
from latentarium.app.widgets.search_edit import SearchEdit
from latentarium.runs.library import Known, Summary, library_folder
from latentarium.scene.state import State

EMPTY = "No runs yet. Press Train: every run is kept here. Import… brings in spaces that others made."
TOLD = 8  # of the runs that cannot be read
MARKS = "AB"  # of the first run on the desk, and of the one beside it


class RunList(QListView):
    """The list: a click on a heading's triangle, Left and Right fold it."""

    folding = Signal(object, bool)  # the Row of a heading, whether it is to be folded

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().data(ROW)
        if row is not None and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._turn(row, event.key() == Qt.Key.Key_Left)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW)
        if row is not None and row.kind != "run" and event.button() is Qt.MouseButton.LeftButton:
            left = self.visualRect(index).left() + LEFT + INDENT * row.depth
            if event.position().x() < left + FOLD:
                self.folding.emit(row, not row.folded)
                return
        super().mousePressEvent(event)

    def _turn(self, row: Row, back: bool) -> None:
        """Left folds a heading, or goes to the one above; Right unfolds it."""
        if row.kind != "run" and row.folded != back:
            self.folding.emit(row, back)
        elif back and row.depth:
            model = self.model()
            for place in range(self.currentIndex().row() - 1, -1, -1):
                if model.index(place, 0).data(ROW).depth < row.depth:
                    self.setCurrentIndex(model.index(place, 0))
                    return


class LibraryPanel(QWidget):
    """All runs of the library. It reads while it is seen, and waits for its thread when it is hidden."""

    opened = Signal(Path)
    beside_wanted = Signal(Path)  # the run is to be shown beside the one that is open
    both_wanted = Signal(Path, Path)  # two runs are to be shown beside each other
    import_wanted = Signal()
    deed_wanted = Signal(str, object)  # recipe, folder or trash, and list[Row]
    shelved = Signal(object, str)  # list[Row], the name of a group; "" for none
    retitled = Signal(object, str)  # Row, the name wanted
    arranged = Signal(object)  # Arrangement: a person sorted the list, or folded or unfolded a part of it

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._reader: Reader | None = None
        self._again = False
        self._runs: list[Summary] = []
        self._seen: Known = {}
        self._known = False  # the library was read to its end before
        self._problem = ""
        self._unread: list[str] = []  # of each run that is there and cannot be read, why
        self._folded: set[Path] = set()
        self._wanted: Path | None = None  # what is to be chosen once it is listed
        self._filter, self._order = self._filter_edit(), self._order_box()
        self._count, self._note = QLabel(), QLabel()
        for label in (self._count, self._note):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "muted")
        self._note.setWordWrap(True)
        self.list, self._model = RunList(), RowsModel(self)
        self._delegate = RunDelegate(self.list)
        self._set_up_list()
        self._deeds = Deeds(self.list)
        self._deeds.wanted.connect(self._on_deed)
        self._deeds.shelved.connect(self.shelved)
        self._watch = FolderWatch(self)
        self._watch.changed.connect(self.refresh)
        self._lay_out()

    def show_state(self, state: State) -> None:
        """Follow the theme, and mark the runs that lie on the desk."""
        if state.dark != self._delegate.dark:
            self._delegate.dark = state.dark
            self.list.viewport().update()
        paths = [shown.run.path.absolute() for shown in state.runs[: len(MARKS)]]
        if len(set(paths)) == 1:
            self._model.show_marks({paths[0]: "A" if len(paths) == 1 else "A B"})
        else:
            self._model.show_marks(dict(zip(paths, MARKS, strict=False)))

    def arrange(self, arrangement: Arrangement) -> None:
        """Sort and fold the list so."""
        self._folded = set(arrangement.folded)
        self._order.blockSignals(True)
        self._order.setCurrentIndex(self._order.findData(arrangement.order))
        self._order.blockSignals(False)
        self._show_rows()

    def follow(self, before: Path, after: Path) -> None:
        """Keep folded what lay at `before`, or in it, and lies at `after` now."""
        moved = {after / path.relative_to(before) if path.is_relative_to(before) else path for path in self._folded}
        if moved != self._folded:
            self._folded = moved
            self._tell_arranged()

    @Slot()
    def refresh(self) -> None:
        """Read the library again, now or when it is next seen."""
        if not self.isVisible():
            return
        if self._reader is not None:
            self._again = True
            return
        self._reader = Reader(library_folder(), self._seen, self)
        self._reader.found.connect(self._on_found)
        self._reader.finished.connect(self._on_finished)
        self._reader.start()

    def choose(self, path: Path) -> None:
        """Have the line of `path` be the current one, once it is there."""
        self._wanted = path
        self._show_rows()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._take_reader()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Return go on from the filter into the list."""
        pressed = event.key() if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) else None
        if self._model.rows and pressed in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.list.selectedIndexes():
                self.list.setCurrentIndex(self._model.index(0))
            return True
        return super().eventFilter(watched, event)

    def _filter_edit(self) -> SearchEdit:
        edit = SearchEdit()
        edit.setPlaceholderText("Filter by name, class or day")
        edit.setAccessibleName("Filter the library")
        edit.textEdited.connect(self._on_typed)
        edit.textChanged.connect(self._show_rows)
        edit.installEventFilter(self)
        return edit

    def _order_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName("Sort the library")
        for order in Order:
            box.addItem(order.value, order)
        box.currentIndexChanged.connect(self._on_sorted)
        return box

    def _set_up_list(self) -> None:
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName("Runs of the library")
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # F2 is one of the deeds
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.doubleClicked.connect(self._on_double_click)
        self.list.folding.connect(self._on_folding)
        self._delegate.closeEditor.connect(self._on_written, Qt.ConnectionType.QueuedConnection)
        self._model.retitled.connect(self.retitled)

    def _lay_out(self) -> None:
        bring = QPushButton("Import…")
        bring.setToolTip("Bring in an embedding that another program made")
        bring.clicked.connect(self.import_wanted)
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(bring)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 8, 8)
        column.setSpacing(8)
        for widget in (self._filter, self._order, self._note):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def _take_reader(self) -> Reader | None:
        """Wait for the thread and let go of it."""
        reader, self._reader, self._again = self._reader, None, False
        if reader is not None:
            reader.requestInterruption()
            reader.wait()
            reader.deleteLater()
        return reader

    @Slot(object)
    def _on_found(self, runs: list[Summary]) -> None:
        """Show what was found so far, the first time; later the list stays as it is until all is read."""
        if self._reader is not None and not self._known:
            self._runs = runs
            self._show_rows()

    @Slot()
    def _on_finished(self) -> None:
        again = self._again
        reader = self._take_reader()
        if reader is not None:
            self._runs, self._problem, self._known = reader.runs, reader.problem, True
            self._unread = reader.around.unread
            self._watch.watch(paths_of(reader.around), reader.around.young)
            self._show_rows()
        if again:
            self.refresh()

    @Slot()
    def _on_typed(self) -> None:
        self._wanted = None  # what is searched now goes before what was to be chosen

    @Slot()
    def _on_written(self) -> None:
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        """List the runs anew, with the same ones chosen and at the same place."""
        if self.list.state() is QAbstractItemView.State.EditingState:
            return  # a name is being written; what has changed shows afterwards
        words = self._filter.text().lower().split()
        kept = {row.path for row in self._deeds.chosen()}
        current, place = self.list.currentIndex().data(ROW), self.list.verticalScrollBar().value()
        rows = rows_of(self._runs, self._sorted_by, words, self._folded)
        self._model.show_rows(rows)
        self._deeds.show_shelves(run.shelf for run in self._runs if run.shelf)
        self._choose(kept, current)
        self.list.verticalScrollBar().setValue(place)
        if self._wanted is not None and (line := self._model.row_of(self._wanted)) >= 0:
            self.list.setCurrentIndex(self._model.index(line))
            self._wanted = None
        elif words and self._wanted is not None and any(run.path.is_relative_to(self._wanted) for run in self._runs):
            self._filter.clear()  # it is called otherwise now, and would be out of sight; lists the runs anew
            return
        shown = len({run.path for row in rows for run in row.runs})
        of = f" of {len(self._runs):,}" if shown < len(self._runs) else ""
        counted = f"{shown:,}{of} {'run' if len(self._runs) == 1 else 'runs'}" if self._runs else ""
        damaged = f"{len(self._unread):,} damaged" if self._unread else ""
        self._count.setText(" · ".join(filter(None, (counted, damaged))))
        self._count.setToolTip(tip("\n".join(self._unread[:TOLD])) if damaged else "")
        nothing = self._problem or " ".join(self._unread[:1]) or (EMPTY if self._known else "Reading…")
        self._note.setText("No run matches." if self._runs else nothing)
        self._note.setVisible(not rows)

    def _choose(self, paths: set[Path], current: Row | None) -> None:
        """Select the lines of these places again after the list was filled."""
        selection = self.list.selectionModel()
        if current is not None and (line := self._model.row_of(current.path)) >= 0:
            selection.setCurrentIndex(self._model.index(line), selection.SelectionFlag.NoUpdate)
        for line, row in enumerate(self._model.rows):
            if row.path in paths:
                selection.select(self._model.index(line), selection.SelectionFlag.Select)

    @property
    def _sorted_by(self) -> Order:
        return Order(self._order.currentData())  # Qt gives back a plain text

    @Slot()
    def _on_sorted(self) -> None:
        self._show_rows()
        self._tell_arranged()

    def _tell_arranged(self) -> None:
        self.arranged.emit(Arrangement(self._sorted_by, frozenset(self._folded)))

    @Slot(object, bool)
    def _on_folding(self, row: Row, folded: bool) -> None:
        if folded:
            self._folded.add(row.path)
        else:
            self._folded.discard(row.path)
        self._show_rows()
        self._tell_arranged()

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        self._open(index.data(ROW))

    def _open(self, row: Row) -> None:
        if row.kind == "group":
            self._on_folding(row, not row.folded)
        else:
            self.opened.emit(row.path)
            if not row.path.exists():
                self.refresh()  # it is gone, as whoever opens it will say

    @Slot(str, object)
    def _on_deed(self, name: str, rows: list[Row]) -> None:
        if name == "open":
            self._open(rows[0])
        elif name == "beside":
            self.beside_wanted.emit(rows[0].path)
        elif name == "both":
            self.both_wanted.emit(rows[0].path, rows[1].path)
        elif name == "rename":
            self.list.edit(self._model.index(self._model.row_of(rows[0].path)))
        else:
            self.deed_wanted.emit(name, rows)
