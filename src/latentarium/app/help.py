"""The keyboard's list and the few words about the program."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from latentarium import __version__
from latentarium.app.actions import TABLE
from latentarium.app.library.deeds import DEEDS

MOUSE = (
    ("Turn a view", "drag"),
    ("Move a view", "right-drag, or two fingers"),
    ("Zoom at the pointer", "wheel"),
    ("Centre on a dot", "double-click"),
    ("Focus a dot and see its neighbours", "click"),
    ("Draw a lasso", "Shift + drag"),
    ("Hide a class, show it alone", "click it in the legend, double-click it"),
)


def keyboard_rows() -> list[tuple[str, str]]:
    """What can be done, and by which key; from the table of actions."""
    keys = [
        (entry.text.rstrip("…"), " or ".join(_spelled(key) for key in entry.key.split("|")))
        for entry in TABLE
        if entry.key
    ]
    library = [
        (f"In the library: {deed.text[:1].lower()}{deed.text[1:].rstrip('…')}", _spelled(deed.key.split("|")[0]))
        for deed in DEEDS
        if deed.key
    ]
    return [*keys, *library, *MOUSE]


def _spelled(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def show_keyboard(parent: QWidget) -> None:
    """A list of all keys."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Keyboard and mouse")
    rows = keyboard_rows()
    table = QTableWidget(len(rows), 2)
    table.setAccessibleName("Keys and what they do")
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().hide()
    table.verticalHeader().hide()
    table.setShowGrid(False)
    for row, (what, key) in enumerate(rows):
        table.setItem(row, 0, QTableWidgetItem(what))
        table.setItem(row, 1, QTableWidgetItem(key))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(table)
    column.addWidget(buttons)
    dialog.resize(560, 620)
    dialog.open()


def show_about(parent: QWidget) -> None:
    """Name, version, licence."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Latentarium")
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(
        f"<b>Latentarium {escape(__version__)}</b><p>Watch a neural network shape its space, live.</p>"
        "<p>Free software under the MIT licence.</p>"
    )
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.open()
