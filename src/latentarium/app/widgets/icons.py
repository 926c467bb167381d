"""Small pictures for buttons, drawn in the theme's own colours."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from latentarium.resources import resource

SIDES = (16, 32, 48)  # px, for 100 % to 300 %


@lru_cache(maxsize=128)
def icon(name: str, colour: str, disabled: str | None = None) -> QIcon:
    """The resource icons/<name>.svg with `currentColor` as given, e.g. "#79b1ff"."""
    made = QIcon()
    for mode, shade in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled or colour)):
        drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", shade)
        renderer = QSvgRenderer(QByteArray(drawing.encode()))
        for side in SIDES:
            picture = QPixmap(QSize(side, side))
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            if mode is QIcon.Mode.Disabled:
                painter.setOpacity(0.6 if QColor(shade).isValid() else 1.0)
            renderer.render(painter)
            painter.end()
            made.addPixmap(picture, mode)
    return made


def program_icon() -> QIcon:
    """The program's own."""
    return QIcon(str(resource("icons", "latentarium.svg")))
