"""A reader follows a run that another process is writing."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from latentarium.runs.run import Run

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import make_frame, make_header
from latentarium.runs.recording import record
header = make_header()
def frames():
    for step in range(40):
        yield make_frame(header, step)
def committed(index, frame):
    print(index, flush=True)
for _ in record(frames(), Path(sys.argv[2]), header, committed):
    pass
"""


def test_what_another_process_commits_is_seen_at_the_next_look(tmp_path: Path, made: object) -> None:
    command = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(tmp_path / "run")]
    lengths = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        writer.stdout.readline()
        run = Run.open(tmp_path / "run")
        assert len(run) >= 1
        for line in writer.stdout:
            run.refresh()
            assert len(run) > int(line)  # no lag: the frame that was just named is there
            assert run.frame(int(line)).step == int(line)
            lengths.append(len(run))
    assert writer.returncode == 0
    assert lengths == sorted(lengths)
    assert len(run) == 40
    header = made.header()
    for step in (0, 39):
        assert np.array_equal(run.frame(step).embeddings, made.frame(header, step).embeddings)
    assert not run.writer_alive()


def test_looking_often_never_sees_half_a_frame(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        writer.stdout.readline()
        run = Run.open(tmp_path / "run")
        looks = 0
        while writer.poll() is None:
            if run.refresh():
                assert run.frame(-1).step == len(run) - 1
            looks += 1
            time.sleep(0.001)
    run.refresh()
    assert len(run) == 40
    assert looks > 3
    assert run.check() == []
