"""Files that are either whole or not there, and paths that stay inside a run."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.runs.layout import PART


def digest(data: bytes) -> str:
    """SHA-256 of `data`, as hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def inside(folder: Path, relative: str) -> Path:
    """The path of `relative` in `folder`; LatentariumError where it, or a link on its way, leads outside."""
    outside = LatentariumError(f"{folder} names a file outside of itself, {relative!r}; it is not opened.")
    parts = relative.split("/")
    if not all(part and part not in (".", "..") for part in parts) or any(sign in relative for sign in "\\:\0"):
        raise outside
    path = folder.joinpath(*parts)
    try:
        resolved, root = path.resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise outside from error
    if not resolved.is_relative_to(root):
        raise outside
    return path


def read_inside(folder: Path, relative: str, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; LatentariumError says what stands in the way."""
    path = inside(folder, relative)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise LatentariumError(f"{path} is no ordinary file; it is not opened.")
        if status.st_size > limit:
            raise LatentariumError(f"{path} has {status.st_size:,} bytes, more than the {limit:,} it may have.")
        with path.open("rb") as file:
            return file.read(status.st_size)
    except FileNotFoundError as error:
        raise LatentariumError(f"{path} is missing.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise LatentariumError(f"{path} cannot be read: {reason}.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the final name, flush to disk, rename, flush the folder: the rename is the commit."""
    part = path.with_name(path.name + PART)
    try:
        write_flushed(part, data)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_flushed(path: Path, data: bytes) -> None:
    """Write a file and flush it to disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in `folder` to disk, where the system can."""
    if os.name == "nt":  # a folder has no handle to flush there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file, a link (never what it points to) or a folder with all in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what an interrupted writer left unfinished in `folder`."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name.endswith(PART):
                remove(path)


def clear(folder: Path) -> None:
    """Remove all that is in `folder`, never what a link in it points to."""
    for path in folder.iterdir():
        remove(path)
