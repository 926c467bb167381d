"""What was found in files, before they are brought in."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from latentarium.app.widgets.pictures import lone_pixmap
from latentarium.app.widgets.words import many, words
from latentarium.runs.importing.found import Found

SIDE = 72  # logical px of an image
MOST_COLUMNS = 40  # of the first rows; more are counted
MOST_MISSING = 8  # sentences; more are counted
LONGEST = 200  # characters of a cell


class Preview(QWidget):
    """The format, the counts, the first rows, a few images, and what is missing; or why nothing can be brought in."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.counts, self.missing, self.problem = (words(role) for role in ("large", "", "muted", "wrong"))
        self.table = QTableWidget()
        self.table.setAccessibleName("First rows")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab leads on, to Cancel and Import
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.images = [QLabel() for _ in range(3)]
        strip = QHBoxLayout()
        for label in self.images:
            label.setAccessibleName("An image of a point")
            strip.addWidget(label)
        strip.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.title, self.counts, self.problem):
            column.addWidget(widget)
        column.addLayout(strip)
        column.addWidget(self.table, 1)
        column.addWidget(self.missing)
        column.addStretch(0)
        self.show_problem("")

    def show_found(self, found: Found) -> None:
        """Tell what was found."""
        self._tell(
            found.title[:1].upper() + found.title[1:],
            counted(found),
            "\n".join(f"• {sentence}" for sentence in found.missing),
            "",
        )
        self._show_rows(found)
        ratio = self.devicePixelRatioF()
        for label, image in zip(self.images, (*found.pictures, None, None, None), strict=False):
            label.setPixmap(QPixmap() if image is None else lone_pixmap(image, SIDE, ratio))
            label.setVisible(image is not None)

    def show_problem(self, sentence: str, title: str = "") -> None:
        """Say why nothing can be brought in, or what is being done; an empty sentence says nothing."""
        self._tell(title, "", "", sentence)
        self.table.hide()
        for label in self.images:
            label.hide()

    def _tell(self, *texts: str) -> None:
        for label, text in zip((self.title, self.counts, self.missing, self.problem), texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))

    def _show_rows(self, found: Found) -> None:
        columns = found.columns[:MOST_COLUMNS]
        self.table.clear()
        self.table.setColumnCount(len(columns))
        self.table.setRowCount(len(found.rows))
        self.table.setHorizontalHeaderLabels([_headed(found, name) for name in columns])
        for place, row in enumerate(found.rows):
            for at, text in enumerate(row[:MOST_COLUMNS]):
                self.table.setItem(place, at, QTableWidgetItem(text[:LONGEST]))
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.horizontalHeader().setDefaultSectionSize(110)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.setVisible(bool(columns))


def counted(found: Found) -> str:
    """ "150 points · 4 dimensions · 5 frames · 3 columns · images"."""
    parts = [many(found.points, "point"), many(found.dimensions, "dimension")]
    if found.frames > 1:
        parts.append(many(found.frames, "frame"))
    if found.columns:
        parts.append(many(len(found.columns), "column"))
    parts.append("with images" if found.pictured else "no images")
    return " · ".join(parts)


def _headed(found: Found, name: str) -> str:
    roles = {found.id_field: "id", found.label_field: "label", found.image_field: "image"}
    return f"{name} ({roles[name]})" if name and name in roles and roles[name] != name else name
