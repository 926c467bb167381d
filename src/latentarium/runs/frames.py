"""A frame as a file: the same frame gives the same bytes; step and scalars stand in the manifest."""

from dataclasses import replace

import numpy as np

from latentarium.core.arrays import Floats, Ints, frozen_floats
from latentarium.core.errors import LatentariumError
from latentarium.core.frame import Frame
from latentarium.runs.manifest import Entry
from latentarium.runs.tensors import Array, read_tensors, take, tensor_bytes

Counts = tuple[int, int, int, int]  # probe N, reference M, dimensions D, trained classes K


def halved(frame: Frame) -> Frame:
    """The same frame with its embeddings as 16 bits keep them, so that it reads back equal."""
    with np.errstate(over="ignore"):
        embeddings = frozen_floats(frame.embeddings.astype(np.float16))
        references = frozen_floats(frame.reference_embeddings.astype(np.float16))
    return replace(frame, embeddings=embeddings, reference_embeddings=references)


def check_frame(frame: Frame, counts: Counts, half: bool) -> None:
    """Raise LatentariumError where the frame's numbers are not finite, ValueError where its shape is not the run's."""
    probe, reference, dimensions, trained = counts
    shapes = {
        "embeddings": (probe, dimensions),
        "probabilities": (probe, trained),
        "reference_embeddings": (reference, dimensions),
        "reference_probabilities": (reference, trained),
    }
    for name, shape in shapes.items():
        array = getattr(frame, name)
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, the run needs {shape}")
        if not np.isfinite(array).all():
            advice = "; switch frames.half off, whose numbers end at 65,504" if half and "embed" in name else ""
            raise LatentariumError(
                f"At step {frame.step} the network's {name.replace('_', ' ')} are not finite numbers{advice}; "
                "the frames before it are kept."
            )


def frame_bytes(frame: Frame, half: bool) -> bytes:
    """The file of a frame; `half` keeps embeddings, never probabilities, in 16 bits."""
    width = np.float16 if half else np.float32
    return tensor_bytes(
        {
            "embeddings": frame.embeddings.astype(width, copy=False),
            "probabilities": frame.probabilities,
            "reference_embeddings": frame.reference_embeddings.astype(width, copy=False),
            "reference_probabilities": frame.reference_probabilities,
        }
    )


def largest_frame(counts: Counts) -> int:
    """How many bytes the file of a frame may have; other arrays that a later program adds have room too."""
    probe, reference, dimensions, trained = counts
    return 2 * 4 * (probe + reference) * (dimensions + trained) + (16 << 20)


def frame_of(data: bytes, entry: Entry, counts: Counts, source: object) -> Frame:
    """The frame in the bytes of `source`; LatentariumError where they do not fit the run."""
    probe, reference, dimensions, trained = counts
    arrays = read_tensors(data, source)
    widths = (np.float32, np.float16)
    return Frame(
        entry.step,
        entry.epoch,
        _floats(take(arrays, "embeddings", widths, (probe, dimensions), source), source),
        _floats(take(arrays, "probabilities", (np.float32,), (probe, trained), source), source),
        _floats(take(arrays, "reference_embeddings", widths, (reference, dimensions), source), source),
        _floats(take(arrays, "reference_probabilities", (np.float32,), (reference, trained), source), source),
        entry.scalars,
    )


def frame_size(frame: Frame) -> int:
    """Bytes that a frame's arrays take in memory."""
    return (
        frame.embeddings.nbytes
        + frame.probabilities.nbytes
        + frame.reference_embeddings.nbytes
        + frame.reference_probabilities.nbytes
    )


def taken(frame: Frame, rows: Ints) -> Frame:
    """The frame of these rows of the probe; the reference and the scalars stay."""
    embeddings, probabilities = frame.embeddings[rows], frame.probabilities[rows]
    embeddings.flags.writeable = probabilities.flags.writeable = False
    return replace(frame, embeddings=embeddings, probabilities=probabilities)


def _floats(array: Array, source: object) -> Floats:
    if not np.isfinite(array).all():
        raise LatentariumError(f"{source} is damaged: it holds numbers that are not finite.")
    floats: Floats = np.ascontiguousarray(array, dtype=np.float32)
    floats.flags.writeable = False
    return floats
