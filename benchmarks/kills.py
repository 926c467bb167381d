"""kill -9 at random moments of recording: does every run open, how many frames are lost, does training go on?

A child trains and records for real. Through an unbuffered pipe it tells each frame twice: when training hands it
over, before the recorder has it, and when the recorder has passed it on. The parent kills it at a random moment, opens
what is there, continues it, kills that too, and so on to the end; then all frames must be those of a run that
nobody killed, byte for byte.

    python -m benchmarks.kills [40]
"""

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.training import Silence, prepare
from latentarium.runs.checkpoints import last_checkpoint
from latentarium.runs.recording import record
from latentarium.runs.run import Run
from latentarium.training.control import Control

RECIPE = Recipe(
    title="Killed",
    data=Data(classes=("3", "5", "8"), per_class=100, probe=150, reference=100),
    network=Network(name="mlp", embedding=3, hidden=(32,)),
    optimiser=Optimiser(steps=150, batch=64),
    frames=Frames(count=60),
)
Item = Frame | Checkpoint


@dataclass(frozen=True)
class Kill:
    """What one kill left: frames handed over and passed on before it, frames that count after it."""

    handed: int
    passed: int
    committed: int
    parts: int  # stray .part files
    torn: bool  # the manifest's last line
    problems: tuple[str, ...]


def child(folder: Path, pipe: Connection, checkpoint_every: float) -> None:
    """Train, from the start or from the last checkpoint, and tell of every frame."""
    from latentarium.training import loop

    loop.CHECKPOINT_EVERY = checkpoint_every  # often, so that kills meet checkpoints too
    run = Run.open(folder) if folder.exists() else None
    parts, header = prepare(RECIPE, folder, Control(), Silence())
    items = loop.train(RECIPE, parts.dataset, Control(), last_checkpoint(run.folder) if run else None)
    for item in record(told(items, pipe), folder, None if run else header):
        if isinstance(item, Frame):
            pipe.send(("passed", item.step))
    pipe.send(("end", 0))


def told(items: Iterator[Item], pipe: Connection) -> Iterator[Item]:
    """`items`, each frame told of before it is handed over."""
    for item in items:
        if isinstance(item, Frame):
            pipe.send(("handed", item.step))
        yield item


class Subject:
    """One run that is trained by children, and killed."""

    def __init__(self, folder: Path, checkpoint_every: float = 0.2) -> None:
        self.folder = folder
        self._every = checkpoint_every
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(
            ["latentarium.training.loop", "torch._dynamo", __name__]
        )  # once, not for every child

    def train(self) -> None:
        """Train to the end, unharmed."""
        process, pipe = self._start()
        while pipe.recv()[0] != "end":
            pass
        process.join()
        pipe.close()

    def kill(self, moments: random.Random) -> Kill:
        """Train until a random frame and a little longer, kill, and look at what is left."""
        steps: dict[str, set[int]] = {"handed": set(), "passed": set(), "end": set()}
        known = len(Run.open(self.folder)) if self.folder.exists() else 0
        process, pipe = self._start()
        wanted = moments.randint(1, max(1, RECIPE.frames.count - known) // 2)
        while len(steps["handed"]) < wanted and not steps["end"]:
            kind, step = pipe.recv()
            steps[kind].add(step)
        time.sleep(moments.uniform(0, moments.choice([0.006, 0.03])))  # half of them while a frame is being written
        process.kill()
        process.join()
        try:
            while pipe.poll():
                kind, step = pipe.recv()
                steps[kind].add(step)
        except EOFError:
            pass
        pipe.close()
        run = Run.open(self.folder)
        committed = {entry.step for entry in run.entries}
        manifest = (self.folder / "manifest.jsonl").read_bytes()
        return Kill(
            handed=len(steps["handed"] | committed),
            passed=len(steps["passed"] | committed),
            committed=len(committed),
            parts=len(list(self.folder.rglob("*.part"))),
            torn=bool(manifest) and not manifest.endswith(b"\n"),
            problems=tuple(run.check()),
        )

    def frames(self) -> dict[str, bytes]:
        """Every frame's file."""
        return {path.name: path.read_bytes() for path in (self.folder / "frames").glob("*.safetensors")}

    def _start(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = self._processes.Process(target=child, args=(self.folder, theirs, self._every), daemon=True)
        process.start()
        theirs.close()
        return process, ours


def main(count: int) -> None:
    moments = random.Random(0)
    with tempfile.TemporaryDirectory() as room:
        whole = Subject(Path(room, "whole"))
        whole.train()
        expected = whole.frames()
        kills: list[Kill] = []
        number = equal = 0
        while len(kills) < count:
            number += 1
            subject = Subject(Path(room, f"run-{number}"))
            for _ in range(min(moments.randint(1, 6), count - len(kills))):
                kills.append(subject.kill(moments))
                print(len(kills), kills[-1], flush=True)
            subject.train()
            swept = not list(subject.folder.rglob("*.part")) and not Run.open(subject.folder).check()
            equal += swept and subject.frames() == expected
    print(f"{len(kills)} kills of {number} runs of {len(expected)} frames; every run opened")
    print(f"frames lost: at most {max(kill.handed - kill.committed for kill in kills)} of those handed over")
    print(f"             at most {max(kill.passed - kill.committed for kill in kills)} of those passed on")
    print(
        f"kills that left a .part: {sum(kill.parts > 0 for kill in kills)}, a torn line: {sum(k.torn for k in kills)}"
    )
    print(f"problems found by a check after a kill: {sum(len(kill.problems) for kill in kills)}")
    print(f"continued to the end, swept, and equal to an unkilled run byte for byte: {equal} of {number}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
