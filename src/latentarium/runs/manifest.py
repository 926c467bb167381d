"""The manifest: one line a committed file. What it does not name is not part of the run."""

import io
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import inside
from latentarium.runs.layout import LARGEST_LINE, LARGEST_MANIFEST, MANIFEST, MOST_BROKEN_LINES, MOST_LINES

Scalars = dict[str, float]
_FRAME, _CHECKPOINT = re.compile(rb'"kind"\s*:\s*"frame"'), re.compile(rb'"kind"\s*:\s*"checkpoint"')


@dataclass(frozen=True)
class Entry:
    """One committed frame, as the manifest tells it.

    `path` is relative to the run's folder, `epoch` fractional, `seconds` of recording until then.
    """

    step: int
    epoch: float
    seconds: float
    scalars: Mapping[str, float]
    path: str
    sha256: str


class Stored(BaseModel):
    """A file of a checkpoint."""

    model_config = ConfigDict(extra="allow", frozen=True)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)


class Line(BaseModel):
    """A line of the manifest; keys it does not know are allowed, and so are other kinds of files."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str
    path: str
    sha256: str = Field("", pattern="^([0-9a-f]{64})?$")
    step: int = Field(ge=0, le=10**15)
    epoch: float = Field(allow_inf_nan=False)
    seconds: float = Field(0.0, allow_inf_nan=False)
    time: str = ""
    scalars: Scalars = {}
    files: dict[str, Stored] = {}
    result: Scalars = {}

    @property
    def entry(self) -> Entry:
        """This line as a frame's entry."""
        return Entry(self.step, self.epoch, self.seconds, MappingProxyType(self.scalars), self.path, self.sha256)


@dataclass(frozen=True)
class Manifest:
    """What the lines read so far say.

    `end` is the length in bytes of the whole lines, `lines` their number. `checkpoints` are oldest first, one a path.
    `problems` are sentences about lines that cannot be read and were passed over.
    """

    end: int = 0
    lines: int = 0
    entries: tuple[Entry, ...] = ()
    checkpoints: tuple[Line, ...] = ()
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Glimpse:
    """What a listing tells of a manifest: how many frames, the scalars of the last, the result of the training."""

    frames: int
    scalars: Mapping[str, float]
    result: Mapping[str, float]


def glimpse(data: bytes) -> Glimpse:
    """Count the lines that name frames, and read no more than the last frame's and the last checkpoint's."""
    whole = data[: data.rfind(b"\n") + 1]
    frame, checkpoint = _last(whole, _FRAME), _last(whole, _CHECKPOINT)
    return Glimpse(
        len(_FRAME.findall(whole)) if frame else 0,
        frame.scalars if frame else {},
        checkpoint.result if checkpoint else {},
    )


def _last(whole: bytes, kind: re.Pattern[bytes]) -> Line | None:
    """The last line of a kind that can be read, of those before the first hundred that cannot."""
    end = len(whole)
    for _ in range(MOST_BROKEN_LINES):
        start = end
        while end:
            start = whole.rfind(b"\n", 0, end - 1) + 1
            if kind.search(whole, start, end):
                break
            end = start
        line = _parsed(whole[start:end]) if end else None
        if line is not None or not end:
            return line
        end = start
    return None


def text_of(line: Mapping[str, object]) -> bytes:
    """A line with its newline; numbers that JSON lacks are written as strings ("nan", "inf")."""
    return json.dumps({key: _spelled(value) for key, value in line.items()}, allow_nan=False).encode() + b"\n"


def read_manifest(folder: Path, before: Manifest | None = None) -> Manifest:
    """Read the lines after `before`; a last line without its newline does not count yet."""
    before = before or Manifest()
    path = inside(folder, MANIFEST)
    try:
        if path.exists() and not path.is_file():
            raise LatentariumError(f"{path} is no ordinary file; it is not opened.")
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size > LARGEST_MANIFEST:
                raise LatentariumError(f"{path} has more than the {LARGEST_MANIFEST:,} bytes it may have.")
            file.seek(before.end)
            data = file.read(max(0, size - before.end))
    except FileNotFoundError:
        return before
    except OSError as error:
        raise LatentariumError(f"{path} cannot be read: {error.strerror}.") from error
    return parse_manifest(before, data, path)


def parse_manifest(before: Manifest, data: bytes, path: Path) -> Manifest:
    """`before` with the whole lines of `data`, which comes from `path`; the same object where there is none."""
    whole = data[: data.rfind(b"\n") + 1]
    if not whole:
        return before
    lines = before.lines + whole.count(b"\n")
    if lines > MOST_LINES:
        raise LatentariumError(f"{path} has more than the {MOST_LINES:,} lines it may have.")
    entries, problems = list(before.entries), list(before.problems)
    checkpoints = {line.path: line for line in before.checkpoints}
    for text in io.BytesIO(whole):
        if len(problems) > MOST_BROKEN_LINES:
            raise LatentariumError(f"{path} is damaged: more than {MOST_BROKEN_LINES} of its lines cannot be read.")
        line = _parsed(text)
        if line is None:
            problems.append(f"{path} has a line that cannot be read: {text.strip()[:60]!r}; what it names is left out.")
        elif line.kind == "checkpoint":
            checkpoints.pop(line.path, None)  # a later line of the same checkpoint counts
            checkpoints[line.path] = line
        elif line.kind == "frame" and entries and line.step <= entries[-1].step:
            problems.append(f"{path} names step {line.step} after step {entries[-1].step}; it is left out.")
        elif line.kind == "frame":
            entries.append(line.entry)
    return Manifest(before.end + len(whole), lines, tuple(entries), tuple(checkpoints.values()), tuple(problems))


def _parsed(text: bytes) -> Line | None:
    if len(text) > LARGEST_LINE:
        return None
    try:
        return Line.model_validate(json.loads(text))
    except (ValidationError, ValueError, RecursionError, OverflowError):
        return None


def _spelled(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _spelled(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
