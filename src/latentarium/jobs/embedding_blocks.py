"""What an embedding has worked out so far, kept on disk so that it can be stopped."""

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import remove, write_whole
from latentarium.runs.tensors import read_tensors, tensor_bytes

START = ".embedding-"  # of the folder's name, beside the run that is to come
STALE = 30 * 24 * 3600.0  # seconds after which what nobody went on with is removed


@dataclass(frozen=True)
class Blocks:
    """Vectors and logits of some images of some checkpoint, a file each, that are whole or not there."""

    folder: Path

    @classmethod
    def open(cls, parent: Path, key: str) -> "Blocks":
        """Those of the work that `key` names, in `parent`; others that were left alone for a month are removed."""
        for other in parent.glob(f"{START}*") if parent.is_dir() else ():
            with suppress(OSError):
                if time.time() - other.stat().st_mtime > STALE:
                    remove(other)
        return cls(parent / f"{START}{key[:16]}")

    def get(self, checkpoint: str, start: int) -> tuple[Floats, Floats | None] | None:
        """The block of images from `start` on, if it is there and whole."""
        path = self._path(checkpoint, start)
        try:
            arrays = read_tensors(path.read_bytes(), path)
            return arrays["embeddings"], arrays.get("logits")
        except (OSError, LatentariumError, KeyError):
            return None

    def put(self, checkpoint: str, start: int, embeddings: Floats, logits: Floats | None) -> None:
        """Keep a block. Raises LatentariumError where the disk refuses."""
        arrays = {"embeddings": embeddings} | ({} if logits is None else {"logits": logits})
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(checkpoint, start), tensor_bytes(arrays))
        except OSError as error:
            raise LatentariumError(f"What was embedded cannot be kept in {self.folder}: {error.strerror}.") from error

    def all(self, checkpoint: str, starts: range) -> tuple[Floats, Floats | None]:
        """All images of one checkpoint, whose blocks must be there."""
        found = [self.get(checkpoint, start) for start in starts]
        blocks = [block for block in found if block is not None]
        if len(blocks) < len(found):
            raise LatentariumError(f"Some of what was embedded is missing from {self.folder}; begin again.")
        heads = [logits for _, logits in blocks if logits is not None]
        return np.concatenate([some for some, _ in blocks]), np.concatenate(heads) if len(heads) == len(
            blocks
        ) else None

    def remove(self) -> None:
        """Forget everything: the run is there."""
        remove(self.folder) if self.folder.exists() else None

    def _path(self, checkpoint: str, start: int) -> Path:
        return self.folder / f"{hashlib.sha256(checkpoint.encode()).hexdigest()[:12]}-{start:08d}.safetensors"
