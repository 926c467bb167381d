"""How long work will still take, in words."""

import time

import pytest

from latentarium.core.progress import Pace


def test_the_rest_at_the_pace_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace()
    assert pace.left(None) == ""
    now += 0.5
    assert pace.left(0.5) == ""  # too early to tell
    now += 9.5
    assert pace.left(0.5) == "about 10 s left"
    now += 10
    assert pace.left(1.0) == ""
    assert pace.left(0.0) == ""  # another piece of work
    now += 60
    assert pace.left(0.1) == "about 9 min left"
