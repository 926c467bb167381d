"""A line of text that is shortened where there is no room for it, and tells the whole on hovering."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

LEAST = 6  # characters
SEPARATOR = " · "  # between the parts of a line


class ElidedLabel(QLabel):
    """Plain text in one line; an ellipsis at its end, or in its middle, where it is cut."""

    def __init__(self, role: str, middle: bool = False) -> None:
        super().__init__()
        self._short = ""
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str, short: str = "") -> None:
        """Say something else, `short` where the text has no room."""
        if (text, short) != (self.text(), self._short):
            self._short = short
            self.setText(text)
            self.update()
            self._tell()

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        least = self.fontMetrics().averageCharWidth() * LEAST
        return QSize(min(whole.width(), least), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._fits():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        room = self.contentsRect()
        text = self._shortened(room.width())
        self.style().drawItemText(
            painter, room, self.alignment(), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )
        painter.end()

    def _shortened(self, width: int) -> str:
        """Without its last parts where it has several: a figure cut in two would be another figure."""
        metrics, shown = self.fontMetrics(), self._short or self.text()
        parts = shown.split(SEPARATOR)
        if self._mode is Qt.TextElideMode.ElideRight:
            for count in range(len(parts) - 1, 1, -1):
                text = SEPARATOR.join(parts[:count]) + " …"
                if metrics.horizontalAdvance(text) <= width:
                    return text
        text = metrics.elidedText(shown, self._mode, width)
        return without_torn_number(text) if self._mode is Qt.TextElideMode.ElideRight else text

    def _fits(self) -> bool:
        return self.sizeHint().width() <= self.width()

    def _tell(self) -> None:
        self.setToolTip("" if self._fits() else self.text())


def without_torn_number(text: str) -> str:
    """A text that is cut at its end, without its last word if that has a digit: "3-D of 1…" gives "3-D of …"."""
    kept = text.removesuffix("…")
    before, space, word = kept.rpartition(" ")
    torn = kept != text and space and any(sign.isdigit() for sign in word)
    return f"{before.removesuffix(' ·')} …" if torn else text
