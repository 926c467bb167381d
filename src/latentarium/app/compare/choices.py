"""Which runs of the library may stand beside the one that is open, as lines of a list."""

from collections import Counter
from collections.abc import Iterable, Sequence

from latentarium.app.inspector.point import figure
from latentarium.app.library.rows import Row, day_of, made_at, matches, share_of
from latentarium.runs.library import Summary
from latentarium.runs.run import Run

KINSHIPS = ("same points", "same data set", "same classes", "")  # the nearest first


def choices(runs: Iterable[Summary], first: Run, words: Sequence[str]) -> list[Row]:
    """The runs besides `first` that match every word, the nearest kin first, and among equals the newest.

    Of those with one title the name of the folder is told too.
    """
    here = first.path.absolute()
    found = [run for run in runs if run.frames and run.path.absolute() != here and matches(run, words)]
    found.sort(key=lambda run: (made.timestamp() if (made := made_at(run)) else 0.0, run.name), reverse=True)
    found.sort(key=lambda run: KINSHIPS.index(kinship(run, first)))
    titles = Counter(run.title for run in found)
    facts = (_facts(run, first) + (f" · {run.name}" if titles[run.title] > 1 else "") for run in found)
    return [Row("run", run.path, run.title, told, day_of(run), (run,)) for run, told in zip(found, facts, strict=True)]


def kinship(run: Summary, first: Run) -> str:
    """What two runs share, as far as their descriptions tell; empty for nothing."""
    about = first.description
    shared = (
        run.sample and run.sample == about.probe.fingerprint,
        run.dataset and run.dataset == about.dataset.fingerprint,
        run.classes and set(run.classes) == set(about.classes),
        True,
    )
    return KINSHIPS[list(map(bool, shared)).index(True)]


def _facts(run: Summary, first: Run) -> str:
    """How many points, what else is known of the run, and what it shares with the first."""
    points = "1 point" if run.points == 1 else f"{run.points:,} points"
    frames = f"{run.frames:,} frames" if run.frames > 1 else ""
    share = share_of(run)
    good = f"{share[0]} {figure(share[1])}" if share and not run.origin else ""
    return " · ".join(filter(None, (kinship(run, first), points, run.origin, frames, good)))
