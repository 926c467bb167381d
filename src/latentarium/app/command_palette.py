"""Ctrl+K: every action by its name, found by a few letters of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

WIDTH, ROWS = 560, 12
ASIDE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class Choice:
    """Something to choose: an id, what is shown, where it stands otherwise, its key, and words to find it by."""

    name: str
    text: str
    place: str = ""
    key: str = ""
    words: str = ""


def score(letters: str, text: str) -> float | None:
    """How well `letters` fit `text`, larger is better; None where they do not occur in this order.

    Letters that begin a word or follow one another count more, and so does a short text.
    """
    letters, text = letters.lower().strip(), text.lower()
    if not letters:
        return 0.0
    if (place := text.find(letters)) >= 0:
        begins = place == 0 or not text[place - 1].isalnum()
        return 100.0 * (2 if begins else 1) - place - len(text) / 10
    total, at, previous = 0.0, 0, -2
    for letter in letters.replace(" ", ""):
        found = text.find(letter, at)
        if found < 0:
            return None
        begins = found == 0 or not text[found - 1].isalnum()
        total += 5.0 if found == previous + 1 else 4.0 if begins else 1.0 - min(found - at, 9) / 10
        previous, at = found, found + 1
    return total - len(text) / 10


def filtered(letters: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices that fit, best first; all in their own order where there are no letters."""
    scored = []
    for order, choice in enumerate(choices):
        by_text = score(letters, choice.text)
        by_words = score(letters, f"{choice.place} {choice.words}") if choice.words or choice.place else None
        fits = [by_text, None if by_words is None else by_words - 40]
        known = [fit for fit in fits if fit is not None]
        if known:
            scored.append((-max(known), order, choice))
    return [choice for _, _, choice in sorted(scored, key=lambda item: item[:2])]


class Row(QStyledItemDelegate):
    """A command on the left, and on the right its key, or where it stands in the menus."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        roles = QPalette.ColorRole
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(option.palette.color(roles.HighlightedText if chosen else roles.PlaceholderText))
        place = option.rect.adjusted(0, 0, -10, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index.data(ASIDE) or "")


class CommandPalette(QDialog):
    """A line to type in and the actions that fit it."""

    chosen = Signal(str)  # the choice's name

    def __init__(self, choices: Sequence[Choice], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Search or command")
        self._choices = choices
        self._line = QLineEdit()
        self._line.setPlaceholderText("Type a command, e.g. “export” or “colour loss”")
        self._line.setAccessibleName("Search or command")
        self._line.textChanged.connect(self._on_text)
        self._line.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName("Commands that fit")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setItemDelegate(Row(self._list))
        self._list.itemClicked.connect(self._on_item)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self._line)
        column.addWidget(self._list)
        self._on_text("")
        row = self._list.sizeHintForRow(0) if self._list.count() else 24
        self.resize(min(WIDTH, parent.width() - 40), self._line.sizeHint().height() + row * ROWS + 36)

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of `window`."""
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, max(window.height() // 8, 20))))
        self.show()
        self._line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            strides = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            key = Qt.Key(event.key())
            if key in strides and self._list.count():
                row = min(max(self._list.currentRow() + strides[key], 0), self._list.count() - 1)
                self._list.setCurrentRow(row)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if item := self._list.currentItem():
                    self._on_item(item)
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._list.clear()
        for choice in filtered(text, self._choices):
            item = QListWidgetItem(choice.text)
            item.setData(Qt.ItemDataRole.UserRole, choice.name)
            item.setData(ASIDE, choice.key or choice.place.replace("/", " › "))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.text} {choice.key}".strip())
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        name = item.data(Qt.ItemDataRole.UserRole)
        self.close()
        self.chosen.emit(name)
