"""A run folder seen as a sequence of frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from latentarium.core.dataset import Sample
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe


@dataclass(frozen=True)
class Entry:
    """One committed frame, as the manifest tells it; `path` is relative to the run's folder."""

    step: int
    epoch: float
    seconds: float
    scalars: Mapping[str, float]
    path: str
    sha256: str


class Run:
    """A reader of one run folder. It never writes, and may follow a run that another process records.

    Attributes are set when it is opened; `entries` grows with `refresh`. Safe to share between threads.
    """

    path: Path  # as it was named: a folder, or a .zip
    name: str
    id: str
    recipe: Recipe
    classes: tuple[str, ...]
    trained: int  # labels below this are of trained classes
    probe: Sample
    reference: Sample
    baselines: Mapping[str, float]
    threads: int
    device: str
    entries: tuple[Entry, ...]

    @classmethod
    def open(cls, path: Path | str) -> "Run":
        """Open a run folder or a zip of one."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.entries)

    def frame(self, index: int) -> Frame:
        """The frame at `index`, which may be negative; the same object while it is cached."""
        raise NotImplementedError

    def remember(self, index: int, frame: Frame) -> None:
        """Keep `frame`, which was just committed as `index`, so that it need not be read."""
        raise NotImplementedError

    def refresh(self) -> bool:
        """Read what was committed since; say whether there was any."""
        raise NotImplementedError

    @property
    def result(self) -> Mapping[str, float]:
        """Of the finished training: accuracy, knn_accuracy, seconds; empty before."""
        raise NotImplementedError

    def writer_alive(self) -> bool:
        """Whether a process is writing this run now."""
        raise NotImplementedError

    def last_checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint whose files are whole."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """Verify every hash; one sentence a problem."""
        raise NotImplementedError

    def close(self) -> None:
        """Forget the cached frames, and remove what a zip was unpacked to."""
        raise NotImplementedError


def parse_reference(text: str) -> tuple[Path, int | None]:
    """Split "runs/a@-1" into the path and the frame: (runs/a, -1); without a frame (path, None)."""
    raise NotImplementedError
