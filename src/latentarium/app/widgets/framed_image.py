"""One image in a border of its class's colour."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.app.widgets.pictures import pixmap, whole_side
from latentarium.core.dataset import Sample

FRAME = 4  # logical pixels around the image: the border and the air inside it


class FramedImage(QWidget):
    """An image of a sample, small ones enlarged a whole number of times."""

    def __init__(self) -> None:
        super().__init__()
        self._sample: Sample | None = None
        self._row = 0
        self._side = 0
        self._colour = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, sample: Sample, row: int, side: int, colour: str) -> None:
        """Show one image, its long side near `side` logical pixels."""
        side = whole_side(sample, side)
        grown = side != self._side
        self._sample, self._row, self._side, self._colour = sample, row, side, colour
        self.setAccessibleName(f"image {sample.ids[row]}")
        if grown:
            self.updateGeometry()
        self.update()

    @property
    def picture(self) -> QPixmap:
        """The image as it is painted; null before there is one."""
        if self._sample is None:
            return QPixmap()
        return pixmap(self._sample, self._row, self._side, self.devicePixelRatioF())

    def sizeHint(self) -> QSize:
        return QSize(self._side + 2 * FRAME, self._side + 2 * FRAME)

    def paintEvent(self, event: QPaintEvent) -> None:
        image = self.picture
        if image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._colour), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        size = image.deviceIndependentSize()
        if image.width() == 1:  # the point has none
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, "no image")
        painter.drawPixmap(round((self.width() - size.width()) / 2), round((self.height() - size.height()) / 2), image)
        painter.end()
