"""The hardest examples over time: at moments from the first frame to the last."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from latentarium.app.charts.hardest import OVER_TIME, HardestPanel
from latentarium.app.charts.hardest_times import EACH, ROWS, moments
from latentarium.app.session import Session
from latentarium.runs.run import Run

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 17, 100, 1001])
@pytest.mark.parametrize("live", [True, False])
def test_moments_reach_from_the_first_frame_to_the_last(count: int, live: bool) -> None:
    found = moments(count, live)
    assert list(found) == sorted(set(found))
    assert len(found) <= ROWS
    if count:
        assert (found[0], found[-1]) == (0, count - 1)
    if count > ROWS:
        assert len(found) > ROWS / 2


def test_moments_of_a_run_that_grows_stay() -> None:
    changed = [set(moments(count, True)) - {count - 1} - set(moments(count - 1, True)) for count in range(2, 400)]
    assert all(len(new) <= 1 for new in changed)  # one frame to read besides the newest, at most


def test_each_moment_shows_its_hardest(make_run: RunMaker, seat: Seat, qtbot: QtBot) -> None:
    run = make_run(frames=20)
    panel = HardestPanel()
    session = seat(panel, run)
    QTest.mouseClick(panel.chips[OVER_TIME], Qt.MouseButton.LeftButton)
    rows = panel.times.rows
    qtbot.waitUntil(lambda: len(rows) == ROWS and panel.times.complete, timeout=5000)
    labels = run.probe.labels
    for row, index in zip(rows, moments(20, False), strict=True):
        frame = run.frame(index)
        losses = [-math.log(max(float(frame.probabilities[i, labels[i]]), 1e-30)) for i in range(60)]
        shown = [tile.row for tile in row.tiles.tiles]
        assert len(shown) == EACH
        assert min(losses[i] for i in shown) >= sorted(losses)[-EACH] - 1e-6
        assert row.step.text() == f"{run.entries[index].step:,}"

    QTest.mouseClick(rows[2].step, Qt.MouseButton.LeftButton)
    assert session.state.moment == moments(20, False)[2]
    assert not session.state.following
    tile = rows[2].tiles.childAt(10, 10)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert session.state.focus == rows[2].tiles.tiles[0].row


def test_frames_are_read_one_at_a_time(make_run: RunMaker, seat: Seat, qtbot: QtBot) -> None:
    panel = HardestPanel()
    seat(panel, make_run(frames=20))
    panel.chips[OVER_TIME].click()
    qtbot.waitUntil(lambda: len(panel.times.rows) == ROWS, timeout=3000)
    known = [0]
    while not panel.times.complete:
        known.append(sum(bool(row.tiles.tiles) for row in panel.times.rows))
        qtbot.wait(5)
    assert len(known) > 2
    assert max(after - before for before, after in pairwise(known)) <= 1
