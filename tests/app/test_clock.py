"""The moment in motion."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from latentarium.app.clock import FRAMES_A_SECOND, LIVE_SHARE, LIVE_TICK, LONGEST_TICK, Clock, advance, live_tick
from latentarium.app.session import Session
from latentarium.scene.desk import open_run
from latentarium.scene.state import OpenRun, State


class Hands:
    """A clock face that tests turn."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def opened(make_run: Any) -> OpenRun:
    return open_run(make_run(frames=5))


def with_frames(opened: OpenRun, count: int) -> OpenRun:
    return OpenRun(opened.run, count, opened.projections, live=True)


def test_a_replay_goes_at_its_speed(opened: OpenRun) -> None:
    state = State(runs=(opened,), playing=True, following=False, speed=2.0)
    assert advance(state, 0.05).changes == {"moment": pytest.approx(2 * FRAMES_A_SECOND * 0.05)}


def test_a_replay_ends_at_the_newest_frame_or_starts_again(opened: OpenRun) -> None:
    state = State(runs=(opened,), moment=3.9, playing=True, following=False)
    assert advance(state, 1.0).changes == {"moment": 4.0, "playing": False, "following": True}
    looping = State(runs=(opened,), moment=3.9, playing=True, following=False, loop=True)
    assert advance(looping, 1.0).changes == {"moment": 4.0}
    at_end = State(runs=(opened,), moment=4.0, playing=True, following=False, loop=True)
    assert advance(at_end, 1.0).changes == {"moment": 0.0}


def test_live_frames_glide_and_never_jump(opened: OpenRun) -> None:
    """Thirty frames a second for three seconds: the moment follows closely, in small strides."""
    moment, tick, strides = 0.0, 1 / 30, []
    for number in range(1, 91):
        state = State(runs=(with_frames(opened, number),), moment=moment)
        step = advance(state, tick)
        strides.append(step.changes.get("moment", moment) - moment)
        moment = step.changes.get("moment", moment)
    assert max(strides) < 1.5
    assert min(strides) >= 0
    assert 89 - moment < 30 * 0.3, "less than a third of a second behind"


def test_a_glide_arrives_and_then_nothing_moves(opened: OpenRun) -> None:
    state, ticks = State(runs=(with_frames(opened, 3),)), 0
    while (step := advance(state, 1 / 30)).moving:
        state, ticks = State(runs=state.runs, moment=step.changes["moment"]), ticks + 1
    assert step.changes == {"moment": 2.0}
    assert 5 < ticks < 60
    assert advance(State(runs=state.runs, moment=2.0), 1.0).changes == {}


def test_slow_drawing_leaves_time_for_training() -> None:
    assert live_tick(0.002) == LIVE_TICK
    assert 0.02 / (live_tick(0.02) / 1000) == pytest.approx(LIVE_SHARE, rel=0.02)
    assert live_tick(3.0) == LONGEST_TICK


def test_no_timer_runs_while_nothing_moves(qtbot: QtBot, opened: OpenRun) -> None:
    session, hands = Session(), Hands()
    clock = Clock(session, hands)
    session.update(runs=(opened,), moment=1.0, following=False)
    assert not clock.running
    session.update(playing=True)
    assert clock.running
    session.update(playing=False)
    assert not clock.running
    session.update(following=True)
    assert clock.running
    with qtbot.waitSignal(session.changed):
        hands.seconds += 60
    qtbot.waitUntil(lambda: hands_on(hands) and session.state.moment == 4.0)
    assert not clock.running
    clock.stop()


def hands_on(hands: Hands) -> bool:
    hands.seconds += 1
    return True
