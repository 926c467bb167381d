"""Arrays in .npy and .npz files, read with distrust: never a pickle, nothing larger than the file."""

import io
import math
import os
import stat
import warnings
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError
from latentarium.runs.archive import BROKEN, LARGEST_RATIO, PLAIN, SMALL, opened
from latentarium.runs.layout import LARGEST_DIMENSIONS, LARGEST_ROWS

SUFFIXES = (".npy", ".npz")
LARGEST_HEADER = 10_000
MOST_MEMBERS = 100  # arrays of a .npz that are looked at
BLOCK = 1 << 24  # bytes read at a time


@dataclass(frozen=True)
class Stored:
    """An array in a file, or in the `member` of a .npz of `among` arrays; only its header was read."""

    path: Path
    member: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    offset: int
    among: int = 1

    @property
    def is_vectors(self) -> bool:
        """Whether it holds a number for each of some points and some dimensions."""
        return len(self.shape) == 2 and self.dtype.kind in "fiu" and 0 not in self.shape

    def read(self) -> NDArray[Any]:
        """The array, in memory."""
        size = math.prod(self.shape) * self.dtype.itemsize
        try:
            if not self.member:
                with self.path.open("rb") as file:
                    file.seek(self.offset)
                    data = file.read(size)
            else:
                with opened(self.path) as archive, archive.open(self.member) as file:
                    file.read(self.offset)
                    data = file.read(size)
        except BROKEN as error:
            raise _damaged(self.path, error) from error
        if len(data) < size:
            raise _damaged(self.path, "it ends before its array does")
        array = np.frombuffer(data, self.dtype)
        return array.reshape(self.shape, order="F" if self.fortran else "C")


def find_array(path: Path) -> Stored:
    """The array of a .npy, or of a .npz the first that holds vectors, or else the first.

    LatentariumError for one that is damaged or holds objects.
    """
    check_regular(path)
    if path.suffix.lower() != ".npz":
        with path.open("rb") as file:
            return _header(file, path, "", path.stat().st_size)
    try:
        with opened(path) as archive:
            for info in archive.infolist():
                _check_name(info.filename, path)
            members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            if not members:
                raise LatentariumError(f"{path} holds no array: it needs one, as numpy's savez writes it.")
            others: list[Stored | LatentariumError] = []
            for info in members[:MOST_MEMBERS]:
                try:
                    stored = _stored(archive, info, path, len(members))
                except LatentariumError as error:  # such as an array of objects, which is never opened
                    others.append(error)
                    continue
                if stored.is_vectors:
                    return stored
                others.append(stored)
            if isinstance(others[0], LatentariumError):
                raise others[0]
            return others[0]
    except BROKEN as error:
        raise _damaged(path, error) from error


def vectors_of(stored: Stored) -> tuple[int, int]:
    """N and D of an array of N vectors; LatentariumError where it is none."""
    if not stored.is_vectors:
        raise LatentariumError(
            f"{stored.path} holds {stored.dtype} of shape {stored.shape}, but vectors are needed: a number for each "
            "of N points and D dimensions."
        )
    rows, width = stored.shape
    if rows > LARGEST_ROWS or width > LARGEST_DIMENSIONS:
        raise LatentariumError(
            f"{stored.path} holds {rows:,} points of {width:,} dimensions; at most {LARGEST_ROWS:,} of "
            f"{LARGEST_DIMENSIONS:,} can be brought."
        )
    return rows, width


def floats_of(values: NDArray[Any], source: object) -> Floats:
    """Vectors (N, D) as read-only float32; LatentariumError names the first row that is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        floats = np.ascontiguousarray(values, dtype=np.float32)
    if floats is values:
        floats = floats.copy()
    if not np.isfinite(floats).all():
        row = int(np.flatnonzero(~np.isfinite(floats).all(1))[0])
        raise LatentariumError(f"{source}: the vector of row {row} is not finite; take such points out first.")
    floats.flags.writeable = False
    return floats


def check_regular(path: Path, largest: int | None = None) -> int:
    """The size of an ordinary file; LatentariumError where it is none, or larger than `largest` bytes."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise LatentariumError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if not stat.S_ISREG(status.st_mode):
        raise LatentariumError(f"{path} is no ordinary file; it is not opened.")
    if not os.access(path, os.R_OK):
        raise LatentariumError(f"{path} cannot be read: permission denied.")
    if largest is not None and status.st_size > largest:
        raise LatentariumError(f"{path} has {status.st_size:,} bytes, more than the {largest:,} it may have.")
    return status.st_size


def _stored(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, among: int) -> Stored:
    """One array of a .npz, of which the header is read."""
    if info.file_size > LARGEST_RATIO * max(info.compress_size, SMALL):
        raise LatentariumError(f"{path} is not read: it would grow to more than {LARGEST_RATIO} times its size.")
    if info.compress_type not in PLAIN:
        raise LatentariumError(f"{path} is not read: it is compressed in an unusual way.")
    if info.flag_bits & 1:
        raise LatentariumError(f"{path} is not read: it is encrypted.")
    with archive.open(info) as file:
        head = io.BytesIO(file.read(LARGEST_HEADER + 64))
    return replace(_header(head, path, info.filename, info.file_size), among=among)


def _check_name(name: str, path: Path) -> None:
    """Refuse an archive with a name that leads out of the folder it would be unpacked to."""
    if name.startswith("/") or "\\" in name or ":" in name.partition("/")[0] or ".." in name.split("/"):
        raise LatentariumError(f"{path} is not read: the name {name[:80]!r} in it leads out of the archive.")


def _header(file: IO[bytes], path: Path, member: str, size: int) -> Stored:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            version = npy.read_magic(file)
            read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
            shape, fortran, dtype = read(file, max_header_size=LARGEST_HEADER)
    except Exception as error:  # the header is Python's syntax, and numpy raises what parsing that raises
        raise _damaged(path, "it is no array of numpy") from error
    if dtype.hasobject:
        raise LatentariumError(f"{path} is not read: it holds Python objects, which could run code.")
    if (
        any(type(length) is not int or length < 0 for length in shape)
        or math.prod(shape) * dtype.itemsize > size - file.tell()
    ):
        raise _damaged(path, f"it says that it holds {dtype} of shape {shape}, but it is too small for that")
    return Stored(path, member, shape, dtype, fortran, file.tell())


def _damaged(path: Path, reason: object) -> LatentariumError:
    said = getattr(reason, "strerror", None) or str(reason) or "it cannot be read"
    return LatentariumError(f"{path} is damaged: {' '.join(said.split())[:200].rstrip('.')}.")
