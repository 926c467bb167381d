"""The command that brings other programs' files in."""

from pathlib import Path

from latentarium.cli.output import ProgressLine, plain, print_json, say
from latentarium.jobs.adding import add
from latentarium.runs.added_columns import match_columns, save_columns
from latentarium.runs.importing.bringing import recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.layout import DESCRIPTION
from latentarium.runs.library import place_of
from latentarium.runs.run import Run


def add_space(path: Path, hints: Hints, out: Path | None, as_json: bool) -> int:
    """Bring what lies at `path` into the library, or into the new folder `out`; to a run, add the table's columns."""
    run = place_of(path) if hints.table is not None else path
    if hints.table is not None and (run / DESCRIPTION).is_file():
        return _add_table(run, hints.table, hints.id_field, as_json)
    found = recognise(path, hints)
    line = ProgressLine()
    try:
        added = add(found, hints, out, line.report)
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


def _add_table(path: Path, table: Path, id_field: str, as_json: bool) -> int:
    """Add a table's columns to the metadata of the run at `path`, beside what was recorded."""
    run = Run.open(path)
    columns, known = match_columns(run, table, id_field)
    save_columns(run, columns)
    points = len(run.probe)
    missing = [f"The table names {known:,} of the run's {points:,} points."] if known < points else []
    if as_json:
        print_json({"run": str(path), "points": points, "dimensions": run.description.dimensions, "missing": missing})
        return 0
    for sentence in missing:
        say(sentence)
    say(f"Added to the metadata of {run.name}: {', '.join(columns.cells)}.")
    print(plain(str(path)))
    return 0
