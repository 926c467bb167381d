"""Named selections beside a run."""

from pathlib import Path

import numpy as np
import pytest

from latentarium.core.errors import LatentariumError
from latentarium.runs.archive import pack
from latentarium.runs.run import Run
from latentarium.runs.selections import load_selections, save_selection


def test_they_come_back_under_their_names(run_folder: Path) -> None:
    run = Run.open(run_folder)
    assert load_selections(run) == {}
    names = ["plain", "a/b\\c: *?", "..", ".hidden", "ends. ", "100 %", "größer ⅓", '"quoted"']
    for index, name in enumerate(names):
        save_selection(run, name, np.array([7, index, index]))
    again = load_selections(Run.open(run_folder))
    assert sorted(again) == sorted(names)
    for index, name in enumerate(names):
        assert again[name].tolist() == sorted({7, index})
        assert not again[name].flags.writeable
    assert {path.parent for path in run_folder.rglob("*.csv") if "id\ntest" in path.read_text()} == {
        run_folder / "selections"
    }
    save_selection(run, "plain", np.array([], np.int64))
    assert load_selections(run)["plain"].tolist() == []


def test_ids_that_the_run_does_not_have_are_passed_over(run_folder: Path) -> None:
    (run_folder / "selections").mkdir()
    (run_folder / "selections" / "mine.csv").write_text("id,remark\ntest-3,x\nelsewhere,y\n\ntest-1,z\n")
    assert load_selections(Run.open(run_folder))["mine"].tolist() == [1, 3]


@pytest.mark.parametrize("name", ["", "x" * 200])
def test_names_that_no_file_can_have(name: str, run_folder: Path) -> None:
    with pytest.raises(LatentariumError, match="A selection's name needs"):
        save_selection(Run.open(run_folder), name, np.array([1]))


def test_a_zip_keeps_none(run_folder: Path, tmp_path: Path) -> None:
    pack(run_folder, tmp_path / "run.zip")
    run = Run.open(tmp_path / "run.zip")
    with pytest.raises(LatentariumError, match="is a zip, which keeps no selections"):
        save_selection(run, "mine", np.array([1]))
    run.close()


def test_they_never_leave_the_run(run_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (run_folder / "selections").symlink_to(tmp_path / "outside")
    with pytest.raises(LatentariumError, match="outside of itself"):
        save_selection(Run.open(run_folder), "mine", np.array([1]))
    assert list((tmp_path / "outside").iterdir()) == []
