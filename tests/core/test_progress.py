"""How long work will still take, in words."""

import time

import pytest

from latentarium.core.progress import Pace


def test_the_rest_at_the_pace_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace()
    assert pace.left(0.0) == ""
    now += 0.5
    assert pace.left(0.5) == ""  # too early to tell
    now += 9.5
    assert pace.left(0.5) == "about 10 s left"
    assert pace.tell("Reading", 0.5) == "Reading · about 10 s left"
    now += 10
    assert pace.left(1.0) == ""
    assert pace.tell("Reading", 1.0) == "Reading"
    assert pace.left(0.0) == ""  # another piece of work
    now += 60
    assert pace.left(0.1) == "about 9 min left"


def test_what_was_done_before_the_first_share_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace()
    now += 30  # getting ready
    assert pace.left(0.1) == ""
    now += 5
    assert pace.left(0.2) == "about 40 s left"
    assert pace.left(None) == ""
    now += 30  # getting ready for something else, which goes on where that was
    assert pace.left(0.2) == ""
    now += 5
    assert pace.left(0.3) == "about 35 s left"


def test_work_whose_first_share_is_not_nought(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace()
    for share in (0.5, 1.0, 0.4):
        assert pace.left(share) == ""
    now += 10
    assert pace.left(0.5) == "about 50 s left"
    assert pace.left(1.0) == ""
    assert pace.left(1.0) == ""
