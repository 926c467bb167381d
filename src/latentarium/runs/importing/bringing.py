"""Other programs' files become a run."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from latentarium.core.errors import LatentariumError
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.runs.disk import remove
from latentarium.runs.importing import emblaze, projector, summary_writer, vectors, vectory, visualizer
from latentarium.runs.importing.found import Found, Hints
from latentarium.runs.importing.making import frames_of, header_of, params_of
from latentarium.runs.recording import record

FORMATS: tuple[ModuleType, ...] = (visualizer, summary_writer, projector, emblaze, vectory, vectors)
_NOTHING = Hints()


def recognise(path: Path, hints: Hints = _NOTHING, cancelled: IsCancelled = never) -> Found:
    """What lies at `path`, a file or a folder, as far as can be told without reading all of it.

    Raises LatentariumError where no format that is known fits, or what is there cannot be brought, and CancelledError.
    """
    if not path.exists():
        raise LatentariumError(f"There is nothing at {path}.")
    if hints.table is not None and not hints.table.is_file():
        raise LatentariumError(f"There is no table at {hints.table}.")
    params_of(hints)
    for module in FORMATS:
        try:
            found: Found | None = module.recognise(path, hints, cancelled)
        except OSError as error:
            raise _unreadable(path, error) from error
        if found is not None:
            return found
    known = "; ".join(module.TITLE for module in FORMATS)
    raise LatentariumError(f"{path} is nothing that can be brought in. What can: {known}.")


def bring(
    found: Found,
    hints: Hints,
    folder: Path,
    tell: Progress = ignore,
    cancelled: IsCancelled = never,
    remark: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write the run of what was found to `folder`, which is new or empty, and give it back.

    `remark` is told, in sentences, what turned out to be missing besides `found.missing`. Nothing is left where this
    fails or is cancelled. Raises LatentariumError, CancelledError.
    """
    module = next(module for module in FORMATS if found.format == module.FORMAT)
    tell("Reading", None)
    try:
        space, missing = module.read(found, hints, tell, cancelled)
    except OSError as error:
        raise _unreadable(found.path, error) from error
    header, more = header_of(space, found, hints)
    begun = False
    try:
        for _ in record(frames_of(space, header, tell, cancelled), folder, header):
            begun = True
    except BaseException:
        if begun:  # a run that got no frame is taken away by the recorder
            remove(folder)
        raise
    for sentence in (*missing, *more):
        remark(sentence)
    return folder


def _unreadable(path: Path, error: OSError) -> LatentariumError:
    return LatentariumError(f"{error.filename or path} cannot be read: {error.strerror or error}.")
