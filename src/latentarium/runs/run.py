"""A run folder seen as a sequence of frames."""

import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from types import MappingProxyType

import numpy as np

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.archive import unpack
from latentarium.runs.cache import FrameCache
from latentarium.runs.checkpoints import read_checkpoint
from latentarium.runs.description import read_description
from latentarium.runs.disk import digest, read_inside
from latentarium.runs.frames import Counts, frame_of, largest_frame, taken
from latentarium.runs.layout import (
    DESCRIPTION,
    KEPT_CHECKPOINTS,
    PROBE,
    PROBE_METADATA,
    REFERENCE,
    REFERENCE_METADATA,
)
from latentarium.runs.lock import held
from latentarium.runs.manifest import Entry, read_manifest
from latentarium.runs.samples import read_sample

MOVING = threading.Lock()  # held while the folder of an open run is renamed, and the run told

TAKEN = 64 << 20  # bytes of frames that a part keeps beside those of the whole, from which they are soon taken again


class Run:
    """A reader of one run. It never writes, and may follow a run that another process records.

    `path` is what was opened, a folder or a .zip; `folder` is where the files lie. `classes` holds the
    trained ones first, `trained` counts them: a label below it is of a trained class. `probe` and
    `reference` are Samples, `description` is run.json. `entries` grows with `refresh`; all else stays.
    `whole` is the run that this one takes some points of, None where it is whole itself. Safe to share between threads.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        """Read run.json, the samples and the manifest of `folder`; use `Run.open`."""
        self.path, self.folder = path, folder
        self.description, self.recipe = read_description(folder)
        about = self.description
        self.name = path.name.removesuffix(".zip")
        self.id = about.id
        self.classes, self.trained = about.classes, about.trained
        self.threads, self.device = about.threads, about.device
        self.baselines: Mapping[str, float] = MappingProxyType(about.baselines)
        names = (PROBE, PROBE_METADATA), (REFERENCE, REFERENCE_METADATA)
        self.probe = read_sample(folder, names[0], about.files, about.probe.count, len(about.classes))
        self.reference = read_sample(folder, names[1], about.files, about.reference.count, len(about.classes))
        self._manifest = read_manifest(folder)
        self._frames = FrameCache()
        self._reading = threading.Lock()
        self._room: Callable[[], object] | None = None
        self.whole: Run | None = None
        self._rows = frozen_ints([])

    @classmethod
    def open(cls, path: Path | str) -> "Run":
        """Open a run folder, the run.json in one, or a zip of one, which is unpacked to a temporary folder.

        Raises LatentariumError where there is none, or none that this program can read.
        """
        path = Path(path)
        if path.name == DESCRIPTION and path.is_file():
            path = path.parent
        if path.is_dir():
            return cls(path.resolve() if path.name in ("", "..") else path, path)
        if not path.exists():
            raise LatentariumError(f"There is no run at {path}.")
        room = tempfile.mkdtemp(prefix="latentarium-")
        try:
            run = cls(path, unpack(path, Path(room) / "run"))
        except BaseException:
            shutil.rmtree(room, ignore_errors=True)
            raise
        run._room = weakref.finalize(run, shutil.rmtree, room, ignore_errors=True)
        return run

    def __bool__(self) -> bool:
        """An open run is there, also before its first frame."""
        return True

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """One for each committed frame, by step."""
        return (self.whole or self)._manifest.entries

    @property
    def result(self) -> Mapping[str, float]:
        """Of the finished training: accuracy, knn_accuracy, seconds; empty before its end, and once steps are added."""
        checkpoints, extensions = (self.whole or self)._manifest.checkpoints, self.description.extensions
        if not checkpoints or (extensions and extensions[-1].start == checkpoints[-1].step):
            return MappingProxyType({})
        return MappingProxyType(checkpoints[-1].result)

    def frame(self, index: int) -> Frame:
        """The frame at `index`, which may be negative; the same object for as long as it is in use.

        Raises IndexError beyond the entries, LatentariumError where its file is not the one committed.
        """
        entry = self.entries[index]
        index %= len(self.entries)
        known = self._frames.get(index)
        if known is None and self.whole:
            return self._frames.put(index, taken(self.whole.frame(index), self._rows))
        return known or self._frames.put(index, self._read(entry))

    def remember(self, index: int, frame: Frame) -> None:
        """Keep `frame`, which was committed as `index` with the whole probe, so that it need not be read."""
        (self.whole or self)._frames.put(index, frame)

    def refresh(self) -> bool:
        """Read the lines that were committed since; say whether there were any."""
        if self.whole:
            return self.whole.refresh()
        with self._reading:
            before = self._manifest
            self._manifest = read_manifest(self.folder, before)
            return self._manifest is not before

    def writer_alive(self) -> bool:
        """Whether a process is writing this run now."""
        return held(self.folder)

    def taking(self, rows: Ints) -> "Run":
        """The same run with the points of its probe taken by `rows`, in their order; itself for all in order.

        The reference stays, and so do the scalars, which are of the whole probe. It follows a live writer as this run
        does, whose files it uses: this one is to be closed after it. Raises ValueError for a row that is taken twice
        or is none.
        """
        rows = frozen_ints(rows)
        if len(rows) and (rows.min() < 0 or rows.max() >= len(self.probe) or len(np.unique(rows)) < len(rows)):
            raise ValueError(f"rows must be different ones below {len(self.probe)}")
        if np.array_equal(rows, np.arange(len(self.probe))):
            return self
        if self.whole:
            return self.whole.taking(self._rows[rows])
        part = copy(self)
        part.whole, part._rows, part._frames, part._room = self, rows, FrameCache(TAKEN), None
        part.probe = self.probe.taking(rows)
        return part

    def check(self) -> list[str]:
        """Verify every file that must be there against its hash: one sentence a problem, and a line that is broken.

        The samples were verified when the run was opened.
        """
        if self.whole:
            return self.whole.check()
        problems = list(self._manifest.problems)
        for entry in self.entries:
            try:
                self._read(entry)
            except LatentariumError as error:
                problems.append(str(error))
        for line in self._manifest.checkpoints[-KEPT_CHECKPOINTS:]:
            try:
                read_checkpoint(self.folder, line)
            except LatentariumError as error:
                problems.append(str(error))
        return problems

    def close(self) -> None:
        """Forget the frames, and remove what a zip was unpacked to."""
        self._frames.clear()
        if self._room:
            self._room()

    def _read(self, entry: Entry) -> Frame:
        about = self.description
        counts: Counts = (about.probe.count, about.reference.count, about.dimensions, about.trained)
        folder = self.folder
        try:
            data = read_inside(folder, entry.path, largest_frame(counts))
        except LatentariumError:
            with MOVING:
                folder = self.folder  # it may have been renamed meanwhile
                data = read_inside(folder, entry.path, largest_frame(counts))
        source = folder / entry.path
        if digest(data) != entry.sha256:
            raise LatentariumError(f"{source} is damaged: its hash is not the one that the manifest gives.")
        return frame_of(data, entry, counts, source)


def parse_reference(text: str) -> tuple[Path, int | None]:
    """Split "runs/a@-1" into the path and the frame, (runs/a, -1); without a frame (path, None)."""
    match = re.fullmatch(r"(?s)(.+)@([+-]?\d{1,9})", text)
    if match and not Path(text).exists():
        return Path(match[1]), int(match[2])
    return Path(text), None
