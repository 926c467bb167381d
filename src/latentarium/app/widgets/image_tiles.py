"""Images in a grid: a border in the class's colour, a caption, and a mark on those of another class."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from latentarium.app.widgets.pictures import pixmap, whole_side
from latentarium.core.dataset import Sample
from latentarium.scene.palettes import THEMES, Theme

FRAME = 4  # logical pixels around an image: the border and the air inside it
GAP, BELOW = 4, 6  # between tiles, and under their captions
CENTRE = Qt.AlignmentFlag.AlignCenter
SEPARATORS = (" · ", "\u2009·\u2009", "·")  # the first that lets the caption fit


@dataclass(frozen=True, eq=False)
class Tile:
    """One image to show: `row` of `sample`, `name` and `figure` under it, `about` in full for whoever cannot see.

    `odd` draws the mark of another class, or of a wrong prediction. `row` may be focused where `points` is true.
    """

    sample: Sample
    row: int
    colour: str
    name: str = ""
    figure: str = ""
    about: str = ""
    odd: bool = False
    points: bool = True


class ImageTile(QAbstractButton):
    """One image with its border and caption; a button, so that keyboards and screen readers reach it."""

    entered = Signal(object)  # its row where it stands for a dot, or None
    chosen = Signal(int)  # its row where it stands for a dot

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tile: Tile | None = None
        self._side = 0
        self._lines = 1  # under the image
        self._theme = THEMES["dark"]
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._on_clicked)

    def show_tile(self, tile: Tile, side: int, theme: Theme, lines: int = 1) -> None:
        """Show another image, `side` logical pixels at its longest; of two lines the second has the number."""
        if tile is self._tile and (side, lines) == (self._side, self._lines) and theme is self._theme:
            return
        self._tile, self._side, self._theme, self._lines = tile, side, theme, lines
        self.setAccessibleName(tile.about)
        self.setToolTip(tile.about)
        self.setCursor(Qt.CursorShape.PointingHandCursor if tile.points else Qt.CursorShape.ArrowCursor)
        self.update()

    def sizeHint(self) -> QSize:
        across = self._side + 2 * FRAME
        return QSize(across, across + self._lines * self.fontMetrics().height() + 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.entered.emit(self._tile.row if self._tile and self._tile.points else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.entered.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.entered.emit(self._tile.row if self._tile and self._tile.points else None)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tile is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across = self._side + 2 * FRAME
        box = QRectF((self.width() - across) / 2, 0, across, across)
        lit = self.underMouse() or self.hasFocus()
        painter.setBrush(QColor(self._theme.control_hovered if lit else self._theme.panel))
        painter.setPen(QPen(QColor(self._tile.colour), 2))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        image = pixmap(self._tile.sample, self._tile.row, self._side, self.devicePixelRatioF())
        size = image.deviceIndependentSize()
        painter.drawPixmap(
            round(box.center().x() - size.width() / 2), round(box.center().y() - size.height() / 2), image
        )
        if image.width() <= 1:
            self._paint_id(painter, box)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.text), 1.5))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 3, 3)
        if self._tile.odd:
            self._paint_mark(painter, box)
        painter.setPen(QColor(self._theme.text if lit else self._theme.muted))
        high = self.fontMetrics().height()
        for place, words in enumerate(caption(self._tile, self.fontMetrics(), self.width(), self._lines)):
            painter.drawText(QRectF(0, across + 1 + place * high, self.width(), high), CENTRE, words)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the grid's
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _on_clicked(self) -> None:
        if self._tile and self._tile.points:
            self.chosen.emit(self._tile.row)

    def _paint_id(self, painter: QPainter, box: QRectF) -> None:
        """What the point is called, in place of an image that there is not."""
        assert self._tile is not None
        painter.setPen(QColor(self._theme.text))
        how = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
        painter.drawText(box.adjusted(5, 5, -5, -5), int(how), self._tile.sample.ids[self._tile.row])

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        mark = QRectF(box.right() - 13, box.top() - 1, 14, 14)
        painter.setPen(QPen(QColor(self._theme.panel), 1.5))
        painter.setBrush(QColor(self._theme.wrong))
        painter.drawEllipse(mark)
        painter.setPen(QPen(QColor(self._theme.panel), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        inner = mark.adjusted(4.4, 4.4, -4.4, -4.4)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.bottomLeft(), inner.topRight())


def caption(tile: Tile, metrics: QFontMetrics, width: int, lines: int = 1) -> tuple[str, ...]:
    """What stands under a tile: the class's name, shortened where it must be, and the number, which never is.

    In one line the name is left out where there is no room for the first of its letters; see `crowded`.
    """
    name, number = tile.name, tile.figure
    if not name or not number:
        return (name or number,)
    if lines > 1:
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, width), number
    for between in SEPARATORS:
        if metrics.horizontalAdvance(name + between + number) <= width:
            return (name + between + number,)
    room = width - metrics.horizontalAdvance(SEPARATORS[1] + number)
    if room < 2 * metrics.averageCharWidth():
        return (number,)
    return (metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) + SEPARATORS[1] + number,)


def crowded(tile: Tile, metrics: QFontMetrics, width: int) -> bool:
    """Whether a line is too short for the name beside the number."""
    return bool(tile.name) and caption(tile, metrics, width) == (tile.figure,)


class ImageTiles(QWidget):
    """As many tiles in a row as there is room for. Arrow keys go from one to the next."""

    hovered = Signal(object)  # the row of a tile that stands for a dot, or None
    clicked = Signal(int)  # the row of a tile that stands for a dot

    def __init__(self, name: str, side: int = 56) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._wanted = side
        self._side = side
        self._lines = 1  # under each image
        self._buttons: list[ImageTile] = []
        self._tiles: tuple[Tile, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown, in order."""
        return self._tiles

    def show_tiles(self, tiles: Sequence[Tile], dark: bool = True) -> None:
        """Show these, in this order."""
        shape, theme = (len(self._tiles), self._side, self._lines), THEMES["dark" if dark else "light"]
        self._tiles = tuple(tiles)
        self._side = whole_side(tiles[0].sample, self._wanted) if tiles else self._wanted
        across, metrics = self._side + 2 * FRAME, self.fontMetrics()
        self._lines = 2 if any(crowded(tile, metrics, across) for tile in tiles) else 1
        while len(self._buttons) < len(tiles):
            button = ImageTile(self)
            button.entered.connect(self.hovered)
            button.chosen.connect(self.clicked)
            self._buttons.append(button)
        for button, tile in zip(self._buttons, tiles, strict=False):
            button.show_tile(tile, self._side, theme, self._lines)
            button.show()
        for button in self._buttons[len(tiles) :]:
            button.hide()
        self._arrange()
        if shape != (len(tiles), self._side, self._lines):
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        if not self._tiles:
            return 0
        rows = -(-len(self._tiles) // self._columns(width))
        return rows * (self._buttons[0].sizeHint().height() + BELOW) - BELOW

    def sizeHint(self) -> QSize:
        width = max(4 * self._across() - GAP, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        # Of one row: what more rows need follows from the width that there will be, not from the one there was.
        # A layout that was told too much puts the tiles in the middle of it, under an empty row.
        return QSize(self._across(), self._buttons[0].sizeHint().height() if self._tiles else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = self._buttons[: len(self._tiles)]
        at = next((i for i, button in enumerate(shown) if button.hasFocus()), None)
        columns = self._columns(self.width())
        step = {
            Qt.Key.Key_Left.value: -1,
            Qt.Key.Key_Right.value: 1,
            Qt.Key.Key_Up.value: -columns,
            Qt.Key.Key_Down.value: columns,
        }.get(event.key())
        if at is None or step is None:
            super().keyPressEvent(event)
            return
        shown[max(0, min(len(shown) - 1, at + step))].setFocus(Qt.FocusReason.TabFocusReason)

    def _across(self) -> int:
        return self._side + 2 * FRAME + GAP

    def _columns(self, width: int) -> int:
        return max(1, (width + GAP) // self._across())

    def _arrange(self) -> None:
        """Spread the columns over the width, the outer ones flush with its edges where the rows are full."""
        columns = self._columns(self.width())
        step = self._across()
        if columns > 1 and len(self._tiles) >= columns:
            step = min((self.width() - self._across() + GAP) // (columns - 1), self._across() + 3 * GAP)
        for index, button in enumerate(self._buttons[: len(self._tiles)]):
            size = button.sizeHint()
            row, column = divmod(index, columns)
            button.setGeometry(column * step, row * (size.height() + BELOW), size.width(), size.height())
