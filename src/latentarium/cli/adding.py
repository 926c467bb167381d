"""The command that brings other programs' files in."""

from pathlib import Path

from latentarium.cli.output import ProgressLine, plain, print_json, say
from latentarium.jobs.adding import add
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.importing.found import Hints


def add_space(path: Path, hints: Hints, out: Path | None, as_json: bool) -> int:
    """Bring what lies at `path` into the library, or into the new folder `out`."""
    found = recognise(path, hints)
    line = ProgressLine()
    try:
        added = add(found, hints, out, lambda text, share: line.show(text, _told(text, share)))
    finally:
        line.end()
    if as_json:
        print_json(
            {
                "run": str(added.run),
                "points": added.points,
                "dimensions": added.dimensions,
                "missing": list(added.missing),
            }
        )
        return 0
    for sentence in added.missing:
        say(sentence)
    frames = f", {found.frames} frames" if found.frames > 1 else ""
    say(f"Brought in as {found.title}: {added.points:,} points of {added.dimensions} dimensions{frames}.")
    print(plain(str(added.run)))
    return 0


def _told(text: str, share: float | None) -> str:
    return f"{text}…" if share is None else f"{text}: {share:.0%}"
