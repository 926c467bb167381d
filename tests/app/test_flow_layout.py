"""Lines of widgets, against a slow obvious way of setting them."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from latentarium.app.widgets.flow_layout import FlowLayout


class Block(QWidget):
    """A widget of a size."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._size


def test_widgets_are_set_in_lines(qtbot: QtBot) -> None:
    generator = np.random.default_rng(0)
    sizes = [(int(width), int(height)) for width, height in generator.integers(5, 60, (40, 2))]
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = FlowLayout(holder, gap=3)
    blocks = [Block(*size) for size in sizes]
    for block in blocks:
        layout.addWidget(block)
    blocks[7].hide()
    holder.show()
    for width in (60, 150, 400, 3000):
        holder.resize(width, 2000)
        lines: list[list[int]] = [[]]
        for row, (wide, _) in enumerate(sizes):
            if row == 7:
                continue
            taken = sum(sizes[other][0] + 3 for other in lines[-1])
            if lines[-1] and taken + wide > width:
                lines.append([])
            lines[-1].append(row)
        top = 0
        for line in lines:
            left = 0
            for row in line:
                assert blocks[row].geometry().getRect() == (left, top, *sizes[row])
                left += sizes[row][0] + 3
            top += max(sizes[row][1] for row in line) + 3
        assert layout.heightForWidth(width) == top - 3
    assert layout.count() == 40
    assert layout.takeAt(40) is None
    assert layout.itemAt(-1) is None
