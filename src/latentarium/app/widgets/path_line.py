"""A file or a folder, typed or chosen."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class PathLine(QWidget):
    """A line to type a path into, with two buttons that ask for a file or a folder."""

    chosen = Signal(Path)  # by one of the buttons

    def __init__(self, name: str, hint: str, asking: tuple[str, str], kinds: str) -> None:
        """`asking` titles the dialogs for a file and for a folder; `kinds` are the files that the first shows."""
        super().__init__()
        self._asking, self._kinds = asking, kinds
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(hint)
        file, folder = QPushButton("File…"), QPushButton("Folder…")
        file.clicked.connect(self._on_file)
        folder.clicked.connect(self._on_folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        for button in (file, folder):
            button.setAutoDefault(False)
            row.addWidget(button)

    @Slot()
    def _on_file(self) -> None:
        self._take(QFileDialog.getOpenFileName(self, self._asking[0], self._start(), self._kinds)[0])

    @Slot()
    def _on_folder(self) -> None:
        self._take(QFileDialog.getExistingDirectory(self, self._asking[1], self._start()))

    def _start(self) -> str:
        return self.line.text() or str(Path.home())

    def _take(self, path: str) -> None:
        if path:
            self.chosen.emit(Path(path))
