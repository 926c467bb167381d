"""Three images as they are and as a network gets them, and what embedding all will take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from latentarium.app.widgets.pictures import lone_pixmap
from latentarium.app.widgets.words import many, words
from latentarium.core.progress import duration

if TYPE_CHECKING:
    from latentarium.jobs.embedding_preview import Preview

SIDE = 104  # logical px of an image
SHOWN = 3
KEYS = "All keys"
HINT = "Three images appear here, as they are and as the network would get them, and which weights fit."


class SeenImages(QWidget):
    """Shows a preview, or why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.problem, self.counts, self.remarks = (words(role) for role in ("wrong", "value", "muted"))
        self.images = [[QLabel() for _ in range(SHOWN)] for _ in range(2)]
        grid = QGridLayout()
        grid.setSpacing(8)
        self._captions = (words("heading"), words("heading"))
        for line, (caption, labels) in enumerate(zip(self._captions, self.images, strict=True)):
            caption.setText(("AS THEY ARE", "AS THE NETWORK GETS THEM")[line])
            grid.addWidget(caption, 2 * line, 0, 1, SHOWN)
            for place, label in enumerate(labels):
                label.setAccessibleName(f"Image {place + 1}, {caption.text().lower()}")
                label.setFixedSize(SIDE, SIDE)
                grid.addWidget(label, 2 * line + 1, place)
        grid.setColumnStretch(SHOWN, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(grid)
        self.keys, self.listing = QPushButton(KEYS), QPlainTextEdit()
        self.keys.setCheckable(True)
        self.keys.setAutoDefault(False)
        self.keys.toggled.connect(self.listing.setVisible)
        self.listing.setReadOnly(True)
        self.listing.setAccessibleName("All that was found")
        self.listing.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.listing.hide()
        for widget in (self.problem, self.counts, self.remarks):
            column.addWidget(widget)
        column.addWidget(self.keys, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.listing, 1)
        column.addStretch(0)
        self.show_hint(HINT)

    def show_preview(self, preview: Preview) -> None:
        """Show the images, and say what is known."""
        ratio = self.devicePixelRatioF()
        for labels, images in zip(self.images, (preview.originals, preview.seen), strict=True):
            for place, label in enumerate(labels):
                label.setPixmap(lone_pixmap(images[place], SIDE, ratio) if place < len(images) else QPixmap())
        self._show_images(True)
        checkpoints = "" if preview.checkpoints == 1 else f"{preview.checkpoints:,} checkpoints · "
        height, width, channels = preview.seen.shape[1:]
        beside = preview.images - preview.points
        shown = many(preview.points, "point") + (f" and {many(beside, 'training image')}" if beside else "")
        self.counts.setText(
            f"{checkpoints}{shown} of {width} × {height} pixels in {many(channels, 'channel')} · "
            f"{preview.dimensions:,} dimensions · about {duration(preview.seconds)}"
        )
        numbers = f"The network gets numbers from {preview.lowest:.3g} to {preview.highest:.3g}."
        self.remarks.setText("\n".join((numbers, *preview.remarks)))
        self.problem.hide()
        for label in (self.counts, self.remarks):
            label.show()
        self._show_details(preview.keys, KEYS)

    def show_problem(self, sentence: str, details: str = "", called: str = "") -> None:
        """Say why there is nothing to show, with `details` behind a button that is called so."""
        self._show_images(False)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for label in (self.counts, self.remarks):
            label.hide()
        self._show_details(details, called)

    def show_hint(self, sentence: str) -> None:
        """Say what is to appear here."""
        self.show_problem("")
        self.remarks.setText(sentence)
        self.remarks.show()

    def _show_details(self, details: str, called: str) -> None:
        self.keys.setText(called)
        self.listing.setPlainText(details)
        self.keys.setVisible(bool(details))
        self.listing.setVisible(bool(details) and self.keys.isChecked())

    def _show_images(self, there: bool) -> None:
        for label in (*self._captions, *self.images[0], *self.images[1]):
            label.setVisible(there)
