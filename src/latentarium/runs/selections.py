"""Named selections of points, kept beside the run as lists of ids."""

import csv
import io
import re
from urllib.parse import unquote

import numpy as np

from latentarium.core.arrays import Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.runs.disk import inside, read_inside, write_whole
from latentarium.runs.layout import LARGEST_TABLE, SELECTIONS
from latentarium.runs.run import Run

LONGEST_NAME = 180  # bytes, once the signs that file systems refuse are spelled out


def save_selection(run: Run, name: str, rows: Ints) -> None:
    """Keep the probe's `rows` under `name`, replacing a selection of that name.

    Raises LatentariumError where the run is a zip or cannot be written, or the name is empty or too long.
    """
    file = _file_name(name)
    if run.folder != run.path:
        raise LatentariumError(f"{run.path} is a zip, which keeps no selections; unpack it and open the folder.")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id"])
    writer.writerows([run.probe.ids[row]] for row in np.unique(rows))
    try:
        inside(run.folder, SELECTIONS).mkdir(exist_ok=True)
        write_whole(inside(run.folder, f"{SELECTIONS}/{file}"), text.getvalue().encode(errors="surrogateescape"))
    except OSError as error:
        raise LatentariumError(f"The selection cannot be saved in {run.folder}: {error.strerror}.") from error


def load_selections(run: Run) -> dict[str, Ints]:
    """All saved selections by name: rows of the probe, sorted; ids that the run does not have are passed over."""
    folder = inside(run.folder, SELECTIONS)
    selections = {}
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
        text = read_inside(run.folder, f"{SELECTIONS}/{path.name}", LARGEST_TABLE).decode(errors="surrogateescape")
        try:
            ids = [row[0] for row in csv.reader(io.StringIO(text, newline="")) if row]
        except csv.Error as error:
            raise LatentariumError(f"{path} is damaged: {error}.") from error
        rows = sorted({run.probe.rows[name] for name in ids[1:] if name in run.probe.rows})
        selections[unquote(path.stem)] = frozen_ints(rows)
    return selections


def _file_name(name: str) -> str:
    """A file's name for any name: signs that some file system refuses become %XX."""
    spelled = re.sub(r'[\x00-\x1f<>:"/\\|?*%]|^\.|[. ]$', lambda sign: f"%{ord(sign[0]):02X}", name)
    if not spelled or len(spelled.encode()) > LONGEST_NAME:
        raise LatentariumError(f"A selection's name needs at least one letter and at most some {LONGEST_NAME}.")
    return f"{spelled}.csv"
