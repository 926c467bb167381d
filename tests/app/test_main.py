"""The program from its start to its end, as the system starts and ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from latentarium.app.demo import stray
from latentarium.app.main import Alarm
from latentarium.runs.run import Run

PROGRAM = "from latentarium.app.main import run; raise SystemExit(run([]))"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_window_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "LATENTARIUM_CONFIG": str(tmp_path), "PYTHONWARNINGS": "error::ResourceWarning"}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob("sessions/*.lock")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)
    began = time.monotonic()
    process.send_signal(number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0, told
    assert time.monotonic() - began < 5
    assert list(tmp_path.glob("sessions/*.json")) == []
    assert "Traceback" not in told


def test_what_nobody_caught_becomes_a_sentence_with_details(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    alarm, told = Alarm(), []
    alarm.failed.connect(told.append)
    handler = signal.getsignal(signal.SIGINT)
    alarm.listen()
    try:
        try:
            raise ZeroDivisionError("by nought")
        except ZeroDivisionError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        alarm.end()
    assert told[0].sentence == "Something in the program failed: ZeroDivisionError: by nought"
    assert "Traceback" in told[0].details
    assert "by nought" in capsys.readouterr().err, "a terminal is told too"
    assert signal.getsignal(signal.SIGINT) is handler


def test_the_demo_points_at_a_dot_that_is_not_where_it_should_be(small_run: Run) -> None:
    for index in (1, len(small_run) - 1):
        frame = small_run.frame(index)
        row = stray(small_run, frame)
        own = frame.probabilities[np.arange(len(small_run.probe)), small_run.probe.labels]
        if (frame.predictions != small_run.probe.labels).any():
            assert frame.predictions[row] != small_run.probe.labels[row]
        else:
            assert own[row] == own.min()
