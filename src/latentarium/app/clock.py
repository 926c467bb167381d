"""Moves the moment: a replay at a steady pace, and the glide after frames that arrive live."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, QTimer, Slot

from latentarium.app.session import Session
from latentarium.scene.state import State

FRAMES_A_SECOND = 12.0  # of a replay at speed 1
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
GLIDE = 0.18  # seconds in which most of the way to the newest frame is done
SLOWEST = 2.0  # frames a second at the end of a glide
LONGEST = 0.25  # seconds that one tick may count for: after a hold-up the moment goes on, it does not jump
REPLAY_TICK, LIVE_TICK = 16, 33  # ms; live training needs the processor more than the eye needs 60 pictures
LIVE_SHARE = 0.12  # of the time that live pictures may keep the window's thread busy
LONGEST_TICK = 250  # ms
REGIONS_TICK = 40  # ms at most, while regions move under the dots: who asked for them wants to see them grow


@dataclass(frozen=True)
class Advance:
    """What a tick changes of the state; empty when nothing moves any more."""

    changes: dict[str, Any]
    moving: bool


def advance(state: State, seconds: float) -> Advance:
    """Where `state` stands `seconds` later."""
    last = newest(state)
    if state.playing:
        return _replay(state, last, seconds)
    gap = last - state.moment
    if not state.following or gap == 0:
        return Advance({}, False)
    stride = max(abs(gap) * min(seconds / GLIDE, 1.0), SLOWEST * seconds)
    if stride >= abs(gap):
        return Advance({"moment": float(last)}, False)
    return Advance({"moment": state.moment + (stride if gap > 0 else -stride)}, True)


def _replay(state: State, last: int, seconds: float) -> Advance:
    moment = state.moment + state.speed * FRAMES_A_SECOND * seconds
    if moment < last:
        return Advance({"moment": moment}, True)
    if state.loop and last > 0:
        return Advance({"moment": 0.0 if state.moment >= last else float(last)}, True)
    return Advance({"moment": float(last), "playing": False, "following": True}, False)


def newest(state: State) -> int:
    """The index of the newest frame; 0 where there is none."""
    return max(state.runs[0].count - 1, 0) if state.runs else 0


def live_tick(busy: float, longest: int = LONGEST_TICK) -> int:
    """The interval of live ticks, ms, at most `longest`, where one keeps the window's thread busy for `busy` seconds.

    So that drawing, which may be slow where no graphics card helps, leaves the processor to training.
    """
    return min(max(LIVE_TICK, round(1000 * busy / LIVE_SHARE)), longest)


class Clock(QObject):
    """Advances the session's moment while something moves; no timer runs while nothing does."""

    def __init__(self, session: Session, now: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(session)
        self._session = session
        self._now = now
        self._then = 0.0
        self._woken = 0.0
        self._busy = 0.0  # seconds since the last tick in which the event loop did not wait
        self._live_tick = LIVE_TICK  # ms; kept from one glide to the next
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        session.changed.connect(self._on_changed)

    @property
    def running(self) -> bool:
        """Whether the timer ticks."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Let nothing move any more; for the end of the program."""
        self._session.changed.disconnect(self._on_changed)
        self._halt()

    @Slot(object, object)
    def _on_changed(self, old: State, new: State) -> None:
        moving = new.playing or (new.following and newest(new) != new.moment)
        if moving and not self._timer.isActive():
            self._then = self._woken = self._now()
            self._busy = 0.0
            loop = QAbstractEventDispatcher.instance()
            loop.awake.connect(self._on_awake)
            loop.aboutToBlock.connect(self._on_about_to_block)
            self._timer.start(REPLAY_TICK if new.playing else self._live_tick)
        elif not moving:
            self._halt()

    def _halt(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            loop = QAbstractEventDispatcher.instance()
            loop.awake.disconnect(self._on_awake)
            loop.aboutToBlock.disconnect(self._on_about_to_block)

    @Slot()
    def _on_awake(self) -> None:
        self._woken = self._now()

    @Slot()
    def _on_about_to_block(self) -> None:
        self._busy += self._now() - self._woken

    @Slot()
    def _on_timeout(self) -> None:
        now = self._now()
        seconds, self._then = min(now - self._then, LONGEST), now
        busy, self._busy, self._woken = self._busy + now - self._woken, 0.0, now
        if not self._session.state.playing:
            regions = any(view.background != "none" for view in self._session.state.views)
            self._live_tick = live_tick(busy, REGIONS_TICK if regions else LONGEST_TICK)
        self._timer.setInterval(REPLAY_TICK if self._session.state.playing else self._live_tick)
        step = advance(self._session.state, seconds)
        if step.changes:
            self._session.update(**step.changes)
