"""What the table knows of one point, a line a column."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from latentarium.app.widgets.elided_label import ElidedLabel
from latentarium.scene.metadata import EDITED, ID, LABEL, Table

MOST = 12  # columns; the others are in the table


class Facts(QWidget):
    """Names of columns and what they say of a point; columns that say nothing are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Metadata")
        self._lines: list[tuple[ElidedLabel, ElidedLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self._more = QLabel()
        self._more.setProperty("role", "note")
        self._more.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_point(self, table: Table | None, row: int) -> None:
        """Show the columns of one row."""
        pairs = facts(table, row) if table else []
        while len(self._lines) < min(len(pairs), MOST):
            line = ElidedLabel("muted"), ElidedLabel("value")
            for column, label in enumerate(line):
                self._grid.addWidget(label, len(self._lines), column)
            self._lines.append(line)
        for place, (name, value) in enumerate(self._lines):
            shown = place < min(len(pairs), MOST)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.show_text(pairs[place][0])
                value.show_text(pairs[place][1])
                value.setAccessibleDescription(pairs[place][0])
        more = len(pairs) - MOST
        self._grid.addWidget(self._more, MOST, 0, 1, 2)
        self._more.setText(f"{more} more columns in the table (Ctrl+T)" if more > 0 else "")
        self._more.setVisible(more > 0)
        self.setVisible(bool(pairs))

    def texts(self) -> dict[str, str]:
        """What stands there: columns and cells."""
        return {name.text(): value.text() for name, value in self._lines if not name.isHidden()}


def facts(table: Table, row: int) -> list[tuple[str, str]]:
    """Columns and cells of a row, without those that are empty, and those that stand elsewhere."""
    elsewhere = (ID, LABEL, EDITED)
    fields = [field for name, field in table.fields.items() if name not in elsewhere]
    pairs = [(field.name, " ".join(field.cells[row].split())) for field in fields if row < len(field.cells)]
    return [pair for pair in pairs if pair[1]]
