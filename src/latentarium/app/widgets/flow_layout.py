"""Widgets in lines, as words are set: a new line where the width ends."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Gives each widget the size it wants; hidden ones take no room."""

    def __init__(self, parent: QWidget | None = None, gap: int = 2) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.y() + place.height() for place in places), default=0)

    def minimumSize(self) -> QSize:
        """As wide as the widest widget, so that nothing is cut off."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        shown = [item for item in self._items if not item.isEmpty()]
        for item, place in zip(shown, self._places(area.width()), strict=True):
            item.setGeometry(place.translated(area.topLeft()))

    def _places(self, width: int) -> list[QRect]:
        """Where each shown widget goes in an area of this width, from its upper left corner."""
        corner, tallest, places = QPoint(0, 0), 0, []
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if corner.x() > 0 and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + tallest + self.spacing())
                tallest = 0
            places.append(QRect(corner, size))
            corner = QPoint(corner.x() + size.width() + self.spacing(), corner.y())
            tallest = max(tallest, size.height())
        return places
