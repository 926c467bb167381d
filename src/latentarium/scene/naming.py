"""What runs are called where they are shown."""

from collections.abc import Sequence
from itertools import takewhile

from latentarium.runs.run import Run

LONG = 16  # characters that names may begin alike with and still be told apart at a glance
KEPT = 12  # of such a beginning
SHORT = 6  # characters of a common end that may stay
_BREAKS = " -_.,·/"


def name_of(run: Run) -> str:
    """The title of a space that was made elsewhere, which a person gave; else the name of the folder or the zip."""
    title = run.recipe.title.strip()
    return title if title and run.recipe.origin is not None and run.path.suffix != ".zip" else run.name


def names_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """The runs' names, with their seeds or else their folders where the names alone tell different runs not apart.

    Frames of one run have one name.
    """
    names = tuple(name_of(run) for run in runs)
    if len({run.folder for run in runs}) < 2 or not _alike(names):
        return names
    seeds = [run.recipe.seed for run in runs]
    if len(set(seeds)) == len(seeds) and all(run.recipe.origin is None for run in runs):
        return tuple(f"{name}, seed {seed}" for name, seed in zip(names, seeds, strict=True))
    if len(set(names)) == len(names):
        return names
    folders = [run.name for run in runs]
    if len(set(folders)) < len(folders):
        folders = [f"{run.path.absolute().parent.name}/{run.name}" for run in runs]
    return tuple(f"{name}, {folder}" for name, folder in zip(names, folders, strict=True))


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names without the long beginning and end that all have: "colours-2026…-0545" beside "colours-2026…-0545-2".

    A beginning is cut in its middle, an end as a whole: "one…" beside "another…" for "one on mnist-5k" beside "another
    on mnist-5k". What differs is whole, with the word before it.
    """
    if len(set(names)) < 2:
        return tuple(names)
    end = _end(names) if max(map(len, names)) > LONG else ""
    kept = [name.removesuffix(end) for name in names]
    if _alike(kept):
        common = _beginning(kept)
        at = max((common[:-1].rfind(mark) for mark in _BREAKS), default=-1)
        kept = [f"{name[:KEPT].rstrip(_BREAKS)}…{name[at:]}" if at > KEPT else name for name in kept]
    return tuple(f"{name}…" if end else name for name in kept)


def folder_of(run: Run) -> str:
    """The name of a run's folder where the run is called otherwise, empty where it is not."""
    return "" if name_of(run) == run.name else run.name


def _alike(names: Sequence[str]) -> bool:
    """Whether all names are equal, or begin alike for long."""
    return len(set(names)) == 1 or len(_beginning(names)) > LONG


def _beginning(names: Sequence[str]) -> str:
    """What all begin with."""
    return "".join(signs[0] for signs in takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False)))


def _end(names: Sequence[str]) -> str:
    """The words that all end with, and none consists of; empty where they are hardly longer than an ellipsis."""
    common = _beginning([name[:0:-1] for name in names])[::-1]
    words = common[min((at for mark in _BREAKS if (at := common.find(mark)) >= 0), default=len(common)) :]
    return words if len(words) > SHORT else ""
