"""Relations on disk: what took seconds or minutes to compute is read back, for the same images and setting."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
import safetensors.torch
from safetensors import SafetensorError

from latentarium.core.arrays import Bytes
from latentarium.training.relations.graph import Graph

VERSION = 1  # of the computation: another one's files are not read
MOST = 512 << 20  # bytes; the files used longest ago go first


def relations_folder() -> Path:
    """Where relations lie: in $LATENTARIUM_CACHE, else in the user's cache folder."""
    named = os.environ.get("LATENTARIUM_CACHE")
    return (Path(named) if named else platformdirs.user_cache_path("latentarium")) / "relations"


def kept(images: Bytes, setting: str, made: Callable[[], Graph]) -> Graph:
    """The graph of these images and this setting from disk, or `made` anew and written there.

    A file that is damaged is made anew, and a disk that cannot be written costs the next run time, no more.
    """
    digest = hashlib.sha256(f"{VERSION} {setting} {images.shape}".encode())
    digest.update(np.ascontiguousarray(images).data)
    path = relations_folder() / f"{digest.hexdigest()[:32]}.safetensors"
    with contextlib.suppress(OSError, SafetensorError, KeyError, ValueError):
        tensors = safetensors.torch.load(path.read_bytes())
        graph = Graph(tensors["starts"], tensors["columns"], tensors["values"])
        if len(graph) == len(images):
            os.utime(path)
            return graph
    graph = made()
    with contextlib.suppress(OSError):
        _write(path, graph)
        _sweep(path.parent)
    return graph


def _write(path: Path, graph: Graph) -> None:
    """Put the file in place whole or not at all, whoever else writes it at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = safetensors.torch.save({"starts": graph.starts, "columns": graph.columns, "values": graph.values})
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Delete what was used longest ago, until the folder holds no more than it may."""
    files = sorted(folder.glob("*.safetensors"), key=lambda path: path.stat().st_mtime, reverse=True)
    size = 0
    for path in files:
        size += path.stat().st_size
        if size > MOST:
            path.unlink(missing_ok=True)
