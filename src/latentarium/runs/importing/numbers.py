"""Numbers that stand as text in the cells of tables."""

from collections.abc import Callable, Sequence
from io import StringIO

import numpy as np

from latentarium.core.arrays import Floats
from latentarium.core.errors import LatentariumError

MANY = 1 << 16  # numbers from which on pandas is asked: loading it takes most of a second
BLOCK = 1 << 17  # numbers read at a time


def rows_at_a_time(width: int) -> int:
    """How many rows of `width` numbers make a block."""
    return max(1, min(4096, BLOCK // max(width, 1)))


def numbers_in(rows: Sequence[Sequence[str]], width: int, wrong: Callable[[int], str]) -> Floats:
    """The numbers in the cells of rows, float32 (n, `width`).

    LatentariumError with the sentence that `wrong` makes of the place of the first row that has no `width` numbers.
    """
    if len(rows) * width >= MANY and all(len(row) == width for row in rows):
        fast = _parsed([cell for row in rows for cell in row])
        if fast is not None:
            return fast.reshape(len(rows), width)
    made = np.empty((len(rows), width), np.float32)
    for place, row in enumerate(rows):
        try:
            numbers = list(map(float, row))
        except ValueError:
            numbers = []
        if len(numbers) != width:
            raise LatentariumError(wrong(place))
        with np.errstate(over="ignore"):
            made[place] = numbers
    return made


def _parsed(cells: list[str]) -> Floats | None:
    """Each cell as a number, by pandas' reader; None where it reads anything but one finite number in each."""
    from pandas import read_csv  # here: no smaller table waits for it

    text = StringIO("\n".join(cells))
    try:
        column = read_csv(text, header=None, sep="\t", quoting=3, dtype=np.float64, skip_blank_lines=False)
    except (ValueError, OverflowError):
        return None
    values = column.to_numpy()
    with np.errstate(over="ignore"):
        floats: Floats = values.astype(np.float32)
    return floats if values.shape == (len(cells), 1) and np.isfinite(floats).all() else None
