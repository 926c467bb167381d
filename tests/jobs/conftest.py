"""Trainings that are real but small, and a listener that remembers."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from latentarium.core.frame import Frame
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe


class Notes:
    """A Listener that writes everything down, in order, and calls `then` after each committed frame."""

    def __init__(self, then: Callable[[int], None] | None = None) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.frames: list[Frame] = []
        self.threads: set[str] = set()
        self._then = then

    def stage(self, text: str, fraction: float | None) -> None:
        self.events.append(("stage", text, fraction))

    def opened(self, path: Path) -> None:
        self.events.append(("opened", path, sorted(item.name for item in path.iterdir())))

    def committed(self, index: int, frame: Frame) -> None:
        self.events.append(("committed", index, frame.step))
        self.frames.append(frame)
        self.threads.add(threading.current_thread().name)
        if self._then:
            self._then(index)

    def warned(self, sentence: str) -> None:
        self.events.append(("warned", sentence))

    def named(self, kind: str) -> list[tuple[Any, ...]]:
        return [event[1:] for event in self.events if event[0] == kind]


@pytest.fixture
def notes() -> type[Notes]:
    return Notes


@pytest.fixture
def recipe() -> Recipe:
    """Two digits, 40 steps, 12 frames: a fraction of a second."""
    return Recipe(
        title="Small",
        data=Data(classes=("0", "1"), per_class=60, probe=40, reference=30),
        network=Network(name="mlp", embedding=2, hidden=(16,)),
        optimiser=Optimiser(steps=40, batch=32),
        frames=Frames(count=12),
    )
