"""What the network said of an image over time, as a band."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from latentarium.app.charts.over_time import OverTimePanel, moments
from latentarium.app.session import Session
from latentarium.core.arrays import frozen_ints
from latentarium.runs.run import Run
from latentarium.scene.state import Selection

Seat = Callable[..., Session]


def test_moments_are_even_and_hold_both_ends() -> None:
    assert moments(0, 8) == (0,)
    assert moments(1, 8) == (0,)
    assert moments(5, 8) == (0, 1, 2, 3, 4)
    assert moments(9, 3) == (0, 4, 8)
    for count in range(2, 300, 7):
        found = moments(count, 48)
        assert len(found) == min(count, 48)
        assert (found[0], found[-1]) == (0, count - 1)


def test_bands_are_the_probabilities(qtbot: QtBot, seat: Seat, small_run: Run) -> None:
    panel = OverTimePanel()
    session = seat(panel, small_run, focus=5, selection=Selection(frozen_ints([3, 5, 8])))
    qtbot.waitUntil(lambda: [life.row for life in panel.lines.lives] == [5, 3, 8])
    qtbot.waitUntil(lambda: panel.lines.lives[0].moments == tuple(range(len(small_run))))
    for life in panel.lines.lives:
        for index, shares in zip(life.moments, life.shares, strict=True):
            np.testing.assert_array_equal(shares, small_run.frame(index).probabilities[life.row])
    life = panel.lines.lives[1]
    edges = life.edges()
    assert edges[0][0] == 0
    assert edges[-1][1] == len(small_run) - 1
    assert all(before[1] == after[0] for before, after in pairwise(edges))

    # The picture has the classes' colours, and a click on it goes to the frame and to the point.
    qtbot.waitUntil(lambda: panel.lines.height() == panel.lines.sizeHint().height())
    height = panel.lines.height() // 3
    place = QPoint(round(panel.lines.place(4.0)), height + height // 2)
    QTest.mouseClick(panel.lines, Qt.MouseButton.LeftButton, pos=place)
    assert (session.state.moment, session.state.focus) == (4.0, 3)
    qtbot.waitUntil(lambda: [life.row for life in panel.lines.lives] == [3, 5, 8])
    session.update(focus=None, selection=Selection(frozen_ints([])))
    qtbot.waitUntil(lambda: not panel.lines.lives)
