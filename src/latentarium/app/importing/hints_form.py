"""The fields in which a person says what the files do not."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from latentarium.app.widgets.plain_text import caption
from latentarium.runs.importing.found import Found, Hints

TABLES = "Tables (*.csv *.tsv *.parquet);;All files (*)"


class PlaceField(QWidget):
    """A file or a folder: typed, or chosen."""

    edited = Signal()

    def __init__(self, title: str, folder: bool, kinds: str = "") -> None:
        super().__init__()
        self._title, self._folder, self._kinds = title, folder, kinds
        self.text = QLineEdit()
        self.text.setAccessibleName(title)
        self.text.editingFinished.connect(self.edited)
        button = QPushButton("Choose…")
        button.setAutoDefault(False)  # Enter in a field must not press it
        button.setAccessibleName(f"Choose {title.lower()}")
        button.clicked.connect(self._on_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(button)
        self.setFocusProxy(self.text)

    @property
    def path(self) -> Path | None:
        """What is named; None for nothing."""
        text = self.text.text().strip()
        return Path(text).expanduser() if text else None

    @Slot()
    def _on_clicked(self) -> None:
        start = str(self.path or Path.home())
        if self._folder:
            chosen = QFileDialog.getExistingDirectory(self, self._title, start)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._title, start, self._kinds)
        if chosen:
            self.text.setText(chosen)
            self.edited.emit()


class ColumnField(QComboBox):
    """One of a table's columns; the first entry leaves it to the program."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.show_columns((), "")

    @property
    def column(self) -> str:
        """The column named; empty where it is left to the program."""
        return str(self.currentData() or "")

    def show_columns(self, columns: Sequence[str], found: str) -> None:
        """Offer these; `found` is the one that is used where none is named."""
        kept = self.column
        self.blockSignals(True)
        self.clear()
        self.addItem("found: " + found if found and found != kept else "found by its name" if kept else "none", "")
        for column in columns:
            self.addItem(column, column)
        self.setCurrentIndex(max(self.findData(kept), 0) if kept else 0)
        self.blockSignals(False)
        self.setEnabled(bool(columns))


class HintsForm(QWidget):
    """Makes Hints; says so whenever one that changes what is found is edited."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name, self.dataset, self.model, self.params = (QLineEdit() for _ in range(4))
        self.space = QComboBox()
        self.table = PlaceField("Table", False, TABLES)
        self.images = PlaceField("Folder of images", True)
        self.ids, self.labels, self.image_files = (
            ColumnField(title) for title in ("Column of ids", "Column of labels", "Column of image files")
        )
        self.params.setPlaceholderText('{"epochs": 20}')
        self._more = QToolButton()
        self._more.setText("More…")
        self._more.setProperty("role", "chip")
        self._more.setCheckable(True)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(8)
        for title, field in (
            ("Name", self.name),
            ("Space", self.space),
            ("Ids", self.ids),
            ("Labels", self.labels),
            ("Image files", self.image_files),
            ("Images in", self.images),
            ("", self._more),
            ("Table", self.table),
            ("Data set", self.dataset),
            ("Model", self.model),
            ("Parameters", self.params),
        ):
            if not field.accessibleName():
                field.setAccessibleName(title or "More fields")
            self._form.addRow(title, field)
        self._form.setRowVisible(self.space, False)
        self._more.toggled.connect(self._on_more)
        self._on_more(False)
        for place in (self.table, self.images):
            place.edited.connect(self.edited)
        for box in (self.ids, self.labels, self.image_files, self.space):
            box.activated.connect(self.edited)
        self.params.editingFinished.connect(self.edited)

    @property
    def hints(self) -> Hints:
        """What the person has said so far."""
        return Hints(
            table=self.table.path,
            id_field=self.ids.column,
            images=self.images.path,
            image_field=self.image_files.column,
            label_field=self.labels.column,
            name=self.name.text().strip(),
            dataset=self.dataset.text().strip(),
            model=self.model.text().strip(),
            params=self.params.text().strip(),
            space=str(self.space.currentData() or ""),
        )

    def forget(self) -> None:
        """Other files: what was said of the last ones does not hold for them."""
        for edit in (self.name, self.dataset, self.model, self.params, self.table.text, self.images.text):
            edit.clear()
        self.show_found(None)

    def show_found(self, found: Found | None) -> None:
        """Offer the columns and spaces that were found; None: nothing was."""
        columns = found.columns if found else ()
        fields = (found.id_field, found.label_field, found.image_field) if found else ("", "", "")
        for box, field in zip((self.ids, self.labels, self.image_files), fields, strict=True):
            box.show_columns(columns, field)
        self.name.setPlaceholderText(found.name if found else "")
        spaces = found.spaces if found else ()
        if [self.space.itemData(place) for place in range(self.space.count())] != list(spaces):
            self.space.clear()
            for name in spaces:
                self.space.addItem(caption(name), name)
        self._form.setRowVisible(self.space, len(spaces) > 1)

    @Slot(bool)
    def _on_more(self, shown: bool) -> None:
        for field in (self.table, self.dataset, self.model, self.params):
            self._form.setRowVisible(field, shown)
        self._more.setText("Less" if shown else "More…")
