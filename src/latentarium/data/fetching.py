"""Archives from the network, with progress, cancel and a check, on explicit request only."""

import gzip
import hashlib
import http.client
import os
import shutil
import tarfile
import urllib.request
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import IsCancelled, Progress

TIMEOUT = 20.0  # seconds without a byte
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Archive:
    """A file to fetch: its name, the addresses to try in turn, and the MD5 digest that its publisher gives."""

    name: str
    addresses: tuple[str, ...]
    md5: str


def fetch(title: str, archives: Sequence[Archive], folder: Path, progress: Progress, cancelled: IsCancelled) -> None:
    """Fetch and unpack each archive into `folder`; what is there and whole is not fetched again.

    Raises LatentariumError where no address answers, the digest differs or the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for archive in archives:
            path = folder / archive.name
            if not (path.is_file() and _digest(path) == archive.md5):
                _fetch_one(title, archive, path, progress, cancelled)
            progress(f"Unpacking {archive.name}", None)
            _unpack(path, folder)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise LatentariumError(f"{title} could not be saved in {folder}: {error}.") from error


def _fetch_one(title: str, archive: Archive, path: Path, progress: Progress, cancelled: IsCancelled) -> None:
    """Leave the archive at `path`, whole and checked, from the first address that has it."""
    part = path.with_name(path.name + ".part")
    reasons: list[str] = []
    try:
        for address in archive.addresses:
            host = urlsplit(address).hostname
            progress(f"Downloading {title}: {archive.name}", 0.0)
            try:
                source = urllib.request.urlopen(address, timeout=TIMEOUT)
            except (OSError, http.client.HTTPException) as error:
                reasons.append(f"{host}: {getattr(error, 'reason', None) or error}")
                continue
            with source, open(part, "wb") as target:
                reason = _copy(source, target, f"Downloading {title}: {archive.name}", progress, cancelled)
            if reason is None and _digest(part) == archive.md5:
                os.replace(part, path)
                return
            reasons.append(f"{host}: {reason or 'another file than expected'}")
    finally:
        part.unlink(missing_ok=True)
    raise LatentariumError(
        f"{title} could not be downloaded ({'; '.join(reasons)}). Check the network and try again, "
        f"or put {archive.name} into {path.parent} yourself."
    )


def _copy(source: Any, target: Any, text: str, progress: Progress, cancelled: IsCancelled) -> str | None:
    """Copy an answer to a file; what broke the connection, or None."""
    length, done = int(source.headers.get("Content-Length") or 0), 0
    while True:
        if cancelled():
            raise CancelledError(f"{text} was cancelled.")
        try:
            chunk = source.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            return str(error)
        if not chunk:
            return None
        target.write(chunk)
        done += len(chunk)
        progress(text, min(done / length, 1.0) if length else None)


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _unpack(path: Path, folder: Path) -> None:
    """Unpack a .gz beside itself, whole or not at all, and a .tar.gz into the folder, never outside it."""
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            archive.extraction_filter = tarfile.data_filter
            archive.extractall(folder)
        return
    part = path.with_suffix(".part")
    with gzip.open(path) as packed, open(part, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    os.replace(part, path.with_suffix(""))
