"""One writer a run, with real second processes."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.lock import WriterLock, held
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run

HOLD = """
import sys
from pathlib import Path
from latentarium.runs.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


def holding(folder: Path) -> "subprocess.Popen[str]":
    """A process that holds the lock of `folder` until its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_writer_is_told_who_holds_the_run(run_folder: Path, made: SimpleNamespace, header: Header) -> None:
    with holding(run_folder) as process:
        run = Run.open(run_folder)
        assert run.writer_alive()
        assert len(run) == 6
        sentence = f"is being written by process {process.pid} on host {socket.gethostname()}"
        with pytest.raises(LatentariumError, match=sentence):
            next(record(iter([made.frame(header, 60)]), run_folder, None))
        assert run.writer_alive()
    assert not run.writer_alive()
    assert not (run_folder / "writer.json").exists()
    list(record(iter([made.frame(header, 60)]), run_folder, None))
    assert run.refresh()
    assert len(run) == 7


def test_a_killed_writer_holds_nothing(run_folder: Path) -> None:
    with holding(run_folder) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert (run_folder / "writer.json").exists()
    assert not held(run_folder)
    lock = WriterLock(run_folder)
    assert held(run_folder)
    lock.release()
    assert not held(run_folder)


def test_a_second_writer_in_the_same_process_is_refused_too(run_folder: Path) -> None:
    lock = WriterLock(run_folder)
    with pytest.raises(LatentariumError, match=f"written by process {os.getpid()}"):
        WriterLock(run_folder)
    lock.release()


def test_a_lock_is_released_by_another_thread(run_folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        lock = pool.submit(WriterLock, run_folder).result()
    assert held(run_folder)
    lock.release()
    assert not held(run_folder)


@pytest.mark.parametrize("text", ["", "[]", '{"pid": "x", "host": 1}', "[" * 4000])
def test_a_holder_that_cannot_be_read_is_another_process(text: str, run_folder: Path) -> None:
    lock = WriterLock(run_folder)
    (run_folder / "writer.json").write_text(text)
    with pytest.raises(LatentariumError, match="is being written by another process"):
        WriterLock(run_folder)
    lock.release()


def test_two_starts_in_one_folder_give_one_run(tmp_path: Path, made: SimpleNamespace, header: Header) -> None:
    first = record(iter([made.frame(header, 0), made.frame(header, 1)]), tmp_path / "run", header)
    next(first)
    with pytest.raises(LatentariumError, match="exists and is not empty"):
        next(record(iter([made.frame(header, 0)]), tmp_path / "run", header))
    with pytest.raises(LatentariumError, match="is being written by process"):
        next(record(iter([made.frame(header, 0)]), tmp_path / "run", None))
    list(first)
    assert len(Run.open(tmp_path / "run")) == 2
