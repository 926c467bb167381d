"""The command that lists a library."""

from pathlib import Path

from latentarium.cli.output import plain, print_json
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import ACCURACY, KNN_ACCURACY
from latentarium.runs.library import Summary, library_folder, list_runs


def list_library(folder: Path | None, as_json: bool) -> int:
    """List the runs of a folder, by default of the library, newest first."""
    if folder is not None and not folder.is_dir():
        raise LatentariumError(f"There is no folder {folder}.")
    folder = folder or library_folder()
    runs = list_runs(folder)
    if as_json:
        print_json(
            {
                "runs": [
                    {
                        "name": name_in(folder, run),
                        "path": str(run.path.absolute()),
                        "frames": run.frames,
                        "points": run.points,
                        "dimensions": run.dimensions,
                    }
                    for run in runs
                ]
            }
        )
        return 0
    if not runs:
        print(plain(f"{folder} holds no runs."))
        return 0
    rows = [("name", "title", "frames", "points", "dimensions", "accuracy"), *(_cells(folder, run) for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        texts = (f"{text:<{width}}" for text, width in zip(row[:2], widths[:2], strict=True))
        numbers = (f"{text:>{width}}" for text, width in zip(row[2:], widths[2:], strict=True))
        print("  ".join((*texts, *numbers)).rstrip())
    return 0


def name_in(folder: Path, run: Summary) -> str:
    """What a run of the library is called on the command line: its path inside, without .zip."""
    return run.path.relative_to(folder).as_posix().removesuffix(".zip")


def _cells(folder: Path, run: Summary) -> tuple[str, ...]:
    name = plain(name_in(folder, run))
    shares = (run.result.get(figure, run.scalars.get(figure)) for figure in (ACCURACY, KNN_ACCURACY))
    share = next((share for share in shares if share is not None), None)
    counts = (f"{count:,}" for count in (run.frames, run.points, run.dimensions))
    return (name, plain(run.title), *counts, "" if share is None else f"{share:.4f}")
