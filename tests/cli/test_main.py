"""The program's door: no command, wrong commands, help, doctor."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from latentarium import __version__
from latentarium.cli import COMMANDS, main


def test_help_names_every_command(shell):
    said = shell.run("--help")
    assert said.code == 0
    for name in COMMANDS:
        assert f"  {name} " in said.out
    assert shell.run("train", "--help").code == 0
    assert shell.run("--version").out == f"latentarium {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("trian",), ("no file or folder trian", "Did you mean train?")),
        (("/nowhere/run",), ("/nowhere/run", "--help")),
        (("--wrong",), ("--wrong",)),
        (("show",), ("RUN",)),
        (("show", "/nowhere"), ("no run at /nowhere",)),
        (("demo", "--in", "x"), ("--in",)),
        (("a\0b",), ("no file or folder",)),
    ],
)
def test_wrong_arguments(arguments, words, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (sentence,) = said.err.splitlines()
    for word in ("latentarium: ", *words):
        assert word in sentence


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_it_says_so(shell, trained, tmp_path):
    for arguments in ((), (trained[0],), ("show", trained[0]), ("demo", "--out", tmp_path)):
        shell.refused(*arguments, words=("There is no screen", "xvfb-run"))


def test_the_console_script_is_the_same(shell):
    script = os.path.join(os.path.dirname(sys.executable), "latentarium")
    done = subprocess.run([script, "info", "/nowhere"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, shell.run("info", "/nowhere").err)
    assert shell.end(shell.start("info", "/nowhere")).err == done.stderr


def test_a_reader_that_has_enough_is_no_fault(shell, trained):
    process = shell.start("info", trained[0])
    process.stdout.close()
    process.wait(60)
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_fault_of_our_own_is_a_sentence_too(monkeypatch, capsys):
    monkeypatch.setattr("latentarium.cli.reading.show_info", lambda *_: 1 // 0)
    assert main(["info", "x"]) == 1
    assert "This should not have happened: ZeroDivisionError" in capsys.readouterr().err


def test_the_doctor_tells_what_is_here(shell):
    said = shell.run("doctor", QT_QPA_PLATFORM="offscreen")
    assert said.code == 0
    for word in ("Latentarium", "PySide6-Essentials", "torch", "device", "cpu", "OpenGL"):
        assert word in said.out
    assert "offscreen" in said.out
    assert "Missing system packages" in said.out or "system package" in said.out


def test_the_doctor_survives_a_broken_opengl(shell):
    said = shell.run("doctor", QT_QPA_PLATFORM="no-such-platform")
    assert said.code == 0
    assert "Asking for OpenGL ended with" in said.out


@pytest.mark.parametrize("frame", ["", "@1"])
def test_a_run_named_on_the_command_line_opens(shell, trained, tmp_path, frame):
    """The window opens with it, and an interrupt closes it as a person would."""
    window = shell.start(f"{trained[0]}{frame}", QT_QPA_PLATFORM="offscreen", LATENTARIUM_CONFIG=str(tmp_path))
    desk = []
    while not desk:  # what would be offered after a crash says what is open
        assert window.poll() is None, shell.end(window)
        time.sleep(0.05)
        desk = list(tmp_path.glob("sessions/*.json"))
    told = json.loads(desk[0].read_text("utf-8"))
    assert str(trained[0]) in told["runs"]
    assert told["moment"] == (1 if frame else None)  # none: at the newest
    window.send_signal(signal.SIGTERM)
    assert shell.end(window).code == 0
