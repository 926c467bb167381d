"""The real program, run as a person runs it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from latentarium.cli import main
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.core.recipe_text import write_recipe

TINY = Recipe(
    title="Tiny",
    data=Data(classes=("3", "5"), per_class=40, probe=50, reference=40),
    network=Network(hidden=(16,), embedding=3),
    optimiser=Optimiser(steps=12, batch=20),
    frames=Frames(count=4),
)
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


class Shell:
    """Types commands, without a screen, and looks at what comes back.

    `run` calls the program's entry point in this process, for starting Python and PyTorch takes seconds each
    time; `start` makes a process of its own, as a person's shell does.
    """

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str | Path, cwd: Path | None = None, **changes: str) -> subprocess.Popen[str]:
        """A process: `latentarium` with these arguments, and further environment variables."""
        settings = {name: value for name, value in os.environ.items() if name not in SCREENS} | changes
        self._started.append(
            subprocess.Popen(
                [sys.executable, "-m", "latentarium", *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=cwd,
                env=settings,
            )
        )
        return self._started[-1]

    def tidy(self) -> None:
        """End what a failed test left running."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self._started.clear()

    def run(self, *arguments: str | Path, cwd: Path | None = None, **changes: str) -> Said:
        """The same in this process, to its end; never a traceback."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in SCREENS:
                patch.delenv(name, raising=False)
            for name, value in changes.items():
                patch.setenv(name, value)
            if cwd is not None:
                patch.chdir(cwd)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main([str(argument) for argument in arguments])
        assert "Traceback" not in err.getvalue(), err.getvalue()
        return Said(code, out.getvalue(), err.getvalue())

    def end(self, process: subprocess.Popen[str]) -> Said:
        """Wait for a program's end."""
        out, err = process.communicate(timeout=100)
        assert "Traceback" not in err, err
        return Said(process.returncode, out, err)

    def json(self, *arguments: str | Path, **changes: str) -> dict[str, Any]:
        """The object that `--json` prints as the last line of stdout."""
        return self.run(*arguments, "--json", **changes).json

    def refused(self, *arguments: str | Path, words: tuple[str, ...] = (), **changes: str) -> Said:
        """It ended with 2, and one sentence with these words was the last thing said."""
        said = self.run(*arguments, **changes)
        assert said.code == 2, said
        sentence = said.err.splitlines()[-1]
        assert sentence.startswith("latentarium: ")
        for word in words:
            assert word in sentence
        return said


@dataclass(frozen=True)
class Said:
    """What a program said, and the number it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        values = json.loads(self.out.splitlines()[-1], parse_constant=pytest.fail)
        assert isinstance(values, dict)
        return values


@pytest.fixture(scope="session")
def shell() -> Shell:
    return Shell()


@pytest.fixture(autouse=True)
def nothing_running(shell: Shell) -> Iterator[None]:
    yield
    shell.tidy()


@pytest.fixture(scope="session")
def recipe_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe that is done in a moment."""
    path = tmp_path_factory.mktemp("recipes") / "tiny.toml"
    path.write_text(write_recipe(TINY), "utf-8")
    return path


@pytest.fixture(scope="session")
def trained(shell: Shell, tmp_path_factory: pytest.TempPathFactory, recipe_file: Path) -> tuple[Path, dict[str, Any]]:
    """A run that the program trained, not to be changed, and what it said of it."""
    folder = tmp_path_factory.mktemp("trained") / "tiny"
    return folder, shell.end(shell.start("train", recipe_file, "--out", folder, "--json")).json


@pytest.fixture(scope="session")
def strange(shell: Shell, tmp_path_factory: pytest.TempPathFactory, recipe_file: Path) -> Path:
    """A run of an image folder whose names mean something to spreadsheets and terminals."""
    images = tmp_path_factory.mktemp("images")
    random = np.random.default_rng(0)
    for name in ("=1+1", "@sum", "a\x1b[31mred"):
        (images / name).mkdir()
        for number in range(6):
            pixels = random.integers(0, 256, (9, 9, 3), np.uint8)
            Image.fromarray(pixels).save(images / name / f"{number}.png")
    folder = tmp_path_factory.mktemp("strange") / "run"
    settings = [f"data.root={images}", "data.name=folder", "data.size=8", "data.classes=", "optimiser.batch=5"]
    said = shell.run("train", recipe_file, "--out", folder, *(part for s in settings for part in ("--set", s)))
    assert said.code == 0, said
    return folder
