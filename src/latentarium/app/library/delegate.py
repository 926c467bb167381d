"""How a line of the library looks, and how its title is written anew."""

from PySide6.QtCore import QAbstractItemModel, QObject, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from latentarium.app.library.model import MARK, ROW, Index
from latentarium.app.library.rows import Row
from latentarium.scene.palettes import THEMES, Theme

INDENT = 18  # px a heading
LEFT = 10  # px
FOLD = 14  # px for the triangle of a heading


class RunDelegate(QStyledItemDelegate):
    """Draws a line in two: its title, and when it was made, how long it is and how good."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.dark = True

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, 2 * QFontMetrics(option.font).height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = THEMES["dark" if self.dark else "light"]
        row: Row = index.data(ROW)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            painter.fillRect(option.rect, QColor(theme.accent if chosen else theme.control_hovered))
        bold = _bold(option.font)
        plain, heavy = QFontMetrics(option.font), QFontMetrics(bold)
        box = _inner(option.rect, row)
        if row.kind != "run":
            _draw_fold(painter, box, row.folded, QColor(theme.on_accent if chosen else theme.muted))
        mark = index.data(MARK)
        room = _draw_mark(painter, box, mark, theme, chosen, bold) if mark else 0
        right = plain.horizontalAdvance(row.day)
        day = QRect(box.right() - right - room, box.top(), right + 1, plain.height())
        upper = QRect(box.left(), box.top(), max(box.width() - right - room - 8, 0), heavy.height())
        lower = QRect(box.left(), box.top() + plain.height() + 2, box.width(), plain.height())
        for font, metrics, text, colour, line in (
            (bold, heavy, row.title, theme.text, upper),
            (option.font, plain, row.day, theme.muted, day),
            (option.font, plain, row.facts, theme.muted, lower),
        ):
            painter.setFont(font)
            painter.setPen(QColor(theme.on_accent if chosen else colour))
            shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        if bool(option.state & QStyle.StateFlag.State_HasFocus) and not chosen:
            painter.setPen(QColor(theme.accent))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(Qt.ItemDataRole.EditRole))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        height = editor.sizeHint().height()
        box = option.rect.adjusted(4 + INDENT * index.data(ROW).depth, 0, -4, 0)
        editor.setGeometry(QRect(box.left(), box.center().y() - height // 2, box.width(), height))


def _inner(rect: QRect, row: Row) -> QRect:
    """Where a line's texts stand."""
    fold = FOLD if row.kind != "run" else 0
    return rect.adjusted(LEFT + INDENT * row.depth + fold, 6, -8, -6)


def _draw_fold(painter: QPainter, box: QRect, folded: bool, colour: QColor) -> None:
    """A triangle left of a heading: to the right where it is folded, else down."""
    x, y = box.left() - FOLD + 4.0, box.top() + 8.0
    corners = ((0, -4), (5, 0), (0, 4)) if folded else ((-2, -2), (6, -2), (2, 3))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))


def _draw_mark(painter: QPainter, box: QRect, mark: str, theme: Theme, chosen: bool, font: QFont) -> int:
    """A badge with A or B at the right end of the first line; the room that it takes."""
    metrics = QFontMetrics(font)
    width, height = metrics.horizontalAdvance(mark) + 10, metrics.height()
    badge = QRect(box.right() - width + 1, box.top(), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.on_accent if chosen else theme.accent))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setFont(font)
    painter.setPen(QColor(theme.accent if chosen else theme.on_accent))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, mark)
    return width + 6


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
