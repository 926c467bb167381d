"""All that is known of a run's points, with the labels given by hand, as a table for other programs."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.cells import guarded
from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import write_whole
from latentarium.runs.run import Run
from latentarium.scene.metadata import BY_HAND, EDITED, ID, LABEL, source_labels, table_for


def write_labels(run: Run, annotations: Annotations, path: Path) -> None:
    """Write a CSV file with a row for each point of the probe: id, label, label by hand, edited, and the metadata.

    `label` is the source's, `label by hand` the one after editing, `edited` says yes where they were told apart by a
    person. Raises LatentariumError where the file cannot be written.
    """
    ids, labels = run.probe.ids, annotations.labels
    own = source_labels(run)
    columns = {ID: ids, LABEL: own, BY_HAND: [labels.get(name, label) for name, label in zip(ids, own, strict=True)]}
    columns[EDITED] = ["yes" if name in labels else "no" for name in ids]
    fields = table_for(run, None, replace(NO_ANNOTATIONS, columns=annotations.columns)).fields
    columns |= {name: field.cells for name, field in fields.items() if name not in columns}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guarded(name) for name in columns])
    writer.writerows([guarded(cell) for cell in row] for row in zip(*columns.values(), strict=True))
    try:
        write_whole(path, text.getvalue().encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise LatentariumError(f"{path} cannot be written: {error.strerror or error}.") from error
