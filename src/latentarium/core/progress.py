"""How long work tells of itself, and is asked to stop."""

import time
from collections.abc import Callable

Progress = Callable[[str, float | None], None]  # what is being done; the share done, 0 to 1, or None where unknown
IsCancelled = Callable[[], bool]  # whether to stop


def ignore(text: str, fraction: float | None) -> None:
    """A Progress that nobody watches."""


def never() -> bool:
    """An IsCancelled that never asks to stop."""
    return False


def duration(seconds: float) -> str:
    """A time for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Pace:
    """How long the rest will take at the pace so far, which counts from the first share that a piece of work tells.

    Where no share is told, or it falls back, another piece of work has begun.
    """

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None  # when this piece of work told its first share, and that share
        self._reached = 0.0

    def left(self, share: float | None) -> str:
        """In words, such as "about 10 s left"; empty while it cannot be told, and at the end."""
        if share is None:
            self._began = None
            return ""
        if self._began is None or share < self._reached:
            self._began = time.monotonic(), share
        self._reached = share
        seconds, done, rest = time.monotonic() - self._began[0], share - self._began[1], 1 - share
        early = seconds <= 1 or done <= 0.05 * (done + rest)
        return "" if early or rest <= 0 else f"about {duration(seconds * rest / done)} left"

    def tell(self, text: str, share: float | None) -> str:
        """What is being done, and how long it still takes where that can be told: "Reading · about 10 s left"."""
        return " · ".join(filter(None, (text, self.left(share))))
