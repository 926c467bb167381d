"""A matrix of figures as coloured cells: two classes each, at most a hundred by a hundred."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from latentarium.app.widgets.plain_text import tip
from latentarium.scene.contrast import contrast
from latentarium.scene.palettes import THEMES, Theme, rgba

DENSE = 24  # from as many rows or columns on, cells are drawn without gaps between them
STRONGEST = 0.8  # of the way from the panel's colour to the cell's full colour
_LIGHT, _DARK = "#ffffff", "#10141a"  # figures, on whichever cell they are read better


@dataclass(frozen=True, eq=False)
class Matrix:
    """What to draw: `shares` float (R, C), from -1 to 1, give the colours, `figures` what is written in a cell.

    Positive shares are in the colour of what is right or alike, negative ones in that of what is not; NaN has none.
    `sentences` says a cell in words; both take a row and a column. `row_title` and `column_title` name the axes.
    """

    shares: NDArray[np.float64]
    figures: Callable[[int, int], str]
    sentences: Callable[[int, int], str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_title: str = ""
    column_title: str = ""
    marked: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)


WITHOUT = "The points of this run have no classes."


class MatrixView(QWidget):
    """Draws a matrix; the mouse and the arrow keys reach every cell."""

    chosen = Signal(int, int)  # row and column

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._matrix: Matrix | None = None
        self._without = False
        self._theme = THEMES["dark"]
        self._hovered: tuple[int, int] | None = None
        self._cursor = (0, 0)  # of the arrow keys
        self._cells = QRectF()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_matrix(self, matrix: Matrix | None, dark: bool) -> None:
        """Draw this; None leaves the place empty, and one without a cell becomes a sentence."""
        self._theme = THEMES["dark" if dark else "light"]
        self._without = matrix is not None and 0 in matrix.shape
        self._matrix = None if self._without else matrix
        if matrix is not None and self._matrix is not None:
            self._cursor = min(self._cursor[0], matrix.shape[0] - 1), min(self._cursor[1], matrix.shape[1] - 1)
        self._describe()
        self.update()

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is, in logical pixels."""
        assert self._matrix is not None
        rows, columns = self._matrix.shape
        width, height = self._cells.width() / columns, self._cells.height() / rows
        return QRectF(self._cells.left() + column * width, self._cells.top() + row * height, width, height)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The row and column of the cell at a place, or None beside them."""
        if self._matrix is None or not self._cells.contains(place):
            return None
        rows, columns = self._matrix.shape
        row = int((place.y() - self._cells.top()) * rows / self._cells.height())
        column = int((place.x() - self._cells.left()) * columns / self._cells.width())
        return min(row, rows - 1), min(column, columns - 1)

    def sizeHint(self) -> QSize:
        return QSize(220, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, 80)  # two stand beside each other in a dock

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._without:
            with QPainter(self) as painter:
                painter.setPen(QColor(self._theme.muted))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, WITHOUT)
        if self._matrix is None:
            return
        metrics = self.fontMetrics()
        self._lay_out(self._matrix, metrics)
        with QPainter(self) as painter:
            self._paint_cells(painter, self._matrix)
            self._paint_figures(painter, self._matrix, metrics)
            self._paint_names(painter, self._matrix, metrics)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place in self._matrix.marked:
                self._paint_rim(painter, place, self._theme.accent, 2.0)
            if self._hovered is not None:
                self._paint_rim(painter, self._hovered, self._theme.text, 1.5)
            if self.hasFocus():
                self._paint_rim(painter, self._cursor, self._theme.accent, 1.5, Qt.PenStyle.DashLine)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = place
            self.chosen.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left.value: (0, -1),
            Qt.Key.Key_Right.value: (0, 1),
            Qt.Key.Key_Up.value: (-1, 0),
            Qt.Key.Key_Down.value: (1, 0),
        }
        if self._matrix is None:
            super().keyPressEvent(event)
        elif event.key() in moves:
            down, right = moves[event.key()]
            rows, columns = self._matrix.shape
            self._cursor = (self._cursor[0] + down) % rows, (self._cursor[1] + right) % columns
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._matrix is not None:
            place = self.cell_at(QPointF(event.pos()))
            if place is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), tip(self._matrix.sentences(*place)), self)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space)
            if event.key() in keys:  # they move the cursor here, not the replay
                event.accept()
                return True
        return super().event(event)

    def _hover(self, place: tuple[int, int] | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription("" if self._matrix is None else self._matrix.sentences(*self._cursor))

    def _lay_out(self, matrix: Matrix, metrics: QFontMetrics) -> None:
        """Give the cells what the names leave, at most half as wide again as high."""
        rows, columns = matrix.shape
        line = metrics.height()
        left = min(max(map(metrics.horizontalAdvance, matrix.rows)), self.width() // 4) + 8
        left += line if matrix.row_title else 0
        bottom = line + 4 + (line if matrix.column_title else 0)
        width, height = self.width() - left - 4, self.height() - bottom - line // 2
        cell_height = min(height / rows, 64.0)
        cell_width = min(width / columns, cell_height * 1.5)
        cell_height = min(cell_height, cell_width * 1.25)
        top = max(2.0, (line - cell_height) / 2)
        self._cells = QRectF(left, top, max(cell_width * columns, 1), max(cell_height * rows, 1))

    def _paint_cells(self, painter: QPainter, matrix: Matrix) -> None:
        colours = cell_colours(matrix.shares, self._theme)
        rows, columns = matrix.shape
        if max(rows, columns) >= DENSE:
            image = QImage(colours.data, columns, rows, columns * 4, QImage.Format.Format_RGBA8888)
            painter.drawImage(self._cells, image)
            return
        for row in range(rows):
            for column in range(columns):
                box = self.cell_rect(row, column).adjusted(0.75, 0.75, -0.75, -0.75)
                painter.fillRect(box, QColor(*colours[row, column].tolist()))

    def _paint_figures(self, painter: QPainter, matrix: Matrix, metrics: QFontMetrics) -> None:
        cell = self.cell_rect(0, 0)
        if metrics.ascent() > min(cell.height() - 2, cell.width()):
            return
        rows, columns = matrix.shape
        texts = [[matrix.figures(row, column) for column in range(columns)] for row in range(rows)]
        if not _fits(texts, cell.width() - 3, metrics):
            texts = [[text.replace("0.", ".") for text in line] for line in texts]
            if not _fits(texts, cell.width() - 3, metrics):
                return
        colours = cell_colours(matrix.shares, self._theme)
        lighter = contrast(colours, rgba(_LIGHT)) > contrast(colours, rgba(_DARK))
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                painter.setPen(QColor(_LIGHT if lighter[row, column] else _DARK))
                painter.drawText(self.cell_rect(row, column), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, matrix: Matrix, metrics: QFontMetrics) -> None:
        painter.setPen(QColor(self._theme.muted))
        line, cell = metrics.height(), self.cell_rect(0, 0)
        title = line if matrix.row_title else 0
        room = self._cells.left() - title - 6
        every = int(np.ceil(line * 0.9 / cell.height()))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in range(0, len(matrix.rows), every):
            at = self.cell_rect(row, 0)
            place = QRectF(title, at.center().y() - line / 2, room, line)
            painter.drawText(place, right, _cut(matrix.rows[row], metrics, room))
        widest = max(map(metrics.horizontalAdvance, matrix.columns)) + 4
        every = max(1, int(np.ceil(min(widest, 4 * line) / cell.width())))
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for column in range(0, len(matrix.columns), every):
            at = self.cell_rect(len(matrix.rows) - 1, column)
            left = 2 * (self.width() - at.center().x())  # twice as far as the edge
            room = min(cell.width() * every - metrics.averageCharWidth(), max(left, cell.width()))
            place = QRectF(at.center().x() - room / 2, at.bottom() + 2, room, line)
            painter.drawText(place, centre, _cut(matrix.columns[column], metrics, room))
        below = QRectF(self._cells.left(), self._cells.bottom() + line + 2, self._cells.width(), line)
        beyond = below.center().x() + metrics.horizontalAdvance(matrix.column_title) / 2 - self.width()
        if beyond > 0:  # beside the middle rather than cut off
            below.translate(-beyond, 0)
        painter.drawText(below, centre | Qt.TextFlag.TextDontClip, matrix.column_title)
        if matrix.row_title:
            painter.save()
            painter.translate(0, self._cells.center().y())
            painter.rotate(-90)
            beside = QRectF(-self._cells.height() / 2, 0, self._cells.height(), line)
            painter.drawText(beside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, matrix.row_title)
            painter.restore()

    def _paint_rim(
        self,
        painter: QPainter,
        place: tuple[int, int],
        colour: str,
        width: float,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        painter.setPen(QPen(QColor(colour), width, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.cell_rect(*place).adjusted(0.5, 0.5, -0.5, -0.5))


def _cut(name: str, metrics: QFontMetrics, room: float) -> str:
    """A name as long as there is room, cut in its middle: names that begin alike are told apart by their ends."""
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(room))


def _fits(texts: list[list[str]], width: float, metrics: QFontMetrics) -> bool:
    return max(metrics.horizontalAdvance(text) for line in texts for text in line) <= width


def cell_colours(shares: NDArray[np.float64], theme: Theme) -> NDArray[np.uint8]:
    """Colours of shares from -1 to 1, (R, C) -> uint8 (R, C, 4): from the panel's colour to one of two."""
    known = np.nan_to_num(shares)
    panel, right, other = (np.array(QColor(name).getRgb()) for name in (theme.control, theme.matrix, theme.loss))
    full = np.where(known[..., None] >= 0, right, other)
    mixed = panel + (full - panel) * (np.clip(np.abs(known), 0, 1)[..., None] * STRONGEST)
    colours = np.ascontiguousarray(np.round(mixed).astype(np.uint8))
    colours[..., 3] = 255
    return colours
