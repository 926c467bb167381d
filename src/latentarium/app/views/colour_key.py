"""What the colours of the dots say, where it is neither the class nor a scale."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentarium.runs.run import Run
from latentarium.scene.column_colours import coloured_field, named_groups
from latentarium.scene.palettes import THEMES, Theme
from latentarium.scene.state import ColourBy, State

DOT = 16  # logical pixels that a swatch takes
LEAST = 240  # logical pixels of a line that has to leave names out
LONGEST = 18  # letters of a group's name
Key = tuple[tuple[str, str], ...]  # name and #rrggbb; a heading has no colour


def key_of(by: ColourBy, run: Run, dark: bool) -> Key:
    """Names and colours to tell beside the dots; none where the legend or a colour bar says it."""
    theme = THEMES["dark" if dark else "light"]
    held_out = (("held out", theme.muted),) if run.trained < len(run.classes) else ()
    if by is ColourBy.LOSS:
        return held_out
    if by is ColourBy.CORRECTNESS:
        judge = "prototypes" if run.recipe.network.classifier == "none" else "class head"
        return ((f"by {judge}", ""), ("right", theme.accent), ("wrong", theme.wrong), *held_out)
    if by is ColourBy.PROBABILITIES and run.trained == 3:
        return tuple(zip((f"p({name})" for name in run.classes), ("#ff0000", "#00ff00", "#0000ff"), strict=False))
    return ()


def group_key(state: State) -> Key:
    """The column that colours, which has no swatch, and its groups; none where it is a scale."""
    groups, field = named_groups(state), coloured_field(state)
    if field is None or not groups:
        return ()
    return ((_short(field.name), ""), *((_short(name), colour) for name, colour, _ in groups))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


class ColourKey(QWidget):
    """Swatches with their names, in one line."""

    def __init__(self) -> None:
        super().__init__()
        self._key: Key = ()
        self._theme: Theme = THEMES["dark"]
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_key(self, key: Key, theme: Theme) -> None:
        """Draw these."""
        self.setVisible(bool(key))
        if (key, theme) != (self._key, self._theme):
            self._key, self._theme = key, theme
            self.setAccessibleName("Colours: " + ", ".join(name for name, _ in key))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._wide(name) for name, _ in self._key), self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), LEAST), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, rest, whole = 8.0, len(self._key), self.sizeHint().width() <= self.width()
        for name, colour in self._key:
            rest -= 1
            if not whole and left + self._wide(name) + self._wide(_more(rest)) > self.width():
                painter.setPen(QColor(self._theme.muted))
                box = QRectF(left, 0, self.width(), self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, _more(rest + 1))
                break
            painter.setPen(QColor(self._theme.muted))  # so that blue is seen on black
            if colour:
                painter.setBrush(QColor(colour))
                painter.drawEllipse(QPointF(left + 5, self.height() / 2), 5, 5)
                painter.setPen(QColor(self._theme.text))
            box = QRectF(left + (DOT if colour else 0), 0, self.width(), self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
            left += self._wide(name) - (0 if colour else DOT)
        painter.end()

    def _wide(self, name: str) -> int:
        return self.fontMetrics().horizontalAdvance(name) + 28


def _more(count: int) -> str:
    return f"and {count} more"
