"""Columns added to a run's metadata, beside it."""

import hashlib
from pathlib import Path

import pytest

from latentarium.core.annotations import Columns
from latentarium.core.errors import LatentariumError
from latentarium.runs.added_columns import load_columns, match_columns, save_columns
from latentarium.runs.archive import pack
from latentarium.runs.run import Run


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_matched_by_id_and_kept_beside_the_run(run_folder: Path, tmp_path: Path) -> None:
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in run_folder.glob("*.*")}
    run = Run.open(run_folder)
    assert load_columns(run).cells == {}
    lines = [f"{row},test-{row},=x{row}" for row in (5, 2, 40)]
    columns, known = match_columns(run, table(tmp_path / "t.csv", "\n".join(["n,name,word", *lines, ""])))
    assert known == 2
    assert columns.ids == run.probe.ids
    assert list(columns.cells) == ["n", "word"]
    assert columns.cells["word"][:6] == ("", "", "=x2", "", "", "=x5")
    save_columns(run, columns)
    more, known = match_columns(run, table(tmp_path / "u.tsv", "id\tword\tplace\ntest-2\tnew\tübersee\n"))
    assert (known, list(more.cells)) == (1, ["word", "place"])
    save_columns(run, more)
    again = load_columns(Run.open(run_folder))
    assert list(again.cells) == ["n", "word", "place"]
    assert again.cells["n"][5] == "5"
    assert again.cells["word"][:6] == ("", "", "new", "", "", ""), "the later table of the same name counts"
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in run_folder.glob("*.*")}
    assert {name: after[name] for name in before} == before
    pack(run_folder, tmp_path / "run.zip")
    zipped = Run.open(tmp_path / "run.zip")
    assert load_columns(zipped).cells == again.cells
    with pytest.raises(LatentariumError, match="is a zip, which takes no columns"):
        save_columns(zipped, more)
    zipped.close()


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("a,b\nx,y\n", "", "names no point of"),
        ("id,b\ntest-1,y\ntest-1,z\n", "", "names the point test-1 twice"),
        ("id\ntest-1\n", "", "no column beside the ids"),
        ("id,b\ntest-1,y\n", "key", "no column “key”"),
        ("", "", "is empty"),
        ("id,b\ntest-1,y,z\n", "", "is damaged"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    text: str, field: str, words: str, run_folder: Path, tmp_path: Path
) -> None:
    run = Run.open(run_folder)
    with pytest.raises(LatentariumError, match=words):
        match_columns(run, table(tmp_path / "t.csv", text), field)
    with pytest.raises(LatentariumError):
        match_columns(run, tmp_path / "nothing.csv")


@pytest.mark.parametrize("text", ["", "name,x\na,b\n", 'id,x\n"a', "id,x\na\n"])
def test_a_damaged_file_is_told_of_and_never_written_over(text: str, run_folder: Path) -> None:
    (run_folder / "columns.csv").write_text(text)
    run = Run.open(run_folder)
    with pytest.raises(LatentariumError, match="is damaged"):
        load_columns(run)
    with pytest.raises(LatentariumError, match="is damaged"):
        save_columns(run, Columns(run.probe.ids, {"x": ("y",) * len(run.probe)}))
    assert (run_folder / "columns.csv").read_text() == text


def test_other_points_in_another_order() -> None:
    columns = Columns(("a", "b", "c"), {"x": ("1", "2", "3")})
    assert columns.in_order(("a", "b", "c")) is columns
    assert columns.in_order(("c", "z", "a")).cells["x"] == ("3", "", "1")
