"""Start and stop training again and again in one process: what stays behind of threads, open files and memory?

Each cycle reads the images, trains, records, is stopped at a random frame, and opens and closes the run; every fourth
continues it. Memory is what the system counts as resident.

    python -m benchmarks.cycles [200]
"""

import gc
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

from latentarium.core.frame import Frame
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.training import Silence, continue_run, train_and_record
from latentarium.runs.run import Run
from latentarium.training.control import Control

RECIPE = Recipe(
    title="Cycle",
    data=Data(classes=("3", "5", "8"), probe=450, reference=300),
    network=Network(name="mlp", embedding=3, hidden=(64,)),
    optimiser=Optimiser(steps=60, batch=128),
    frames=Frames(count=30),
)
WARM_UP = 20  # cycles before the comparison: libraries fill their caches


class Stopping(Silence):
    """A listener that stops the training at a frame, as the Stop button does, on another thread."""

    def __init__(self, control: Control, index: int) -> None:
        self._control, self._index = control, index

    def committed(self, index: int, frame: Frame) -> None:
        if index == self._index:
            self._control.stop()


def cycle(folder: Path, moments: random.Random, go_on: bool) -> None:
    """One training, stopped; and gone on with to its end, where asked for."""
    control = Control()
    train_and_record(RECIPE, folder, control, Stopping(control, moments.randint(0, 25)))
    if go_on:
        continue_run(folder, Control())
    run = Run.open(folder)
    run.frame(-1)
    run.close()
    shutil.rmtree(folder)


def resident() -> float:
    """Resident memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def held() -> tuple[int, int]:
    """How many threads there are, by Python's and the system's count the larger, and how many open files."""
    return max(threading.active_count(), len(os.listdir("/proc/self/task"))), len(os.listdir("/proc/self/fd"))


def main(count: int = 200) -> None:
    moments, began = random.Random(0), time.monotonic()
    before, memory = held(), resident()
    with tempfile.TemporaryDirectory() as room:
        for number in range(count):
            cycle(Path(room, "run"), moments, number % 4 == 3)
            if number + 1 == WARM_UP:
                before, memory = held(), resident()
            if (number + 1) % 20 == 0:
                print(f"{number + 1:4} cycles: {resident():7.1f} MB, threads and open files {held()}", flush=True)
    after, grown = held(), resident() - memory
    print(f"{count} start/stop cycles in {time.monotonic() - began:.0f} s; compared with the state after {WARM_UP}:")
    print(
        f"threads {before[0]} -> {after[0]}, open files {before[1]} -> {after[1]}, memory {grown:+.1f} MB (goal < 20)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
