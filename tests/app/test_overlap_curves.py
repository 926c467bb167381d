"""Overlap over k, and along a training: asked for by panels, answered beside the window."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from latentarium.app.charts.along import ONE_FRAME, AlongPanel, going_to
from latentarium.app.charts.line_plot import Line, LinePlot, Lines, ticks
from latentarium.app.charts.over_k import OverKPanel
from latentarium.app.compare.answering import look_along, look_over_k
from latentarium.app.session import Session
from latentarium.core.errors import CancelledError
from latentarium.core.progress import ignore, never
from latentarium.runs.run import Run
from latentarium.scene.compared import Compared
from latentarium.scene.state import OpenRun, State

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]


@pytest.fixture
def beside(make_run: RunMaker, seat: Seat, compare_slowly: Callable[..., Compared]):
    def show(panel) -> tuple[Session, Compared]:
        run = make_run(rows=60)
        session = seat(panel, run)
        found = compare_slowly(run, 0, run, 8)
        first = session.state.runs[0]
        session.update(runs=(first, replace(first, moment=0.0)), compared=found, comparison=found.settings)
        return session, found

    return show


def press_at(plot: LinePlot, index: int) -> None:
    place = QPoint(round(plot.place_of(index)), plot.height() // 2)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_over_k_agrees_with_the_comparison_and_chooses_k(beside, qtbot: QtBot) -> None:
    panel = OverKPanel()
    session, found = beside(panel)
    question = panel.question()
    assert question is not None
    answer = look_over_k(question, ignore, never)
    panel.show_found(question, answer)
    assert panel.question() is None  # it is known
    qtbot.waitUntil(lambda: panel.plot.shown is not None)
    assert answer.overlap[found.settings.k - 1] == pytest.approx(found.result.mean)
    assert panel.plot.shown.xs.tolist() == list(range(1, 60))
    press_at(panel.plot, 19)
    assert session.state.comparison.k == 20
    session.update(compared=replace(found, frame_a=3))
    assert panel.question() is not None  # of other frames nothing is known yet, and what is shown stays
    assert panel.plot.shown is not None


def test_over_k_says_why_there_is_nothing(beside, qtbot: QtBot) -> None:
    panel = OverKPanel()
    beside(panel)
    panel.show_found(panel.question(), "The frame is damaged.")
    qtbot.waitUntil(lambda: panel.words.text() == "The frame is damaged.")
    assert panel.question() is None


def test_along_is_the_overlap_with_the_last_frame_and_goes_there(
    beside, compare_slowly: Callable[..., Compared], qtbot: QtBot
) -> None:
    panel = AlongPanel()
    session, found = beside(panel)
    question = panel.question()
    assert question is not None
    told: list[str] = []
    answer = look_along(question, lambda text, share: told.append(text), never)
    assert told
    panel.show_found(question, answer)
    qtbot.waitUntil(lambda: panel.plot.shown is not None)
    run = found.run_a
    for index in (0, 4, 8):
        assert answer.to_last[index] == pytest.approx(compare_slowly(run, index, run, 8).result.mean)
    assert answer.to_previous[5] == pytest.approx(compare_slowly(run, 4, run, 5).result.mean)
    press_at(panel.plot, 5)
    assert session.state.moment == 5
    assert not session.state.following
    qtbot.waitUntil(lambda: panel.plot.accessibleDescription().startswith("step 25:"))
    QTest.keyClick(panel.plot, Qt.Key.Key_Right)
    assert session.state.moment == 6
    session.update(comparison=replace(found.settings, k=7))
    assert panel.question().settings.k == 7
    panel.hide()
    assert panel.question() is None  # out of sight it wants nothing


def test_along_a_run_that_is_being_trained_is_looked_at_anew_only_now_and_then(make_run: RunMaker, seat: Seat) -> None:
    panel = AlongPanel()
    session = seat(panel, make_run(frames=16))
    live = replace(session.state.runs[0], live=True, count=12)
    session.update(runs=(live,), moment=0.0)
    question = panel.question()
    assert question is not None
    assert question.count == 12
    panel.show_found(question, look_along(question, ignore, never))
    session.update(runs=(replace(live, count=13),))
    assert panel.question() is None
    session.update(runs=(replace(live, count=16),))
    assert panel.question().count == 16
    session.update(runs=(replace(live, count=13, live=False),))
    assert panel.question().count == 13


def test_a_single_frame_has_nothing_along_it(make_run: RunMaker, seat: Seat, qtbot: QtBot) -> None:
    panel = AlongPanel()
    seat(panel, make_run(frames=1))
    assert panel.question() is None
    qtbot.waitUntil(lambda: panel.words.text() == ONE_FRAME)


def test_looking_along_can_be_cancelled(beside) -> None:
    panel = AlongPanel()
    beside(panel)
    with pytest.raises(CancelledError):
        look_along(panel.question(), ignore, lambda: True)


def test_a_frame_of_the_second_run_is_gone_to_alone_or_together(make_run: RunMaker) -> None:
    first, second = make_run(frames=9, name="a"), make_run(frames=5, name="b")  # steps 0 1 4 9 … and the same
    runs = (OpenRun(first, 9, (None, None)), OpenRun(second, 5, (None, None)))
    state = State(runs=runs, moment=8.0)
    assert going_to(state, 1, 3) == {"moment": 3.0, "following": False, "playing": False}
    alone = replace(state, runs=(runs[0], replace(runs[1], moment=0.0)))
    assert going_to(alone, 1, 3)["runs"][1].moment == 3.0
    by_fraction = going_to(replace(state, link="fraction"), 1, 4)
    assert by_fraction["moment"] == 8.0


def test_ticks_are_round_and_apart() -> None:
    ks = Lines(np.arange(1.0, 251.0), "k", (Line("a", np.zeros(250)),), logarithmic=True)
    assert ticks(ks, 300, 40) == [1, 2, 5, 10, 20, 50, 100, 200]
    steps = Lines(np.arange(0.0, 601.0, 3), "step", (Line("a", np.zeros(201)),))
    assert ticks(steps, 300, 40) == [0, 100, 200, 300, 400, 500, 600]
