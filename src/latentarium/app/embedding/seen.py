"""Three images as they are and as a network gets them, and what embedding all will take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from latentarium.app.widgets.pictures import lone_pixmap
from latentarium.app.widgets.words import many, words
from latentarium.core.progress import duration

if TYPE_CHECKING:
    from latentarium.jobs.embedding_preview import Preview

SIDE = 104  # logical px of an image
SHOWN = 3


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
        for widget in (self.problem, self.counts, self.remarks):
            column.addWidget(widget)
        column.addStretch(1)
        self.show_problem("")

    def show_preview(self, preview: Preview) -> None:
        """Show the images, and say what is known."""
        ratio = self.devicePixelRatioF()
        for labels, images in zip(self.images, (preview.originals, preview.seen), strict=True):
            for place, label in enumerate(labels):
                label.setPixmap(lone_pixmap(images[place], SIDE, ratio) if place < len(images) else QPixmap())
        self._show_images(True)
        checkpoints = "" if preview.checkpoints == 1 else f"{preview.checkpoints:,} checkpoints · "
        height, width, channels = preview.seen.shape[1:]
        self.counts.setText(
            f"{checkpoints}{preview.images:,} images of {width} × {height} pixels in {many(channels, 'channel')} · "
            f"{preview.dimensions:,} dimensions · about {duration(preview.seconds)}"
        )
        numbers = f"The network gets numbers from {preview.lowest:.3g} to {preview.highest:.3g}."
        self.remarks.setText("\n".join((numbers, *preview.remarks)))
        self.problem.hide()
        for label in (self.counts, self.remarks):
            label.show()

    def show_problem(self, sentence: str) -> None:
        """Say why there is nothing to show; an empty sentence says nothing."""
        self._show_images(False)
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for label in (self.counts, self.remarks):
            label.hide()

    def _show_images(self, there: bool) -> None:
        for label in (*self._captions, *self.images[0], *self.images[1]):
            label.setVisible(there)
