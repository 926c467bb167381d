"""How long work tells of itself, and is asked to stop."""

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
