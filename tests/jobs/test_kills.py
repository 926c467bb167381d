"""A recording that is killed at random moments loses one frame at most, and goes on as if nothing had been."""

import random
import sys
from pathlib import Path

import pytest
from benchmarks.kills import RECIPE, Subject

from latentarium.runs.run import Run


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and a fork server")
def test_killed_six_times_and_yet_the_same(tmp_path: Path) -> None:
    whole, subject = Subject(tmp_path / "whole"), Subject(tmp_path / "killed")
    whole.train()
    moments = random.Random(1)
    for _ in range(6):
        kill = subject.kill(moments)
        assert kill.problems == ()
        assert kill.passed - kill.committed <= 1
        assert kill.handed - kill.committed <= 2  # one in flight, and one that was just made, on a disk that is slow
    subject.train()
    assert not list(subject.folder.rglob("*.part"))
    assert len(subject.frames()) == RECIPE.frames.count
    assert subject.frames() == whole.frames()
    run = Run.open(subject.folder)
    assert run.check() == []
    assert run.result["accuracy"] == Run.open(whole.folder).result["accuracy"]
