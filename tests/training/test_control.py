"""Pause, step, stop and pace, across threads."""

import threading
import time
from collections.abc import Callable

import pytest

from latentarium.training.control import Control

LONG = 600.0  # seconds of pace, which no test waits for


class Waiting:
    """One `wait` on a thread of its own."""

    def __init__(self, control: Control, share: float = 0.0) -> None:
        self.answer: bool | None = None
        self._thread = threading.Thread(target=lambda: self._wait(control, share))
        self._thread.start()

    def _wait(self, control: Control, share: float) -> None:
        self.answer = control.wait(share)

    def blocks(self) -> bool:
        self._thread.join(0.05)
        return self._thread.is_alive()

    def ends(self) -> bool | None:
        self._thread.join(5)
        assert not self._thread.is_alive()
        return self.answer


def test_without_pace_nothing_waits() -> None:
    control = Control()
    assert control.wait(1.0)
    assert not control.paused
    assert not control.stopped


def test_pause_holds_until_resume() -> None:
    control = Control()
    control.pause()
    waiting = Waiting(control)
    assert waiting.blocks()
    assert control.paused
    control.resume()
    assert waiting.ends() is True


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["paused", "paced"])
def test_stop_wakes_at_once_and_for_good(share: float) -> None:
    control = Control(pace=LONG * (share > 0))
    if not share:
        control.pause()
    waiting = Waiting(control, share)
    assert waiting.blocks()
    control.stop()
    assert waiting.ends() is False
    control.resume()
    assert control.wait(0.0) is False
    assert control.stopped


def test_pause_holds_while_waiting_for_the_pace() -> None:
    control = Control(pace=LONG)
    waiting = Waiting(control, 1.0)
    assert waiting.blocks()
    control.pause()
    control.pace = 0.0
    assert waiting.blocks()  # the pace no longer holds it, the pause does
    control.resume()
    assert waiting.ends() is True


def test_a_step_runs_to_the_next_frame_without_the_pace() -> None:
    control = Control(pace=LONG)
    control.pause()
    waiting = Waiting(control, 1.0)
    assert waiting.blocks()
    control.step()
    assert waiting.ends() is True
    assert control.wait(1.0)  # several batches may lie before the frame
    control.framed()
    assert control.paused
    control.pace = 0.0
    waiting = Waiting(control)
    assert waiting.blocks()
    control.resume()
    assert waiting.ends() is True


def test_step_while_waiting_for_the_pace() -> None:
    control = Control(pace=LONG)
    waiting = Waiting(control, 1.0)
    assert waiting.blocks()
    control.step()
    assert waiting.ends() is True


def test_pause_takes_a_step_back() -> None:
    control = Control()
    control.step()
    control.pause()
    assert control.paused


@pytest.mark.parametrize("change", [lambda c: setattr(c, "pace", 0.0), lambda c: setattr(c, "pace", -3.0)])
def test_a_new_pace_counts_at_once(change: Callable[[Control], None]) -> None:
    control = Control(pace=LONG)
    waiting = Waiting(control, 1.0)
    assert waiting.blocks()
    change(control)
    assert waiting.ends() is True
    assert control.pace == 0


def test_the_whole_takes_at_least_its_pace() -> None:
    control = Control(pace=0.2)
    began = time.monotonic()
    for _ in range(10):
        assert control.wait(0.1)
    assert time.monotonic() - began >= 0.2


def test_computing_counts_towards_the_pace() -> None:
    control = Control(pace=LONG)
    control.pace = 0.0
    control.wait(0.0)
    time.sleep(0.02)
    control.pace = LONG
    assert control.wait(0.01 / LONG)  # 10 ms a batch, and the batch took 20
