"""The one who writes a run: files first, then the manifest's line that makes them count."""

import csv
import io
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from latentarium.core import frame as names
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Checkpoint, Frame
from latentarium.core.recipe import Recipe
from latentarium.runs.checkpoints import drop_older, write_checkpoint
from latentarium.runs.description import Description, Extension, description_bytes, read_description
from latentarium.runs.disk import clear, digest, inside, sweep, write_whole
from latentarium.runs.frames import check_frame, frame_bytes, halved
from latentarium.runs.layout import (
    CHECKPOINTS,
    DESCRIPTION,
    FRAMES,
    HOLDER,
    LOCK,
    MANIFEST,
    METRICS,
    PART,
    checkpoint_path,
    frame_path,
)
from latentarium.runs.lock import WriterLock
from latentarium.runs.manifest import Entry, Line, Manifest, read_manifest, text_of

SCALARS = (
    names.TRAIN_LOSS,
    names.PROBE_LOSS,
    names.ACCURACY,
    names.KNN_ACCURACY,
    names.WITHIN,
    names.BETWEEN,
)


class Writer:
    """Appends to a run folder that has its run.json, holding its lock until `close`.

    What an interrupted writer left is tidied first: the torn last line is cut, `.part` files are swept.
    """

    def __init__(self, folder: Path, lock: WriterLock | None = None) -> None:
        self.folder = folder
        self._lock = lock or WriterLock(folder)
        try:
            self.description, self.recipe = read_description(folder)
            self.manifest = self._tidied()
        except OSError as error:
            self._lock.release()
            raise LatentariumError(f"{folder} cannot be written: {error.strerror}.") from error
        except BaseException:
            self._lock.release()
            raise
        before = self.manifest.entries[-1].seconds if self.manifest.entries else 0.0
        self._began = time.monotonic() - before

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def fitted(self, item: Frame | Checkpoint) -> Frame | Checkpoint:
        """The item as it will be read back, or an error where it does not belong here."""
        if isinstance(item, Checkpoint):
            return item
        about, half = self.description, self.recipe.frames.half
        item = halved(item) if half else item
        check_frame(item, (about.probe.count, about.reference.count, about.dimensions, about.trained), half)
        return item

    def commit(self, item: Frame | Checkpoint) -> int | None:
        """Write one item; a frame's index, None for a checkpoint or a frame that was committed before."""
        try:
            if isinstance(item, Checkpoint):
                self._commit_checkpoint(item)
                return None
            return self._commit_frame(item)
        except OSError as error:
            kind = "checkpoint" if isinstance(item, Checkpoint) else "frame"
            raise LatentariumError(
                f"The {kind} of step {item.step} could not be written to {self.folder}: {error.strerror}; "
                f"the {len(self.manifest.entries)} frames before it are kept."
            ) from error

    def extend(self, start: int, steps: int) -> Recipe:
        """Let a run that ended at `start` go on for `steps`; returns the recipe as it then stands in run.json."""
        recipe = extended(self.recipe, start + steps)
        about = self.description
        self.description = about.model_copy(
            update={
                "recipe": {**about.recipe, "optimiser": recipe.optimiser.model_dump(mode="json", exclude_none=True)},
                "extensions": (*about.extensions, Extension(start=start, steps=steps)),
            }
        )
        self.recipe = recipe
        write_whole(self.folder / DESCRIPTION, description_bytes(self.description))
        return recipe

    def _commit_frame(self, frame: Frame) -> int | None:
        entries = self.manifest.entries
        if entries and frame.step <= entries[-1].step:
            return None
        data, path = frame_bytes(frame, self.recipe.frames.half), frame_path(frame.step)
        write_whole(self.folder / path, data)
        scalars = {name: float(value) for name, value in frame.scalars.items()}
        self._append("frame", path, frame, sha256=digest(data), scalars=scalars)
        with (self.folder / METRICS).open("a", encoding="utf-8", newline="") as file:
            file.write(_row(self.manifest.entries[-1]))
        return len(entries)

    def _commit_checkpoint(self, checkpoint: Checkpoint) -> None:
        path = checkpoint_path(checkpoint.step)
        known = next((line for line in self.manifest.checkpoints if line.path == path), None)
        if known and (known.result or not checkpoint.result):
            return
        files = known.model_dump()["files"] if known else write_checkpoint(self.folder, checkpoint)
        result = {name: float(value) for name, value in checkpoint.result.items()}
        self._append("checkpoint", path, checkpoint, files=files, result=result)
        drop_older(self.folder, self.manifest.checkpoints)

    def _append(self, kind: str, path: str, item: Frame | Checkpoint, **more: object) -> None:
        line: dict[str, object] = {
            "kind": kind,
            "path": path,
            "step": item.step,
            "epoch": float(item.epoch),
            "seconds": round(time.monotonic() - self._began, 3),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            **more,
        }
        text = text_of(line)
        with (self.folder / MANIFEST).open("ab") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.manifest = _with(self.manifest, Line.model_validate(line), len(text))

    def _tidied(self) -> Manifest:
        for name in (FRAMES, CHECKPOINTS):
            inside(self.folder, name).mkdir(exist_ok=True)
        for name in ("", FRAMES, CHECKPOINTS):
            sweep(self.folder / name)
        manifest = read_manifest(self.folder)
        with inside(self.folder, MANIFEST).open("ab") as file:
            file.truncate(manifest.end)
            os.fsync(file.fileno())
        rows = "".join(map(_row, manifest.entries))
        write_whole(self.folder / METRICS, (",".join(("step", "epoch", "seconds", *SCALARS)) + "\n" + rows).encode())
        return manifest


def extended(recipe: Recipe, steps: int) -> Recipe:
    """The same recipe, ending after `steps` in all."""
    return recipe.model_copy(update={"optimiser": recipe.optimiser.model_copy(update={"steps": steps, "epochs": None})})


def start_run(folder: Path, description: Description, files: Mapping[str, bytes]) -> Writer:
    """Make a run in a new or empty folder, run.json last, and open it for writing."""
    refusal = f"{folder} exists and is not empty; choose another folder, or continue the run in it."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _occupied(folder):
            raise LatentariumError(refusal)
        lock = WriterLock(folder)
        if _occupied(folder):  # another writer was faster
            lock.release()
            raise LatentariumError(refusal)
        try:
            for name, data in {**files, DESCRIPTION: description_bytes(description)}.items():
                write_whole(folder / name, data)
        except BaseException:
            clear(folder)
            lock.release()
            raise
    except FileExistsError as error:
        raise LatentariumError(refusal) from error
    except OSError as error:
        raise LatentariumError(f"A run cannot be written to {folder}: {error.strerror}.") from error
    return Writer(folder, lock)


def _occupied(folder: Path) -> bool:
    return any(path.name not in (LOCK, HOLDER, HOLDER + PART) for path in folder.iterdir())


def _with(manifest: Manifest, line: Line, length: int) -> Manifest:
    grown = replace(manifest, end=manifest.end + length, lines=manifest.lines + 1)
    if line.kind == "frame":
        return replace(grown, entries=(*manifest.entries, line.entry))
    others = tuple(other for other in manifest.checkpoints if other.path != line.path)
    return replace(grown, checkpoints=(*others, line))


def _row(entry: Entry) -> str:
    """One line of metrics.csv; what was not measured stays empty."""
    text = io.StringIO(newline="")
    values = (entry.scalars.get(name, "") for name in SCALARS)
    csv.writer(text, lineterminator="\n").writerow((entry.step, entry.epoch, entry.seconds, *values))
    return text.getvalue()
