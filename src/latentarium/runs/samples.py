"""The probe and the reference, whole in the run: images, labels, ids, metadata."""

import csv
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from latentarium.core.arrays import frozen_ints
from latentarium.core.dataset import SPLITS, Sample, unpictured
from latentarium.core.errors import LatentariumError
from latentarium.core.thumbnails import LONGEST, Thumbnails
from latentarium.runs.columns import columns_of
from latentarium.runs.disk import digest, read_inside
from latentarium.runs.layout import LARGEST_COLUMNS, LARGEST_SAMPLE, LARGEST_TABLE
from latentarium.runs.tensors import Array, read_tensors, take, tensor_bytes


def sample_fingerprint(sample: Sample) -> str:
    """SHA-256 over images, labels and ids: two runs with the same show the same points."""
    hasher = hashlib.sha256(np.ascontiguousarray(sample.images).data)
    if sample.thumbnails is not None:
        hasher.update(np.ascontiguousarray(sample.thumbnails.data).data)
    hasher.update(np.ascontiguousarray(sample.labels).data)
    hasher.update("\n".join(sample.ids).encode(errors="surrogateescape"))
    return hasher.hexdigest()


def sample_bytes(sample: Sample) -> bytes:
    """The tensors of a sample: labels int64 (N,), split uint8 (N,), and its images where it has any.

    Those are images uint8 (N, H, W, C), or thumbnails uint8 (B,) with thumbnail_ends int64 (N,) and thumbnail_sizes
    uint8 (N, 2).
    """
    split = np.full(len(sample), SPLITS.index(sample.split), np.uint8)
    images: dict[str, Array] = {}
    if sample.thumbnails is not None:
        small = sample.thumbnails
        images = {"thumbnails": small.data, "thumbnail_ends": small.ends, "thumbnail_sizes": small.sizes}
    elif len(sample) == 0 or sample.pictured:
        images = {"images": sample.images}
    return tensor_bytes({**images, "labels": sample.labels, "split": split})


def table_bytes(sample: Sample) -> bytes:
    """The ids and the metadata of a sample, as CSV with a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", *sample.metadata])
    writer.writerows(zip(sample.ids, *sample.metadata.values(), strict=True))
    return text.getvalue().encode(errors="surrogateescape")


def read_sample(folder: Path, names: tuple[str, str], hashes: dict[str, str], rows: int, classes: int) -> Sample:
    """The sample of `rows` images in the two files `names`, tensors and table; labels are below `classes`."""
    contents = []
    for name, limit in zip(names, (LARGEST_SAMPLE, LARGEST_TABLE), strict=True):
        data = read_inside(folder, name, limit)
        if name in hashes and digest(data) != hashes[name]:
            raise LatentariumError(f"{folder / name} is damaged: its hash is not the one that the run gives.")
        contents.append(data)
    source = folder / names[0]
    arrays = read_tensors(contents[0], source)
    labels = take(arrays, "labels", (np.int64,), (rows,), source)
    split = take(arrays, "split", (np.uint8,), (rows,), source)
    if rows and (labels.min() < -1 or labels.max() >= classes or split.max() >= len(SPLITS)):
        raise LatentariumError(f"{source} is damaged: it has labels of classes that the run does not name.")
    images = unpictured(rows)
    if "images" in arrays:
        images = take(arrays, "images", (np.uint8,), (rows, None, None, None), source)
        if rows and (images.shape[3] not in (1, 3) or 0 in images.shape[1:]):
            raise LatentariumError(f"{source} is damaged: its images are {images.shape[1:]}, neither grey nor colour.")
    small = _thumbnails(arrays, rows, source) if "thumbnails" in arrays and "images" not in arrays else None
    ids, metadata = _read_table(contents[1], folder / names[1], rows)
    return Sample(images, frozen_ints(labels), ids, SPLITS[int(split[0]) if rows else 0], metadata, small)


def _thumbnails(arrays: Mapping[str, Array], rows: int, source: Path) -> Thumbnails:
    data = take(arrays, "thumbnails", (np.uint8,), (None,), source)
    ends = take(arrays, "thumbnail_ends", (np.int64,), (rows,), source)
    sizes = take(arrays, "thumbnail_sizes", (np.uint8,), (rows, 2), source)
    if np.any(np.diff(ends, prepend=0) < 0) or (int(ends[-1]) if rows else 0) != len(data):
        raise LatentariumError(f"{source} is damaged: its thumbnails do not lie one after the other.")
    if np.max(sizes, initial=0) > LONGEST:
        raise LatentariumError(f"{source} is damaged: its thumbnails are longer than {LONGEST} pixels.")
    return Thumbnails(data, ends, sizes)


def _read_table(data: bytes, source: Path, rows: int) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    if data.count(b",", 0, max(data.find(b"\n"), 0)) >= LARGEST_COLUMNS:
        raise LatentariumError(f"{source} has more than the {LARGEST_COLUMNS:,} columns it may have.")
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", errors="surrogateescape", newline="")
    uneven = LatentariumError(f"{source} is damaged: it is no table whose first column is id.")
    try:
        names, columns = columns_of(text, rows)
    except csv.Error as error:
        raise LatentariumError(f"{source} is damaged: {error}.") from error
    except ValueError as error:
        raise uneven from error
    if names[:1] != ("id",):
        raise uneven
    if len(columns[0]) != rows or len(set(columns[0])) != rows:
        raise LatentariumError(f"{source} is damaged: it must have {rows:,} different ids.")
    return columns[0], dict(zip(names[1:], columns[1:], strict=True))
