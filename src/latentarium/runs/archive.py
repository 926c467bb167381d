"""A run as one .zip, out and, with distrust, in."""

import os
import stat
import zipfile
import zlib
from pathlib import Path

from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import flush_folder, inside, read_inside, remove
from latentarium.runs.layout import (
    ADDED_COLUMNS,
    ANNOTATIONS,
    DESCRIPTION,
    KEPT_CHECKPOINTS,
    LARGEST_DESCRIPTION,
    LARGEST_SAMPLE,
    LARGEST_TABLE,
    MANIFEST,
    METRICS,
    PART,
    PROBE,
    PROBE_METADATA,
    REFERENCE,
    REFERENCE_METADATA,
    SELECTIONS,
)
from latentarium.runs.manifest import read_manifest

LARGEST_RATIO = 200
LARGEST_DIRECTORY = 16 << 20
SMALL = 64 << 10  # below this, no ratio is dangerous
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # other ways may ask for any amount of memory
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)  # zips raise
_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same run gives the same zip


def pack(folder: Path, target: Path) -> None:
    """Put what counts in the run `folder` into the zip `target`, replacing one that is there.

    Also of a run that is being written: its whole lines, and the files that these name.
    """
    manifest = read_manifest(folder)
    names = [PROBE, PROBE_METADATA, REFERENCE, REFERENCE_METADATA, *(entry.path for entry in manifest.entries)]
    for line in manifest.checkpoints[-KEPT_CHECKPOINTS:]:
        names += [f"{line.path}/{name}" for name in line.files]
    names += [name for name in (METRICS, ANNOTATIONS, ADDED_COLUMNS) if (folder / name).exists()]
    if (folder / SELECTIONS).is_dir():
        names += sorted(f"{SELECTIONS}/{path.name}" for path in (folder / SELECTIONS).glob("*.csv"))
    root, part = target.name.removesuffix(".zip"), target.with_name(target.name + PART)
    description = read_inside(folder, DESCRIPTION, LARGEST_DESCRIPTION)
    lines = read_inside(folder, MANIFEST, LARGEST_TABLE)[: manifest.end] if manifest.end else b""
    try:
        with zipfile.ZipFile(part, "w") as archive:
            _put(archive, f"{root}/{DESCRIPTION}", description)
            _put(archive, f"{root}/{MANIFEST}", lines)
            for name in names:
                _put(archive, f"{root}/{name}", read_inside(folder, name, LARGEST_SAMPLE))
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise LatentariumError(f"{target} cannot be written: {error.strerror}.") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(target.parent)


def unpack(source: Path, folder: Path) -> Path:
    """Unpack the run in the zip `source` to `folder`, which must not exist; returns `folder`.

    Raises LatentariumError, and leaves nothing, where the zip holds no run or is not safe: members that lead
    outside, links, more than 200 times its own size.
    """
    if folder.exists():
        raise LatentariumError(f"{folder} exists already; choose another folder.")
    part = folder.with_name(folder.name + PART)
    remove(part)
    try:
        part.mkdir(parents=True)
        with opened(source) as archive:
            members = run_members(archive, source)
            for name, member in members.items():
                _extract(archive, member, inside(part, name), source)
        os.replace(part, folder)
    except LatentariumError:
        remove(part)
        raise
    except BROKEN as error:
        remove(part)
        raise LatentariumError(f"{source} cannot be unpacked: {_reason(error)}.") from error
    except BaseException:
        remove(part)
        raise
    return folder


def opened(source: Path) -> zipfile.ZipFile:
    """The zip, opened; LatentariumError where its directory alone would fill the memory."""
    with source.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 17)))
        tail = file.read()
    end, end64 = tail.rfind(b"PK\5\6"), tail.rfind(b"PK\6\6")
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if directory == 0xFFFFFFFF and end64 >= 0:
        directory = int.from_bytes(tail[end64 + 40 : end64 + 48], "little")
    if end >= 0 and directory > LARGEST_DIRECTORY:
        raise LatentariumError(f"{source} is not unpacked: its directory of members is too long.")
    return zipfile.ZipFile(source)


def run_members(archive: zipfile.ZipFile, source: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of the run in a zip by their path inside the run; LatentariumError where the zip is not safe."""
    infos = archive.infolist()
    size = source.stat().st_size
    if sum(info.file_size for info in infos) > LARGEST_RATIO * max(size, SMALL):
        raise LatentariumError(f"{source} is not unpacked: it would grow to more than {LARGEST_RATIO} times its size.")
    for info in infos:
        _check(info, source)
    roots = [info.filename.removesuffix(DESCRIPTION) for info in infos if _is_description(info.filename)]
    if len(roots) != 1:
        raise LatentariumError(f"{source} holds no run: it needs one {DESCRIPTION}, at its top or in one folder.")
    files = [info for info in infos if not info.is_dir() and info.filename.startswith(roots[0])]
    members = {info.filename.removeprefix(roots[0]): info for info in files}
    if len(members) < len(files):
        raise LatentariumError(f"{source} is not unpacked: it names a file twice.")
    return members


def _is_description(name: str) -> bool:
    return name.count("/") <= 1 and name.rsplit("/", 1)[-1] == DESCRIPTION


def _check(info: zipfile.ZipInfo, source: Path) -> None:
    name = info.filename
    if name.startswith("/") or "\\" in info.orig_filename or ":" in name or ".." in name.split("/"):
        raise LatentariumError(f"{source} is not unpacked: its member {name!r} leads outside.")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise LatentariumError(f"{source} is not unpacked: its member {name!r} is a link or no ordinary file.")
    if info.flag_bits & 1:
        raise LatentariumError(f"{source} is not unpacked: its member {name!r} is encrypted.")
    if info.compress_type not in PLAIN:
        raise LatentariumError(f"{source} is not unpacked: {name!r} is compressed in an unusual way.")
    if info.file_size > LARGEST_RATIO * max(info.compress_size, SMALL):
        raise LatentariumError(f"{source} is not unpacked: {name!r} would grow to more than {LARGEST_RATIO} times.")


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, source: Path) -> None:
    """Write one member, counting what really comes out of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = info.file_size
    with archive.open(info) as packed, target.open("xb") as file:
        while block := packed.read(1 << 20):
            left -= len(block)
            if left < 0:
                raise LatentariumError(f"{source} is not unpacked: {info.filename!r} is larger than it says.")
            file.write(block)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a member; arrays are stored as they are, for they hardly shrink and could shrink too well."""
    info = zipfile.ZipInfo(name, _MOMENT)
    info.external_attr = 0o644 << 16
    if not name.endswith(".safetensors") and len(data) <= SMALL * LARGEST_RATIO:
        info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is no zip, or a damaged one"
