"""What a person says of files that they bring, and what is found in them."""

from dataclasses import dataclass
from pathlib import Path

from latentarium.core.arrays import Bytes

FEW = 5  # first rows shown
PICTURES = 3  # images shown


@dataclass(frozen=True)
class Hints:
    """What the files do not say by themselves; empty: to be found out.

    `table` is a CSV with a row for each point; `images` the folder that `image_field` names files in. The fields name
    columns. `space` names one of several spaces in the same files. `params` is a JSON object of anything else.
    """

    table: Path | None = None
    id_field: str = ""
    images: Path | None = None
    image_field: str = ""
    label_field: str = ""
    name: str = ""
    dataset: str = ""
    model: str = ""
    params: str = ""
    space: str = ""


@dataclass(frozen=True, eq=False)
class Found:
    """What lies at `path`, as far as can be told without reading all of it.

    `format` names the module that reads it, `title` is that in words, `name` what the run would be called. `columns`
    are those of the table, `rows` its first few. `id_field`, `label_field` and `image_field` are the columns that
    would be used, empty for none. `pictured` says whether there are images, `pictures` holds up to three of them.
    `missing` are sentences; `spaces` the names to choose from where there are several.
    """

    path: Path
    format: str
    title: str
    name: str
    points: int
    dimensions: int
    frames: int = 1
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    id_field: str = ""
    label_field: str = ""
    image_field: str = ""
    pictured: bool = False
    pictures: tuple[Bytes, ...] = ()
    missing: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
