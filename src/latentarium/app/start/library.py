"""The runs of the library folder: found in a thread, filtered as one types, opened by a double-click."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QThread,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QDesktopServices, QFont, QFontMetrics, QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.inspector.point import figure
from latentarium.app.widgets.plain_text import tip
from latentarium.core.frame import ACCURACY, KNN_ACCURACY
from latentarium.runs.library import Summary, library_folder, list_runs
from latentarium.scene.palettes import THEMES
from latentarium.scene.state import State

SUMMARY = Qt.ItemDataRole.UserRole
FACTS = Qt.ItemDataRole.UserRole + 1  # what stands in an item's second line
INDENT = 12  # px, of the runs of a sweep


class Reader(QThread):
    """Lists a folder's runs once."""

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("library reader")
        self._folder = folder
        self.runs: list[Summary] = []
        self.problem = ""

    def run(self) -> None:
        try:
            self.runs = list_runs(self._folder)
        except OSError as error:
            self.problem = f"The library {self._folder} cannot be read ({error.strerror})."


class RunDelegate(QStyledItemDelegate):
    """Draws a run in two lines: its title, and when it was made, how long it is and how good."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.dark = True

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, 2 * QFontMetrics(option.font).height() + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = THEMES["dark" if self.dark else "light"]
        run: Summary = index.data(SUMMARY)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if chosen or hovered:
            painter.fillRect(option.rect, QColor(theme.accent if chosen else theme.control_hovered))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        box = option.rect.adjusted(10 + INDENT * bool(run.group), 6, -8, -6)
        day = day_of(run)
        plain, heavy = QFontMetrics(option.font), QFontMetrics(bold)
        right = plain.horizontalAdvance(day)
        second = box.top() + plain.height() + 2
        title = run.title.rpartition(" · ")[2] if run.group else run.title  # its sweep stands above it
        upper = QRect(box.left(), box.top(), box.width() - right - 8, heavy.height())
        for font, text, colour, line in (
            (bold, heavy.elidedText(title, Qt.TextElideMode.ElideRight, upper.width()), theme.text, upper),
            (option.font, day, theme.muted, QRect(box.right() - right, box.top(), right + 1, plain.height())),
            (option.font, index.data(FACTS), theme.muted, QRect(box.left(), second, box.width(), plain.height())),
        ):
            painter.setFont(font)
            painter.setPen(QColor(theme.on_accent if chosen else colour))
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.restore()


class LibraryPanel(QWidget):
    """All runs of the library, newest first. It reads while it is seen, and waits for its thread when it is hidden."""

    opened = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._reader: Reader | None = None
        self._again = False
        self._empty = ""
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter by name, class or day")
        self._filter.setAccessibleName("Filter the library")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._on_filter)
        self._list = QListWidget()
        self._list.setAccessibleName("Runs of the library")
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._list.itemActivated.connect(self._on_activated)
        self._delegate = RunDelegate(self._list)
        self._list.setItemDelegate(self._delegate)
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._filter)
        column.addWidget(self._note)
        column.addWidget(self._list, 1)

    def show_state(self, state: State) -> None:
        """Follow the theme."""
        if state.dark != self._delegate.dark:
            self._delegate.dark = state.dark
            self._list.viewport().update()

    def refresh(self) -> None:
        """Read the library again, now or when it is next seen."""
        if not self.isVisible():
            return
        if self._reader is not None:
            self._again = True
            return
        self._reader = Reader(library_folder(), self)
        self._reader.finished.connect(self._on_finished)
        self._reader.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._take_reader()

    def _take_reader(self) -> Reader | None:
        """Wait for the thread and let go of it."""
        reader, self._reader, self._again = self._reader, None, False
        if reader is not None:
            reader.wait()
            reader.deleteLater()
        return reader

    @Slot()
    def _on_finished(self) -> None:
        again = self._again
        reader = self._take_reader()
        if reader is not None:
            self._fill(reader.runs, reader.problem)
        if again:
            self.refresh()

    def _fill(self, runs: list[Summary], problem: str) -> None:
        current = self._list.currentItem()
        kept = current.data(SUMMARY).path if current else None
        self._list.clear()
        for run, told in with_sweeps(runs):
            item = QListWidgetItem(f"{run.title}, {day_of(run)}, {told}")
            item.setData(SUMMARY, run)
            item.setData(FACTS, told)
            made = made_at(run)
            item.setToolTip(tip(f"{run.path}\n{made:%c}" if made else str(run.path)))
            self._list.addItem(item)
            if run.path == kept:
                self._list.setCurrentItem(item)
        self._empty = problem or "No runs yet. Press Train: every run is kept here."
        self._on_filter()

    @Slot()
    def _on_filter(self) -> None:
        words = self._filter.text().lower().split()
        seen = 0
        for row in range(self._list.count()):
            item = self._list.item(row)
            hidden = not matches(item.data(SUMMARY), words)
            item.setHidden(hidden)
            seen += not hidden
        self._note.setText("" if seen else "No run matches." if self._list.count() else self._empty)
        self._note.setVisible(not seen)

    @Slot(QListWidgetItem)
    def _on_activated(self, item: QListWidgetItem) -> None:
        self.opened.emit(item.data(SUMMARY).path)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        item = self._list.itemAt(place)
        if item is None:
            return
        run: Summary = item.data(SUMMARY)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open").setData("open")
        menu.addAction("Show in folder").setData("folder")
        chosen = menu.exec(self._list.viewport().mapToGlobal(place))
        if chosen is not None and chosen.data() == "open":
            self.opened.emit(run.path)
        elif chosen is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.path.parent)))


def with_sweeps(runs: Sequence[Summary]) -> Iterator[tuple[Summary, str]]:
    """The runs, each with its second line; above those of a sweep stands the sweep, as if it were a run."""
    before = ""
    for run in runs:
        if run.group and run.group != before:
            count = sum(other.group == run.group for other in runs)
            title = run.title.rpartition(" · ")[0] or run.group
            whole = replace(run, path=run.path.parent, name=run.group, title=title, group="")
            yield whole, f"sweep · {count} {'runs' if count > 1 else 'run'}"
        before = run.group
        yield run, facts(run)


def facts(run: Summary) -> str:
    """How long a run is and how good: "200 frames · accuracy 0.95"; of a finished one, on the whole test split."""
    parts = [f"{run.frames:,} frames"]
    for name, spoken in ((ACCURACY, "accuracy"), (KNN_ACCURACY, "1-NN")):
        value = run.result.get(name, run.scalars.get(name))
        if value is not None:
            parts.append(f"{spoken} {figure(value)}")
            break
    return " · ".join(parts)


def day_of(run: Summary) -> str:
    """The time of today's runs, the day of others, in the person's own zone; empty where the run does not say."""
    made, now = made_at(run), datetime.now().astimezone()
    if made is None:
        return ""
    if made.date() == now.date():
        return f"{made:%H:%M}"
    return f"{made.day} {made:%b}" if made.year == now.year else f"{made:%b %Y}"


def made_at(run: Summary) -> datetime | None:
    """When a run was begun, or None where it does not say."""
    try:
        return datetime.fromisoformat(run.created).astimezone()
    except ValueError:
        return None


def matches(run: Summary, words: list[str]) -> bool:
    """Whether every word is found in what the list shows of a run, in its folder's name or among its classes."""
    told = f"{run.title} {run.name} {facts(run)} {day_of(run)} {run.created} {' '.join(run.classes)}".lower()
    return all(word in told for word in words)
