from pathlib import Path

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.importing.numbers import BLOCK, MANY, numbers_in, rows_at_a_time
from latentarium.runs.importing.tables import LARGEST_LINE, opened_table
from latentarium.runs.run import Run

WIDTH = 64
ROWS = MANY // WIDTH + 3


def said(place: int) -> str:
    return f"row {place}"


@pytest.mark.parametrize("form", [repr, "{:.25g}".format, "{:.3f}".format, "{:+.2E}".format, " {:g} ".format])
def test_many_numbers_are_those_that_python_reads(form) -> None:
    values = np.random.default_rng(0).normal(size=(ROWS, WIDTH)) * 10.0 ** np.arange(-30, 34)
    cells = [[form(number) for number in row] for row in values.tolist()]
    slow = np.array([[float(cell) for cell in row] for row in cells]).astype(np.float32)
    np.testing.assert_array_equal(numbers_in(cells, WIDTH, said), slow)
    np.testing.assert_array_equal(numbers_in(cells[:3], WIDTH, said), slow[:3])


@pytest.mark.parametrize("bad", ["", "x", "1 2", "1\t2", "1\n2", '"1"', "0x10", "True", "1,5", "NA", "1f", "[1"])
def test_the_row_that_holds_no_number_is_told(bad: str) -> None:
    cells = [["1"] * WIDTH for _ in range(ROWS)]
    cells[700][5] = bad
    with pytest.raises(LatentariumError, match="row 700"):
        numbers_in(cells, WIDTH, said)


@pytest.mark.parametrize("row", [["1"] * (WIDTH - 1), ["1"] * (WIDTH + 1), []])
def test_a_row_of_another_width_is_told(row: list[str]) -> None:
    cells = [["1"] * WIDTH for _ in range(ROWS)]
    cells[9] = row
    with pytest.raises(LatentariumError, match="row 9"):
        numbers_in(cells, WIDTH, said)


def test_what_only_python_takes_is_read_all_the_same() -> None:
    cells = [["1"] * WIDTH for _ in range(ROWS)]
    cells[3][0], cells[4][0], cells[5][0] = "1_000", "nan", "1e400"
    made = numbers_in(cells, WIDTH, said)
    assert made[3, 0] == 1000
    assert np.isnan(made[4, 0])
    assert np.isinf(made[5, 0])


def test_a_table_of_several_blocks(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(2 * BLOCK // WIDTH + 5, WIDTH)).astype(np.float32)
    head = "id," + ",".join(f"x{place}" for place in range(WIDTH))
    lines = [f"p{row}," + ",".join(map(repr, vector)) for row, vector in enumerate(vectors.tolist())]
    lines[2] = '"p, ""2""",' + lines[2].partition(",")[2]
    (tmp_path / "a.csv").write_text("\r\n".join([head, *lines]))
    run = Run.open(bring(recognise(tmp_path / "a.csv"), Hints(), tmp_path / "run"))
    np.testing.assert_array_equal(run.frame(-1).embeddings, vectors)
    assert run.probe.ids == tuple('p, "2"' if row == 2 else f"p{row}" for row in range(len(vectors)))
    bad = rows_at_a_time(WIDTH) + 7
    lines[bad] = lines[bad].rpartition(",")[0] + ",zero"
    (tmp_path / "a.csv").write_text("\n".join([head, *lines]))
    with pytest.raises(LatentariumError, match=f"row {bad} has no vector of 64 numbers in its columns of numbers"):
        bring(recognise(tmp_path / "a.csv"), Hints(), tmp_path / "second")


def test_a_cell_may_hold_a_long_vector_and_nothing_else_that_is_long(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(2, 20_000))
    lines = [f'{row},"{vector.tolist()}"' for row, vector in enumerate(vectors)]
    (tmp_path / "a.csv").write_text("\n".join(["id,v", *lines]))
    run = Run.open(bring(recognise(tmp_path / "a.csv"), Hints(), tmp_path / "run"))
    np.testing.assert_array_equal(run.frame(-1).embeddings, vectors.astype(np.float32))
    (tmp_path / "b.csv").write_text("note,x0,x1\n" + "long " * 30_000 + ",1,2\n")
    with pytest.raises(LatentariumError, match="a cell of column note has more than"):
        bring(recognise(tmp_path / "b.csv"), Hints(), tmp_path / "second")


def test_a_row_with_quotes_goes_on_over_lines_but_not_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,note\n\n1,"two\nlines, ""so"""\n2,5" wide\n')
    with opened_table(tmp_path / "a.csv") as (columns, rows):
        assert (columns, list(rows)) == (("id", "note"), [["1", 'two\nlines, "so"'], ["2", '5" wide']])
    (tmp_path / "b.csv").write_text('id,note\n1,"' + "12,\n" * (LARGEST_LINE // 4))
    with opened_table(tmp_path / "b.csv") as (_, rows), pytest.raises(LatentariumError, match="a row of more than"):
        list(rows)
    (tmp_path / "c.csv").write_text("id,note\n" + "1," * 20_000 + "\n")
    with opened_table(tmp_path / "c.csv") as (_, rows), pytest.raises(LatentariumError, match="10,000 columns"):
        list(rows)
