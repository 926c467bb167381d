"""A table read column by column."""

import csv
import io
import subprocess
import sys

import pytest

from latentarium.runs.columns import PART, columns_of


def test_columns_are_those_of_the_rows() -> None:
    rows = [(f"id {row}", str(row), 'a "word",\nand more') for row in range(2 * PART + 3)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("id", "n", "note"), *rows])
    headings, columns = columns_of(io.StringIO(text.getvalue(), newline=""), len(rows))
    assert headings == ("id", "n", "note")
    assert list(zip(*columns, strict=True)) == rows
    _, fewer = columns_of(io.StringIO(text.getvalue(), newline=""), PART)
    assert len(fewer[0]) == PART + 1, "one more than there may be tells that there are too many"


def test_nothing_and_headings_alone() -> None:
    assert columns_of([], 5) == ((), [])
    assert columns_of(["id,a"], 5) == (("id", "a"), [(), ()])


def test_an_uneven_or_torn_table_is_refused() -> None:
    for lines in (["id,a", "1"], ["id,a", "1,2,3"], ["id,a", "1,2", ""]):
        with pytest.raises(ValueError, match="lengths"):
            columns_of(lines, 5)
    with pytest.raises(csv.Error):
        columns_of(["id,a\n", '1,"torn\n'], 5)


def test_a_long_cell_is_read_whatever_else_was_imported_before() -> None:
    code = "\n".join(
        [
            "from latentarium.runs.columns import columns_of",
            "lines = ['id,a', '1,' + 'x' * (1 << 23)]",
            "columns_of(lines, 1)",
            "import latentarium.runs.importing.tables, latentarium.runs.run",
            "columns_of(lines, 1)",
        ]
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    assert told == ""
