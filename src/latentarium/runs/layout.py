"""Where things lie in a run folder, and how large they may be. docs/run-format.md teaches it."""

FORMAT = "latentarium-run"
VERSION = 1

DESCRIPTION = "run.json"
MANIFEST = "manifest.jsonl"
METRICS = "metrics.csv"
PROBE = "probe.safetensors"
PROBE_METADATA = "metadata.csv"
REFERENCE = "reference.safetensors"
REFERENCE_METADATA = "reference-metadata.csv"
FRAMES = "frames"
CHECKPOINTS = "checkpoints"
SELECTIONS = "selections"
ANNOTATIONS = "annotations.csv"
ADDED_COLUMNS = "columns.csv"
ANNOTATIONS_LOCK = "annotations.lock"
LOCK = "writer.lock"
HOLDER = "writer.json"
PART = ".part"  # ends the name of what is not committed yet

# What lies in a folder whose writer was killed before it wrote run.json.
LEFT_BEHIND = frozenset(
    name + part
    for name in (DESCRIPTION, PROBE, PROBE_METADATA, REFERENCE, REFERENCE_METADATA, LOCK, HOLDER)
    for part in ("", PART)
) - {DESCRIPTION}

KEPT_CHECKPOINTS = 2

# What a file may claim, so that a hostile one is refused before memory is taken.
LARGEST_DESCRIPTION = 4 << 20
LARGEST_MANIFEST = 16 << 20
LARGEST_LINE = 1 << 20
MOST_LINES = 50_000
MOST_BROKEN_LINES = 100
LARGEST_TABLE = 64 << 20
LARGEST_SAMPLE = 2 << 30
LARGEST_TENSOR_HEADER = 1 << 20
LARGEST_COLUMNS = 10_000
LARGEST_DIMENSIONS = 65_536
LARGEST_ROWS = 10_000_000


def frame_path(step: int) -> str:
    """The frame of `step`, relative to the run's folder."""
    return f"{FRAMES}/{step:08d}.safetensors"


def checkpoint_path(step: int) -> str:
    """The folder of the checkpoint of `step`, relative to the run's folder."""
    return f"{CHECKPOINTS}/{step:08d}"
