"""Bring other programs' files into the library."""

from dataclasses import dataclass
from pathlib import Path

from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.core.recipe import Recipe
from latentarium.runs.importing.bringing import bring
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.making import name_of
from latentarium.runs.library import fresh_folder


@dataclass(frozen=True)
class Added:
    """What came of it: the run's folder, how many points of how many dimensions, and what is missing, in sentences."""

    run: Path
    points: int
    dimensions: int
    missing: tuple[str, ...]


def add(
    found: Found,
    hints: Hints,
    folder: Path | None = None,
    tell: Progress = ignore,
    cancelled: IsCancelled = never,
) -> Added:
    """Bring what was found into a new run in the library, or in `folder`. Raises LatentariumError, CancelledError."""
    missing: list[str] = list(found.missing)
    folder = folder or fresh_folder(Recipe(title=name_of(found, hints)))
    run = bring(found, hints, folder, tell, cancelled, missing.append)
    return Added(run, found.points, found.dimensions, tuple(missing))
