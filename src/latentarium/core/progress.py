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
    """How long the rest will take at the pace so far. Where the share falls back, another piece of work has begun."""

    def __init__(self) -> None:
        self._began, self._reached = time.monotonic(), 0.0

    def left(self, share: float | None) -> str:
        """In words, such as "about 10 s left"; empty while it cannot be told, and at the end."""
        if share is None:
            return ""
        if share < self._reached:
            self._began = time.monotonic()
        self._reached = share
        seconds = time.monotonic() - self._began
        return f"about {duration(seconds / share - seconds)} left" if seconds > 1 and 0.05 < share < 1 else ""
