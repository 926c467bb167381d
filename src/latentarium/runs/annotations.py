"""Labels given by hand, kept in a file of their own beside what a run recorded, which stays as it is."""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

from filelock import FileLock, Timeout

from latentarium.core.annotations import LONGEST, Annotations
from latentarium.core.errors import LatentariumError
from latentarium.runs.columns import rows_of
from latentarium.runs.disk import inside, read_inside, write_whole
from latentarium.runs.layout import ANNOTATIONS, ANNOTATIONS_LOCK, LARGEST_TABLE
from latentarium.runs.run import Run

PATIENCE = 5.0  # seconds that another program may take to write its own


def load_annotations(run: Run) -> Annotations:
    """The labels given by hand to points of this run; none where nobody gave any. Writes nothing.

    Raises LatentariumError where their file is damaged.
    """
    path = inside(run.folder, ANNOTATIONS)
    if not path.exists():
        return Annotations()
    text = read_inside(run.folder, ANNOTATIONS, LARGEST_TABLE).decode(errors="surrogateescape")
    try:
        lines = list(rows_of(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise LatentariumError(f"{path} is damaged: {error}.") from error
    if not lines or lines[0][:2] != ["id", "label"] or any(len(line) < 2 for line in lines if line):
        raise LatentariumError(f"{path} is damaged: it is no table of id and label.")
    return Annotations(MappingProxyType({line[0]: line[1][:LONGEST] for line in lines[1:] if line and line[1]}))


def save_annotations(run: Run, changes: Mapping[str, str]) -> Annotations:
    """Write these labels by id over those on disk, an empty one taking it away; what is on disk then.

    What another program labelled meanwhile stays, but for the same points. Raises LatentariumError where the run is a
    zip or cannot be written.
    """
    if run.folder != run.path:
        raise LatentariumError(f"{run.path} is a zip, which keeps no labels by hand; unpack it and open the folder.")
    try:
        with FileLock(inside(run.folder, ANNOTATIONS_LOCK), timeout=PATIENCE):
            annotations = load_annotations(run).with_changes(changes)
            write_whole(inside(run.folder, ANNOTATIONS), _table(annotations.labels))
    except Timeout as error:
        raise LatentariumError(f"Another program is writing labels in {run.folder}; try again.") from error
    except OSError as error:
        raise LatentariumError(f"The labels cannot be saved in {run.folder}: {error.strerror or error}.") from error
    return annotations


def _table(labels: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "label"])
    writer.writerows(labels.items())
    return text.getvalue().encode(errors="surrogateescape")
