from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.runs.importing.conftest import write_table

from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.runs.importing.bringing import bring, recognise
from latentarium.runs.importing.found import Hints
from latentarium.runs.run import Run

Brought = Callable[..., Run]
VECTORS = np.random.default_rng(1).normal(size=(30, 12)).astype(np.float32)
IDS, LABELS = [f"p{row}" for row in range(30)], [f"l{row % 2}" for row in range(30)]
COLUMNS = {f"dim_{number}": VECTORS[:, number] for number in (*range(5, 12), *range(5))}  # not in their order


@pytest.mark.parametrize("form", [lambda v: str(v.tolist()), str, lambda v: ";".join(map(repr, v.tolist()))])
def test_a_column_of_vectors(form: Callable[[np.ndarray], str], tmp_path: Path, brought: Brought) -> None:
    path = write_table(tmp_path / "a.csv", {"id": IDS, "label": LABELS, "embedding": [form(row) for row in VECTORS]})
    found = recognise(path)
    assert (found.format, found.points, found.dimensions, found.columns) == ("table", 30, 12, ("id", "label"))
    run = brought(path)
    np.testing.assert_allclose(run.frame(0).embeddings, VECTORS, rtol=1e-6, atol=1e-6)
    assert (run.probe.ids, run.classes) == (tuple(IDS), ("l0", "l1"))


def test_a_column_a_dimension_in_the_order_of_their_numbers(tmp_path: Path, brought: Brought) -> None:
    run = brought(write_table(tmp_path / "a.csv", {"id": IDS, "year": range(30), **COLUMNS, "label": LABELS}))
    np.testing.assert_allclose(run.frame(0).embeddings, VECTORS, rtol=1e-6)
    assert list(run.probe.metadata) == ["year"]  # the labels are the classes


def test_columns_of_numbers_where_nothing_else_is_there(tmp_path: Path, brought: Brought) -> None:
    columns = {"length": VECTORS[:, 0], "width": VECTORS[:, 1], "species": LABELS}
    path = write_table(tmp_path / "iris.csv", columns)
    assert "the 2 columns of numbers are taken (length, width)" in recognise(path).missing[0]
    assert brought(path).classes == ("l0", "l1")


def test_parquet(tmp_path: Path, brought: Brought) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    table = arrow.table({"id": IDS, "label": LABELS, "vector": VECTORS.tolist(), "size": list(range(30))})
    parquet.write_table(table, tmp_path / "a.parquet")
    run = brought(tmp_path / "a.parquet")
    np.testing.assert_array_equal(run.frame(0).embeddings, VECTORS)
    assert (run.probe.ids[3], run.classes, run.probe.metadata["size"][4]) == ("p3", ("l0", "l1"), "4")
    wide = arrow.table({"id": IDS, **dict(COLUMNS.items())})
    parquet.write_table(wide, tmp_path / "b.parquet")
    np.testing.assert_array_equal(brought(tmp_path / "b.parquet").frame(0).embeddings, VECTORS)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(LatentariumError, match=r"pip install latentarium\[parquet\]"):
        recognise(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,label\na,b\n", "has no vectors"),
        ("", "is empty"),
        ("id,x0,x1\n", "no row below its header"),
        ("id,x0,x1\na,1\n", "row 0 has 2 cells"),
        ('id,x0,x1\n"a,1,2\n', "is damaged"),
        ("id,v\na,[1 2 3]\nb,[1 2]\n", "row 1 has no vector of 3 numbers in column v"),
    ],
)
def test_what_is_no_table_of_vectors_is_refused(text: str, said: str, tmp_path: Path, brought: Brought) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(LatentariumError, match=said.replace("[", r"\[")):
        brought(tmp_path / "a.csv")


def test_semicolons_tabs_and_a_byte_order_mark(tmp_path: Path, brought: Brought) -> None:
    (tmp_path / "a.csv").write_text("\ufeffid;x0;x1\n\u00e4;1;2\nb;3;4\n", encoding="utf-8")
    run = brought(tmp_path / "a.csv")
    assert run.probe.ids == ("ä", "b")
    (tmp_path / "b.tsv").write_text('id\tx0\tx1\n"\t1\t2\n\nb\t3\t4\n\n')
    assert brought(tmp_path / "b.tsv", Hints(id_field="id")).probe.ids == ('"', "b")


def test_a_parquet_of_too_many_values_is_refused(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    zeros = arrow.array(np.zeros(51_200_000, np.float32))
    parquet.write_table(arrow.table({"v": arrow.FixedSizeListArray.from_arrays(zeros, 512)}), tmp_path / "a.parquet")
    with pytest.raises(LatentariumError, match=r"51,200,000 values.*\.npy"):
        recognise(tmp_path / "a.parquet")


def test_a_parquet_that_is_all_zeros_is_refused(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    zeros = arrow.array(np.zeros(10_240_000, np.float32))
    parquet.write_table(arrow.table({"v": arrow.FixedSizeListArray.from_arrays(zeros, 1024)}), tmp_path / "a.parquet")
    with pytest.raises(LatentariumError, match="would grow to many times its size"):
        recognise(tmp_path / "a.parquet")


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentarium.runs.importing.tables.MOST_ROWS", 3)
    write_table(tmp_path / "a.csv", {"x0": range(4), "x1": range(4)})
    with pytest.raises(LatentariumError, match="a table may have 3 rows"):
        recognise(tmp_path / "a.csv")


def test_parquet_vectors_of_two_lengths_are_refused(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    for odd in ([1.0], None):
        parquet.write_table(arrow.table({"v": [[1.0, 2.0], [3.0, 4.0], odd]}), tmp_path / "a.parquet")
        with pytest.raises(LatentariumError, match="no vector of 2 numbers in column v"):
            bring(recognise(tmp_path / "a.parquet"), Hints(), tmp_path / "run")


def test_a_flipped_byte_in_a_parquet_with_checksums_is_told(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    path, numbers = tmp_path / "a.parquet", np.arange(400, dtype=np.float64)
    table = arrow.table({"x0": numbers, "x1": numbers + 0.5})
    parquet.write_table(table, path, compression="none", use_dictionary=False, write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[data.index(np.float64(300).tobytes())] ^= 1
    path.write_bytes(data)
    with pytest.raises(LatentariumError, match="is damaged"):
        bring(recognise(path), Hints(), tmp_path / "run")


def test_looking_at_a_long_table_can_be_cancelled(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", {"x0": range(4), "x1": range(4)})
    with pytest.raises(CancelledError):
        recognise(tmp_path / "a.csv", Hints(), lambda: True)


def test_a_parquet_whose_text_is_no_text_is_refused(tmp_path: Path) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    texts = arrow.array([b"\xff\xfe"] * 30).view(arrow.string())
    days = arrow.array([2**62] * 30, arrow.timestamp("us"))
    for number, column in enumerate((texts, days)):
        path = tmp_path / f"{number}.parquet"
        parquet.write_table(arrow.table({"id": IDS, "vector": VECTORS.tolist(), "note": column}), path)
        with pytest.raises(LatentariumError, match="is damaged"):
            bring(recognise(path), Hints(), tmp_path / "run")
